//! What can go wrong between a key file and a signature, each with a stable code on which the
//! words of the screens hang.
//!
//! The `Display` texts are for logs and developers, never for parents.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a key file was not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum KeyStoreProblem {
    #[error("the password does not fit the key file")]
    WrongPassword,
    #[error("the file is not a key file (PKCS#12)")]
    NotAKeyStore,
    #[error("the key file ends too early")]
    Truncated,
    #[error("the key file is larger than any key file is")]
    TooLarge,
    /// Hostile: a file that would keep the browser deriving its key for minutes.
    #[error("the key file asks for too much computing")]
    TooCostly,
    #[error("the key file uses an algorithm that is not supported: {0}")]
    Unsupported(String),
    #[error("there is no key in the file")]
    NoKey,
    #[error("the key in the file has no certificate")]
    NoCertificate,
    #[error("the key in the file is damaged")]
    DamagedKey,
    /// The browser could not read the file: it was moved, or the stick was pulled out.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    #[error(transparent)]
    ModuleFailed(#[from] ModuleFailure),
}

impl KeyStoreProblem {
    /// Stable: words and tests hang on it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong-password",
            Self::NotAKeyStore => "not-a-keystore",
            Self::Truncated => "truncated",
            Self::TooLarge => "too-large",
            Self::TooCostly => "too-costly",
            Self::Unsupported(_) => "unsupported-algorithm",
            Self::NoKey => "no-key",
            Self::NoCertificate => "no-certificate",
            Self::DamagedKey => "damaged-key",
            Self::Unreadable(_) => "unreadable",
            Self::ModuleFailed(failure) => failure.code(),
        }
    }
}

/// Why no signature was made.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum SignProblem {
    /// The opened file is gone: it was closed, or the worker had to be started anew. The page
    /// asks for the file and the password again.
    #[error("the key file is not open any more")]
    StoreClosed,
    #[error("the opened file has no such key")]
    NoSuchKey,
    #[error("the content is too large to be signed")]
    ContentTooLarge,
    #[error("the key made no signature: {0}")]
    Failed(String),
    #[error(transparent)]
    ModuleFailed(#[from] ModuleFailure),
}

impl SignProblem {
    /// Stable: words and tests hang on it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::StoreClosed => "store-closed",
            Self::NoSuchKey => "no-such-key",
            Self::ContentTooLarge => "content-too-large",
            Self::Failed(_) => "signing-failed",
            Self::ModuleFailed(failure) => failure.code(),
        }
    }
}

/// Why the signing module gave no answer at all. After any of these the next call starts a
/// fresh worker, so trying again is always sensible; what was opened is closed.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum ModuleFailure {
    /// Mostly a lost network: the module is fetched only when it is needed.
    #[error("the signing module could not be loaded: {0}")]
    NotLoaded(String),
    #[error("the signing module did not answer in time")]
    TimedOut,
    #[error("the signing module failed: {0}")]
    Crashed(String),
    /// The page itself ended the worker while the call was under way.
    #[error("the signing module was stopped")]
    Stopped,
}

impl ModuleFailure {
    /// Stable: words and tests hang on it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLoaded(_) => "module-not-loaded",
            Self::TimedOut => "module-timed-out",
            Self::Crashed(_) => "module-crashed",
            Self::Stopped => "module-stopped",
        }
    }
}
