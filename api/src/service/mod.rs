//! What the service does, in the words of the rules: authorise → load → settle what is due → ask
//! the pure rules → store → journal, in one transaction. Knows nothing of HTTP.

pub mod applications;
pub mod documents;
pub mod eds;
pub mod error;
pub mod evidence;
pub mod identity;
pub mod input;
pub mod mails;
pub mod places;
pub mod profile;
pub mod referrals;
pub mod settle;
pub mod signatures;
pub mod tokens;
pub mod views;

pub use error::{Error, Refusal, Result};
