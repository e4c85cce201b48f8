//! Asking services of others over HTTP. Nothing here knows storage, rules or our own HTTP side,
//! and nothing of it is called inside a transaction.

pub mod fetch;
pub mod revocation;
pub mod timestamp;
