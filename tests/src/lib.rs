//! The harness of the tests over HTTP and on the databases: the real service on either engine, a
//! clock that is moved by hand, an authority that issues keys, parents who use them, and a picture
//! of the whole database to show that a refusal changed nothing.
//!
//! Only the clock is not the real one. It must not know what a single test expects.

#![expect(
    clippy::expect_used,
    reason = "in a harness of tests whatever does not work ends the test"
)]
#![expect(
    clippy::indexing_slicing,
    reason = "the same: what is not there was not what the test meant"
)]
#![expect(
    clippy::print_stdout,
    reason = "a test that cannot run says so where its runner reads"
)]

mod app;
mod authority;
pub mod builders;
mod client;
pub mod database;
mod identity;
mod official;
pub mod officials;
mod parent;
pub mod phone;
mod postgres;
mod program;
pub mod proofs;
pub mod queries;
mod run;
pub mod server;
pub mod services;
mod staff;
mod template;
pub mod tools;

pub use app::{Process, TestApp, WORKING_DAY, at};
pub use authority::{Condition, Key, TestAuthority, authority};
pub use client::{Answer, Client, Stream};
pub use database::{Dump, Engine, TestDatabase};
pub use identity::Identity;
pub use official::{Official, appoint};
pub use parent::Parent;
pub use phone::Phone;
pub use program::Program;
pub use run::{
    in_demo_mode, on_database, over_http, over_http_with, with_processes, with_services,
};
pub use server::{Installation, Server};
pub use services::TrustServices;
pub use staff::{Seen, Staff};
