//! People and their accounts: login and session, e-mail address, telephone, subscriptions, which
//! notices are mailed.

pub mod account;
pub mod contact_phone;
pub mod email;
pub mod login;
pub mod notice_preferences;
pub mod subscriptions;
