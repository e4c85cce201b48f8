//! The service: JSON REST API and background work of Balabaqsha.
//!
//! The way of a request: `http` extracts who and what → `service` authorises, loads, settles what
//! is due, asks the pure rules of `balabaqsha-shared`, stores, journals → answer. `http` never
//! uses `db`, and `db` never uses `http`; a test keeps both arrows.

pub mod admin;
pub mod clients;
pub mod clock;
pub mod config;
pub mod demo;
pub mod eds_tool;
pub mod healthcheck;
pub mod http;
pub mod jobs;
pub mod metrics;
pub mod open_files;
pub mod private_files;
pub mod service;
pub mod startup;
pub mod state;
pub mod telemetry;
pub mod timekeeper;
pub mod together;
