//! The digests and signature schemes this crate computes, and the names of those it refuses.
//!
//! Which of them are strong enough is decided where a signature is judged, not here.

use crate::asn1::{Asn1Error, Oid, Reader, context, known, null, oid, sequence, tag};
use crate::gost::Streebog512;
use const_oid::ObjectIdentifier;
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use std::fmt;
use thiserror::Error;

/// An algorithm that is not supported, by its name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unsupported algorithm: {}", .0.describe())]
pub struct UnsupportedAlgorithm(pub Oid);

impl From<&ObjectIdentifier> for UnsupportedAlgorithm {
    fn from(oid: &ObjectIdentifier) -> Self {
        Self(Oid::from(oid))
    }
}

/// An algorithm identifier: which algorithm, and the octets of its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlgorithmIdentifier {
    pub(crate) algorithm: Oid,
    pub(crate) parameters: Vec<u8>,
}

impl AlgorithmIdentifier {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Asn1Error> {
        Self::read_contents(reader.sequence()?)
    }

    /// The same where the SEQUENCE tag has been replaced by another.
    pub(crate) fn read_contents(mut reader: Reader<'_>) -> Result<Self, Asn1Error> {
        let algorithm = reader.oid()?;
        let parameters = reader.rest().to_vec();
        if !reader.is_empty() {
            reader.element()?;
            reader.finish()?;
        }
        Ok(Self {
            algorithm,
            parameters,
        })
    }

    pub(crate) fn has_no_parameters(&self) -> bool {
        Reader::new(&self.parameters).null_or_nothing()
    }
}

/// A digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Digest {
    #[serde(rename = "SHA-1")]
    Sha1,
    #[serde(rename = "SHA-224")]
    Sha224,
    #[serde(rename = "SHA-256")]
    Sha256,
    #[serde(rename = "SHA-384")]
    Sha384,
    #[serde(rename = "SHA-512")]
    Sha512,
    #[serde(rename = "GOST R 34.11-2015 (512)")]
    Streebog512,
}

impl Digest {
    const ALL: [(Self, ObjectIdentifier); 6] = [
        (Self::Sha1, known::SHA1),
        (Self::Sha224, known::SHA224),
        (Self::Sha256, known::SHA256),
        (Self::Sha384, known::SHA384),
        (Self::Sha512, known::SHA512),
        (Self::Streebog512, known::STREEBOG512),
    ];

    pub(crate) fn from_oid(algorithm: &Oid) -> Result<Self, UnsupportedAlgorithm> {
        Self::ALL
            .iter()
            .find(|(_, oid)| algorithm == oid)
            .map(|(digest, _)| *digest)
            .ok_or_else(|| UnsupportedAlgorithm(algorithm.clone()))
    }

    pub(crate) fn from_identifier(
        identifier: &AlgorithmIdentifier,
    ) -> Result<Self, UnsupportedAlgorithm> {
        if identifier.has_no_parameters() {
            Self::from_oid(&identifier.algorithm)
        } else {
            Err(UnsupportedAlgorithm(identifier.algorithm.clone()))
        }
    }

    /// The same where leaving it out stands for SHA-1.
    fn from_default(identifier: Option<AlgorithmIdentifier>) -> Result<Self, UnsupportedAlgorithm> {
        identifier.map_or(Ok(Self::Sha1), |named| Self::from_identifier(&named))
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        match self {
            Self::Sha1 => known::SHA1,
            Self::Sha224 => known::SHA224,
            Self::Sha256 => known::SHA256,
            Self::Sha384 => known::SHA384,
            Self::Sha512 => known::SHA512,
            Self::Streebog512 => known::STREEBOG512,
        }
    }

    /// The identifier for a signature: absent parameters for SHA-2 (RFC 5754), NULL for the
    /// national digest, as its certificates have it.
    pub(crate) fn identifier(self) -> Vec<u8> {
        match self {
            Self::Streebog512 => sequence(&[&oid(&self.oid()), &null()]),
            _ => sequence(&[&oid(&self.oid())]),
        }
    }

    pub fn compute(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha224 => Sha224::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
            Self::Streebog512 => Streebog512::digest(data).to_vec(),
        }
    }

    /// Whether forging a signature by colliding this digest is within reach of somebody.
    pub(crate) fn is_broken(self) -> bool {
        self == Self::Sha1
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Streebog512 => "GOST R 34.11-2015 (512)",
        })
    }
}

/// How a signature is computed from a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureScheme {
    RsaPkcs1(Digest),
    RsaPss {
        digest: Digest,
        mask_digest: Digest,
        salt_length: u32,
    },
    Gost512,
}

impl SignatureScheme {
    /// The scheme of a certificate, CRL or OCSP answer: the identifier names all of it.
    pub(crate) fn from_identifier(
        identifier: &AlgorithmIdentifier,
    ) -> Result<Self, UnsupportedAlgorithm> {
        let unsupported = || UnsupportedAlgorithm(identifier.algorithm.clone());
        let algorithm = &identifier.algorithm;
        if *algorithm == known::RSA_PSS {
            return pss(identifier);
        }
        if !identifier.has_no_parameters() {
            return Err(unsupported());
        }
        if *algorithm == known::SHA256_WITH_RSA {
            Ok(Self::RsaPkcs1(Digest::Sha256))
        } else if *algorithm == known::GOST_2015_512_SIGNATURE {
            Ok(Self::Gost512)
        } else if *algorithm == known::SHA384_WITH_RSA {
            Ok(Self::RsaPkcs1(Digest::Sha384))
        } else if *algorithm == known::SHA512_WITH_RSA {
            Ok(Self::RsaPkcs1(Digest::Sha512))
        } else if *algorithm == known::SHA224_WITH_RSA {
            Ok(Self::RsaPkcs1(Digest::Sha224))
        } else if *algorithm == known::SHA1_WITH_RSA {
            Ok(Self::RsaPkcs1(Digest::Sha1))
        } else {
            Err(unsupported())
        }
    }

    /// The scheme of a signer of a CMS, who may name the key's algorithm alone; the digest is then
    /// the one named beside it. Where both are named they must agree.
    pub(crate) fn from_signer(
        identifier: &AlgorithmIdentifier,
        digest: Digest,
    ) -> Result<Self, UnsupportedAlgorithm> {
        if identifier.algorithm == known::RSA_ENCRYPTION && identifier.has_no_parameters() {
            return Ok(Self::RsaPkcs1(digest));
        }
        if identifier.algorithm == known::GOST_2015_512_KEY && digest == Digest::Streebog512 {
            return Ok(Self::Gost512);
        }
        Self::from_identifier(identifier)
    }

    pub fn digest(self) -> Digest {
        match self {
            Self::RsaPkcs1(digest) | Self::RsaPss { digest, .. } => digest,
            Self::Gost512 => Digest::Streebog512,
        }
    }

    /// Whether a collision of a digest it uses is within reach.
    pub(crate) fn is_broken(self) -> bool {
        match self {
            Self::RsaPss {
                digest,
                mask_digest,
                ..
            } => digest.is_broken() || mask_digest.is_broken(),
            _ => self.digest().is_broken(),
        }
    }

    /// The algorithm identifier this crate writes for the scheme.
    pub(crate) fn identifier(self) -> Vec<u8> {
        match self {
            Self::RsaPkcs1(digest) => {
                let algorithm = match digest {
                    Digest::Sha1 => known::SHA1_WITH_RSA,
                    Digest::Sha224 => known::SHA224_WITH_RSA,
                    Digest::Sha256 | Digest::Streebog512 => known::SHA256_WITH_RSA,
                    Digest::Sha384 => known::SHA384_WITH_RSA,
                    Digest::Sha512 => known::SHA512_WITH_RSA,
                };
                sequence(&[&oid(&algorithm), &null()])
            }
            Self::RsaPss {
                digest,
                mask_digest,
                salt_length,
            } => {
                let mask = sequence(&[&oid(&known::MGF1), &mask_digest.identifier()]);
                let salt = crate::asn1::integer_u64(u64::from(salt_length));
                let parameters = sequence(&[
                    &context(0, &[&digest.identifier()]),
                    &context(1, &[&mask]),
                    &context(2, &[&salt]),
                ]);
                sequence(&[&oid(&known::RSA_PSS), &parameters])
            }
            Self::Gost512 => sequence(&[&oid(&known::GOST_2015_512_SIGNATURE)]),
        }
    }
}

/// The scheme of RSASSA-PSS (RFC 4055). A digest that is refused is named; two different ones in
/// one signature are allowed by the format and used by nobody.
fn pss(identifier: &AlgorithmIdentifier) -> Result<SignatureScheme, UnsupportedAlgorithm> {
    let unsupported = || UnsupportedAlgorithm(identifier.algorithm.clone());
    let read = PssParameters::read(&identifier.parameters).map_err(|_| unsupported())?;
    let digest = Digest::from_default(read.digest)?;
    let mask_digest = Digest::from_default(read.mask_digest)?;
    let sound = read.trailer == 1 && read.salt_length <= 1024 && digest != Digest::Streebog512;
    if sound && digest == mask_digest {
        Ok(SignatureScheme::RsaPss {
            digest,
            mask_digest,
            salt_length: read.salt_length,
        })
    } else {
        Err(unsupported())
    }
}

/// RSASSA-PSS-params; `None` stands for SHA-1.
struct PssParameters {
    digest: Option<AlgorithmIdentifier>,
    mask_digest: Option<AlgorithmIdentifier>,
    salt_length: u32,
    trailer: u32,
}

impl PssParameters {
    fn read(parameters: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(parameters);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let digest = field(&mut fields, 0, AlgorithmIdentifier::read)?;
        let mask_digest = field(&mut fields, 1, |reader| {
            let mask = AlgorithmIdentifier::read(reader)?;
            if mask.algorithm != known::MGF1 {
                return Err(Asn1Error::NotDer("another mask than MGF1"));
            }
            let mut inner = Reader::new(&mask.parameters);
            let digest = AlgorithmIdentifier::read(&mut inner)?;
            inner.finish()?;
            Ok(digest)
        })?;
        let salt_length = field(&mut fields, 2, Reader::u32)?.unwrap_or(20);
        let trailer = field(&mut fields, 3, Reader::u32)?.unwrap_or(1);
        fields.finish()?;
        Ok(Self {
            digest,
            mask_digest,
            salt_length,
            trailer,
        })
    }
}

/// One explicitly tagged field that may be left out.
fn field<'a, T>(
    fields: &mut Reader<'a>,
    number: u8,
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, Asn1Error>,
) -> Result<Option<T>, Asn1Error> {
    let Some(element) = fields.optional(tag::context_constructed(number))? else {
        return Ok(None);
    };
    let mut reader = element.reader();
    let value = read(&mut reader)?;
    reader.finish()?;
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The scheme that an identifier names.
    fn asked(identifier: &[u8]) -> Result<SignatureScheme, UnsupportedAlgorithm> {
        let identifier = AlgorithmIdentifier::read(&mut Reader::new(identifier)).unwrap();
        SignatureScheme::from_identifier(&identifier)
    }

    #[test]
    fn pss_parameters_round_trip() {
        for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
            let scheme = SignatureScheme::RsaPss {
                digest,
                mask_digest: digest,
                salt_length: 32,
            };
            assert_eq!(asked(&scheme.identifier()), Ok(scheme));
        }
    }

    #[test]
    fn pss_with_two_digests_is_refused_by_name() {
        let scheme = SignatureScheme::RsaPss {
            digest: Digest::Sha384,
            mask_digest: Digest::Sha256,
            salt_length: 32,
        };
        assert_eq!(asked(&scheme.identifier()), Err((&known::RSA_PSS).into()));
    }

    #[test]
    fn a_refused_digest_of_pss_is_named() {
        // SHA-512/256
        let digest = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.6");
        let identifier = sequence(&[&oid(&digest)]);
        let parameters = sequence(&[&context(0, &[&identifier])]);
        let asked = asked(&sequence(&[&oid(&known::RSA_PSS), &parameters]));
        assert_eq!(asked, Err((&digest).into()));
    }

    #[test]
    fn default_pss_is_sha1_and_broken() {
        let scheme = asked(&sequence(&[&oid(&known::RSA_PSS), &sequence(&[])])).unwrap();
        assert!(scheme.is_broken());
    }

    #[test]
    fn refused_algorithms_have_names() {
        let der = sequence(&[&oid(&known::DSA_WITH_SHA1)]);
        let identifier = AlgorithmIdentifier::read(&mut Reader::new(&der)).unwrap();
        let error = SignatureScheme::from_identifier(&identifier).unwrap_err();
        assert_eq!(
            error.to_string(),
            "unsupported algorithm: dsaWithSHA1 (1.2.840.10040.4.3)"
        );
    }
}
