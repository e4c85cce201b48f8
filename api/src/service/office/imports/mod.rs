//! Bringing tables of other systems in (R20, R23): read and staged in batches, looked at as a whole, and
//! then applied in one transaction, or not at all. The same file twice changes nothing.

mod jobs;
mod staging;
mod terms;
mod work;

pub use jobs::{
    Upload, apply as apply_by_official, discard as discard_by_official, errors, get, list_for,
    require_duty, rows, take,
};
pub use terms::{ImportError, TableFile};
pub use work::{Checked, Order, apply, check, discard, list, outcomes, sentence};
