//! Keeping a signed act, and proving it later.

pub mod again;
pub mod drafting;
pub mod papers;
pub mod pieces;
pub mod record;
pub mod stamping;
pub mod verify_again;
