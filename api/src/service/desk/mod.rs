//! The kindergarten's desk (R19): what its staff and its programs do.

pub mod colleagues;
pub mod description;
pub mod doors;
pub mod enrolment;
pub mod places;
pub mod referrals;
