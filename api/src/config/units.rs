//! How values of settings are written: durations as whole numbers of the unit that the name of the
//! setting ends with, switches as `on` and `off`.

use chrono::TimeDelta;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use std::{convert::Infallible, time::Duration};

pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_secs)
}

/// Spans that are added to moments.
pub(super) mod span {
    use super::{Deserialize, Deserializer, TimeDelta};

    pub(in crate::config) fn hours<'de, D>(deserializer: D) -> Result<TimeDelta, D::Error>
    where
        D: Deserializer<'de>,
    {
        u32::deserialize(deserializer).map(|number| TimeDelta::hours(number.into()))
    }

    pub(in crate::config) fn minutes<'de, D>(deserializer: D) -> Result<TimeDelta, D::Error>
    where
        D: Deserializer<'de>,
    {
        u32::deserialize(deserializer).map(|number| TimeDelta::minutes(number.into()))
    }

    pub(in crate::config) fn seconds<'de, D>(deserializer: D) -> Result<TimeDelta, D::Error>
    where
        D: Deserializer<'de>,
    {
        u32::deserialize(deserializer).map(|number| TimeDelta::seconds(number.into()))
    }
}

pub(super) fn on_or_off() -> impl TypedValueParser<Value = bool> {
    PossibleValuesParser::new(["on", "off"]).map(|word| word == "on")
}

/// A value that neither messages nor debug output show.
pub(super) fn secret(text: &str) -> Result<SecretString, Infallible> {
    Ok(text.into())
}
