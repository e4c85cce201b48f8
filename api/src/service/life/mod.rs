//! What happens to applications, referrals and places, whoever caused it, and who may see it.

pub mod annulment;
pub mod freeing;
pub mod journal;
pub mod queue_sums;
pub mod referral;
pub mod settle;
pub mod visibility;
