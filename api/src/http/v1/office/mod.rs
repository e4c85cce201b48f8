//! The operations of officials (R18).

pub mod applications;
pub mod appointments;
pub mod audit;
