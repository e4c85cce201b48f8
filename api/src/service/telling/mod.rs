//! Telling people: notices in the account, mails in the outbox. Writes, and asks for nothing but what
//! the words need.

pub mod free_places;
pub mod notices;
pub mod outbox;
pub mod texts;
