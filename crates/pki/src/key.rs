//! Public and private keys: reading, signing, verifying.
//!
//! Whether a key is strong enough or fit for a purpose is judged elsewhere.

use crate::algorithm::{AlgorithmIdentifier, Digest, SignatureScheme, UnsupportedAlgorithm};
use crate::asn1::{Asn1Error, Oid, Reader, known};
use crate::gost::{self, Gost512PrivateKey, Gost512PublicKey};
use rsa::rand_core::CryptoRngCore;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey, RsaPublicKey};
use serde::{Serialize, Serializer};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use std::fmt;
use thiserror::Error;

#[cfg(test)]
mod outside;

/// Larger keys only serve to waste the verifier's time.
const LARGEST_RSA_BITS: usize = 8_192;
const LARGEST_RSA_OCTETS: usize = LARGEST_RSA_BITS / 8;

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    #[error(transparent)]
    Unsupported(#[from] UnsupportedAlgorithm),
    #[error("malformed key: {0}")]
    Malformed(#[from] Asn1Error),
    #[error("the numbers of the key do not make a key")]
    Invalid,
}

/// Why a signature is not accepted by the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("the signature does not fit the message and the key")]
    Mismatch,
    #[error("the signature scheme is not one of this key")]
    WrongScheme,
}

/// A failure to sign: the key and the scheme do not belong together, or the key is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this key cannot make such a signature")]
pub struct SigningError;

/// The kind and size of a key, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyAlgorithm {
    Rsa { bits: usize },
    Gost512,
}

impl fmt::Display for KeyAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::Gost512 => f.write_str("GOST R 34.10-2015 (512)"),
        }
    }
}

impl Serialize for KeyAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The numbers of a public RSA key, in the forms that its two verifiers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsaNumbers {
    general: RsaPublicKey,
    #[cfg(not(target_family = "wasm"))]
    fast: crate::fast_rsa::Key,
}

impl From<RsaPublicKey> for RsaNumbers {
    fn from(general: RsaPublicKey) -> Self {
        Self {
            #[cfg(not(target_family = "wasm"))]
            fast: crate::fast_rsa::Key::new(&general.n().to_bytes_be(), &general.e().to_bytes_be()),
            general,
        }
    }
}

impl RsaNumbers {
    #[cfg(feature = "authority")]
    pub(crate) fn general(&self) -> &RsaPublicKey {
        &self.general
    }

    fn bits(&self) -> usize {
        self.general.n().bits()
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    Rsa(RsaNumbers),
    /// For RSASSA-PSS alone; where its owner fixed the parameters, for no others (RFC 4055,
    /// section 3.3).
    RsaPss(RsaNumbers, Option<SignatureScheme>),
    Gost512(Gost512PublicKey),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let mut outer = Reader::new(der);
        let mut spki = outer.sequence()?;
        outer.finish()?;
        let algorithm = AlgorithmIdentifier::read(&mut spki)?;
        let key = spki.bit_string_octets()?;
        spki.finish()?;
        // The browser, which only signs, goes without.
        #[cfg(not(target_family = "wasm"))]
        if algorithm.algorithm == known::RSA_PSS {
            let fixed = if algorithm.parameters.is_empty() {
                None
            } else {
                Some(SignatureScheme::from_identifier(&algorithm)?)
            };
            return rsa_public(key).map(|key| Self::RsaPss(key, fixed));
        }
        if algorithm.algorithm == known::RSA_ENCRYPTION {
            if !algorithm.has_no_parameters() {
                return Err(KeyError::Invalid);
            }
            rsa_public(key).map(Self::Rsa)
        } else if algorithm.algorithm == known::GOST_2015_512_KEY {
            if !gost::parameters_are_known(&algorithm.parameters) {
                return Err(UnsupportedAlgorithm(algorithm.algorithm).into());
            }
            let mut reader = Reader::new(key);
            let point = reader.octets()?;
            reader.finish()?;
            Gost512PublicKey::from_bytes(point)
                .map(Self::Gost512)
                .ok_or(KeyError::Invalid)
        } else {
            Err(UnsupportedAlgorithm(algorithm.algorithm).into())
        }
    }

    pub fn algorithm(&self) -> KeyAlgorithm {
        match self {
            Self::Rsa(key) | Self::RsaPss(key, _) => KeyAlgorithm::Rsa { bits: key.bits() },
            Self::Gost512(_) => KeyAlgorithm::Gost512,
        }
    }

    /// Whether the key is too short to be relied on.
    pub(crate) fn is_weak(&self) -> bool {
        match self {
            Self::Rsa(key) | Self::RsaPss(key, _) => key.bits() < 2048,
            Self::Gost512(_) => false,
        }
    }

    /// Checks a signature over a message.
    pub fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        #[cfg(not(target_family = "wasm"))]
        if let Self::Rsa(key) | Self::RsaPss(key, _) = self
            && self.takes(scheme)
            && let Some(accepted) = key.fast.verify(scheme, message, signature)
        {
            return if accepted {
                Ok(())
            } else {
                Err(SignatureError::Mismatch)
            };
        }
        self.verify_everywhere(scheme, message, signature)
    }

    /// Whether the owner of the key lets it be used in this way: with the parameters fixed, the salt
    /// no shorter.
    fn takes(&self, scheme: SignatureScheme) -> bool {
        let Self::RsaPss(_, fixed) = self else {
            return true;
        };
        let SignatureScheme::RsaPss {
            digest,
            mask_digest,
            salt_length,
        } = scheme
        else {
            return false;
        };
        fixed.is_none_or(|fixed| {
            matches!(
                fixed,
                SignatureScheme::RsaPss {
                    digest: only_digest,
                    mask_digest: only_mask,
                    salt_length: shortest,
                } if digest == only_digest && mask_digest == only_mask && salt_length >= shortest
            )
        })
    }

    /// The same for all keys and schemes, on all machines.
    fn verify_everywhere(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        if !self.takes(scheme) {
            return Err(SignatureError::WrongScheme);
        }
        let accepted = match (self, scheme) {
            (Self::Rsa(key), SignatureScheme::RsaPkcs1(digest)) => {
                let padding = pkcs1_padding(digest).ok_or(SignatureError::WrongScheme)?;
                key.general
                    .verify(padding, &digest.compute(message), signature)
                    .is_ok()
            }
            (
                Self::Rsa(key) | Self::RsaPss(key, _),
                SignatureScheme::RsaPss {
                    digest,
                    mask_digest,
                    salt_length,
                },
            ) => {
                let padding = pss_padding(digest, mask_digest, salt_length)
                    .ok_or(SignatureError::WrongScheme)?;
                key.general
                    .verify(padding, &digest.compute(message), signature)
                    .is_ok()
            }
            (Self::Gost512(key), SignatureScheme::Gost512) => Digest::Streebog512
                .compute(message)
                .as_slice()
                .try_into()
                .is_ok_and(|digest| key.verify_digest(digest, signature)),
            _ => return Err(SignatureError::WrongScheme),
        };
        if accepted {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

fn rsa_public(der: &[u8]) -> Result<RsaNumbers, KeyError> {
    let mut outer = Reader::new(der);
    let mut numbers = outer.sequence()?;
    outer.finish()?;
    let modulus = numbers.unsigned()?;
    let exponent = numbers.unsigned()?;
    numbers.finish()?;
    if modulus.len() > LARGEST_RSA_OCTETS {
        return Err(KeyError::Invalid);
    }
    let general = RsaPublicKey::new_with_max_size(
        BigUint::from_bytes_be(modulus),
        BigUint::from_bytes_be(exponent),
        LARGEST_RSA_BITS,
    )
    .map_err(|_| KeyError::Invalid)?;
    Ok(RsaNumbers {
        general,
        #[cfg(not(target_family = "wasm"))]
        fast: crate::fast_rsa::Key::new(modulus, exponent),
    })
}

/// RSAPrivateKey (RFC 8017, appendix A.1.2) of two primes.
fn rsa_private(der: &[u8]) -> Result<RsaPrivateKey, KeyError> {
    let mut outer = Reader::new(der);
    let mut numbers = outer.sequence()?;
    outer.finish()?;
    if numbers.u32()? != 0 {
        return Err(KeyError::Invalid);
    }
    let mut next = || numbers.unsigned().map(BigUint::from_bytes_be);
    let (modulus, exponent, private_exponent) = (next()?, next()?, next()?);
    let primes = vec![next()?, next()?];
    // The exponents and the coefficient of the remainder theorem are computed from these anew.
    for _ in 0..3 {
        numbers.unsigned()?;
    }
    numbers.finish()?;
    RsaPrivateKey::from_components(modulus, exponent, private_exponent, primes)
        .map_err(|_| KeyError::Invalid)
}

fn pkcs1_padding(digest: Digest) -> Option<Pkcs1v15Sign> {
    match digest {
        Digest::Sha1 => Some(Pkcs1v15Sign::new::<Sha1>()),
        Digest::Sha224 => Some(Pkcs1v15Sign::new::<Sha224>()),
        Digest::Sha256 => Some(Pkcs1v15Sign::new::<Sha256>()),
        Digest::Sha384 => Some(Pkcs1v15Sign::new::<Sha384>()),
        Digest::Sha512 => Some(Pkcs1v15Sign::new::<Sha512>()),
        Digest::Streebog512 => None,
    }
}

/// Schemes that mix two digests are allowed by the format and used by nobody.
fn pss_padding(digest: Digest, mask_digest: Digest, salt_length: u32) -> Option<Pss> {
    if digest != mask_digest {
        return None;
    }
    let salt = usize::try_from(salt_length).ok()?;
    match digest {
        Digest::Sha1 => Some(Pss::new_with_salt::<Sha1>(salt)),
        Digest::Sha224 => Some(Pss::new_with_salt::<Sha224>(salt)),
        Digest::Sha256 => Some(Pss::new_with_salt::<Sha256>(salt)),
        Digest::Sha384 => Some(Pss::new_with_salt::<Sha384>(salt)),
        Digest::Sha512 => Some(Pss::new_with_salt::<Sha512>(salt)),
        Digest::Streebog512 => None,
    }
}

/// A private key. It is wiped from memory when dropped and never shown.
pub struct PrivateKey(pub(crate) Secret);

pub(crate) enum Secret {
    Rsa(Box<RsaPrivateKey>),
    Gost512(Box<Gost512PrivateKey>),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, hidden)", self.algorithm())
    }
}

impl From<RsaPrivateKey> for PrivateKey {
    fn from(key: RsaPrivateKey) -> Self {
        Self(Secret::Rsa(Box::new(key)))
    }
}

impl From<Gost512PrivateKey> for PrivateKey {
    fn from(key: Gost512PrivateKey) -> Self {
        Self(Secret::Gost512(Box::new(key)))
    }
}

impl PrivateKey {
    /// Reads a PrivateKeyInfo (PKCS#8), or a bare RSA key (PKCS#1).
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        let mut outer = Reader::new(der);
        let mut info = outer.sequence()?;
        outer.finish()?;
        info.u32()?;
        let algorithm = AlgorithmIdentifier::read(&mut info)?;
        // Attributes and, since RFC 5958, the public key may follow.
        let key = info.octets()?;
        Self::from_parts(algorithm, key)
    }

    fn from_parts(algorithm: AlgorithmIdentifier, key: &[u8]) -> Result<Self, KeyError> {
        let oid: &Oid = &algorithm.algorithm;
        if *oid == known::RSA_ENCRYPTION {
            if key.len() > 4 * LARGEST_RSA_OCTETS {
                return Err(KeyError::Invalid);
            }
            rsa_private(key).map(Self::from)
        } else if *oid == known::GOST_2015_512_KEY {
            if !gost::parameters_are_known(&algorithm.parameters) {
                return Err(UnsupportedAlgorithm(algorithm.algorithm).into());
            }
            let mut reader = Reader::new(key);
            let scalar = reader.octets()?;
            reader.finish()?;
            let key = Gost512PrivateKey::from_bytes(scalar).ok_or(KeyError::Invalid)?;
            Ok(key.into())
        } else {
            Err(UnsupportedAlgorithm(algorithm.algorithm).into())
        }
    }

    pub fn algorithm(&self) -> KeyAlgorithm {
        match &self.0 {
            Secret::Rsa(key) => KeyAlgorithm::Rsa {
                bits: key.n().bits(),
            },
            Secret::Gost512(_) => KeyAlgorithm::Gost512,
        }
    }

    pub fn public_key(&self) -> PublicKey {
        match &self.0 {
            Secret::Rsa(key) => PublicKey::Rsa(key.to_public_key().into()),
            Secret::Gost512(key) => PublicKey::Gost512(key.public_key().clone()),
        }
    }

    /// The scheme in which the national authority signs with such keys.
    pub fn default_scheme(&self) -> SignatureScheme {
        match &self.0 {
            Secret::Rsa(_) => SignatureScheme::RsaPkcs1(Digest::Sha256),
            Secret::Gost512(_) => SignatureScheme::Gost512,
        }
    }

    /// Signs a message.
    pub fn sign(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, SigningError> {
        let hashed = scheme.digest().compute(message);
        match (&self.0, scheme) {
            (Secret::Rsa(key), SignatureScheme::RsaPkcs1(digest)) => {
                let padding = pkcs1_padding(digest).ok_or(SigningError)?;
                key.sign_with_rng(rng, padding, &hashed)
                    .map_err(|_| SigningError)
            }
            // No national key signs so, and the browser goes without.
            #[cfg(not(target_family = "wasm"))]
            (
                Secret::Rsa(key),
                SignatureScheme::RsaPss {
                    digest,
                    mask_digest,
                    salt_length,
                },
            ) => {
                let padding = blinded_pss(digest, mask_digest, salt_length).ok_or(SigningError)?;
                key.sign_with_rng(rng, padding, &hashed)
                    .map_err(|_| SigningError)
            }
            (Secret::Gost512(key), SignatureScheme::Gost512) => {
                let digest = hashed.as_slice().try_into().map_err(|_| SigningError)?;
                Ok(key.sign_digest(digest, rng).to_vec())
            }
            _ => Err(SigningError),
        }
    }

    /// Whether this is the private half of that public key.
    pub(crate) fn fits(&self, public: &PublicKey) -> bool {
        match (&self.0, public) {
            (Secret::Rsa(mine), PublicKey::Rsa(theirs)) => {
                let theirs = &theirs.general;
                mine.n() == theirs.n() && mine.e() == theirs.e() && !mine.primes().is_empty()
            }
            (Secret::Gost512(mine), PublicKey::Gost512(theirs)) => mine.public_key() == theirs,
            _ => false,
        }
    }
}

#[cfg(not(target_family = "wasm"))]
fn blinded_pss(digest: Digest, mask_digest: Digest, salt_length: u32) -> Option<Pss> {
    if digest != mask_digest {
        return None;
    }
    let salt = usize::try_from(salt_length).ok()?;
    match digest {
        Digest::Sha256 => Some(Pss::new_blinded_with_salt::<Sha256>(salt)),
        Digest::Sha384 => Some(Pss::new_blinded_with_salt::<Sha384>(salt)),
        Digest::Sha512 => Some(Pss::new_blinded_with_salt::<Sha512>(salt)),
        Digest::Sha1 | Digest::Sha224 | Digest::Streebog512 => None,
    }
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::asn1::{null, oid, sequence};
    use crate::authority::encoding::spki;
    use crate::random::SystemRandom;
    use std::sync::OnceLock;

    fn key() -> &'static PrivateKey {
        static KEY: OnceLock<PrivateKey> = OnceLock::new();
        KEY.get_or_init(|| {
            RsaPrivateKey::new(&mut SystemRandom, 2048)
                .map(PrivateKey::from)
                .unwrap()
        })
    }

    fn pss(digest: Digest, salt_length: u32) -> SignatureScheme {
        SignatureScheme::RsaPss {
            digest,
            mask_digest: digest,
            salt_length,
        }
    }

    /// The key above for RSASSA-PSS alone, written and read.
    fn for_pss(fixed: Option<SignatureScheme>) -> PublicKey {
        let PublicKey::Rsa(numbers) = key().public_key() else {
            panic!("an RSA key")
        };
        let public = PublicKey::RsaPss(numbers, fixed);
        assert_eq!(PublicKey::from_spki(&spki(&public)), Ok(public.clone()));
        public
    }

    fn judged(public: &PublicKey, scheme: SignatureScheme) -> Result<(), SignatureError> {
        let signature = key().sign(scheme, b"text", &mut SystemRandom).unwrap();
        let found = public.verify(scheme, b"text", &signature);
        assert_eq!(
            public.verify_everywhere(scheme, b"text", &signature),
            found,
            "both ways of verifying agree"
        );
        if found.is_ok() {
            let other = public.verify(scheme, b"other", &signature);
            assert_eq!(other, Err(SignatureError::Mismatch));
        }
        found
    }

    /// RFC 4055, sections 1.2 and 3.3.
    #[test]
    fn keys_for_pss_take_nothing_else() {
        let refused = Err(SignatureError::WrongScheme);
        let pkcs1 = SignatureScheme::RsaPkcs1(Digest::Sha256);
        for fixed in [None, Some(pss(Digest::Sha256, 32))] {
            let public = for_pss(fixed);
            assert_eq!(judged(&public, pkcs1), refused);
            assert_eq!(judged(&public, pss(Digest::Sha256, 32)), Ok(()));
        }
        assert_eq!(judged(&key().public_key(), pkcs1), Ok(()));
    }

    /// RFC 4055, section 3.3.
    #[test]
    fn keys_with_parameters_take_no_others_but_a_longer_salt() {
        let fixed = for_pss(Some(pss(Digest::Sha256, 32)));
        let refused = Err(SignatureError::WrongScheme);
        for (scheme, expected) in [
            (pss(Digest::Sha256, 32), Ok(())),
            (pss(Digest::Sha256, 33), Ok(())),
            (pss(Digest::Sha256, 31), refused),
            (pss(Digest::Sha384, 48), refused),
            (pss(Digest::Sha512, 64), refused),
        ] {
            assert_eq!(judged(&fixed, scheme), expected, "{scheme:?}");
            assert_eq!(judged(&for_pss(None), scheme), Ok(()), "{scheme:?}");
        }
        let mixed = SignatureScheme::RsaPss {
            digest: Digest::Sha256,
            mask_digest: Digest::Sha384,
            salt_length: 32,
        };
        assert!(!fixed.takes(mixed));
    }

    #[test]
    fn parameters_that_cannot_be_kept_make_no_key() {
        let PublicKey::Rsa(numbers) = key().public_key() else {
            panic!("an RSA key")
        };
        let ordinary = spki(&PublicKey::Rsa(numbers));
        let mut parts = Reader::new(&ordinary).sequence().unwrap();
        parts.element().unwrap();
        let bits = parts.element().unwrap().raw;
        let with = |parameters: &[u8]| {
            let identifier = sequence(&[&oid(&known::RSA_PSS), parameters]);
            PublicKey::from_spki(&sequence(&[&identifier, bits]))
        };
        assert!(with(&[]).is_ok());
        // RSASSA-PSS-params with all its defaults: SHA-1 and 20 octets of salt.
        assert_eq!(
            with(&sequence(&[])).map(|key| key.takes(pss(Digest::Sha256, 32))),
            Ok(false)
        );
        let error = with(&null()).unwrap_err();
        assert!(error.to_string().contains("RSASSA-PSS"), "{error}");
    }
}
