//! The service over HTTP, by behaviour.

mod acts;
mod authorization;
mod choosing;
mod documents;
mod evidence;
mod holds;
mod journey;
mod languages;
mod last_place;
mod limits;
mod login;
mod order;
mod profile;
mod queueing;
mod referrals;
mod requests;
mod revocation;
mod sessions;
mod settling;
mod verification;
mod visibility;
