//! The one error of all use cases: a refusal that the reader gets in full, or a failure whose
//! details stay in the log.

use crate::push::single_flight::FailedForAll;
use balabaqsha_shared::{
    application::InvalidTransition,
    calendar::NotCovered,
    code::{Code, Params},
    entity::LapseError,
    rules::Violation,
};
use balabaqsha_store as store;
use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// A violation with the place in the request it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// JSON Pointer (RFC 6901); empty for a condition that is not a field.
    pub pointer: String,
    pub violation: Violation,
}

/// Something the rules or the input do not allow. Nothing was changed.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: Code,
    pub params: Params,
    pub errors: Vec<Located>,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be what somebody has typed about a child.
        f.debug_struct("Refusal")
            .field("code", &self.code)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused: {}", .0.code)]
    Refused(Box<Refusal>),
    #[error("storage: {0}")]
    Storage(#[from] store::Error),
    #[error("calendar: {0}")]
    Calendar(#[from] NotCovered),
    /// What the rules have allowed, the state does not know.
    #[error("state: {0}")]
    Transition(#[from] InvalidTransition),
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// A refusal with one code.
    #[must_use]
    pub fn refused(code: Code) -> Self {
        Violation::new(code).into()
    }

    pub fn internal(error: impl fmt::Display) -> Self {
        Self::Internal(error.to_string())
    }

    /// All that is wrong with the fields of a request.
    #[must_use]
    pub fn invalid(errors: Vec<Located>) -> Self {
        Self::Refused(Box::new(Refusal {
            code: Code::ValidationFailed,
            params: Params::new(),
            errors,
        }))
    }

    /// A refusal of a part of the request: what it says of fields is below the pointer of the part.
    #[must_use]
    pub fn within(self, part: &str) -> Self {
        let Self::Refused(mut refusal) = self else {
            return self;
        };
        if refusal.errors.is_empty() {
            refusal.errors.push(Located {
                pointer: String::new(),
                violation: Violation {
                    code: refusal.code,
                    params: refusal.params.clone(),
                },
            });
        }
        for error in &mut refusal.errors {
            error.pointer.insert_str(0, part);
        }
        Self::Refused(refusal)
    }

    /// A refusal by a rule: the first violation names the problem, all of them are listed.
    #[must_use]
    pub fn by_rule(violations: Vec<Violation>) -> Option<Self> {
        Self::by_rule_on(violations, |_| "")
    }

    /// The same where violations are about fields of the request.
    #[must_use]
    pub fn by_rule_on(
        violations: Vec<Violation>,
        pointer: impl Fn(Code) -> &'static str,
    ) -> Option<Self> {
        let first = violations.first()?.clone();
        Some(Self::Refused(Box::new(Refusal {
            code: first.code,
            params: first.params,
            errors: violations
                .into_iter()
                .map(|violation| Located {
                    pointer: pointer(violation.code).to_owned(),
                    violation,
                })
                .collect(),
        })))
    }
}

impl From<FailedForAll> for Error {
    fn from(_: FailedForAll) -> Self {
        Self::refused(Code::Unavailable)
    }
}

impl From<LapseError> for Error {
    fn from(error: LapseError) -> Self {
        match error {
            LapseError::Transition(error) => error.into(),
            LapseError::Calendar(error) => error.into(),
        }
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::Refused(Box::new(Refusal {
            code: violation.code,
            params: violation.params,
            errors: Vec::new(),
        }))
    }
}
