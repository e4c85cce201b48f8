//! The cryptography of one signature: content, attributes, signer's certificate, signature.
//!
//! Who the signer is and whether to trust is decided after this, elsewhere.

use super::attributes::{Attributes, CertificateReference};
use super::message::{SignedData, SignerInfo, read_attributes};
use crate::algorithm::{Digest, SignatureScheme};
use crate::asn1::{Reader, known};
use crate::certificate::Certificate;
use crate::key::SignatureError;
use crate::verdict::{Check, Refusal, SchemeName, SignerReport, SubIndication};
use chrono::DateTime;
use std::cell::RefCell;

/// Checks one signature over a content and gives the signer's certificate. With `strict`, the
/// signature must say which certificate it was made with and rest on nothing that is broken.
pub(crate) fn verify_parsed(
    data: &SignedData,
    signer: &SignerInfo,
    content: &[u8],
    further: &[Certificate],
    strict: bool,
) -> Result<Certificate, Refusal> {
    let mut report = SignerReport::new(DateTime::UNIX_EPOCH);
    let mut checking = Checking {
        data,
        signer,
        further,
        report: &mut report,
    };
    let certificate = checking.run(&Content::new(content))?;
    if strict && references(signer)?.is_empty() {
        return Err(malformed(
            "the attribute naming the signer's certificate is missing",
        ));
    }
    if strict && report.reason.is_some() {
        return Err(Refusal::new(
            SubIndication::CryptoConstraintsFailure,
            "weak-algorithm",
            "the signature relies on what is no longer secure",
        ));
    }
    Ok(certificate)
}

/// The content of a document with its digests, each computed once for however many signatures.
pub(super) struct Content<'a> {
    octets: &'a [u8],
    digests: RefCell<Vec<(Digest, Vec<u8>)>>,
}

impl<'a> Content<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Self {
            octets,
            digests: RefCell::default(),
        }
    }

    fn has_digest(&self, digest: Digest, expected: &[u8]) -> bool {
        let mut digests = self.digests.borrow_mut();
        if let Some((_, known)) = digests.iter().find(|(kind, _)| *kind == digest) {
            return known == expected;
        }
        let computed = digest.compute(self.octets);
        let fits = computed == expected;
        digests.push((digest, computed));
        fits
    }
}

/// The checking of one signature, with what is found noted in a report.
pub(super) struct Checking<'a> {
    pub(super) data: &'a SignedData,
    pub(super) signer: &'a SignerInfo,
    pub(super) further: &'a [Certificate],
    pub(super) report: &'a mut SignerReport,
}

impl Checking<'_> {
    /// Runs the checks in order; what makes the following ones pointless ends with an error.
    pub(super) fn run(&mut self, content: &Content<'_>) -> Result<Certificate, Refusal> {
        self.done(Check::Format);
        let digest = Digest::from_identifier(&self.signer.digest_algorithm)
            .map_err(|error| unsupported(error.to_string()))?;
        let scheme = SignatureScheme::from_signer(&self.signer.signature_algorithm, digest)
            .map_err(|error| unsupported(error.to_string()))?;
        self.report.scheme = Some(SchemeName {
            algorithm: self.signer.signature_algorithm.algorithm.clone(),
            digest: scheme.digest(),
        });
        let signed = self.signed_octets(content, digest)?;
        let references = references(self.signer)?;
        let certificate = self.certificate(&references)?;
        self.report.certificate = Some(certificate.clone());
        self.signature(&certificate, scheme, digest, &signed)?;
        self.certificate_reference(&certificate, &references)?;
        self.algorithms(&certificate, scheme, digest);
        Ok(certificate)
    }

    fn done(&mut self, check: Check) {
        self.report.checked.push(check);
    }

    /// The octets under the signature, after the signed attributes have been found to belong to
    /// the content.
    fn signed_octets(&mut self, content: &Content<'_>, digest: Digest) -> Result<Vec<u8>, Refusal> {
        let Some(contents) = &self.signer.signed_contents else {
            // RFC 5652 allows leaving the attributes out only for plain data.
            if self.data.content_type != known::DATA {
                return Err(malformed("signed attributes are missing"));
            }
            if are_attributes(content.octets) {
                return Err(Refusal::new(
                    SubIndication::FormatFailure,
                    "content-is-attributes",
                    "the content is the signed attributes of another signature",
                ));
            }
            self.done(Check::ContentType);
            self.done(Check::MessageDigest);
            return Ok(content.octets.to_vec());
        };
        let attributes = Attributes(&self.signer.signed_attributes);
        let kind = attributes
            .content_type()
            .map_err(|error| malformed(&error.to_string()))?
            .ok_or_else(|| malformed("the content type is missing"))?;
        if kind != self.data.content_type {
            return Err(malformed(
                "the content type signed is not that of the content",
            ));
        }
        let expected = attributes
            .message_digest()
            .map_err(|error| malformed(&error.to_string()))?
            .ok_or_else(|| malformed("the message digest is missing"))?;
        self.report.signing_time = attributes
            .signing_time()
            .map_err(|error| malformed(&error.to_string()))?;
        self.report.checked.push(Check::ContentType);
        self.report.checked.push(Check::MessageDigest);
        if !content.has_digest(digest, expected) {
            return Err(Refusal::new(
                SubIndication::HashFailure,
                "content-altered",
                "the content is not the one that was signed",
            ));
        }
        Ok(crate::asn1::set(&[contents]))
    }

    fn certificate(&mut self, references: &[CertificateReference]) -> Result<Certificate, Refusal> {
        let mut named = self
            .data
            .certificates
            .iter()
            .chain(self.further)
            .filter(|certificate| self.signer.identifier.names(certificate));
        let Some(first) = named.next() else {
            let damaged = self
                .data
                .unreadable
                .iter()
                .find(|damaged| self.signer.identifier.occurs_in(&damaged.raw));
            if let Some(damaged) = damaged {
                return Err(Refusal::new(
                    SubIndication::NoSigningCertificateFound,
                    "signer-certificate-unreadable",
                    format!(
                        "the certificate of the signer ({}) is there and cannot be read: {}",
                        self.signer.describe(),
                        damaged.reason
                    ),
                ));
            }
            return Err(Refusal::new(
                SubIndication::NoSigningCertificateFound,
                "signer-certificate-missing",
                format!(
                    "the certificate of the signer ({}) is missing",
                    self.signer.describe()
                ),
            ));
        };
        // Several may go by the same name (an issuer that repeats itself, a key certified twice):
        // the one the signature refers to is meant.
        let chosen = std::iter::once(first)
            .chain(named)
            .find(|candidate| {
                references
                    .iter()
                    .all(|reference| reference.names(candidate))
            })
            .unwrap_or(first)
            .clone();
        self.done(Check::SigningCertificate);
        Ok(chosen)
    }

    fn signature(
        &mut self,
        certificate: &Certificate,
        scheme: SignatureScheme,
        digest: Digest,
        signed: &[u8],
    ) -> Result<(), Refusal> {
        let key = certificate
            .public_key()
            .map_err(|error| unsupported(error.to_string()))?;
        self.done(Check::Signature);
        if scheme.digest() != digest {
            return Err(Refusal::new(
                SubIndication::SigCryptoFailure,
                "digest-mismatch",
                format!(
                    "the signature names two digests: {digest} and {}",
                    scheme.digest()
                ),
            ));
        }
        match key.verify(scheme, signed, &self.signer.signature) {
            Ok(()) => Ok(()),
            Err(error @ (SignatureError::Mismatch | SignatureError::WrongScheme)) => {
                Err(Refusal::new(
                    SubIndication::SigCryptoFailure,
                    "signature-invalid",
                    error.to_string(),
                ))
            }
        }
    }

    /// Where the signature says which certificate it was made with, it must be this one.
    fn certificate_reference(
        &mut self,
        certificate: &Certificate,
        references: &[CertificateReference],
    ) -> Result<(), Refusal> {
        self.done(Check::SigningCertificateAttribute);
        if references
            .iter()
            .all(|reference| reference.names(certificate))
        {
            return Ok(());
        }
        Err(Refusal::new(
            SubIndication::NoSigningCertificateFound,
            "signer-certificate-other",
            "the signature was made with another certificate than the one found",
        ))
    }

    fn algorithms(&mut self, certificate: &Certificate, scheme: SignatureScheme, digest: Digest) {
        self.done(Check::Algorithms);
        let weak_key = certificate.public_key().is_ok_and(|key| key.is_weak());
        if weak_key || scheme.is_broken() || digest.is_broken() {
            let name = self.report.scheme.as_ref().map(ToString::to_string);
            let name = name.unwrap_or_default();
            self.report.refuse(Refusal::new(
                SubIndication::CryptoConstraintsFailure,
                "weak-algorithm",
                format!("the signature relies on what is no longer secure: {name}"),
            ));
        }
    }
}

/// What the signature says about which certificate it was made with.
fn references(signer: &SignerInfo) -> Result<Vec<CertificateReference>, Refusal> {
    Attributes(&signer.signed_attributes)
        .signing_certificates()
        .map_err(|error| malformed(&error.to_string()))
}

/// Whether octets are a set of signed attributes. A signature over these can be cut out of its
/// document and given as one without attributes over this content.
fn are_attributes(octets: &[u8]) -> bool {
    let mut reader = Reader::new(octets);
    let attributes = reader.set().and_then(read_attributes);
    reader.is_empty()
        && attributes.is_ok_and(|attributes| {
            attributes
                .iter()
                .any(|attribute| attribute.kind == known::MESSAGE_DIGEST)
        })
}

fn malformed(what: &str) -> Refusal {
    Refusal::new(SubIndication::FormatFailure, "attributes-malformed", what)
}

fn unsupported(detail: String) -> Refusal {
    Refusal::new(
        SubIndication::CryptoConstraintsFailure,
        "unsupported-algorithm",
        detail,
    )
}
