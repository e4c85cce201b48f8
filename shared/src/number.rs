//! The numbers people read out on the phone: `АКТ-2026-004512` of an application,
//! `АКТ-Н-2026-001873` of a referral.

use crate::text::typed::{cyrillic_alike, digit_meant, is_grouping, tidy, ungrouped};
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

            /// Reads what somebody has typed: in Latin letters that look the same, in small ones,
            /// with dashes of any kind or none, without the zeros before the serial number.
            pub fn typed(text: &str) -> Result<Self, NotANumber> {
                let typed = Typed::read(text).ok_or(NotANumber)?;
                let Typed { year, serial, .. } = &typed;
                let region = typed
                    .region($infix.trim_start_matches('-'))
                    .ok_or(NotANumber)?;
                Self::parse(&format!(concat!("{}", $infix, "-{}-{:0>6}"), region, year, serial))
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

/// What was typed, taken apart.
struct Typed {
    /// Capital Cyrillic letters, in their groups.
    letters: Vec<String>,
    year: String,
    serial: String,
}

impl Typed {
    fn read(text: &str) -> Option<Self> {
        let tidy = tidy(text);
        let (letters, digits) = tidy.split_at_checked(tidy.find(|c: char| c.is_numeric())?)?;
        let letters = letters
            .trim_start_matches(['№', '#'])
            .split(is_grouping)
            .filter(|group| !group.is_empty())
            .map(capital_cyrillic)
            .collect();
        let meant = |c: char| digit_meant(c).unwrap_or(c);
        let year_is_apart = digits.chars().position(is_grouping);
        if year_is_apart.is_some_and(|length| length != 4) {
            return None;
        }
        let digits: String = ungrouped(digits).chars().map(meant).collect();
        let (year, serial) = digits
            .split_at_checked(4)
            .filter(|(_, serial)| !serial.is_empty())?;
        Some(Self {
            letters,
            year: year.to_owned(),
            serial: serial.to_owned(),
        })
    }

    /// The region, when the sign of the kind stands behind it, apart or not.
    fn region(&self, sign: &str) -> Option<String> {
        match self.letters.as_slice() {
            [region] => region.strip_suffix(sign).map(ToOwned::to_owned),
            [region, kind] if kind == sign && !sign.is_empty() => Some(region.clone()),
            _ => None,
        }
    }
}

fn capital_cyrillic(letters: &str) -> String {
    letters
        .chars()
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            // The sign of a referral, written as it sounds.
            'N' => 'Н',
            _ => cyrillic_alike(c).unwrap_or(c),
        })
        .collect()
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

    #[rstest::rstest]
    fn a_typed_number_is_read_as_it_looks(
        #[values(
            "АКТ-2026-004512",
            "AKT-2026-004512",
            "акт 2026 004512",
            "АКТ2026004512",
            "АКТ\u{2013}2026\u{2014}004512",
            "№ АКТ\u{2011}2026\u{2011}4512",
            "\u{200e}aKt\u{a0}-\u{a0}2026 - 004512",
            "АКТ-2О26-ОО4512"
        )]
        text: &str,
    ) {
        let expected = ApplicationNumber::new("АКТ", 2026, 4512);
        assert_eq!(ApplicationNumber::typed(text), Ok(expected));
    }

    #[rstest::rstest]
    fn the_number_of_a_referral_as_well(
        #[values("AKT-H-2026-001873", "акт н 2026 1873", "AKTN2026001873")] text: &str,
    ) {
        let expected = ReferralNumber::new("АКТ", 2026, 1873);
        assert_eq!(ReferralNumber::typed(text), Ok(expected));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "АКТ",
            "2026-004512",
            "АКТ-26-4512",
            "АКТ-2026-0045x2",
            "АКТ-2026-",
            "AKT-H-2026-004512",
        ] {
            assert_eq!(ApplicationNumber::typed(text), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn one_kind_is_never_read_as_the_other() {
        assert!(ApplicationNumber::parse("АКТ-Н-2026-001873").is_err());
        assert!(ReferralNumber::parse("АКТ-2026-004512").is_err());
        assert!(ApplicationNumber::parse("АКТ-26-1").is_err());
    }
}
