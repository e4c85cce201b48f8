//! The ending of an attachment (R3): the text that waits for its signature.

use super::Kept;
use balabaqsha_shared::{dto::Draft, id::AttachmentId};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "detaching";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detaching {
    drafted: Option<(AttachmentId, Draft)>,
}

impl Detaching {
    #[must_use]
    pub const fn drafted(attachment: AttachmentId, draft: Draft) -> Self {
        Self {
            drafted: Some((attachment, draft)),
        }
    }

    /// The text about this very attachment.
    #[must_use]
    pub fn draft(self, attachment: AttachmentId) -> Option<Draft> {
        let (of, draft) = self.drafted?;
        (of == attachment).then_some(draft)
    }
}

pub type Flow = Kept<Detaching>;

pub fn use_detaching() -> Flow {
    Kept::of(NAME)
}
