//! Programs of organisations.

pub mod clients;
