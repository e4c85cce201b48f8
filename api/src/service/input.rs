//! Turns what people typed into domain types, naming everything that is wrong at once.

use crate::error::{Error, Located, Result};
use balabaqsha_shared::{child::Child, dto::ChildInput, input, rules::Violation};
use chrono::NaiveDate;

/// Collects violations while fields are read.
#[derive(Debug, Default)]
pub struct Fields {
    errors: Vec<Located>,
}

impl Fields {
    /// Notes what is wrong with the field at a JSON Pointer.
    pub fn refuse(&mut self, pointer: impl Into<String>, violation: Violation) {
        self.errors.push(Located {
            pointer: pointer.into(),
            violation,
        });
    }

    /// What was read, or a note of the refusal.
    pub fn read<T>(&mut self, pointer: &str, read: std::result::Result<T, Violation>) -> Option<T> {
        read.map_err(|violation| self.refuse(pointer, violation))
            .ok()
    }

    /// A child; none when any part of it is wrong.
    pub fn child(&mut self, pointer: &str, child: &ChildInput, today: NaiveDate) -> Option<Child> {
        let at = |field: &str| format!("{pointer}/{field}");
        let iin = self.read(&at("iin"), input::iin(&child.iin));
        let surname = self.read(&at("surname"), input::name(&child.surname));
        let given_name = self.read(&at("given_name"), input::name(&child.given_name));
        let patronymic = self.read(
            &at("patronymic"),
            input::optional(&child.patronymic, input::name),
        );
        let birth_date = self.read(
            &at("birth_date"),
            input::birth_date(&child.birth_date, today),
        );
        Some(Child {
            iin: iin?,
            surname: surname?,
            given_name: given_name?,
            patronymic: patronymic?,
            birth_date: birth_date?,
        })
    }

    /// Ends the reading: an error when anything was wrong.
    pub fn finish(self) -> Result<()> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Error::invalid(self.errors))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::Code;

    #[test]
    fn everything_that_is_wrong_is_named_at_once() {
        let mut fields = Fields::default();
        let child = fields.child(
            "/child",
            &ChildInput {
                iin: "210104500012".into(),
                surname: " ".into(),
                given_name: "4".into(),
                patronymic: String::new(),
                birth_date: "31.02.2022".into(),
            },
            "2026-11-23".parse().unwrap(),
        );
        assert!(child.is_none());
        assert!(fields.read("/contact_phone", input::phone("123")).is_none());
        let Err(Error::Refused(refusal)) = fields.finish() else {
            panic!("the fields were accepted")
        };
        assert_eq!(refusal.code, Code::ValidationFailed);
        let named: Vec<_> = refusal
            .errors
            .iter()
            .map(|error| (error.pointer.as_str(), error.violation.code))
            .collect();
        assert_eq!(
            named,
            [
                ("/child/iin", Code::IinInvalid),
                ("/child/surname", Code::FieldRequired),
                ("/child/given_name", Code::NameInvalid),
                ("/child/birth_date", Code::DayImpossible),
                ("/contact_phone", Code::PhoneInvalid),
            ]
        );
    }
}
