//! The conformance suite of the storage: every public function, on both engines, with the same
//! results; and both schemas side by side.

mod acts;
mod applications;
mod coverage;
mod database;
mod holds;
mod life;
mod outbox;
mod people;
mod places;
mod referrals;
mod rows;
mod schema;
