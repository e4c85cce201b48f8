//! Programs of organisations, and what they do.

pub mod clients;
pub mod doors;
pub mod enrolment;
