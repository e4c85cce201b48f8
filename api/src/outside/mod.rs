//! Questions to others: fetching with limits, the status of certificates, time stamps, the registry
//! of parents. Brings home what it gets and decides nothing.

pub mod certificate_status;
pub mod fetch;
pub mod registry;
pub mod time_stamps;
