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
}

impl AttachmentState {
    /// The registry knows the parent, or the applicant said yes.
    pub fn accept(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.decide("accept", Self::Attached { at })
    }

    pub fn decline(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.decide("decline", Self::Declined { at })
    }

    fn decide(self, transition: &'static str, to: Self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Pending => Ok(to),
            Self::Attached { .. } | Self::Declined { .. } => Err(InvalidTransition { transition }),
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
        ] {
            assert!(decided.accept(at).is_err() && decided.decline(at).is_err());
        }
    }
}
