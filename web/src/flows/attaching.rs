//! A request to attach an application to the reader's IIN (R3): what was typed, and the text that
//! waits for its signature.

use super::Kept;
use balabaqsha_shared::dto::Draft;
use serde::{Deserialize, Serialize};

/// Under which it is kept in the tab.
pub const NAME: &str = "attaching";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attaching {
    pub iin: String,
    pub number: String,
    pub draft: Option<Draft>,
}

pub type Flow = Kept<Attaching>;

pub fn use_attaching() -> Flow {
    Kept::of(NAME)
}
