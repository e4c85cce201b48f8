//! Limits of requests, connections and rates.

use super::units;
use confique::Config;
use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

/// What one request, one address and one person may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Limits {
    /// The largest body of a request
    #[config(default = 262_144, layer_attr(arg(skip)))]
    pub max_body_bytes: usize,
    /// How long a client may take to send the head of a request
    #[config(default = 10, deserialize_with = units::seconds, layer_attr(arg(skip)))]
    pub header_timeout_seconds: Duration,
    /// How long a client may take to send the body of a request
    #[config(default = 20, deserialize_with = units::seconds, layer_attr(arg(skip)))]
    pub body_timeout_seconds: Duration,
    /// Connections of all addresses together [default: as many as three
    /// quarters of the open files allow]
    #[config(layer_attr(arg(skip)))]
    pub connections: Option<NonZeroUsize>,
    /// Connections of one address [default: as many as a quarter of the open files
    /// allows]
    #[config(layer_attr(arg(skip)))]
    pub connections_of_address: Option<NonZeroUsize>,
    #[config(nested, layer_attr(command(flatten)))]
    pub rates: Rates,
}

/// How often something may be asked for. An office full of parents behind one address must not
/// meet these limits, so whatever can be told apart by person is limited by person.
#[derive(Clone, Debug, PartialEq, Eq, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Rates {
    /// Whether the number of requests is limited
    #[config(default = true)]
    #[config(layer_attr(arg(
        long = "rate-limits",
        env = "BALABAQSHA_RATE_LIMITS",
        value_parser = units::on_or_off()
    )))]
    pub enabled: bool,
    /// All requests of one address
    #[config(default = { "burst": 1200, "per_minute": 3000 }, layer_attr(arg(skip)))]
    pub address: Rate,
    /// Challenges and logins of one address
    #[config(default = { "burst": 120, "per_minute": 120 }, layer_attr(arg(skip)))]
    pub login: Rate,
    /// All requests of one person
    #[config(default = { "burst": 300, "per_minute": 600 }, layer_attr(arg(skip)))]
    pub person: Rate,
    /// E-mail addresses and confirmation codes of one person
    #[config(default = { "burst": 10, "per_minute": 6 }, layer_attr(arg(skip)))]
    pub email: Rate,
    /// Drafts and signed acts of one person
    #[config(default = { "burst": 30, "per_minute": 30 }, layer_attr(arg(skip)))]
    pub signature: Rate,
    /// Signatures that one address has verified
    #[config(default = { "burst": 60, "per_minute": 60 }, layer_attr(arg(skip)))]
    pub verification: Rate,
    /// Numbers of applications tried by one person who asks to have one attached (R3)
    #[config(default = { "burst": 5, "per_minute": 1 }, layer_attr(arg(skip)))]
    pub attachment: Rate,
    /// Papers (PDF) of one person
    #[config(default = { "burst": 30, "per_minute": 30 }, layer_attr(arg(skip)))]
    pub paper: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        super::defaults()
    }
}

/// A bucket: `burst` requests at once, refilled by `per_minute`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub per_minute: NonZeroU32,
}
