//! Individual and business identification numbers: twelve digits with a control digit.
//!
//! A birth date that differs from the digits of the number is not an error (the link was
//! abolished in 2013): [`Iin::birth_date`] is for a warning only.

use crate::text::typed::{digit_meant, ungrouped};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Why a text is not a number of a person or an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("twelve digits are expected")]
    Form,
    #[error("the control digit does not fit")]
    ControlDigit,
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident, $example:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(
            feature = "openapi",
            derive(utoipa::ToSchema),
            schema(value_type = String, pattern = "^[0-9]{12}$", example = $example)
        )]
        pub struct $name([u8; 12]);

        impl $name {
            /// Reads twelve digits and checks the control digit.
            pub fn parse(text: &str) -> Result<Self, NumberError> {
                let digits = digits(text).ok_or(NumberError::Form)?;
                if control_digit(&digits) == digits.last().copied() {
                    Ok(Self(digits))
                } else {
                    Err(NumberError::ControlDigit)
                }
            }

            /// Reads what somebody has typed: groups of digits, and letters that look like one.
            pub fn typed(text: &str) -> Result<Self, NumberError> {
                let digits: String = ungrouped(text)
                    .chars()
                    .map(|c| digit_meant(c).unwrap_or(c))
                    .collect();
                Self::parse(&digits)
            }

            /// Twelve digits without the control sum: only for certificates under a *test*
            /// authority, whose published keys carry numbers that fail it.
            pub fn parse_of_test_authority(text: &str) -> Result<Self, NumberError> {
                digits(text).map(Self).ok_or(NumberError::Form)
            }

            /// The number with its last six digits hidden.
            #[must_use]
            pub fn masked(&self) -> String {
                let mut text: String = self.to_string().chars().take(6).collect();
                text.push_str("••••••");
                text
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|digit| write!(f, "{digit}"))
            }
        }

        // Personal data stays out of logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(••••••••••••)"))
            }
        }

        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NumberError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.to_string()
            }
        }
    )+};
}

numbers! {
    /// Number of a person (ЖСН / ИИН).
    Iin, "850715300013";
    /// Number of an organisation (БСН / БИН).
    Bin, "050440000012";
}

impl Iin {
    /// The birth date that the digits tell, where they tell one.
    #[must_use]
    pub fn birth_date(&self) -> Option<NaiveDate> {
        let [y1, y2, m1, m2, d1, d2, century, ..] = self.0;
        let base = match century {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            _ => return None,
        };
        NaiveDate::from_ymd_opt(
            base + i32::from(y1) * 10 + i32::from(y2),
            u32::from(m1) * 10 + u32::from(m2),
            u32::from(d1) * 10 + u32::from(d2),
        )
    }
}

fn digits(text: &str) -> Option<[u8; 12]> {
    let bytes: [u8; 12] = text.as_bytes().try_into().ok()?;
    bytes
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| bytes.map(|byte| byte - b'0'))
}

/// The control digit of the first eleven; none when the number does not exist.
fn control_digit(digits: &[u8; 12]) -> Option<u8> {
    const FIRST: [u16; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const SECOND: [u16; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    [FIRST, SECOND].iter().find_map(|weights| {
        let sum: u16 = digits
            .iter()
            .zip(weights)
            .map(|(digit, weight)| u16::from(*digit) * weight)
            .sum();
        u8::try_from(sum % 11).ok().filter(|control| *control < 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    fn existing_numbers_are_read(
        #[values(
            "210104500011",
            "200629650017",
            "221231600023",
            "190830600049",
            "850715300013",
            "880229400023",
            "911201300035",
            "951010300054",
            "230228500035",
            "200229500055",
            "181101500061",
            "210314600012",
            "880512300611"
        )]
        text: &str,
    ) {
        assert_eq!(Iin::parse(text).map(|iin| iin.to_string()), Ok(text.into()));
    }

    #[test]
    fn a_number_whose_second_sum_is_ten_does_not_exist() {
        for digit in 0..10 {
            assert_eq!(
                Iin::parse(&format!("21031460005{digit}")),
                Err(NumberError::ControlDigit)
            );
        }
    }

    #[rstest::rstest]
    #[case("210104500012", NumberError::ControlDigit)]
    #[case("21010450001", NumberError::Form)]
    #[case("2101045000111", NumberError::Form)]
    #[case("21010450001a", NumberError::Form)]
    #[case("\u{ff12}10104500011", NumberError::Form)]
    #[case("", NumberError::Form)]
    fn anything_else_is_refused(#[case] text: &str, #[case] error: NumberError) {
        assert_eq!(Iin::parse(text), Err(error));
    }

    #[rstest::rstest]
    fn a_typed_number_is_read_as_it_looks(
        #[values(
            "850715 300013",
            " 850715-300013 ",
            "8507\u{2013}1530\u{a0}0013",
            "\u{202a}85O7153ООО13\u{202c}",
            "\u{ff18}\u{ff15}0715300013"
        )]
        text: &str,
    ) {
        assert_eq!(Iin::typed(text), Iin::parse("850715300013"));
        assert_eq!(Iin::parse(text), Err(NumberError::Form));
    }

    #[test]
    fn numbers_of_a_test_authority_pass_without_the_sum() {
        assert!(Iin::parse("123456789011").is_err());
        assert!(Iin::parse_of_test_authority("123456789011").is_ok());
        assert!(Iin::parse_of_test_authority("12345678901").is_err());
    }

    #[test]
    fn the_digits_tell_a_birth_date() {
        let date = |text| Iin::parse(text).unwrap().birth_date();
        assert_eq!(date("210104500011"), NaiveDate::from_ymd_opt(2021, 1, 4));
        assert_eq!(date("850715300013"), NaiveDate::from_ymd_opt(1985, 7, 15));
    }

    #[test]
    fn neither_debug_nor_mask_shows_the_number() {
        let iin = Iin::parse("850715300013").unwrap();
        assert!(!format!("{iin:?}").contains("850715"));
        assert_eq!(iin.masked(), "850715••••••");
    }
}
