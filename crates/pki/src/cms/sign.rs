//! Making signed documents.

use crate::algorithm::{Digest, SignatureScheme};
use crate::asn1::{
    context, integer_u64, known, octet_string, oid, sequence, set, set_of, tag, tlv, write_time,
};
use crate::ber::Limits;
use crate::certificate::Certificate;
use crate::key::{PrivateKey, SigningError};
use crate::keystore::KeyEntry;
use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;
use rsa::rand_core::CryptoRngCore;
use thiserror::Error;

/// Which certificates go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificates {
    None,
    Signer,
    /// The signer's and those of the authorities above that are known.
    Chain,
}

/// How to sign.
#[derive(Debug, Clone)]
pub struct SignOptions {
    /// Written into the signature as the signer's claim.
    pub signing_time: Option<DateTime<Utc>>,
    /// Whether the content is kept apart from the signature.
    pub detached: bool,
    pub certificates: Certificates,
    /// `None`: the scheme of the national authority for the key.
    pub scheme: Option<SignatureScheme>,
}

impl SignOptions {
    /// A signature apart from its content, with the signer's certificate.
    pub fn detached(signing_time: DateTime<Utc>) -> Self {
        Self {
            signing_time: Some(signing_time),
            detached: true,
            certificates: Certificates::Signer,
            scheme: None,
        }
    }

    /// A signature with its content inside.
    pub fn attached(signing_time: DateTime<Utc>) -> Self {
        Self {
            detached: false,
            ..Self::detached(signing_time)
        }
    }
}

/// Why a document was not signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignError {
    #[error(transparent)]
    Key(#[from] SigningError),
    #[error("with its content inside, the document would be larger than {0} bytes")]
    TooLarge(usize),
}

/// Signs with a key of a key file.
pub fn sign(
    entry: &KeyEntry,
    content: &[u8],
    options: &SignOptions,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, SignError> {
    sign_with(
        entry.key(),
        entry.certificate(),
        entry.chain(),
        content,
        options,
        rng,
    )
}

/// Signs with a key and its certificate. Gives the DER of a ContentInfo with SignedData.
pub fn sign_with(
    key: &PrivateKey,
    certificate: &Certificate,
    chain: &[Certificate],
    content: &[u8],
    options: &SignOptions,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, SignError> {
    let scheme = options.scheme.unwrap_or(key.default_scheme());
    let largest = Limits::SIGNATURE.size;
    // Not even signed: a key is not used for what nobody can read.
    if !options.detached && content.len() > largest {
        return Err(SignError::TooLarge(largest));
    }
    let data = encapsulate(
        &known::DATA,
        content,
        key,
        certificate,
        scheme,
        options.signing_time,
        rng,
    )?;
    let certificates: Vec<Vec<u8>> = match options.certificates {
        Certificates::None => Vec::new(),
        Certificates::Signer => vec![certificate.der().to_vec()],
        Certificates::Chain => std::iter::once(certificate)
            .chain(chain)
            .map(|link| link.der().to_vec())
            .collect(),
    };
    let document = data.finish(
        &known::DATA,
        (!options.detached).then_some(content),
        certificates,
    );
    if document.len() > largest {
        return Err(SignError::TooLarge(largest));
    }
    Ok(document)
}

/// Signs a content of another type than plain data and puts it inside.
#[cfg(feature = "authority")]
pub(crate) fn enclose(
    content_type: &ObjectIdentifier,
    content: &[u8],
    key: &PrivateKey,
    certificate: &Certificate,
    signing_time: DateTime<Utc>,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, SigningError> {
    let scheme = key.default_scheme();
    let time = Some(signing_time);
    let signed = encapsulate(content_type, content, key, certificate, scheme, time, rng)?;
    Ok(signed.finish(
        content_type,
        Some(content),
        vec![certificate.der().to_vec()],
    ))
}

/// A signature and what goes around it.
struct Signed {
    digest: Digest,
    signer_info: Vec<u8>,
}

fn encapsulate(
    content_type: &ObjectIdentifier,
    content: &[u8],
    key: &PrivateKey,
    certificate: &Certificate,
    scheme: SignatureScheme,
    signing_time: Option<DateTime<Utc>>,
    rng: &mut impl CryptoRngCore,
) -> Result<Signed, SigningError> {
    let digest = scheme.digest();
    let mut attributes = vec![
        attribute(&known::CONTENT_TYPE, &oid(content_type)),
        attribute(
            &known::MESSAGE_DIGEST,
            &octet_string(&digest.compute(content)),
        ),
        attribute(
            &known::SIGNING_CERTIFICATE_V2,
            &certificate_reference(certificate),
        ),
    ];
    if let Some(moment) = signing_time {
        attributes.push(attribute(&known::SIGNING_TIME, &write_time(moment)));
    }
    // Signed as a SET, written with another tag (RFC 5652, section 5.4).
    let signed = set_of(attributes);
    let signature = key.sign(scheme, &signed, rng)?;
    let mut implicit = signed;
    if let Some(first) = implicit.first_mut() {
        *first = tag::context_constructed(0);
    }
    let identifier = sequence(&[
        certificate.issuer().der(),
        &tlv(tag::INTEGER, &[certificate.serial()]),
    ]);
    let signer_info = sequence(&[
        &integer_u64(1),
        &identifier,
        &digest.identifier(),
        &implicit,
        &scheme.identifier(),
        &octet_string(&signature),
    ]);
    Ok(Signed {
        digest,
        signer_info,
    })
}

impl Signed {
    fn finish(
        self,
        content_type: &ObjectIdentifier,
        content: Option<&[u8]>,
        certificates: Vec<Vec<u8>>,
    ) -> Vec<u8> {
        let kind = oid(content_type);
        let inside = match content {
            Some(content) => sequence(&[&kind, &context(0, &[&octet_string(content)])]),
            None => sequence(&[&kind]),
        };
        let certificates = if certificates.is_empty() {
            Vec::new()
        } else {
            let mut set = set_of(certificates);
            if let Some(first) = set.first_mut() {
                *first = tag::context_constructed(0);
            }
            set
        };
        // RFC 5652, section 5.1
        let version = if *content_type == known::DATA { 1 } else { 3 };
        let data = sequence(&[
            &integer_u64(version),
            &set(&[&self.digest.identifier()]),
            &inside,
            &certificates,
            &set(&[&self.signer_info]),
        ]);
        sequence(&[&oid(&known::SIGNED_DATA), &context(0, &[&data])])
    }
}

fn attribute(kind: &ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    sequence(&[&oid(kind), &set(&[value])])
}

/// SigningCertificateV2: the hash of the certificate (SHA-256, the default, is not written), its
/// issuer and serial number.
fn certificate_reference(certificate: &Certificate) -> Vec<u8> {
    let issuer = sequence(&[&context(4, &[certificate.issuer().der()])]);
    let serial = tlv(tag::INTEGER, &[certificate.serial()]);
    let reference = sequence(&[
        &octet_string(&certificate.fingerprint()),
        &sequence(&[&issuer, &serial]),
    ]);
    sequence(&[&sequence(&[&reference])])
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::authority::{Authority, Profile, Subject, Validity};
    use crate::cms::{VerifyPolicy, verify};
    use crate::path::TrustAnchors;
    use crate::random::SystemRandom;
    use crate::revocation::RevocationMode;

    /// What is signed names the type of the content, so that octets signed as one thing cannot be
    /// passed off as another.
    #[test]
    fn the_type_that_was_signed_must_be_that_of_the_content() {
        let rng = &mut SystemRandom;
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let validity = Validity {
            not_before: now,
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, rng).unwrap();
        let subject = Subject::person("А", "Б", None, "880229400023");
        let issued = authority
            .issue(&subject, Profile::Gost512, validity, "1", rng)
            .unwrap();
        let store = crate::keystore::open(&issued.p12, "1").unwrap();
        let (key, certificate) = (store.entries()[0].key(), &issued.certificate);
        let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
        let policy = VerifyPolicy::new(&anchors, now).revocation(RevocationMode::NotRequired);
        for (signed_as, passed) in [(known::DATA, true), (known::TST_INFO, false)] {
            let scheme = SignatureScheme::Gost512;
            let signed =
                encapsulate(&signed_as, b"x", key, certificate, scheme, None, rng).unwrap();
            let document =
                signed.finish(&known::DATA, Some(b"x"), vec![certificate.der().to_vec()]);
            let report = verify(&document, None, &policy);
            assert_eq!(report.passed(), passed, "{:?}", report.reason);
        }
    }

    /// A signature with signed attributes is one over their octets. It must not pass for one
    /// without attributes over a content of these octets.
    #[test]
    fn signed_attributes_are_no_content() {
        let rng = &mut SystemRandom;
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let validity = Validity {
            not_before: now,
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, rng).unwrap();
        let subject = Subject::person("А", "Б", None, "880229400023");
        let issued = authority
            .issue(&subject, Profile::Gost512, validity, "1", rng)
            .unwrap();
        let store = crate::keystore::open(&issued.p12, "1").unwrap();
        let (key, certificate) = (store.entries()[0].key(), &issued.certificate);
        let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
        let policy = VerifyPolicy::new(&anchors, now).revocation(RevocationMode::NotRequired);
        let scheme = SignatureScheme::Gost512;
        let attributes = set_of(vec![
            attribute(&known::CONTENT_TYPE, &oid(&known::DATA)),
            attribute(&known::MESSAGE_DIGEST, &octet_string(&[7; 64])),
        ]);
        for (content, code) in [
            (attributes, Some("content-is-attributes")),
            (b"1\x02ab".to_vec(), None),
        ] {
            let signature = key.sign(scheme, &content, rng).unwrap();
            let identifier = sequence(&[
                certificate.issuer().der(),
                &tlv(tag::INTEGER, &[certificate.serial()]),
            ]);
            let signer_info = sequence(&[
                &integer_u64(1),
                &identifier,
                &scheme.digest().identifier(),
                &scheme.identifier(),
                &octet_string(&signature),
            ]);
            let signed = Signed {
                digest: scheme.digest(),
                signer_info,
            };
            let certificates = vec![certificate.der().to_vec()];
            let document = signed.finish(&known::DATA, Some(&content), certificates);
            let report = verify(&document, None, &policy);
            assert_eq!(report.reason.as_ref().map(|reason| reason.code), code);
        }
    }
}
