//! The service over HTTP, by behaviour.

mod acts;
mod authorization;
mod choosing;
mod demo_clock;
mod documents;
mod enrolment;
mod extension;
mod holds;
mod journey;
mod languages;
mod last_place;
mod limits;
mod login;
mod notices;
mod order;
mod positions;
mod queueing;
mod referrals;
mod requests;
mod revocation;
mod sessions;
mod settling;
mod subscriptions;
mod visibility;
