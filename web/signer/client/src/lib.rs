//! What the page knows of the signing worker: the messages between the two and, with the feature
//! `browser`, the page's half of the conversation.
//!
//! The worker (`balabaqsha-signer`) opens key files and makes signatures, so that key derivation
//! never freezes the page and an opened key lives in one place only. This crate must not know
//! how that is done: no certificate, no key and no cipher is read here, only facts the worker
//! has read out of them.
//!
//! ```ignore
//! let signer = SigningWorker::start();                        // cheap; nothing is loaded yet
//! let file = read_key_file(&file).await?;                     // refuses more than 1 MiB unread
//! let opened = signer.open(&file, password).await?;           // OpenedStore { handle, keys }
//! for key in &opened.keys {
//!     key.unfit_for(Usage::Signing, now);                     // None: the key may be offered
//! }
//! let cms = signer.sign(opened.handle, key.index, text.as_bytes(), now).await?;
//! signer.close(opened.handle);                                // the worker wipes the keys
//! ```

#[cfg(any(feature = "browser", test))]
mod calls;
#[cfg(feature = "browser")]
mod file;
mod key;
pub mod message;
mod problem;
#[cfg(feature = "browser")]
mod worker;

pub use key::{KeyInfo, KeyPurpose, UnfitReason, Usage};
pub use problem::{KeyStoreProblem, ModuleFailure, SignProblem};

#[cfg(feature = "browser")]
pub use file::read_key_file;
#[cfg(feature = "browser")]
pub use worker::{OpenedStore, SigningWorker, StoreHandle};

/// Largest key file that is read: a national key file has about 4 KiB, one with a long chain
/// some tens.
pub const MAX_KEY_FILE_BYTES: usize = 1024 * 1024;

/// Largest content that is signed; what parents sign is a page or two of text.
pub const MAX_CONTENT_BYTES: usize = 4 * 1024 * 1024;
