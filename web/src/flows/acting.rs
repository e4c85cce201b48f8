//! An act on an application or its referral: what was asked for, and the text that waits for its
//! signature.

use super::Kept;
use crate::routes::Act;
use balabaqsha_shared::{dto::Draft, id::ApplicationId};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "acting";

/// How far an act has come.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Acting {
    about: Option<(ApplicationId, Act)>,
    /// R13: the new last day, the reason and the parent's own words.
    pub until: String,
    pub reason: String,
    pub comment: String,
    draft: Option<Draft>,
}

impl Acting {
    /// What was typed for this very act.
    #[must_use]
    pub fn of(self, application: ApplicationId, act: Act) -> Self {
        if self.about == Some((application, act)) {
            return self;
        }
        Self {
            about: Some((application, act)),
            ..Self::default()
        }
    }

    #[must_use]
    pub fn draft(&self, application: ApplicationId, act: Act) -> Option<&Draft> {
        self.draft
            .as_ref()
            .filter(|_| self.about == Some((application, act)))
    }

    #[must_use]
    pub fn with_draft(mut self, draft: Draft) -> Self {
        self.draft = Some(draft);
        self
    }
}

pub type Flow = Kept<Acting>;

pub fn use_acting() -> Flow {
    Kept::of(NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: &str = r#"{"id":"0198a0b0-0000-7000-8000-000000000099","content":"","text":"t",
        "sha256":"","expires_at":"2026-11-23T05:00:00Z"}"#;

    fn id(last: u8) -> ApplicationId {
        format!("0198a0b0-0000-7000-8000-0000000000{last:02}")
            .parse()
            .unwrap()
    }

    #[test]
    fn another_act_or_application_begins_anew() {
        let draft: Draft = serde_json::from_str(DRAFT).unwrap();
        let mut acting = Acting::default().of(id(1), Act::Extension);
        acting.reason = "moving".into();
        let acting = acting.with_draft(draft);
        assert!(acting.draft(id(1), Act::Extension).is_some());
        assert!(acting.draft(id(2), Act::Extension).is_none());
        assert!(acting.draft(id(1), Act::Revocation).is_none());
        assert_eq!(acting.clone().of(id(1), Act::Extension).reason, "moving");
        assert_eq!(acting.clone().of(id(1), Act::Revocation).reason, "");
        assert_eq!(acting.of(id(2), Act::Extension).reason, "");
    }
}
