//! People and their accounts: login and session, e-mail address, telephone, subscriptions, which
//! notices are mailed, claimed benefits and their proofs.

pub mod account;
pub mod benefits;
pub mod browsers;
pub mod contact_phone;
pub mod email;
pub mod forgetting;
pub mod login;
pub mod notice_preferences;
mod organisation_key;
pub mod proofs;
pub mod renewal;
pub mod sessions;
pub mod subscriptions;
