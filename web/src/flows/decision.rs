//! The decision of an official about an application (R22, R27): what was chosen, and the text that waits for its
//! signature.

use super::Kept;
use balabaqsha_shared::{dto::Draft, id::ApplicationId};
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "decision";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionAnswers {
    /// What the rest is about.
    pub application: Option<ApplicationId>,
    pub kind: String,
    pub attachment: String,
    pub day: String,
    pub reason: String,
    /// Of a correction; empty until somebody begins with one.
    pub surname: String,
    pub given_name: String,
    pub patronymic: String,
    /// The text, and where its signature is sent.
    pub draft: Option<(Draft, String)>,
}

pub fn use_decision() -> Kept<DecisionAnswers> {
    Kept::of(NAME)
}
