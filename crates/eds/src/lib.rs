//! The tool for officials and integrators: looking into signatures, judging them and making them
//! on the command line, without the service.
//!
//! Everything that decides is in `balabaqsha-pki`; here are flags, files and words. The moment and
//! the password come from the caller's [`Surroundings`].

mod arguments;
mod document;
mod input;
mod inspect;
mod judge;
mod output;
mod show;
mod sign;
mod words;

pub use arguments::Tool;

use arguments::Command;
use chrono::{DateTime, Utc};
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;
use zeroize::Zeroizing;

/// What the tool needs from outside of its arguments.
pub trait Surroundings {
    fn now(&self) -> DateTime<Utc>;

    /// The password of a key file: from the environment, or from whoever sits at the terminal.
    ///
    /// # Errors
    /// When there is neither.
    fn password(&self) -> io::Result<Zeroizing<String>>;

    /// Standard input, for a file named `-`.
    fn standard_input(&self) -> Box<dyn io::Read>;
}

/// How a run ends, as the exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// PASSED, or done.
    Passed,
    Failed,
    Indeterminate,
}

impl Exit {
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Indeterminate => 2,
        }
    }
}

/// The exit code for arguments that make no sense (EX_USAGE of `sysexits.h`, as the others).
pub const USAGE: u8 = 64;

/// Why nothing was judged or made.
#[derive(Debug, Error)]
pub enum Error {
    #[error("the password of the key file: {0} (set BALABAQSHA_P12_PASSWORD)")]
    NoPassword(io::Error),
    #[error("{}: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}: {reason}", path.display())]
    Unusable { path: PathBuf, reason: String },
    #[error("{}: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("standard output: {0}")]
    Output(#[from] io::Error),
    #[error("the signature was not made: {0}")]
    Signing(String),
    #[error("standard input can be given once")]
    StandardInputTwice,
    #[error("{}: larger than the {limit} MiB that are read", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
    #[error("{}: not written, because {reason}", path.display())]
    WouldReplace { path: PathBuf, reason: &'static str },
}

impl Error {
    /// By `sysexits.h`.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::NoPassword(_) | Self::StandardInputTwice => USAGE,
            // EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_CANTCREAT, EX_IOERR
            Self::Unusable { .. } | Self::TooLarge { .. } => 65,
            Self::Read { .. } => 66,
            Self::Signing(_) => 70,
            Self::Write { .. } | Self::WouldReplace { .. } => 73,
            Self::Output(_) => 74,
        }
    }

    fn unusable(path: &Path, reason: impl ToString) -> Self {
        Self::Unusable {
            path: path.to_owned(),
            reason: reason.to_string(),
        }
    }
}

/// Runs the tool.
///
/// # Errors
/// When there is nothing to judge with or to make; a bad signature is no error but a verdict.
pub fn run(
    tool: &Tool,
    surroundings: &dyn Surroundings,
    out: &mut dyn io::Write,
) -> Result<Exit, Error> {
    let language = tool.lang;
    match &tool.command {
        Command::Inspect(arguments) => inspect::run(arguments, language, surroundings, out),
        Command::Verify(arguments) => judge::document(arguments, language, surroundings, out),
        Command::VerifyChain(arguments) => judge::chain(arguments, language, surroundings, out),
        Command::Sign(arguments) => sign::run(arguments, surroundings, out),
        Command::Extract(arguments) => document::extract(arguments, surroundings, out),
        Command::StampRequest(arguments) => document::stamp_request(arguments, surroundings, out),
        Command::StampAdd(arguments) => document::stamp_add(arguments, surroundings, out),
    }
}

/// What a run that failed says, in the language that was asked for and without hidden characters:
/// names of files and of people stand in it.
#[must_use]
pub fn told(error: &Error, tool: &Tool) -> String {
    words::error(error, tool.lang)
}
