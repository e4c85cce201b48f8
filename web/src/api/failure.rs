//! Why a request brought nothing, and the words for it.

use crate::i18n::{Locale, td_string};
use balabaqsha_shared::{Code, dto::Problem};

#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// No answer of the service came back.
    Lost {
        loss: Loss,
        /// Whether the request was to change something: then nobody knows whether it has.
        changing: bool,
    },
    /// The service says no, in the reader's language.
    Refused(Box<Problem>),
    /// Something in front of the service lets nobody through for the moment.
    Crowded,
    /// A file of this page's release is gone.
    ReleaseGone,
    /// Somebody else has logged in in this browser.
    AnotherPerson,
}

/// How an answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// No network, or the service is not reached.
    Offline,
    TimedOut,
    /// Something in front of the service answered that it does not get through to it.
    Gateway,
    /// Something answered that is not the service, or not this version of it.
    Unreadable,
}

impl Failure {
    /// Nothing was to be changed.
    #[must_use]
    pub const fn lost(loss: Loss) -> Self {
        Self::Lost {
            loss,
            changing: false,
        }
    }

    /// The same loss for a request that was to change something.
    #[must_use]
    pub fn of_change(self, changing: bool) -> Self {
        match self {
            Self::Lost { loss, .. } => Self::Lost { loss, changing },
            other => other,
        }
    }

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
            Some(Code::NotAuthenticated | Code::SessionExpired | Code::SessionEnded)
        )
    }

    /// Whether this page belongs to a release that is gone: then only loading it anew helps.
    #[must_use]
    pub fn is_release_gone(&self) -> bool {
        matches!(self, Self::ReleaseGone) || self.is(Code::ReleaseGone)
    }

    /// Whether the service decided: then trying again changes nothing, while the other failures
    /// may pass.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        match self {
            Self::Refused(problem) => problem.status < 500 && problem.status != 429,
            Self::AnotherPerson => true,
            Self::Lost { .. } | Self::Crowded | Self::ReleaseGone => false,
        }
    }

    /// Whether it stays open what has become of a request that was sent, perhaps more than once:
    /// only a refusal of the very request says that nothing has.
    #[must_use]
    pub fn leaves_open(&self) -> bool {
        match self {
            Self::Refused(problem) => {
                !self.is_decision() || matches!(problem.status, 401 | 403 | 408)
            }
            Self::Lost { .. } | Self::Crowded | Self::ReleaseGone | Self::AnotherPerson => true,
        }
    }

    /// In the chosen language; what the service said, in the language it was asked in.
    #[must_use]
    pub fn title(&self, locale: Locale) -> String {
        let title = match self {
            Self::Lost { loss, .. } => match loss {
                Loss::Offline => td_string!(locale, failure.offline_title),
                Loss::TimedOut => td_string!(locale, failure.timed_out_title),
                Loss::Gateway => td_string!(locale, failure.gateway_title),
                Loss::Unreadable => td_string!(locale, failure.unreadable_title),
            },
            Self::Refused(problem) => return problem.title.clone(),
            Self::Crowded => td_string!(locale, failure.crowded_title),
            Self::ReleaseGone => td_string!(locale, failure.release_title),
            Self::AnotherPerson => td_string!(locale, failure.another_title),
        };
        title.to_owned()
    }

    #[must_use]
    pub fn detail(&self, locale: Locale) -> String {
        let detail = match self {
            Self::Lost { loss, .. } => match loss {
                Loss::Offline | Loss::TimedOut => td_string!(locale, failure.offline_detail),
                Loss::Gateway => td_string!(locale, failure.gateway_detail),
                Loss::Unreadable => td_string!(locale, failure.unreadable_detail),
            },
            Self::Refused(problem) => return problem.detail.clone(),
            Self::Crowded => td_string!(locale, failure.crowded_detail),
            Self::ReleaseGone => td_string!(locale, failure.release_detail),
            Self::AnotherPerson => td_string!(locale, failure.another_detail),
        };
        if matches!(self, Self::Lost { changing: true, .. }) {
            format!("{detail} {}", td_string!(locale, failure.change_open))
        } else {
            detail.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn refused(status: u16, code: Code) -> Failure {
        Failure::Refused(Box::new(Problem {
            type_uri: String::new(),
            title: String::new(),
            status,
            detail: String::new(),
            instance: String::new(),
            code: code.as_str().to_owned(),
            request_id: String::new(),
            errors: Vec::new(),
            members: std::collections::BTreeMap::new(),
        }))
    }

    #[rstest]
    #[case(Failure::lost(Loss::Offline), true)]
    #[case(Failure::lost(Loss::Unreadable), true)]
    #[case(Failure::Crowded, true)]
    #[case(refused(500, Code::Internal), true)]
    #[case(refused(503, Code::Unavailable), true)]
    #[case(refused(429, Code::RateLimited), true)]
    #[case(refused(401, Code::SessionExpired), true)]
    #[case(refused(401, Code::SessionEnded), true)]
    #[case(refused(409, Code::HoldExpired), false)]
    #[case(refused(422, Code::SignatureInvalid), false)]
    fn only_a_refusal_of_the_request_says_that_nothing_was_done(
        #[case] failure: Failure,
        #[case] open: bool,
    ) {
        assert_eq!(failure.leaves_open(), open);
    }

    #[test]
    fn a_lost_change_never_says_that_nothing_was_changed() {
        for loss in [
            Loss::Offline,
            Loss::TimedOut,
            Loss::Gateway,
            Loss::Unreadable,
        ] {
            let open = td_string!(Locale::ru, failure.change_open);
            let reading = Failure::lost(loss).detail(Locale::ru);
            assert!(!reading.contains(open), "{loss:?}");
            let changing = Failure::lost(loss).of_change(true).detail(Locale::ru);
            assert!(changing.contains(open), "{loss:?}");
        }
    }
}
