//! Telling those who wait: who listens in this process, and one look for all who ask at once.

pub mod hub;
pub mod single_flight;
