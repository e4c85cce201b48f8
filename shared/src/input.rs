//! What people type, read into domain types, in pages and service alike. A refusal names what was
//! read and the real reason.

use crate::{
    child::{NameError, NamePart},
    code::Code,
    comment::{Comment, CommentError},
    date::{self, DateError},
    email::Email,
    iin::{Iin, NumberError},
    number::ApplicationNumber,
    phone::Phone,
    rules::Violation,
    text::{
        self,
        typed::{tidy, ungrouped},
    },
};
use chrono::NaiveDate;

/// What was typed as a domain type, or why it is none.
pub type Read<T> = Result<T, Violation>;

/// Of what was typed a refusal shows so much.
const SHOWN_CHARS: usize = 40;

/// A refusal that says what was read.
fn refusal(code: Code, typed: &str) -> Violation {
    Violation::new(code).with("read", shown(typed))
}

fn shown(typed: &str) -> String {
    let tidy = tidy(typed);
    let visible = text::visible(&tidy);
    let mut shown: String = visible.chars().take(SHOWN_CHARS).collect();
    if shown.len() < visible.len() {
        shown.push('…');
    }
    shown
}

/// Whether something else than spaces and invisible marks was typed.
fn filled(typed: &str) -> Read<()> {
    if tidy(typed).is_empty() {
        Err(Violation::new(Code::FieldRequired))
    } else {
        Ok(())
    }
}

pub fn iin(typed: &str) -> Read<Iin> {
    filled(typed)?;
    Iin::typed(typed).map_err(|error| match error {
        NumberError::Form => {
            let digits = ungrouped(typed)
                .chars()
                .filter(char::is_ascii_digit)
                .count();
            refusal(Code::IinInvalid, typed).with("digits", digits)
        }
        NumberError::ControlDigit => refusal(Code::IinInvalid, typed),
    })
}

pub fn name(typed: &str) -> Read<NamePart> {
    NamePart::parse(typed).map_err(|error| match error {
        NameError::Empty => Violation::new(Code::FieldRequired),
        NameError::TooLong => Violation::new(Code::FieldTooLong).with("limit", NamePart::MAX_CHARS),
        NameError::Characters(wrong) => refusal(Code::NameInvalid, typed)
            .with("wrong", wrong.chars().take(SHOWN_CHARS).collect::<String>()),
    })
}

/// What may be absent.
pub fn optional<T>(typed: &str, read: impl FnOnce(&str) -> Read<T>) -> Read<Option<T>> {
    if filled(typed).is_err() {
        Ok(None)
    } else {
        read(typed).map(Some)
    }
}

pub fn phone(typed: &str) -> Read<Phone> {
    filled(typed)?;
    Phone::parse(typed).map_err(|_| refusal(Code::PhoneInvalid, typed))
}

pub fn email(typed: &str) -> Read<Email> {
    filled(typed)?;
    Email::parse(typed).map_err(|_| refusal(Code::EmailInvalid, typed))
}

pub fn application_number(typed: &str) -> Read<ApplicationNumber> {
    filled(typed)?;
    ApplicationNumber::typed(typed).map_err(|_| refusal(Code::NumberInvalid, typed))
}

/// A day that has been.
pub fn birth_date(typed: &str, today: NaiveDate) -> Read<NaiveDate> {
    filled(typed)?;
    let date = date::read(typed).map_err(|error| match error {
        DateError::Unreadable => refusal(Code::DateUnreadable, typed),
        DateError::NoSuchMonth => refusal(Code::MonthImpossible, typed),
        DateError::NoSuchDay { days } => refusal(Code::DayImpossible, typed).with("days", days),
    })?;
    if date > today {
        return Err(Violation::new(Code::BirthDateInvalid).with_day("read", date));
    }
    Ok(date)
}

/// Free words, which may be absent.
pub fn comment(typed: &str) -> Read<Option<Comment>> {
    match Comment::parse(typed) {
        Ok(comment) => Ok(Some(comment)),
        Err(CommentError::Empty) => Ok(None),
        Err(CommentError::TooLong) => {
            Err(Violation::new(Code::FieldTooLong).with("limit", Comment::MAX_CHARS))
        }
        Err(CommentError::Characters) => Err(Violation::new(Code::TextInvalid)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use rstest::rstest;

    fn said<T: std::fmt::Debug>(read: Read<T>) -> (Code, String) {
        let violation = read.unwrap_err();
        (violation.code, violation.sentence(Language::Ru))
    }

    #[rstest]
    #[case("8507153000", &["«8507153000»", "цифр — 10"])]
    #[case("850715 300014", &["«850715 300014»", "контрольная цифра"])]
    fn an_iin_is_refused_by_its_reason(#[case] typed: &str, #[case] parts: &[&str]) {
        let (found, sentence) = said(iin(typed));
        assert_eq!(found, Code::IinInvalid);
        for part in parts {
            assert!(sentence.contains(part), "{sentence}");
        }
    }

    #[rstest]
    #[case("31.02.2022", Code::DayImpossible, "28")]
    #[case("31 апреля 2022", Code::DayImpossible, "«31 апреля 2022»")]
    #[case("15.13.2022", Code::MonthImpossible, "«15.13.2022»")]
    #[case("апреля", Code::DateUnreadable, "«апреля»")]
    #[case("24.11.26", Code::BirthDateInvalid, "24.11.2026")]
    fn a_birth_date_is_refused_by_its_reason(
        #[case] typed: &str,
        #[case] code: Code,
        #[case] part: &str,
    ) {
        let (found, sentence) = said(birth_date(typed, "2026-11-23".parse().unwrap()));
        assert_eq!(found, code);
        assert!(sentence.contains(part), "{sentence}");
        assert!(!sentence.contains('{'), "{sentence}");
    }

    #[test]
    fn a_name_is_refused_with_the_characters_that_do_not_fit() {
        let (code, sentence) = said(name("Серик0ва"));
        assert_eq!(code, Code::NameInvalid);
        assert!(sentence.contains("«0»"), "{sentence}");
    }

    #[test]
    fn nothing_but_invisible_marks_is_nothing() {
        assert_eq!(said(iin("\u{200b}\u{a0}")).0, Code::FieldRequired);
        assert_eq!(said(phone("\u{200e}")).0, Code::FieldRequired);
        assert_eq!(comment("\u{feff}"), Ok(None));
    }

    #[test]
    fn only_the_beginning_of_a_long_text_is_shown() {
        let (_, sentence) = said(phone(&"1".repeat(10_000)));
        assert!(sentence.chars().count() < 200, "{sentence}");
    }
}
