//! Which answer belongs to which request, and which key files are open.
//!
//! Must not know JavaScript, so that it is tested anywhere, nor how a key file or a signature is
//! made up: that is the business of `balabaqsha-pki`.

use std::collections::VecDeque;

use balabaqsha_pki::cms::{self, Certificates, SignOptions};
use balabaqsha_pki::keystore::{self, KeyStore, OpenError};
use balabaqsha_pki::rand_core::CryptoRngCore;
use balabaqsha_signer_client::message::{Call, Outcome, StoreId};
use balabaqsha_signer_client::{
    KeyStoreProblem, MAX_CONTENT_BYTES, MAX_KEY_FILE_BYTES, SignProblem,
};
use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::facts;

/// The page opens one file at a time. Some more may be open while it changes its mind; beyond
/// that the oldest is closed, so that forgotten keys do not stay in memory.
const MOST_OPEN_STORES: usize = 4;

/// The binary parts of a request: wiped when the request has been answered.
pub type Parts = [Zeroizing<Vec<u8>>];

#[derive(Debug)]
pub struct Engine {
    next: StoreId,
    /// Oldest first. A store that leaves the list is dropped, which wipes its keys.
    open: VecDeque<(StoreId, KeyStore)>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    #[must_use]
    pub fn new() -> Self {
        Self {
            next: StoreId::FIRST,
            open: VecDeque::new(),
        }
    }

    /// The outcome with its binary part, which only a signature has.
    pub fn answer(
        &mut self,
        call: &Call,
        parts: &Parts,
        rng: &mut impl CryptoRngCore,
    ) -> (Outcome, Option<Vec<u8>>) {
        match (call, parts) {
            (Call::Open, [file, password]) => {
                let outcome = self.open(file, password).unwrap_or_else(Outcome::NotOpened);
                (outcome, None)
            }
            (Call::Open, _) => (Outcome::NotOpened(KeyStoreProblem::NotAKeyStore), None),
            (Call::Sign { store, key, at }, [content]) => {
                match self.sign(*store, *key, content, *at, rng) {
                    Ok(cms) => (Outcome::Signed, Some(cms)),
                    Err(problem) => (Outcome::NotSigned(problem), None),
                }
            }
            (Call::Sign { .. }, _) => {
                let problem = SignProblem::Failed("one content is signed at a time".to_owned());
                (Outcome::NotSigned(problem), None)
            }
            (Call::Close { store }, _) => {
                self.open.retain(|(id, _)| id != store);
                (Outcome::Closed, None)
            }
        }
    }

    fn open(&mut self, file: &[u8], password: &[u8]) -> Result<Outcome, KeyStoreProblem> {
        if file.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyStoreProblem::TooLarge);
        }
        // The page sends UTF-8; what is not is no password that anybody typed.
        let password = std::str::from_utf8(password).map_err(|_| KeyStoreProblem::WrongPassword)?;
        let store = keystore::open(file, password).map_err(problem)?;
        let keys = facts::of(&store);
        let refused = store
            .refused()
            .iter()
            .map(|algorithm| algorithm.0.describe())
            .collect();
        let id = self.next;
        self.next = id.next();
        while self.open.len() >= MOST_OPEN_STORES {
            self.open.pop_front();
        }
        self.open.push_back((id, store));
        Ok(Outcome::Opened {
            store: id,
            keys,
            refused,
        })
    }

    fn sign(
        &self,
        id: StoreId,
        key: u32,
        content: &[u8],
        at: DateTime<Utc>,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, SignProblem> {
        if content.len() > MAX_CONTENT_BYTES {
            return Err(SignProblem::ContentTooLarge);
        }
        let (_, store) = self
            .open
            .iter()
            .find(|(open, _)| *open == id)
            .ok_or(SignProblem::StoreClosed)?;
        let entry = usize::try_from(key)
            .ok()
            .and_then(|index| store.entries().get(index))
            .ok_or(SignProblem::NoSuchKey)?;
        // With the certificates of the authorities, when the file has them: whoever verifies may
        // know the root alone.
        let options = SignOptions {
            certificates: Certificates::Chain,
            ..SignOptions::detached(at)
        };
        cms::sign(entry, content, &options, rng)
            .map_err(|error| SignProblem::Failed(error.to_string()))
    }
}

fn problem(error: OpenError) -> KeyStoreProblem {
    match error {
        OpenError::NotAKeystore => KeyStoreProblem::NotAKeyStore,
        OpenError::WrongPassword => KeyStoreProblem::WrongPassword,
        OpenError::Truncated => KeyStoreProblem::Truncated,
        OpenError::Unsupported(algorithm) => KeyStoreProblem::Unsupported(algorithm.0.describe()),
        OpenError::TooLarge => KeyStoreProblem::TooLarge,
        OpenError::TooCostly => KeyStoreProblem::TooCostly,
        OpenError::NoKey => KeyStoreProblem::NoKey,
        OpenError::NoCertificate => KeyStoreProblem::NoCertificate,
        OpenError::DamagedKey => KeyStoreProblem::DamagedKey,
    }
}

#[cfg(test)]
mod tests {
    use balabaqsha_pki::random::SystemRandom;
    use balabaqsha_pki::{Oid, UnsupportedAlgorithm};

    use super::*;

    fn parts(count: usize) -> Vec<Zeroizing<Vec<u8>>> {
        vec![Zeroizing::new(b"x".to_vec()); count]
    }

    fn sign(store: StoreId) -> Call {
        Call::Sign {
            store,
            key: 0,
            at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_codes_are_those_of_the_opening() {
        let oid = Oid::parse("1.2.840.10040.4.1").unwrap();
        for error in [
            OpenError::NotAKeystore,
            OpenError::WrongPassword,
            OpenError::Truncated,
            OpenError::Unsupported(UnsupportedAlgorithm(oid)),
            OpenError::TooLarge,
            OpenError::TooCostly,
            OpenError::NoKey,
            OpenError::NoCertificate,
            OpenError::DamagedKey,
        ] {
            let code = error.code();
            assert_eq!(problem(error).code(), code);
        }
    }

    #[test]
    fn a_request_with_other_parts_than_its_own_is_refused() {
        let mut engine = Engine::new();
        for count in [0, 1, 3] {
            let (outcome, bytes) = engine.answer(&Call::Open, &parts(count), &mut SystemRandom);
            assert!(matches!(outcome, Outcome::NotOpened(_)), "{outcome:?}");
            assert_eq!(bytes, None);
        }
        for count in [0, 2] {
            let (outcome, bytes) =
                engine.answer(&sign(StoreId::FIRST), &parts(count), &mut SystemRandom);
            assert!(matches!(outcome, Outcome::NotSigned(_)), "{outcome:?}");
            assert_eq!(bytes, None);
        }
    }

    #[test]
    fn what_is_not_open_neither_signs_nor_minds_being_closed() {
        let mut engine = Engine::new();
        let (outcome, _) = engine.answer(&sign(StoreId::FIRST), &parts(1), &mut SystemRandom);
        assert_eq!(outcome, Outcome::NotSigned(SignProblem::StoreClosed));
        let close = Call::Close {
            store: StoreId::FIRST,
        };
        let (outcome, _) = engine.answer(&close, &[], &mut SystemRandom);
        assert_eq!(outcome, Outcome::Closed);
    }

    #[test]
    fn the_limits_hold_in_the_worker_too() {
        let mut engine = Engine::new();
        let file = Zeroizing::new(vec![0x30; MAX_KEY_FILE_BYTES + 1]);
        let parts = [file, Zeroizing::new(Vec::new())];
        let (outcome, _) = engine.answer(&Call::Open, &parts, &mut SystemRandom);
        assert_eq!(outcome, Outcome::NotOpened(KeyStoreProblem::TooLarge));

        let content = [Zeroizing::new(vec![0; MAX_CONTENT_BYTES + 1])];
        let (outcome, _) = engine.answer(&sign(StoreId::FIRST), &content, &mut SystemRandom);
        assert_eq!(outcome, Outcome::NotSigned(SignProblem::ContentTooLarge));
    }

    #[test]
    fn a_password_that_is_no_text_is_a_wrong_one() {
        let parts = [
            Zeroizing::new(b"0".to_vec()),
            Zeroizing::new(vec![0xff, 0xfe]),
        ];
        let (outcome, _) = Engine::new().answer(&Call::Open, &parts, &mut SystemRandom);
        assert_eq!(outcome, Outcome::NotOpened(KeyStoreProblem::WrongPassword));
    }
}
