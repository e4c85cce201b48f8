//! Why a request brought nothing, and the words for it.

use crate::i18n::{Locale, td_string};
use balabaqsha_shared::{Code, dto::Problem};

#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Nothing came back: no network, or the service is not reached.
    Offline,
    TimedOut,
    /// The service says no, in the reader's language.
    Refused(Box<Problem>),
    /// Something answered that is not the service, or not this version of it.
    Unreadable,
}

impl Failure {
    /// Stable code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Code::from_code(&problem.code),
            _ => None,
        }
    }

    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        self.code() == Some(code)
    }

    /// Whether logging in is what is missing.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        matches!(
            self.code(),
            Some(Code::NotAuthenticated | Code::SessionExpired)
        )
    }

    /// Whether this page belongs to a release that is gone: then only loading it anew helps.
    #[must_use]
    pub fn is_release_gone(&self) -> bool {
        self.is(Code::ReleaseGone)
    }

    /// Whether the service decided: then trying again changes nothing, while the other failures
    /// may pass.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status < 500 && problem.status != 429)
    }

    /// In the chosen language; what the service said, in the language it was asked in.
    #[must_use]
    pub fn title(&self, locale: Locale) -> String {
        match self {
            Self::Offline => td_string!(locale, failure.offline_title).into(),
            Self::TimedOut => td_string!(locale, failure.timed_out_title).into(),
            Self::Refused(problem) => problem.title.clone(),
            Self::Unreadable => td_string!(locale, failure.unreadable_title).into(),
        }
    }

    #[must_use]
    pub fn detail(&self, locale: Locale) -> String {
        match self {
            Self::Offline | Self::TimedOut => td_string!(locale, failure.offline_detail).into(),
            Self::Refused(problem) => problem.detail.clone(),
            Self::Unreadable => td_string!(locale, failure.unreadable_detail).into(),
        }
    }
}
