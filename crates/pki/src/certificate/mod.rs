//! Certificates: read once, completely, into owned facts.
//!
//! The strict reader of this crate reads all of it, because a lenient reading (an unreadable
//! constraint taken for an absent one) would let signatures through. Where signatures are judged, a
//! second reader, `x509-parser`, has to read the same from the same octets: what two readers
//! understand differently is nothing to hang a verdict on. The browser, which only signs, goes
//! without. No trust is implied by having parsed.

mod extensions;
mod file;
mod owner;
#[cfg(not(target_family = "wasm"))]
mod second_reader;

pub use extensions::{BasicConstraints, KeyUsage};
pub(crate) use extensions::{
    DistributionPoint, DistributionPointName, Extensions, GeneralName,
    read_distribution_point_name, read_general_names,
};
pub use file::{CertificatesError, certificates};
pub use owner::{KindOfUser, Owner};

use crate::algorithm::{AlgorithmIdentifier, Digest, SignatureScheme, UnsupportedAlgorithm};
use crate::armour::pem;
use crate::asn1::{Asn1Error, Element, Oid, Reader, tag};
use crate::hexadecimal::hex;
use crate::key::{KeyAlgorithm, KeyError, PublicKey, SignatureError};
use crate::name::Name;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// Larger than any certificate that is meant to be used.
const LARGEST_CERTIFICATE: usize = 256 * 1024;

/// Why bytes are not a certificate that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateError {
    #[error("the certificate is larger than {LARGEST_CERTIFICATE} bytes")]
    TooLarge,
    #[error("the structure is not that of a certificate")]
    Structure,
    #[error("malformed certificate: {0}")]
    Malformed(#[from] Asn1Error),
    #[error("malformed extension {}: {reason}", .oid.describe())]
    Extension { oid: Oid, reason: Asn1Error },
    #[error("extension {} is there twice", .0.describe())]
    DuplicateExtension(Oid),
    #[error("the certificate names two different signature algorithms")]
    AlgorithmMismatch,
    #[error("two independent readers do not read the same certificate: they differ in {0}")]
    Ambiguous(Disagreement),
}

/// What two readers read differently from the octets of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Disagreement {
    #[error("whether it is one")]
    Whole,
    #[error("its length")]
    Length,
    #[error("its version")]
    Version,
    #[error("its serial number")]
    Serial,
    #[error("its issuer")]
    Issuer,
    #[error("its subject")]
    Subject,
    #[error("its dates")]
    Validity,
    #[error("its key")]
    Key,
    #[error("the number of its extensions")]
    Extensions,
}

impl CertificateError {
    /// Whether the certificate is only more than is read here.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(
            self,
            Self::TooLarge
                | Self::Malformed(Asn1Error::TooMany(..))
                | Self::Extension {
                    reason: Asn1Error::TooMany(..),
                    ..
                }
        )
    }
}

/// A certificate. Cloning is cheap.
#[derive(Clone)]
pub struct Certificate(Arc<Facts>);

struct Facts {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    version: u32,
    serial: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    spki: Vec<u8>,
    key_bits: Vec<u8>,
    public_key: Result<PublicKey, KeyError>,
    signature_scheme: Result<SignatureScheme, UnsupportedAlgorithm>,
    signature: Vec<u8>,
    extensions: Extensions,
    fingerprint: OnceLock<Vec<u8>>,
    /// The SubjectPublicKeyInfo by whose key the signature was found right.
    signed_by: OnceLock<Vec<u8>>,
}

impl Certificate {
    /// Reads one DER certificate.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > LARGEST_CERTIFICATE {
            return Err(CertificateError::TooLarge);
        }
        let fields = Fields::read(der)?;
        if fields.inner_algorithm != fields.outer_algorithm {
            return Err(CertificateError::AlgorithmMismatch);
        }
        #[cfg(not(target_family = "wasm"))]
        second_reader::agrees(der, &fields)?;
        Ok(Self(Arc::new(Facts {
            tbs: fields.tbs,
            version: fields.version,
            serial: fields.serial.to_vec(),
            issuer: Name::parse(fields.issuer)?,
            subject: Name::parse(fields.subject)?,
            not_before: fields.not_before,
            not_after: fields.not_after,
            public_key: PublicKey::from_spki(fields.spki),
            key_bits: fields.key_bits.to_vec(),
            spki: fields.spki.to_vec(),
            signature_scheme: SignatureScheme::from_identifier(&fields.outer_algorithm),
            signature: fields.signature.to_vec(),
            extensions: Extensions::read(fields.extensions)?,
            fingerprint: OnceLock::new(),
            signed_by: OnceLock::new(),
            der: der.to_vec(),
        })))
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        pem::encode("CERTIFICATE", self.der())
    }

    /// The octets the issuer signed.
    pub(crate) fn tbs(&self) -> &[u8] {
        self.0.der.get(self.0.tbs.clone()).unwrap_or_default()
    }

    pub(crate) fn version(&self) -> u32 {
        self.0.version
    }

    /// The serial number, as its two's complement octets.
    pub(crate) fn serial(&self) -> &[u8] {
        &self.0.serial
    }

    /// The serial number in hexadecimal.
    pub fn serial_hex(&self) -> String {
        hex(&self.0.serial)
    }

    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    pub fn not_before(&self) -> DateTime<Utc> {
        self.0.not_before
    }

    pub fn not_after(&self) -> DateTime<Utc> {
        self.0.not_after
    }

    /// The SubjectPublicKeyInfo.
    pub(crate) fn spki(&self) -> &[u8] {
        &self.0.spki
    }

    /// The octets of the public key alone, over which key identifiers are computed.
    pub(crate) fn key_bits(&self) -> &[u8] {
        &self.0.key_bits
    }

    /// The public key, unless its algorithm is one we refuse.
    pub fn public_key(&self) -> Result<&PublicKey, &KeyError> {
        self.0.public_key.as_ref()
    }

    pub fn key_algorithm(&self) -> Option<KeyAlgorithm> {
        self.public_key().ok().map(PublicKey::algorithm)
    }

    pub(crate) fn signature_scheme(&self) -> Result<SignatureScheme, &UnsupportedAlgorithm> {
        self.0.signature_scheme.as_ref().copied()
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.0.signature
    }

    /// Checks the signature with the key of an issuer. That it is right is remembered: a server
    /// keeps the certificates of authorities, and needs them for every document.
    pub(crate) fn verify_signed_by(&self, issuer: &Self) -> Result<(), SignatureError> {
        let known = self.0.signed_by.get();
        if known.is_some_and(|spki| spki == issuer.spki()) {
            return Ok(());
        }
        let (Ok(scheme), Ok(key)) = (self.signature_scheme(), issuer.public_key()) else {
            return Err(SignatureError::WrongScheme);
        };
        key.verify(scheme, self.tbs(), self.signature())?;
        self.0.signed_by.get_or_init(|| issuer.spki().to_vec());
        Ok(())
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
    }

    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.0.extensions.basic_constraints
    }

    pub fn extended_key_usage(&self) -> Option<&[Oid]> {
        self.0.extensions.extended_key_usage.as_deref()
    }

    /// The certificate policies named, `anyPolicy` included.
    pub fn policies(&self) -> impl Iterator<Item = &Oid> {
        self.0.extensions.policies.iter().flatten()
    }

    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.0.extensions.subject_key_identifier.as_deref()
    }

    /// Where its CRLs and delta CRLs are said to be.
    pub fn crl_addresses(&self) -> Vec<&str> {
        let mut addresses = self.list_addresses();
        addresses.extend(self.delta_addresses());
        addresses
    }

    /// Where its complete CRLs are said to be.
    pub fn list_addresses(&self) -> Vec<&str> {
        self.0.extensions.list_addresses()
    }

    /// Where its delta CRLs are said to be.
    pub fn delta_addresses(&self) -> Vec<&str> {
        self.0.extensions.delta_addresses()
    }

    /// Where its OCSP responder is said to be.
    pub fn ocsp_addresses(&self) -> &[String] {
        &self.0.extensions.ocsp_addresses
    }

    /// Where the certificate of its issuer is said to be.
    pub fn issuer_addresses(&self) -> &[String] {
        &self.0.extensions.issuer_addresses
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.0.subject.matches(&self.0.issuer)
    }

    /// Whose it is.
    pub fn owner(&self) -> Owner {
        Owner::of(self)
    }

    /// A digest over the whole certificate.
    pub(crate) fn digest(&self, digest: Digest) -> Vec<u8> {
        match digest {
            Digest::Sha256 => self.fingerprint(),
            other => other.compute(self.der()),
        }
    }

    /// SHA-256 over the whole certificate.
    pub fn fingerprint(&self) -> Vec<u8> {
        self.0
            .fingerprint
            .get_or_init(|| Digest::Sha256.compute(self.der()))
            .clone()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der() == other.der()
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", self.subject())
            .field("serial", &self.serial_hex())
            .finish_non_exhaustive()
    }
}

/// The fields of a certificate (RFC 5280, section 4.1) as they stand in its octets.
struct Fields<'a> {
    tbs: std::ops::Range<usize>,
    version: u32,
    serial: &'a [u8],
    inner_algorithm: AlgorithmIdentifier,
    issuer: &'a [u8],
    not_before: DateTime<Utc>,
    not_after: DateTime<Utc>,
    subject: &'a [u8],
    spki: &'a [u8],
    key_bits: &'a [u8],
    extensions: Option<Reader<'a>>,
    outer_algorithm: AlgorithmIdentifier,
    signature: &'a [u8],
}

impl<'a> Fields<'a> {
    fn read(der: &'a [u8]) -> Result<Self, CertificateError> {
        let mut outer = Reader::new(der);
        let mut certificate = outer.sequence()?;
        outer.finish()?;
        let start = der.len() - certificate.rest().len();
        let tbs = certificate.tagged(tag::SEQUENCE)?;
        let outer_algorithm = AlgorithmIdentifier::read(&mut certificate)?;
        // Bits left over belong to no signature there is; it must only be found wrong later.
        let signature = match certificate.tagged(tag::BIT_STRING)?.contents {
            [0, octets @ ..] => octets,
            _ => &[],
        };
        certificate.finish()?;

        let mut fields = tbs.reader();
        let version = read_version(&mut fields)?;
        let serial = fields.integer()?;
        let inner_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let issuer = fields.tagged(tag::SEQUENCE)?.raw;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        validity.finish()?;
        let subject = fields.tagged(tag::SEQUENCE)?.raw;
        let spki = fields.tagged(tag::SEQUENCE)?;
        // Unique identifiers and extensions may follow, each once and in order, and nothing else.
        for number in [1, 2] {
            fields.optional(tag::context(number))?;
        }
        let extensions = match fields.optional(tag::context_constructed(3))? {
            Some(wrapped) => {
                let mut wrapped = wrapped.reader();
                let list = wrapped.sequence()?;
                wrapped.finish()?;
                Some(list)
            }
            None => None,
        };
        fields.finish()?;
        Ok(Self {
            tbs: start..start + tbs.raw.len(),
            version,
            serial,
            inner_algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            spki: spki.raw,
            key_bits: read_key_bits(spki)?,
            extensions,
            outer_algorithm,
            signature,
        })
    }
}

/// 1 to 3; the encoding counts from nought and leaves out the first.
fn read_version(fields: &mut Reader<'_>) -> Result<u32, CertificateError> {
    let Some(version) = fields.optional(tag::context_constructed(0))? else {
        return Ok(1);
    };
    let mut version = version.reader();
    let number = version.u32()?;
    version.finish()?;
    if number <= 2 {
        Ok(number + 1)
    } else {
        Err(CertificateError::Structure)
    }
}

fn read_key_bits(spki: Element<'_>) -> Result<&[u8], CertificateError> {
    let mut fields = spki.reader();
    fields.tagged(tag::SEQUENCE)?;
    let (_, octets) = fields
        .tagged(tag::BIT_STRING)?
        .contents
        .split_first()
        .ok_or(Asn1Error::Truncated)?;
    fields.finish()?;
    Ok(octets)
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::asn1::{Reader, sequence};
    use crate::authority::{Authority, Validity};
    use crate::random::SystemRandom;

    #[test]
    fn both_places_must_name_the_same_algorithm() {
        let validity = Validity {
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, &mut SystemRandom).unwrap();
        let der = authority.certificate().der();
        let mut parts = Reader::new(der).sequence().unwrap();
        let tbs = parts.element().unwrap().raw;
        let algorithm = parts.element().unwrap();
        let signature = parts.element().unwrap().raw;
        let rebuilt = |algorithm: &[u8]| sequence(&[tbs, algorithm, signature]);
        assert_eq!(rebuilt(algorithm.raw), der);
        let with_null = sequence(&[algorithm.contents, &[5, 0]]);
        assert_eq!(
            Certificate::parse(&rebuilt(&with_null)),
            Err(CertificateError::AlgorithmMismatch)
        );
        // Nothing may stand behind what belongs into a certificate.
        let more = sequence(&[tbs, algorithm.raw, signature, &[5, 0]]);
        assert!(Certificate::parse(&more).is_err());
        assert!(Certificate::parse(&[der, &[0]].concat()).is_err());
    }
}
