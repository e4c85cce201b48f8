//! A mobile number of Kazakhstan in E.164 form.

use crate::text::typed::ungrouped;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number of Kazakhstan")]
pub struct NotAPhone;

/// A mobile number of Kazakhstan: `+77` and nine digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, pattern = r"^\+77[0-9]{9}$", example = "+77011234567")
)]
pub struct Phone(String);

impl Phone {
    /// Reads `+7 701 123-45-67`, `8 (701) 1234567`, `701 123 45 67` and the like.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let typed = ungrouped(text);
        let digits = typed.strip_prefix('+').unwrap_or(&typed);
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAPhone);
        }
        let national = match digits.len() {
            10 if digits == typed => Some(digits),
            11 => digits
                .strip_prefix('7')
                .or_else(|| digits.strip_prefix('8')),
            _ => None,
        };
        let mobile = national.filter(|national| national.starts_with('7'));
        mobile
            .map(|mobile| Self(format!("+7{mobile}")))
            .ok_or(NotAPhone)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    /// In groups, as people read it: `+7 701 123 45 67`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_str();
        for (index, length) in [2, 3, 3, 2, 2].into_iter().enumerate() {
            let (group, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if index > 0 {
                f.write_str("\u{a0}")?;
            }
            f.write_str(group)?;
            rest = behind;
        }
        Ok(())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(•••)")
    }
}

impl TryFrom<String> for Phone {
    type Error = NotAPhone;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

#[cfg(test)]
mod tests {
    use super::Phone;

    #[rstest::rstest]
    #[case("+77011234567", Some("+77011234567"))]
    #[case("8 (701) 123-45-67", Some("+77011234567"))]
    #[case("7 701 123 45 67", Some("+77011234567"))]
    #[case("+7 495 123 45 67", None)]
    #[case("+770112345678", None)]
    #[case("7011234567", Some("+77011234567"))]
    #[case(
        "\u{202a}+7\u{a0}701\u{2011}123\u{2013}45\u{2212}67\u{202c}",
        Some("+77011234567")
    )]
    #[case("8.701.123.45.67", Some("+77011234567"))]
    #[case("+7011234567", None)]
    #[case("7701123456", Some("+77701123456"))]
    #[case("+7701123456a", None)]
    #[case("", None)]
    fn a_number_is_brought_to_one_form(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            Phone::parse(text).ok().as_ref().map(Phone::as_str),
            expected
        );
    }

    #[test]
    fn a_number_is_shown_in_groups() {
        let phone = Phone::parse("87011234567").unwrap();
        assert_eq!(phone.to_string(), "+7\u{a0}701\u{a0}123\u{a0}45\u{a0}67");
    }
}
