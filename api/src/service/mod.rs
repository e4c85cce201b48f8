//! What the service does, in the words of the rules: authorise → load → settle what is due → ask
//! the pure rules → store → journal, in one transaction. Knows nothing of HTTP.
//!
//! `acts`, `reading`, `people`, `programs`, `office` and `desk` are entered from outside. They use `life`, which uses
//! `telling` and `signed`. Asking may settle; settling never asks.

pub mod acts;
pub mod audit;
mod counting;
pub mod desk;
pub mod idempotency;
mod input;
pub mod life;
pub mod office;
mod paging;
pub mod people;
pub mod phone;
pub mod programs;
pub mod reading;
pub mod signed;
pub mod telling;
