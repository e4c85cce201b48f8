//! GOST R 34.10-2015 with 512 bits: the signature of today's national keys.
//!
//! The curve is `id-tc26-gost-3410-12-512-paramSetA` of RFC 7836. Keys and signatures are encoded
//! as the national authority does it: every number little-endian, a signature as r then s, the
//! digest read as a little-endian number. (The Russian X.509 profile has another order.)
//!
//! Whatever touches a private key or a nonce runs in time that does not depend on it
//! (`docs/adr/0009-gost-in-constant-time.md`).

#[cfg(test)]
mod constant_time;
mod curve;
mod field;
#[cfg(test)]
mod known_answers;
mod point;
mod scalar;
mod signature;

pub(crate) use streebog::Streebog512;

use crate::asn1::{self, known};
use curve::ParamSetA;
use point::Affine;
use rsa::rand_core::CryptoRngCore;
use scalar::Scalar;
use signature::public_point;
use std::fmt;
use zeroize::Zeroizing;

/// Octets of a signature and of a public key.
pub(crate) const PAIR: usize = 128;
/// Octets of a private key and of a digest.
pub(crate) const NUMBER: usize = 64;

/// A public key: a point of the curve.
#[derive(Clone, PartialEq, Eq)]
pub struct Gost512PublicKey(Affine<ParamSetA>);

impl Gost512PublicKey {
    /// Reads X then Y, each little-endian; `None` unless they are a point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; PAIR] = bytes.try_into().ok()?;
        Affine::from_le_bytes(bytes).map(Self)
    }

    pub fn to_bytes(&self) -> [u8; PAIR] {
        self.0.to_le_bytes()
    }

    /// Whether the signature (r then s) was made over this digest with the key's private half.
    pub fn verify_digest(&self, digest: &[u8; NUMBER], signature: &[u8]) -> bool {
        signature
            .try_into()
            .is_ok_and(|signature| signature::verify(&self.0, digest, signature))
    }
}

impl fmt::Debug for Gost512PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gost512PublicKey(…)")
    }
}

/// A private key, wiped when dropped.
pub struct Gost512PrivateKey {
    scalar: Zeroizing<Scalar<ParamSetA>>,
    public: Gost512PublicKey,
}

impl Gost512PrivateKey {
    /// Reads a little-endian number; `None` unless it lies between 0 and the order of the group.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; NUMBER] = bytes.try_into().ok()?;
        let scalar = Zeroizing::new(signature::private_scalar::<ParamSetA>(bytes)?);
        let public = Gost512PublicKey(public_point::<ParamSetA>(&scalar)?);
        Some(Self { scalar, public })
    }

    /// Makes a new key.
    pub fn generate(rng: &mut impl CryptoRngCore) -> Self {
        loop {
            let mut bytes = Zeroizing::new([0; NUMBER]);
            rng.fill_bytes(&mut *bytes);
            // All but about one in 2^256 numbers are below the order.
            if let Some(key) = Self::from_bytes(&*bytes) {
                return key;
            }
        }
    }

    pub fn public_key(&self) -> &Gost512PublicKey {
        &self.public
    }

    /// The little-endian number, for writing key files.
    #[cfg(feature = "authority")]
    pub(crate) fn to_bytes(&self) -> Zeroizing<[u8; NUMBER]> {
        Zeroizing::new(field::to_le_bytes(&self.scalar))
    }

    /// Signs a digest. The nonce depends on the key, the digest and fresh randomness, so that a
    /// failing source of randomness does not give the key away.
    pub fn sign_digest(&self, digest: &[u8; NUMBER], rng: &mut impl CryptoRngCore) -> [u8; PAIR] {
        let mut entropy = Zeroizing::new([0; NUMBER]);
        rng.fill_bytes(&mut *entropy);
        signature::sign::<ParamSetA>(&self.scalar, digest, &entropy)
    }
}

impl fmt::Debug for Gost512PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gost512PrivateKey(hidden)")
    }
}

/// Whether the parameters of a public key name the one curve and digest in use.
pub(crate) fn parameters_are_known(parameters: &[u8]) -> bool {
    let mut outer = asn1::Reader::new(parameters);
    outer.sequence().is_ok_and(|mut inner| {
        inner
            .oid()
            .is_ok_and(|curve| curve == known::GOST_2015_512_PARAMS)
            && inner.oid().is_ok_and(|digest| digest == known::STREEBOG512)
            && inner.is_empty()
    }) && outer.is_empty()
}
