//! The decision of an official to suspend the issue of referrals, or to end that (R24): what was typed, and the text
//! that waits for its signature.

use super::Kept;
use balabaqsha_shared::{dto::Draft, id::SuspensionId};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "suspending";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Suspending {
    pub locality: String,
    pub first_day: String,
    pub last_day: String,
    pub reason: String,
    /// The suspension that is to end; none where one is to begin.
    pub ends: Option<SuspensionId>,
    pub draft: Option<Draft>,
}

pub type Flow = Kept<Suspending>;

pub fn use_suspending() -> Flow {
    Kept::of(NAME)
}
