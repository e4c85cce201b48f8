//! Signing with a phone: the national application eGov Mobile reads what is to be signed from here and brings the
//! signatures, and the page that has begun it collects them. An act takes effect as with any other key: the page
//! sends the signature. Everything is in the database, so any process may answer.

pub mod beginning;
pub mod conversation;
mod names;
mod subjects;
pub mod watching;

use crate::config::Settings;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

const CODE_BYTES: usize = 32;

/// Whether people are offered to sign with a phone. The application calls addresses of https only; the demo has
/// a stand-in for it.
#[must_use]
pub fn offered(settings: &Settings) -> bool {
    settings.https() || settings.demo
}

/// What stands in the address that the phone reads first. Only its hash is kept.
struct Code([u8; CODE_BYTES]);

impl Code {
    fn random() -> Self {
        Self(crate::clock::random())
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    fn written(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What the phone shows when it reads the texts and brings the signatures. It follows from the code, so
    /// that a phone that reads the first address again is told the same.
    fn token(&self) -> String {
        // A key of any length is taken.
        let tag = Hmac::<Sha256>::new_from_slice(&self.0).map(|mut mac| {
            mac.update(b"token of a signing session");
            mac.finalize().into_bytes()
        });
        tag.map(|tag| URL_SAFE_NO_PAD.encode(tag))
            .unwrap_or_default()
    }
}

fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_follows_from_its_code_and_does_not_tell_it() {
        let code = Code::random();
        let again = Code::read(&code.written()).unwrap();
        assert_eq!(code.token(), again.token());
        assert_eq!(code.hash(), again.hash());
        assert_eq!(code.token().len(), 43);
        assert_ne!(code.token(), code.written());
        assert_ne!(code.token(), Code::random().token());
        assert!(Code::read("AAAA").is_none() && Code::read("…").is_none());
    }
}
