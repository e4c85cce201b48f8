//! What happens to applications, referrals and places, whoever caused it, and who may see it.

pub mod annulment;
pub mod benefits;
pub mod checking;
pub mod children;
pub mod claims;
pub mod correcting;
pub mod deciding;
pub mod departures;
pub mod detaching;
pub mod freeing;
pub mod holding;
pub mod journal;
pub mod locking;
pub mod queue_sums;
pub mod referral;
pub mod registry_questions;
pub mod restoring;
pub mod saving;
pub mod scans;
pub mod settle;
pub mod todo;
pub mod visibility;
