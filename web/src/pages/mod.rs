//! The pages, one module each. A page fetches, shows and sends; what it decides by are the rules
//! of `shared`, and the service has the last word.

pub mod accessibility;
pub mod account;
pub mod act;
pub mod application;
pub mod applications;
pub mod attachments;
pub mod benefit;
pub mod choose;
pub mod demo_phone;
pub mod desk;
pub mod detachment;
pub mod document;
pub mod email;
pub mod help;
pub mod home;
pub mod kindergarten;
pub mod locality;
pub mod login;
pub mod looks;
pub mod new_application;
pub mod not_found;
pub mod notices;
pub mod office;
pub mod places;
pub mod saved;
pub mod verification;
