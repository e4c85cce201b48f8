//! Certificates: read once, completely, into owned facts.
//!
//! The structure is read by `x509-parser`; the extensions, on which verdicts hang, by the strict
//! reader of this crate, because a lenient reading (an unreadable constraint taken for an absent
//! one) would let signatures through. No trust is implied by having parsed.

mod extensions;
mod owner;

pub use extensions::{BasicConstraints, KeyUsage};
pub(crate) use extensions::{
    DistributionPoint, DistributionPointName, Extensions, GeneralName,
    read_distribution_point_name, read_general_names,
};
pub use owner::{KindOfUser, Owner};

use crate::algorithm::{AlgorithmIdentifier, Digest, SignatureScheme, UnsupportedAlgorithm};
use crate::asn1::{Asn1Error, Oid};
use crate::key::{KeyAlgorithm, KeyError, PublicKey};
use crate::name::Name;
use crate::pem;
use crate::purpose::Purpose;
use chrono::{DateTime, Utc};
use std::fmt;
use std::sync::{Arc, OnceLock};
use thiserror::Error;
use x509_parser::certificate::X509CertificateParser;
use x509_parser::nom::Parser;
use x509_parser::x509::X509Version;

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
    #[error("a date of the certificate is out of range")]
    Date,
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
}

impl Certificate {
    /// Reads one DER certificate.
    pub fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > LARGEST_CERTIFICATE {
            return Err(CertificateError::TooLarge);
        }
        let (rest, parsed) = X509CertificateParser::new()
            .with_deep_parse_extensions(false)
            .parse(der)
            .map_err(|_| CertificateError::Structure)?;
        if !rest.is_empty() {
            return Err(Asn1Error::TrailingData.into());
        }
        let envelope = Envelope::read(der)?;
        if envelope.inner_algorithm != envelope.outer_algorithm {
            return Err(CertificateError::AlgorithmMismatch);
        }
        let tbs = &parsed.tbs_certificate;
        let moment = |time: x509_parser::time::ASN1Time| {
            DateTime::from_timestamp(time.timestamp(), 0).ok_or(CertificateError::Date)
        };
        let version = match tbs.version {
            X509Version::V1 => 1,
            X509Version::V2 => 2,
            X509Version::V3 => 3,
            _ => return Err(CertificateError::Structure),
        };
        let extensions = Extensions::read(tbs.extensions())?;
        let spki = tbs.subject_pki.raw;
        Ok(Self(Arc::new(Facts {
            tbs: envelope.tbs,
            version,
            serial: envelope.serial,
            issuer: Name::parse(tbs.issuer.as_raw())?,
            subject: Name::parse(tbs.subject.as_raw())?,
            not_before: moment(tbs.validity.not_before)?,
            not_after: moment(tbs.validity.not_after)?,
            public_key: PublicKey::from_spki(spki),
            key_bits: tbs.subject_pki.subject_public_key.data.to_vec(),
            spki: spki.to_vec(),
            signature_scheme: SignatureScheme::from_identifier(&envelope.outer_algorithm),
            signature: envelope.signature,
            extensions,
            fingerprint: OnceLock::new(),
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

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.0.extensions.key_usage
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

    /// What it may be used for by the national profile.
    pub fn purpose(&self) -> Purpose {
        Purpose::of(self)
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

/// The parts of a certificate of which the exact octets matter.
struct Envelope {
    tbs: std::ops::Range<usize>,
    serial: Vec<u8>,
    inner_algorithm: AlgorithmIdentifier,
    outer_algorithm: AlgorithmIdentifier,
    signature: Vec<u8>,
}

impl Envelope {
    fn read(der: &[u8]) -> Result<Self, CertificateError> {
        use crate::asn1::{Reader, tag};
        let mut outer = Reader::new(der);
        let mut certificate = outer.sequence()?;
        outer.finish()?;
        let start = der.len() - certificate.rest().len();
        let tbs_element = certificate.tagged(tag::SEQUENCE)?;
        let tbs = start..start + tbs_element.raw.len();
        let outer_algorithm = AlgorithmIdentifier::read(&mut certificate)?;
        // Bits left over belong to no signature there is; it must only be found wrong later.
        let signature = match certificate.tagged(tag::BIT_STRING)?.contents {
            [0, octets @ ..] => octets.to_vec(),
            _ => Vec::new(),
        };
        certificate.finish()?;
        let mut fields = tbs_element.reader();
        if let Some(version) = fields.optional(tag::context_constructed(0))? {
            let mut version = version.reader();
            version.u32()?;
            version.finish()?;
        }
        let serial = fields.integer()?.to_vec();
        let inner_algorithm = AlgorithmIdentifier::read(&mut fields)?;
        // Issuer, validity, subject and key stand at fixed places; identifiers and extensions may
        // follow, each once and in order, and nothing else may.
        for _ in 0..4 {
            fields.tagged(tag::SEQUENCE)?;
        }
        for number in [1, 2] {
            fields.optional(tag::context(number))?;
        }
        fields.optional(tag::context_constructed(3))?;
        fields.finish()?;
        Ok(Self {
            tbs,
            serial,
            inner_algorithm,
            outer_algorithm,
            signature,
        })
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(octets: &[u8]) -> String {
    use fmt::Write;
    octets.iter().fold(
        String::with_capacity(octets.len() * 2),
        |mut text, octet| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{octet:02x}");
            text
        },
    )
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
