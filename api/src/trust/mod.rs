//! Trust anchors and the judging of signatures by them.

pub mod anchors;
pub mod judgement;
pub mod profile;
pub mod verdict;
