//! Verification of RSA signatures by `ring`, for the keys and schemes it takes.
//!
//! The verdicts are those of the general code in [`crate::key`], only sooner.

use crate::algorithm::{Digest, SignatureScheme};
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters,
    RsaPublicKeyComponents,
};

/// Bits of a modulus that `ring` takes.
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The numbers of a public key, most significant octet first and without leading noughts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Key {
    pub(crate) fn new(modulus: &[u8], exponent: &[u8]) -> Self {
        Self {
            modulus: modulus.to_vec(),
            exponent: exponent.to_vec(),
        }
    }

    fn bits(&self) -> usize {
        let unused = self
            .modulus
            .first()
            .map_or(0, |first| first.leading_zeros());
        (self.modulus.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0))
    }

    /// Whether the signature is right; `None` where this must be found out otherwise.
    pub(crate) fn verify(
        &self,
        scheme: SignatureScheme,
        message: &[u8],
        signature: &[u8],
    ) -> Option<bool> {
        let parameters = parameters(scheme)?;
        if !BITS.contains(&self.bits()) {
            return None;
        }
        let components = RsaPublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        };
        Some(components.verify(parameters, message, signature).is_ok())
    }
}

fn parameters(scheme: SignatureScheme) -> Option<&'static RsaParameters> {
    match scheme {
        SignatureScheme::RsaPkcs1(Digest::Sha256) => Some(&RSA_PKCS1_2048_8192_SHA256),
        SignatureScheme::RsaPkcs1(Digest::Sha384) => Some(&RSA_PKCS1_2048_8192_SHA384),
        SignatureScheme::RsaPkcs1(Digest::Sha512) => Some(&RSA_PKCS1_2048_8192_SHA512),
        // The salt must be as long as the digest for these.
        SignatureScheme::RsaPss {
            digest,
            mask_digest,
            salt_length,
        } if digest == mask_digest => match (digest, salt_length) {
            (Digest::Sha256, 32) => Some(&RSA_PSS_2048_8192_SHA256),
            (Digest::Sha384, 48) => Some(&RSA_PSS_2048_8192_SHA384),
            (Digest::Sha512, 64) => Some(&RSA_PSS_2048_8192_SHA512),
            _ => None,
        },
        _ => None,
    }
}
