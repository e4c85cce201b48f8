//! What every request passes: the edge (id, log, panics, problems, security headers) and the
//! limits on how often one may ask.

pub mod edge;
pub mod idempotency;
pub mod rates;
pub mod tags;
