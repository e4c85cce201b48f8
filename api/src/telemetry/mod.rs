//! The log: lines for people or for machines, on standard error. No line carries personal data:
//! requests are known by their ids, people and mails not at all.

mod timings;

use crate::config::LogFormat;
use std::{
    io::{self, IsTerminal},
    panic::{self, PanicHookInfo},
};
use timings::Timings;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("the log filter is none: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("the log is set up already: {0}")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets the log up for the whole process.
///
/// # Errors
/// When the filter cannot be read.
pub fn init(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let lines = fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    let lines = match format {
        LogFormat::Pretty => lines.with_target(false).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
    };
    tracing_subscriber::registry()
        .with(lines.with_filter(EnvFilter::try_new(filter)?))
        .with(Timings::layer())
        .try_init()?;
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Where, but not what: the message of a panic may quote data.
fn log_panic(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map_or_else(|| "unknown".to_owned(), ToString::to_string);
    tracing::error!(place, "panicked");
}
