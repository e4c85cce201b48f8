//! The messages between the page and the worker, both ways, in one place.
//!
//! What is posted is an object `{ message, parts }`. `message` holds one of these types in the
//! compact form of `postcard`, since a JSON reader would be a tenth of what the worker weighs.
//! `parts` are the binary parts as *transferred* `ArrayBuffer`s, so that the sender keeps no copy
//! of a key file or a password; which of them belong to a message is said at each of them.
//!
//! The worker's script, which is written by hand, has two messages of its own for when the module
//! cannot answer: `{ failure: "not-loaded" | "crashed", detail }`.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{KeyInfo, KeyStoreProblem, SignProblem};

/// Never happens between a page and a worker of the same build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a message that is none of ours")]
pub struct BrokenMessage;

fn to_bytes(message: &impl Serialize) -> Result<Vec<u8>, BrokenMessage> {
    postcard::to_allocvec(message).map_err(|_| BrokenMessage)
}

fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, BrokenMessage> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok(_) | Err(_) => Err(BrokenMessage),
    }
}

/// Ties an answer to its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallId(u32);

impl CallId {
    pub const FIRST: Self = Self(0);

    /// Wraps around: four thousand million calls later nobody waits for the first one any more.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// Names an opened key file inside the worker that opened it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreId(u32);

impl StoreId {
    pub const FIRST: Self = Self(0);

    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    pub id: CallId,
    pub call: Call,
}

impl Request {
    pub fn to_bytes(&self) -> Result<Vec<u8>, BrokenMessage> {
        to_bytes(self)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BrokenMessage> {
        from_bytes(bytes)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Call {
    /// Parts: the key file, the password in UTF-8.
    Open,
    /// Parts: the content to be signed.
    Sign {
        store: StoreId,
        key: u32,
        #[serde(with = "chrono::serde::ts_milliseconds")]
        at: DateTime<Utc>,
    },
    /// No parts.
    Close { store: StoreId },
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub id: CallId,
    pub outcome: Outcome,
}

impl Answer {
    pub fn to_bytes(&self) -> Result<Vec<u8>, BrokenMessage> {
        to_bytes(self)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, BrokenMessage> {
        from_bytes(bytes)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    Opened {
        store: StoreId,
        keys: Vec<KeyInfo>,
        /// The algorithms of further keys in the file that cannot be used, by name.
        refused: Vec<String>,
    },
    NotOpened(KeyStoreProblem),
    /// Parts: the detached CMS in DER.
    Signed,
    NotSigned(SignProblem),
    Closed,
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::{KeyPurpose, ModuleFailure};

    fn key() -> KeyInfo {
        KeyInfo {
            index: 0,
            owner_name: "ҚАЙРАТОВ \"А\" \\ \u{1F511}".to_owned(),
            iin: None,
            bin: Some("123456789021".to_owned()),
            purpose: KeyPurpose::LoginAndSigning,
            algorithm: "GOST 512".to_owned(),
            supported: true,
            // Certificates of before 1970 and without a known end exist (RFC 5280).
            not_before: Utc.timestamp_opt(-631_152_000, 0).unwrap(),
            not_after: Utc.timestamp_opt(253_402_300_799, 0).unwrap(),
            issuer: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ".to_owned(),
            serial: "00ff".to_owned(),
            friendly_name: Some(String::new()),
        }
    }

    fn requests() -> Vec<Request> {
        let store = StoreId(300);
        let at = Utc.timestamp_millis_opt(1_764_000_000_123).unwrap();
        [
            Call::Open,
            Call::Sign { store, key: 3, at },
            Call::Close { store },
        ]
        .map(|call| Request {
            id: CallId(u32::MAX),
            call,
        })
        .to_vec()
    }

    fn answers() -> Vec<Answer> {
        [
            Outcome::Opened {
                store: StoreId::FIRST,
                keys: vec![key(), key()],
                refused: vec!["DSA".to_owned()],
            },
            Outcome::NotOpened(KeyStoreProblem::Unsupported("DSA".to_owned())),
            Outcome::NotOpened(KeyStoreProblem::ModuleFailed(ModuleFailure::TimedOut)),
            Outcome::Signed,
            Outcome::NotSigned(SignProblem::Failed("why".to_owned())),
            Outcome::Closed,
        ]
        .map(|outcome| Answer {
            id: CallId(7),
            outcome,
        })
        .to_vec()
    }

    #[test]
    fn messages_arrive_as_they_left() {
        for request in requests() {
            let bytes = request.to_bytes().unwrap();
            assert_eq!(Request::from_bytes(&bytes), Ok(request));
        }
        for answer in answers() {
            let bytes = answer.to_bytes().unwrap();
            assert_eq!(Answer::from_bytes(&bytes), Ok(answer));
        }
    }

    #[test]
    fn what_is_cut_off_or_too_long_is_refused() {
        for request in requests() {
            let mut bytes = request.to_bytes().unwrap();
            for end in 0..bytes.len() {
                assert_eq!(Request::from_bytes(&bytes[..end]), Err(BrokenMessage));
            }
            bytes.push(0);
            assert_eq!(Request::from_bytes(&bytes), Err(BrokenMessage));
        }
        for answer in answers() {
            let bytes = answer.to_bytes().unwrap();
            for end in 0..bytes.len() {
                assert_eq!(Answer::from_bytes(&bytes[..end]), Err(BrokenMessage));
            }
        }
        // A call that does not exist.
        assert_eq!(Request::from_bytes(&[0, 3]), Err(BrokenMessage));
    }

    #[test]
    fn ids_go_on_for_ever() {
        assert_eq!(CallId(u32::MAX).next(), CallId::FIRST);
        assert_eq!(StoreId(u32::MAX).next(), StoreId::FIRST);
    }

    #[test]
    fn every_problem_has_a_code_of_its_own() {
        let text = String::new;
        let mut codes = vec![
            KeyStoreProblem::WrongPassword.code(),
            KeyStoreProblem::NotAKeyStore.code(),
            KeyStoreProblem::Truncated.code(),
            KeyStoreProblem::TooLarge.code(),
            KeyStoreProblem::TooCostly.code(),
            KeyStoreProblem::Unsupported(text()).code(),
            KeyStoreProblem::NoKey.code(),
            KeyStoreProblem::NoCertificate.code(),
            KeyStoreProblem::DamagedKey.code(),
            KeyStoreProblem::Unreadable(text()).code(),
            SignProblem::StoreClosed.code(),
            SignProblem::NoSuchKey.code(),
            SignProblem::ContentTooLarge.code(),
            SignProblem::Failed(text()).code(),
            ModuleFailure::NotLoaded(text()).code(),
            ModuleFailure::TimedOut.code(),
            ModuleFailure::Crashed(text()).code(),
            ModuleFailure::Stopped.code(),
        ];
        assert_eq!(
            KeyStoreProblem::from(ModuleFailure::TimedOut).code(),
            ModuleFailure::TimedOut.code()
        );
        assert_eq!(
            SignProblem::from(ModuleFailure::TimedOut).code(),
            ModuleFailure::TimedOut.code()
        );
        codes.sort_unstable();
        let before = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), before);
    }
}
