//! The service over HTTP, by behaviour.

mod acts;
mod attaching;
mod authorization;
mod calendar;
mod choosing;
mod documents;
mod enrolment;
mod extension;
mod holds;
mod journey;
mod languages;
mod last_place;
mod limits;
mod login;
mod order;
mod queueing;
mod referrals;
mod requests;
mod revocation;
mod sessions;
mod settling;
mod visibility;
