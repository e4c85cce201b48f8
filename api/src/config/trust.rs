//! How the service learns whether certificates have been revoked.

use super::units::{self, span};
use balabaqsha_pki::Digest;
use chrono::TimeDelta;
use confique::Config;
use serde::Deserialize;
use std::{path::PathBuf, time::Duration};

/// Asking authorities about revocation, and what may be asked of whom. A duration is written as a
/// whole number of the unit that its name ends with.
#[derive(Clone, Debug, PartialEq, Eq, Config)]
#[config(layer_attr(derive(Clone, Debug, Default, clap::Args)))]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Revocation {
    /// What to do when nobody gives a fresh answer about revocation: hard refuses, soft takes an
    /// answer that ran out within the last `overdue_hours`
    #[config(default = "hard")]
    #[config(layer_attr(arg(
        long = "revocation-failure",
        env = "BALABAQSHA_REVOCATION_FAILURE"
    )))]
    pub failure: Failure,
    /// For `soft`: how long after its end an answer still counts
    #[config(default = 24, deserialize_with = span::hours, layer_attr(arg(skip)))]
    pub overdue_hours: TimeDelta,
    /// Whether responders are asked
    #[config(default = true, layer_attr(arg(skip)))]
    pub ocsp: bool,
    /// Whether lists are fetched when no responder gave an answer
    #[config(default = true, layer_attr(arg(skip)))]
    pub crl: bool,
    /// Whether questions carry a nonce; some responders refuse questions with one
    #[config(default = true, layer_attr(arg(skip)))]
    pub nonce: bool,
    /// The digest by which questions name a certificate: sha1 or sha256
    #[config(default = "sha256", layer_attr(arg(skip)))]
    pub certificate_id: CertificateId,
    /// How old an answer may be that does not say until when it holds
    #[config(default = 60, deserialize_with = span::minutes, layer_attr(arg(skip)))]
    pub longest_age_minutes: TimeDelta,
    /// For how long an answer is used again, as long as it holds
    #[config(default = 300, deserialize_with = span::seconds, layer_attr(arg(skip)))]
    pub keep_answers_seconds: TimeDelta,
    /// For how long a list is used again, as long as it holds
    #[config(default = 3600, deserialize_with = span::seconds, layer_attr(arg(skip)))]
    pub keep_lists_seconds: TimeDelta,
    /// For how long an address is left alone after it failed three times in a row
    #[config(default = 30, deserialize_with = span::seconds, layer_attr(arg(skip)))]
    pub rest_seconds: TimeDelta,
    /// Services of authorities whose certificates name none, or the wrong ones: tables
    /// [[revocation.authorities]] with `certificate` (a file, PEM or DER) and the lists of addresses
    /// `ocsp`, `crl`, `delta_crl`
    #[config(default = [], layer_attr(arg(skip)))]
    pub authorities: Vec<Authority>,
    /// Whether missing certificates of authorities are fetched from where certificates say
    /// (AIA caIssuers); only together with `hosts`
    #[config(default = false, layer_attr(arg(skip)))]
    pub fetch_issuers: bool,
    /// Hosts that may be asked about revocation, by exact name; none means any with a public address
    #[config(default = [])]
    #[config(layer_attr(arg(
        long = "revocation-hosts",
        env = "BALABAQSHA_REVOCATION_HOSTS",
        value_name = "HOST",
        num_args = 1..,
        value_delimiter = ','
    )))]
    pub hosts: Vec<String>,
    /// Ask about revocation also in private networks and on this machine
    #[config(default = false)]
    #[config(layer_attr(arg(
        long = "revocation-private-addresses",
        env = "BALABAQSHA_REVOCATION_PRIVATE_ADDRESSES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )))]
    pub private_addresses: bool,
    /// For the connection of one question
    #[config(default = 3, deserialize_with = units::seconds, layer_attr(arg(skip)))]
    pub connect_timeout_seconds: Duration,
    /// For one question with its answer
    #[config(default = 8, deserialize_with = units::seconds, layer_attr(arg(skip)))]
    pub timeout_seconds: Duration,
    /// For everything that one signature makes the service ask
    #[config(default = 20, deserialize_with = units::seconds, layer_attr(arg(skip)))]
    pub patience_seconds: Duration,
    /// Questions under way at once; waiting for a turn is not the time of one question
    #[config(default = 32, layer_attr(arg(skip)))]
    pub concurrent: usize,
    /// The largest OCSP answer, time stamp or certificate
    #[config(default = 65_536, layer_attr(arg(skip)))]
    pub largest_answer_bytes: usize,
    /// The largest list
    #[config(default = 33_554_432, layer_attr(arg(skip)))]
    pub largest_list_bytes: usize,
}

impl Default for Revocation {
    fn default() -> Self {
        super::defaults()
    }
}

/// What happens where nobody gives a fresh answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Failure {
    /// The verdict is INDETERMINATE, and no act is accepted.
    Hard,
    /// An answer that ran out some hours ago counts; without any answer it is as with `hard`.
    Soft,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CertificateId {
    Sha1,
    Sha256,
}

impl CertificateId {
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::Sha1 => Digest::Sha1,
            Self::Sha256 => Digest::Sha256,
        }
    }
}

/// Where to ask about the certificates of one authority, instead of where they say themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// File with the certificate of the authority, PEM or DER.
    pub certificate: PathBuf,
    #[serde(default)]
    pub ocsp: Vec<String>,
    #[serde(default)]
    pub crl: Vec<String>,
    #[serde(default)]
    pub delta_crl: Vec<String>,
}
