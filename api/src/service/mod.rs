//! What the service does, in the words of the rules: authorise → load → settle what is due → ask
//! the pure rules → store → journal, in one transaction. Knows nothing of HTTP.

pub mod access;
mod acts;
mod again;
pub mod annulment;
pub mod applications;
pub mod attachments;
pub mod calendar;
pub mod changes;
pub mod clients;
pub mod decree_files;
pub mod documents;
pub mod eds;
pub mod email;
pub mod enrolment;
pub mod error;
pub mod evidence;
pub mod extension;
pub mod identity;
pub mod input;
pub mod living;
pub mod mails;
pub mod mode;
pub mod notices;
pub mod places;
pub mod position;
pub mod profile;
pub mod queue;
pub mod referrals;
pub mod registry;
pub mod renewal;
pub mod restored;
pub mod revocation;
pub mod settle;
pub mod signatures;
pub mod subscriptions;
pub mod tokens;
pub mod views;
pub mod withdrawal;

pub use error::{Error, Refusal, Result};
