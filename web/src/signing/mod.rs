//! All of key and signature: the choice of the key, the check that what is signed is what was
//! shown, and those that sign: the signing worker with a key file, NCALayer, and
//! the phone.
//!
//! The page's half of the conversation with the worker is a crate of its own, so that it is tried
//! in a browser without the pages.

mod key_choice;
mod key_list;
mod key_panel;
pub mod key_words;
mod ncalayer;
mod phone;
mod sign_step;
mod signer;

pub use balabaqsha_signer_client::{
    KeyInfo, KeyPurpose, KeyStoreProblem, ModuleFailure, OpenedStore, SignProblem, SigningWorker,
    StoreHandle, UnfitReason, Usage, read_key_file,
};
pub use key_choice::KeyChoice;
pub use key_panel::KeyPanel;
pub use phone::{PhonePanel, PhoneSignature, PhoneTask, PhoneWork};
pub use sign_step::{SignStep, use_signing};
pub use signer::{ChosenKey, NotSigned, Signer, Text, use_signer};
