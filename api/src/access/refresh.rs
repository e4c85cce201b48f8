//! Refresh tokens: random, kept as hashes.

use crate::clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// A new refresh token: 256 random bits, Base64url.
#[must_use]
pub fn refresh_token() -> String {
    URL_SAFE_NO_PAD.encode(clock::random::<32>())
}

/// What the database keeps of a refresh token. Without salt: the token itself is random.
#[must_use]
pub fn hash_refresh_token(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refresh_tokens_are_long_and_differ() {
        let (one, two) = (refresh_token(), refresh_token());
        assert_eq!(one.len(), 43);
        assert_ne!(one, two);
        assert_ne!(hash_refresh_token(&one), hash_refresh_token(&two));
        // SHA-256 of nothing begins with e3b0c442.
        assert_eq!(hash_refresh_token("")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}
