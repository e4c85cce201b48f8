//! Turns what people typed into domain types, naming everything that is wrong at once.

use crate::error::{Error, Located, Result};
use balabaqsha_shared::{
    child::{Child, NameError, NamePart},
    code::Code,
    comment::{Comment, CommentError},
    dto::ChildInput,
    iin::Iin,
    phone::Phone,
    rules::Violation,
};

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

    /// A field that must be filled in.
    fn required<T>(
        &mut self,
        pointer: &str,
        text: &str,
        parse: impl FnOnce(&str) -> std::result::Result<T, Violation>,
    ) -> Option<T> {
        let read = if text.trim().is_empty() {
            Err(Violation::new(Code::FieldRequired))
        } else {
            parse(text)
        };
        read.map_err(|violation| self.refuse(pointer, violation))
            .ok()
    }

    pub fn iin(&mut self, pointer: &str, text: &str) -> Option<Iin> {
        self.required(pointer, text, |text| {
            Iin::parse(text.trim()).map_err(|_| Violation::new(Code::IinInvalid))
        })
    }

    pub fn phone(&mut self, pointer: &str, text: &str) -> Option<Phone> {
        self.required(pointer, text, |text| {
            Phone::parse(text).map_err(|_| Violation::new(Code::PhoneInvalid))
        })
    }

    pub fn name(&mut self, pointer: &str, text: &str) -> Option<NamePart> {
        self.required(pointer, text, |text| {
            NamePart::parse(text).map_err(|error| match error {
                NameError::Empty => Violation::new(Code::FieldRequired),
                NameError::TooLong => {
                    Violation::new(Code::FieldTooLong).with("limit", NamePart::MAX_CHARS)
                }
                NameError::Characters => Violation::new(Code::NameInvalid),
            })
        })
    }

    /// Words that must be there, without the spaces around them.
    pub fn filled(&mut self, pointer: &str, text: &str) -> Option<String> {
        self.required(pointer, text, |text| Ok(text.trim().to_owned()))
    }

    /// Free words, which may be absent.
    pub fn comment(&mut self, pointer: &str, text: &str) -> Option<Comment> {
        match Comment::parse(text) {
            Ok(comment) => return Some(comment),
            Err(CommentError::Empty) => {}
            Err(CommentError::TooLong) => self.refuse(
                pointer,
                Violation::new(Code::FieldTooLong).with("limit", Comment::MAX_CHARS),
            ),
            Err(CommentError::Characters) => {
                self.refuse(pointer, Violation::new(Code::TextInvalid));
            }
        }
        None
    }

    /// A child; none when any part of it is wrong.
    pub fn child(&mut self, pointer: &str, input: &ChildInput) -> Option<Child> {
        let iin = self.iin(&format!("{pointer}/iin"), &input.iin);
        let surname = self.name(&format!("{pointer}/surname"), &input.surname);
        let given_name = self.name(&format!("{pointer}/given_name"), &input.given_name);
        let patronymic = if input.patronymic.trim().is_empty() {
            Some(None)
        } else {
            self.name(&format!("{pointer}/patronymic"), &input.patronymic)
                .map(Some)
        };
        Some(Child {
            iin: iin?,
            surname: surname?,
            given_name: given_name?,
            patronymic: patronymic?,
            birth_date: input.birth_date,
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
                birth_date: "2021-01-04".parse().unwrap(),
            },
        );
        assert!(child.is_none());
        assert!(fields.phone("/contact_phone", "123").is_none());
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
                ("/contact_phone", Code::PhoneInvalid),
            ]
        );
    }
}
