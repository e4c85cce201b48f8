//! A scan is sealed by a key of its own; that key is sealed by a key of the key file.

use crate::{
    keys::{KEY, KeyId, Keys},
    randomness::{NoRandomness, random},
};
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

const NONCE: usize = 24;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the key {0} is not in the key file")]
    KeyLost(KeyId),
    #[error("what is sealed was changed, or belongs to something else")]
    Changed,
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// The key of a scan, sealed by a key of the key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    pub by: KeyId,
    pub bytes: Vec<u8>,
}

/// The key of one scan.
#[derive(Debug)]
pub(crate) struct ScanKey(Zeroizing<[u8; KEY]>);

fn seal(key: &[u8; KEY], name: &str, content: &[u8]) -> Result<Vec<u8>, SealError> {
    let nonce = random::<NONCE>()?;
    let payload = Payload {
        msg: content,
        aad: name.as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new(Key::from_slice(key))
        .encrypt(XNonce::from_slice(nonce.as_slice()), payload)
        .map_err(|_| SealError::Changed)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn open(key: &[u8; KEY], name: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE).ok_or(SealError::Changed)?;
    let payload = Payload {
        msg: sealed,
        aad: name.as_bytes(),
    };
    XChaCha20Poly1305::new(Key::from_slice(key))
        .decrypt(XNonce::from_slice(nonce), payload)
        .map_err(|_| SealError::Changed)
}

impl ScanKey {
    pub fn new() -> Result<Self, SealError> {
        Ok(Self(random()?))
    }

    /// Seals something under its name: it cannot be taken for anything else.
    pub fn seal(&self, name: &str, content: &[u8]) -> Result<Vec<u8>, SealError> {
        seal(&self.0, name, content)
    }

    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        open(&self.0, name, sealed)
    }

    /// The key of the scan of this name, sealed by the newest key.
    pub fn sealed(&self, keys: &Keys, scan: &str) -> Result<SealedKey, SealError> {
        let newest = keys.newest();
        Ok(SealedKey {
            by: newest.id.clone(),
            bytes: seal(&newest.bytes, scan, self.0.as_slice())?,
        })
    }

    pub fn unsealed(keys: &Keys, scan: &str, sealed: &SealedKey) -> Result<Self, SealError> {
        let known = keys.get(&sealed.by);
        let known = known.ok_or_else(|| SealError::KeyLost(sealed.by.clone()))?;
        let bytes = Zeroizing::new(open(&known.bytes, scan, &sealed.bytes)?);
        let mut key = Zeroizing::new([0; KEY]);
        if bytes.len() != KEY {
            return Err(SealError::Changed);
        }
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_its_name_alone() {
        let key = ScanKey::new().unwrap();
        let sealed = key.seal("a/1", b"page").unwrap();
        assert!(!sealed.windows(4).any(|bytes| bytes == b"page"));
        assert_eq!(key.open("a/1", &sealed).unwrap(), b"page");
        assert_eq!(key.open("a/2", &sealed), Err(SealError::Changed));
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert_eq!(key.open("a/1", &changed), Err(SealError::Changed));
        assert_eq!(key.open("a/1", b"short"), Err(SealError::Changed));
        let again = key.seal("a/1", b"page").unwrap();
        assert_ne!(sealed, again, "no nonce is used twice");
    }

    #[test]
    fn a_key_outlives_a_rotation_and_not_the_loss_of_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("scans.key");
        let old = Keys::create(&file).unwrap();
        let key = ScanKey::new().unwrap();
        let content = key.seal("a/1", b"page").unwrap();
        let sealed = key.sealed(&old, "a").unwrap();
        let both = Keys::add(&file).unwrap();
        assert_ne!(both.newest().id, sealed.by);
        let known = ScanKey::unsealed(&both, "a", &sealed).unwrap();
        assert_eq!(known.open("a/1", &content).unwrap(), b"page");
        let wrapped_anew = known.sealed(&both, "a").unwrap();
        assert_eq!(wrapped_anew.by, both.newest().id);
        assert_eq!(
            ScanKey::unsealed(&both, "b", &sealed).unwrap_err(),
            SealError::Changed
        );
        assert_eq!(
            ScanKey::unsealed(&old, "a", &wrapped_anew).unwrap_err(),
            SealError::KeyLost(both.newest().id.clone())
        );
    }
}
