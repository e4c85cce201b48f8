//! The decision of an official about a benefit (R21): what was chosen, and the text that waits for its signature.

use super::Kept;
use balabaqsha_shared::{dto::Draft, id::BenefitClaimId};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "deciding";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Deciding {
    /// What the rest is about.
    pub claim: Option<BenefitClaimId>,
    pub verdict: String,
    pub reason: String,
    pub valid_until: String,
    pub draft: Option<Draft>,
}

pub type Flow = Kept<Deciding>;

pub fn use_deciding() -> Flow {
    Kept::of(NAME)
}
