//! The child of an application, and the names of persons.

use crate::{
    iin::Iin,
    text::{
        self,
        typed::{is_apostrophe, is_dash, one_alphabet, tidy},
    },
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name has more than {} characters", NamePart::MAX_CHARS)]
    TooLong,
    /// With those characters, each once.
    #[error("the name has characters that names do not have")]
    Characters(String),
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

    /// Letters with single spaces, hyphens and apostrophes between them. What looks the same is the
    /// same: letters are composed and of one alphabet in a word, marks that are not seen are dropped,
    /// dashes and apostrophes of all kinds are one.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if text.len() > Self::MAX_CHARS * 8 {
            return Err(NameError::TooLong);
        }
        let plain: String = tidy(text)
            .chars()
            .map(|c| match c {
                _ if is_dash(c) => '-',
                _ if is_apostrophe(c) => '\'',
                _ => c,
            })
            .collect();
        let words: Vec<&str> = plain.split('-').map(str::trim).collect();
        let name = one_alphabet(&words.join("-")).into_owned();
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(NameError::TooLong);
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(NameError::Characters(name.chars().take(1).collect()));
        }
        let mut wrong = String::new();
        let mut before = ' ';
        for c in name.chars() {
            let fits = c.is_alphabetic() && !text::is_hidden(c)
                || matches!(c, ' ' | '-' | '\'')
                || is_mark(c) && (before.is_alphabetic() || is_mark(before));
            if !fits && !wrong.contains(c) {
                wrong.push(if text::is_hidden(c) {
                    text::REPLACEMENT
                } else {
                    c
                });
            }
            before = c;
        }
        if wrong.is_empty() {
            Ok(Self(name))
        } else {
            Err(NameError::Characters(wrong))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mark over or under a letter for which Unicode has no composed letter.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}')
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
    #[case("-", Err(NameError::Characters("-".into())))]
    #[case("R2D2", Err(NameError::Characters("2".into())))]
    #[case("<b>", Err(NameError::Characters("<>".into())))]
    #[case("а\u{7}б", Err(NameError::Characters("\u{fffd}".into())))]
    #[case("Аи\u{306}лин", Ok("Айлин"))]
    #[case("Айлiн", Ok("Айлін"))]
    #[case("Cepикова", Ok("Серикова"))]
    #[case("\u{feff}Айлин\u{200b}", Ok("Айлин"))]
    #[case("О\u{2019}Коннор \u{2013} Ұлы", Ok("О'Коннор-Ұлы"))]
    #[case("D\u{2bc}Artagnan", Ok("D'Artagnan"))]
    #[case("Nguye\u{302}\u{303}n", Ok("Nguyễn"))]
    #[case("გიორგი", Ok("გიორგი"))]
    fn names_have_letters(#[case] text: &str, #[case] expected: Result<&str, NameError>) {
        assert_eq!(
            NamePart::parse(text).as_ref().map(NamePart::as_str),
            expected.as_ref().copied()
        );
    }

    #[test]
    fn a_name_that_was_read_is_read_again_as_it_is() {
        for text in ["О’Коннор – Ұлы", "Айлiн", "Nguye\u{302}\u{303}n"] {
            let name = NamePart::parse(text).unwrap();
            assert_eq!(NamePart::parse(name.as_str()), Ok(name));
        }
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
