//! Programs of organisations, and what they do.

pub mod clients;
pub mod enrolment;
