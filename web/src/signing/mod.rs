//! Signing with the owner's key, for the pages: opening a key file, the facts of the keys in it,
//! and the signature. The work is done by the signing worker; the pages must not know how.
//!
//! The page's half of the conversation is a crate of its own, so that it is tried in a browser
//! without the pages.

pub use balabaqsha_signer_client::{
    KeyInfo, KeyPurpose, KeyStoreProblem, ModuleFailure, OpenedStore, SignProblem, SigningWorker,
    StoreHandle, UnfitReason, Usage, read_key_file,
};
