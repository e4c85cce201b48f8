//! An attachment: what a second parent is to an application (R3).

use crate::application::InvalidTransition;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Where a request to attach stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AttachmentState {
    /// Waits for the applicant; nothing is visible yet.
    Pending,
    /// The parent may do what the applicant may.
    Attached {
        at: DateTime<Utc>,
    },
    Declined {
        at: DateTime<Utc>,
    },
    /// By the applicant, by the attached person, or by an official.
    Ended {
        at: DateTime<Utc>,
    },
}

impl AttachmentState {
    /// The registry knows the parent, or the applicant said yes.
    pub fn accept(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.decide("accept", Self::Attached { at })
    }

    pub fn decline(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.decide("decline", Self::Declined { at })
    }

    pub fn end(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Attached { .. } => Ok(Self::Ended { at }),
            Self::Pending | Self::Declined { .. } | Self::Ended { .. } => Err(InvalidTransition {
                transition: "end the attachment",
            }),
        }
    }

    fn decide(self, transition: &'static str, to: Self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending => Ok(to),
            Self::Attached { .. } | Self::Declined { .. } | Self::Ended { .. } => {
                Err(InvalidTransition { transition })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_decided_once() {
        let at = DateTime::UNIX_EPOCH;
        let pending = AttachmentState::Pending;
        assert_eq!(pending.accept(at), Ok(AttachmentState::Attached { at }));
        assert_eq!(pending.decline(at), Ok(AttachmentState::Declined { at }));
        for decided in [
            AttachmentState::Attached { at },
            AttachmentState::Declined { at },
            AttachmentState::Ended { at },
        ] {
            assert!(decided.accept(at).is_err() && decided.decline(at).is_err());
        }
    }

    #[test]
    fn only_what_is_attached_is_ended() {
        let at = DateTime::UNIX_EPOCH;
        let ended = AttachmentState::Ended { at };
        assert_eq!(AttachmentState::Attached { at }.end(at), Ok(ended));
        for other in [
            AttachmentState::Pending,
            AttachmentState::Declined { at },
            ended,
        ] {
            assert!(other.end(at).is_err());
        }
    }
}
