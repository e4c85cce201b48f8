//! Domain types and rules of Balabaqsha.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no randomness, so the
//! same code decides on the server and hints in the browser. Rules carry the number they have in
//! the specification (R1 … R27). This crate must not know tokio, sqlx, actix or `std::time`.

pub mod age;
pub mod application;
pub mod appointment;
pub mod attachment;
pub mod audit;
pub mod benefit;
pub mod calendar;
pub mod child;
pub mod code;
pub mod comment;
pub mod date;
pub mod decision;
pub mod device;
pub mod dto;
pub mod email;
pub mod endpoint;
pub mod entity;
pub mod event;
pub mod forecast;
pub mod id;
pub mod iin;
pub mod import;
pub mod input;
pub mod kindergarten;
pub mod language;
pub mod mask;
pub mod notice;
pub mod number;
pub mod phone;
pub mod profile;
pub mod referral;
pub mod refused_signature;
pub mod rules;
pub mod signing_session;
pub mod staff;
pub mod statement;
pub mod time;
pub mod token;
pub mod vacancy;

pub use balabaqsha_text as text;
pub use code::Code;
pub use language::{Language, Localized};
