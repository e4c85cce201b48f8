//! A mobile number of Kazakhstan in E.164 form.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number of Kazakhstan")]
pub struct NotAPhone;

/// `+77XXXXXXXXX`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, pattern = r"^\+77[0-9]{9}$", example = "+77011234567")
)]
pub struct Phone(String);

impl Phone {
    /// Reads `+7 701 123-45-67`, `8 (701) 1234567` and the like.
    pub fn parse(text: &str) -> Result<Self, NotAPhone> {
        let mut digits = String::with_capacity(11);
        for (position, character) in text.trim().chars().enumerate() {
            match character {
                '0'..='9' if digits.len() < 11 => digits.push(character),
                '+' if position == 0 => {}
                ' ' | '-' | '(' | ')' | '\u{a0}' => {}
                _ => return Err(NotAPhone),
            }
        }
        let national = digits
            .strip_prefix('7')
            .or_else(|| digits.strip_prefix('8'))
            .filter(|national| national.len() == 10 && national.starts_with('7'))
            .ok_or(NotAPhone)?;
        Ok(Self(format!("+7{national}")))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
    #[case("7011234567", None)]
    #[case("+7701123456a", None)]
    #[case("", None)]
    fn a_number_is_brought_to_one_form(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            Phone::parse(text).ok().as_ref().map(Phone::as_str),
            expected
        );
    }
}
