//! The conformance suite of the storage: every public function, on both engines, with the same
//! results; and both schemas side by side.

mod acts;
mod applications;
mod benefits;
mod changes;
mod children;
mod coverage;
mod database;
mod desk;
mod evidence;
mod freed;
mod holds;
mod idempotency;
mod imports;
mod life;
mod notices;
mod officials;
mod outbox;
mod people;
mod places;
mod queue;
mod referrals;
mod registry;
mod rows;
mod schema;
mod signing_sessions;
mod upgrade;
