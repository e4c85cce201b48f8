//! The pages, one module each. A page fetches, shows and sends; what it decides by are the rules
//! of `shared`, and the service has the last word.

pub mod accessibility;
pub mod account;
pub mod applications;
pub mod email;
pub mod help;
pub mod home;
pub mod locality;
pub mod login;
pub mod not_found;
pub mod places;
pub mod verification;
