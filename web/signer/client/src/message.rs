//! The messages between the page and the worker, both ways, in one place.
//!
//! A message is an object `{ text, buffers }`: `text` is one of these types as JSON, `buffers`
//! holds the binary parts as *transferred* `ArrayBuffer`s, so that the sender keeps no copy of a
//! key file or a password. Which buffers belong to a message is said at each of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{KeyInfo, KeyStoreProblem, SignProblem};

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

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// Buffers: the key file, the password in UTF-8.
    Open,
    /// Buffers: the content to be signed.
    Sign {
        store: StoreId,
        key: u32,
        #[serde(with = "chrono::serde::ts_milliseconds")]
        at: DateTime<Utc>,
    },
    /// No buffers.
    Close { store: StoreId },
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromWorker {
    Answer(Answer),
    /// Written by the worker's script: the module could not be fetched or compiled.
    NotLoaded(String),
    /// Written by the worker's script: the module trapped; it must not be called again.
    Crashed(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub id: CallId,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Opened {
        store: StoreId,
        keys: Vec<KeyInfo>,
        /// The algorithms of further keys in the file that cannot be used, by name.
        refused: Vec<String>,
    },
    NotOpened(KeyStoreProblem),
    /// Buffers: the detached CMS in DER.
    Signed,
    NotSigned(SignProblem),
    Closed,
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::{KeyPurpose, ModuleFailure};

    fn written(message: &impl Serialize) -> String {
        serde_json::to_string(message).unwrap()
    }

    /// The worker's script and the browser tests write and read these texts by hand.
    #[test]
    fn the_wire_form_is_the_one_that_the_script_knows() {
        let at = Utc.timestamp_millis_opt(1_764_000_000_123).unwrap();
        let requests = [
            (Call::Open, r#"{"id":1,"call":"open"}"#),
            (
                Call::Sign {
                    store: StoreId(2),
                    key: 3,
                    at,
                },
                r#"{"id":1,"call":{"sign":{"store":2,"key":3,"at":1764000000123}}}"#,
            ),
            (
                Call::Close { store: StoreId(2) },
                r#"{"id":1,"call":{"close":{"store":2}}}"#,
            ),
        ];
        for (call, text) in requests {
            let request = Request {
                id: CallId(1),
                call,
            };
            assert_eq!(written(&request), text);
            assert_eq!(serde_json::from_str::<Request>(text).unwrap(), request);
        }

        let messages = [
            (
                FromWorker::NotLoaded("offline".to_owned()),
                r#"{"not-loaded":"offline"}"#,
            ),
            (
                FromWorker::Crashed("unreachable".to_owned()),
                r#"{"crashed":"unreachable"}"#,
            ),
            (
                FromWorker::Answer(Answer {
                    id: CallId(7),
                    outcome: Outcome::Signed,
                }),
                r#"{"answer":{"id":7,"outcome":"signed"}}"#,
            ),
            (
                FromWorker::Answer(Answer {
                    id: CallId(7),
                    outcome: Outcome::NotOpened(KeyStoreProblem::WrongPassword),
                }),
                r#"{"answer":{"id":7,"outcome":{"not-opened":"wrong-password"}}}"#,
            ),
            (
                FromWorker::Answer(Answer {
                    id: CallId(7),
                    outcome: Outcome::NotOpened(KeyStoreProblem::Unsupported("DSA".to_owned())),
                }),
                r#"{"answer":{"id":7,"outcome":{"not-opened":{"unsupported":"DSA"}}}}"#,
            ),
        ];
        for (message, text) in messages {
            assert_eq!(written(&message), text);
            assert_eq!(serde_json::from_str::<FromWorker>(text).unwrap(), message);
        }
    }

    #[test]
    fn the_facts_of_a_key_arrive_as_they_left() {
        let message = FromWorker::Answer(Answer {
            id: CallId::FIRST.next(),
            outcome: Outcome::Opened {
                store: StoreId::FIRST,
                keys: vec![KeyInfo {
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
                }],
                refused: vec!["DSA".to_owned()],
            },
        });
        let read: FromWorker = serde_json::from_str(&written(&message)).unwrap();
        assert_eq!(read, message);
    }

    #[test]
    fn ids_go_on_for_ever() {
        assert_eq!(CallId(u32::MAX).next(), CallId::FIRST);
        assert_eq!(StoreId(u32::MAX).next(), StoreId::FIRST);
    }

    #[test]
    fn unknown_and_broken_texts_are_refused() {
        for text in [
            "",
            "{}",
            r#"{"id":1,"call":"export"}"#,
            r#"{"id":-1,"call":"open"}"#,
            r#"{"id":1,"call":{"sign":{"store":0,"key":0}}}"#,
        ] {
            assert!(serde_json::from_str::<Request>(text).is_err(), "{text}");
        }
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
