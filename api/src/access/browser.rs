//! The number of a browser: random, in a cookie of one year, kept as its hash. A login with a phone is good only
//! for the browser that has begun it, and one from a browser that is new is told by mail.

use crate::clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt;

const BYTES: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BrowserNumber([u8; BYTES]);

// Whoever has it is taken for that browser.
impl fmt::Debug for BrowserNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserNumber").finish_non_exhaustive()
    }
}

impl BrowserNumber {
    #[must_use]
    pub fn random() -> Self {
        Self(clock::random())
    }

    /// What a cookie says; none where it cannot be the number of a browser.
    #[must_use]
    pub fn read(cookie: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        bytes.try_into().ok().map(Self)
    }

    #[must_use]
    pub fn written(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database keeps. Without salt: the number itself is random.
    #[must_use]
    pub fn hash(self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_written_and_nothing_else_is_one() {
        let number = BrowserNumber::random();
        assert_eq!(BrowserNumber::read(&number.written()), Some(number));
        assert_ne!(number.hash(), BrowserNumber::random().hash());
        for wrong in ["", "AAAA", "!", &number.written()[1..]] {
            assert_eq!(BrowserNumber::read(wrong), None, "{wrong}");
        }
    }
}
