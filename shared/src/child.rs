//! The child of an application, and the names of persons.

use crate::{iin::Iin, text};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name has more than {} characters", NamePart::MAX_CHARS)]
    TooLong,
    #[error("the name has characters that names do not have")]
    Characters,
}

/// A surname, a given name or a patronymic.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(
    feature = "openapi",
    derive(utoipa::ToSchema),
    schema(value_type = String, min_length = 1, max_length = 64, example = "Серикова")
)]
pub struct NamePart(String);

impl NamePart {
    pub const MAX_CHARS: usize = 64;

    /// Letters with single spaces, hyphens and apostrophes between them; outer and repeated
    /// spaces are dropped.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.len() > Self::MAX_CHARS * 8 {
            return Err(NameError::TooLong);
        }
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong);
        }
        let fits = name.chars().any(char::is_alphabetic)
            && name.chars().all(|c| {
                c.is_alphabetic() && !text::is_hidden(c) || matches!(c, ' ' | '-' | '\'' | '’')
            });
        if fits {
            Ok(Self(name))
        } else {
            Err(NameError::Characters)
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NamePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NamePart(•••)")
    }
}

impl TryFrom<String> for NamePart {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<NamePart> for String {
    fn from(name: NamePart) -> Self {
        name.0
    }
}

/// A child as the application or the registry names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Child {
    pub iin: Iin,
    pub surname: NamePart,
    pub given_name: NamePart,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<NamePart>,
    pub birth_date: NaiveDate,
}

impl Child {
    /// Surname, given name and, where there is one, patronymic.
    #[must_use]
    pub fn full_name(&self) -> String {
        let patronymic = self.patronymic.as_ref().map(NamePart::as_str);
        [
            Some(self.surname.as_str()),
            Some(self.given_name.as_str()),
            patronymic,
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
    }

    /// The calendar year of birth, which names the queue (R5).
    #[must_use]
    pub fn birth_year(&self) -> i32 {
        self.birth_date.year()
    }

    /// A warning, never an error: the digits of the IIN tell another birth date.
    #[must_use]
    pub fn birth_date_differs_from_iin(&self) -> bool {
        self.iin.birth_date() != Some(self.birth_date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case(" Серикова ", Ok("Серикова"))]
    #[case("Әбу  Али", Ok("Әбу Али"))]
    #[case("Нур-Султан", Ok("Нур-Султан"))]
    #[case("O'Neil", Ok("O'Neil"))]
    #[case("  ", Err(NameError::Empty))]
    #[case("-", Err(NameError::Characters))]
    #[case("R2D2", Err(NameError::Characters))]
    #[case("<b>", Err(NameError::Characters))]
    fn names_have_letters(#[case] text: &str, #[case] expected: Result<&str, NameError>) {
        assert_eq!(
            NamePart::parse(text).as_ref().map(NamePart::as_str),
            expected.as_ref().copied()
        );
    }

    #[test]
    fn a_name_has_at_most_64_characters() {
        assert!(NamePart::parse(&"ә".repeat(64)).is_ok());
        assert_eq!(NamePart::parse(&"ә".repeat(65)), Err(NameError::TooLong));
        assert_eq!(
            NamePart::parse(&"ә".repeat(100_000)),
            Err(NameError::TooLong)
        );
    }
}
