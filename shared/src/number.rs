//! The numbers people read out on the phone: `АКТ-2026-004512` of an application,
//! `АКТ-Н-2026-001873` of a referral.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number of this form")]
pub struct NotANumber;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident, $infix:literal, $example:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(
            feature = "openapi",
            derive(utoipa::ToSchema),
            schema(value_type = String, example = $example)
        )]
        pub struct $name(String);

        impl $name {
            /// The `serial`-th number of a year in a region.
            #[must_use]
            pub fn new(region: &str, year: i32, serial: u32) -> Self {
                Self(format!(concat!("{}", $infix, "-{}-{:06}"), region, year, serial))
            }

            pub fn parse(text: &str) -> Result<Self, NotANumber> {
                let fits = (|| {
                    let (region, rest) = text.split_once(concat!($infix, "-"))?;
                    let (year, serial) = rest.split_once('-')?;
                    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
                    Some(
                        (2..=5).contains(&region.chars().count())
                            && region.chars().all(char::is_uppercase)
                            && year.len() == 4
                            && (6..=9).contains(&serial.len())
                            && digits(year)
                            && digits(serial),
                    )
                })();
                if fits == Some(true) { Ok(Self(text.to_owned())) } else { Err(NotANumber) }
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotANumber;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    )+};
}

numbers! {
    /// Number of an application.
    ApplicationNumber, "", "АКТ-2026-004512";
    /// Number of a referral.
    ReferralNumber, "-Н", "АКТ-Н-2026-001873";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read() {
        let application = ApplicationNumber::new("АКТ", 2026, 4512);
        assert_eq!(application.as_str(), "АКТ-2026-004512");
        assert_eq!(ApplicationNumber::parse("АКТ-2026-004512"), Ok(application));
        let referral = ReferralNumber::new("АКТ", 2026, 1873);
        assert_eq!(referral.as_str(), "АКТ-Н-2026-001873");
        assert_eq!(ReferralNumber::parse("АКТ-Н-2026-001873"), Ok(referral));
    }

    #[test]
    fn one_kind_is_never_read_as_the_other() {
        assert!(ApplicationNumber::parse("АКТ-Н-2026-001873").is_err());
        assert!(ReferralNumber::parse("АКТ-2026-004512").is_err());
        assert!(ApplicationNumber::parse("АКТ-26-1").is_err());
    }
}
