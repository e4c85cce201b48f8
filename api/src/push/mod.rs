//! Server-sent events: the hub of listeners in this process; single flight for concurrent queries.

pub mod hub;
pub mod single_flight;
