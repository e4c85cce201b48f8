//! The service: JSON REST API and background work of Balabaqsha.
//!
//! The way of a request: `http` extracts who and what → `service` authorises, loads, settles what
//! is due, asks the pure rules of `balabaqsha-shared`, stores, journals → answer. `http` never
//! uses storage; a test keeps the arrow.

pub mod access;
pub mod admin;
pub mod app;
pub mod clock;
pub mod config;
pub mod decisions;
pub mod demo;
pub mod eds_tool;
pub mod error;
pub mod healthcheck;
mod hex;
pub mod http;
pub mod jobs;
pub mod metrics;
pub mod mode;
pub mod open_files;
pub mod outside;
pub mod private_files;
pub mod push;
pub mod readiness;
pub mod restored;
pub mod scans;
pub mod service;
pub mod startup;
pub mod telemetry;
pub mod timekeeper;
pub mod trust;
pub mod upgrade;
pub mod working_calendar;
