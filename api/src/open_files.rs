//! How many connections and files this process may have open at once.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Takes all that may be had without asking anybody: what is usual at the start is meant for
/// programs of another age.
pub fn take_all() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, all) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

/// None where there is no limit.
#[must_use]
pub fn allowed() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}
