//! OCSP (RFC 6960): asking, and reading answers.
//!
//! Whether an answer may be believed is decided in [`super::check`].

use crate::algorithm::{AlgorithmIdentifier, Digest, SignatureScheme, UnsupportedAlgorithm};
use crate::armour::{self, SingleError};
use crate::asn1::{self, Asn1Error, Reader, context, known, octet_string, oid, sequence, tag, tlv};
use crate::certificate::Certificate;
use crate::name::Name;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// The largest answer that is read.
const LARGEST: usize = 1024 * 1024;
/// Certificates and single answers in one answer, at most.
const MOST: usize = 64;

/// Why bytes are not an answer that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OcspError {
    #[error("the OCSP answer is larger than {LARGEST} bytes")]
    TooLarge,
    #[error(transparent)]
    Armour(#[from] SingleError),
    #[error("malformed OCSP answer: {0}")]
    Malformed(#[from] Asn1Error),
    /// The responder asks to be asked again later.
    #[error("the OCSP responder answered tryLater")]
    TryLater,
    #[error("the OCSP responder answered with an error ({0})")]
    Refused(u8),
    #[error("the OCSP answer is of a kind nobody here reads")]
    OtherKind,
}

/// An OCSP answer. Cloning is cheap.
#[derive(Clone)]
pub struct OcspResponse(Arc<Facts>);

pub(super) struct Facts {
    der: Vec<u8>,
    pub(super) tbs: Vec<u8>,
    pub(super) responder: Responder,
    pub(super) produced_at: DateTime<Utc>,
    pub(super) answers: Vec<Answer>,
    pub(super) nonce: Option<Vec<u8>>,
    pub(super) has_unknown_critical: bool,
    pub(super) scheme: Result<SignatureScheme, UnsupportedAlgorithm>,
    pub(super) signature: Vec<u8>,
    pub(super) certificates: Vec<Certificate>,
}

#[derive(Debug)]
pub(super) enum Responder {
    Name(Name),
    /// SHA-1 of the key.
    Key(Vec<u8>),
}

impl Responder {
    pub(super) fn is(&self, certificate: &Certificate) -> bool {
        match self {
            Self::Name(name) => certificate.subject().matches(name),
            Self::Key(hash) => Digest::Sha1.compute(certificate.key_bits()) == *hash,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Good,
    Revoked {
        at: DateTime<Utc>,
        reason: Option<u8>,
    },
    Unknown,
}

/// The answer about one certificate.
#[derive(Debug)]
pub(super) struct Answer {
    digest: Option<Digest>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: Vec<u8>,
    pub(super) status: Status,
    pub(super) this_update: DateTime<Utc>,
    pub(super) next_update: Option<DateTime<Utc>>,
}

impl Answer {
    /// Whether the answer is about this certificate of this issuer.
    pub(super) fn is_about(&self, certificate: &Certificate, issuer: &Certificate) -> bool {
        self.serial == certificate.serial()
            && self.digest.is_some_and(|digest| {
                digest.compute(issuer.subject().der()) == self.issuer_name_hash
                    && digest.compute(issuer.key_bits()) == self.issuer_key_hash
            })
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcspResponse")
            .field("produced_at", &self.0.produced_at)
            .field("answers", &self.0.answers)
            .finish_non_exhaustive()
    }
}

impl OcspResponse {
    /// Reads DER or PEM.
    pub fn parse(bytes: &[u8]) -> Result<Self, OcspError> {
        if bytes.len() > LARGEST {
            return Err(OcspError::TooLarge);
        }
        let der = armour::single(bytes)?.into_owned();
        let mut outer = Reader::new(&der);
        let mut response = outer.sequence()?;
        outer.finish()?;
        match response.tagged(tag::ENUMERATED)?.contents {
            [0] => {}
            [3] => return Err(OcspError::TryLater),
            [code] => return Err(OcspError::Refused(*code)),
            _ => return Err(Asn1Error::OutOfRange("status").into()),
        }
        let mut explicit = response.tagged(tag::context_constructed(0))?.reader();
        response.finish()?;
        let mut bytes = explicit.sequence()?;
        if bytes.oid()? != known::OCSP_BASIC {
            return Err(OcspError::OtherKind);
        }
        let basic = bytes.octets()?;
        bytes.finish()?;
        let mut facts = Facts::read(basic)?;
        facts.der = der;
        Ok(Self(Arc::new(facts)))
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.0
    }

    /// What the answer says, unjudged.
    pub fn inspect(&self) -> OcspInspection {
        let facts = self.facts();
        OcspInspection {
            produced_at: facts.produced_at,
            responder: match &facts.responder {
                Responder::Name(name) => name.to_string(),
                Responder::Key(hash) => crate::hexadecimal::hex(hash),
            },
            answers: facts
                .answers
                .iter()
                .map(|answer| InspectedAnswer {
                    serial: crate::hexadecimal::hex(&answer.serial),
                    status: match answer.status {
                        Status::Good => "good",
                        Status::Revoked { .. } => "revoked",
                        Status::Unknown => "unknown",
                    },
                    this_update: answer.this_update,
                    next_update: answer.next_update,
                })
                .collect(),
        }
    }
}

/// What an OCSP answer says, unjudged.
#[derive(Debug, Clone, Serialize)]
pub struct OcspInspection {
    pub produced_at: DateTime<Utc>,
    pub responder: String,
    pub answers: Vec<InspectedAnswer>,
}

#[derive(Debug, Clone, Serialize)]
pub struct InspectedAnswer {
    pub serial: String,
    pub status: &'static str,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
}

impl Facts {
    fn read(basic: &[u8]) -> Result<Self, OcspError> {
        let mut outer = Reader::new(basic);
        let mut response = outer.sequence()?;
        outer.finish()?;
        let tbs = response.tagged(tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut response)?;
        let signature = response.bit_string_octets()?.to_vec();
        let mut certificates = Vec::new();
        if let Some(explicit) = response.optional(tag::context_constructed(0))? {
            let mut list = explicit.reader().sequence()?;
            while !list.is_empty() {
                if certificates.len() == MOST {
                    return Err(Asn1Error::TooMany(MOST, "certificates").into());
                }
                // One that cannot be read is as good as missing.
                if let Ok(certificate) = Certificate::parse(list.element()?.raw) {
                    certificates.push(certificate);
                }
            }
        }
        response.finish()?;

        let mut data = tbs.reader();
        if let Some(version) = data.optional(tag::context_constructed(0))?
            && version.reader().u32()? != 0
        {
            return Err(OcspError::OtherKind);
        }
        let responder = match data.element()? {
            element if element.tag == tag::context_constructed(1) => {
                Responder::Name(Name::parse(element.contents)?)
            }
            element if element.tag == tag::context_constructed(2) => {
                Responder::Key(element.reader().octets()?.to_vec())
            }
            element => {
                return Err(Asn1Error::UnexpectedTag {
                    expected: 0xa1,
                    found: element.tag,
                }
                .into());
            }
        };
        let produced_at = data.time()?;
        let mut list = data.sequence()?;
        let mut answers = Vec::new();
        let mut has_unknown_critical = false;
        while !list.is_empty() {
            if answers.len() == MOST {
                return Err(Asn1Error::TooMany(MOST, "answers").into());
            }
            answers.push(read_answer(list.sequence()?, &mut has_unknown_critical)?);
        }
        let mut nonce = None;
        if let Some(explicit) = data.optional(tag::context_constructed(1))? {
            read_extensions(explicit.reader().sequence()?, |oid, critical, value| {
                if oid == known::OCSP_NONCE {
                    // By RFC 8954 an OCTET STRING within; older responders give bare octets.
                    let mut reader = Reader::new(value);
                    let inner = reader.octets().ok().filter(|_| reader.is_empty());
                    nonce = Some(inner.unwrap_or(value).to_vec());
                } else {
                    has_unknown_critical |= critical;
                }
            })?;
        }
        data.finish()?;
        Ok(Self {
            der: Vec::new(),
            tbs: tbs.raw.to_vec(),
            responder,
            produced_at,
            answers,
            nonce,
            has_unknown_critical,
            scheme: SignatureScheme::from_identifier(&algorithm),
            signature,
            certificates,
        })
    }
}

fn read_extensions(
    mut list: Reader<'_>,
    mut take: impl FnMut(crate::asn1::Oid, bool, &[u8]),
) -> Result<(), Asn1Error> {
    while !list.is_empty() {
        let mut fields = list.sequence()?;
        let oid = fields.oid()?;
        let critical = fields.boolean_or_false(tag::BOOLEAN)?;
        let value = fields.octets()?;
        fields.finish()?;
        take(oid, critical, value);
    }
    Ok(())
}

fn read_answer(
    mut fields: Reader<'_>,
    has_unknown_critical: &mut bool,
) -> Result<Answer, Asn1Error> {
    let mut id = fields.sequence()?;
    let algorithm = AlgorithmIdentifier::read(&mut id)?;
    let issuer_name_hash = id.octets()?.to_vec();
    let issuer_key_hash = id.octets()?.to_vec();
    let serial = id.integer()?.to_vec();
    id.finish()?;
    let status = fields.element()?;
    let status = match status.tag {
        0x80 => Status::Good,
        0xa1 => {
            let mut info = status.reader();
            let at = info.time()?;
            let reason = match info.optional(tag::context_constructed(0))? {
                None => None,
                Some(explicit) => match explicit.reader().tagged(tag::ENUMERATED)?.contents {
                    [reason] => Some(*reason),
                    _ => return Err(Asn1Error::OutOfRange("reason")),
                },
            };
            info.finish()?;
            Status::Revoked { at, reason }
        }
        0x82 => Status::Unknown,
        found => {
            return Err(Asn1Error::UnexpectedTag {
                expected: 0x80,
                found,
            });
        }
    };
    let this_update = fields.time()?;
    let next_update = fields
        .optional(tag::context_constructed(0))?
        .map(|explicit| explicit.reader().time())
        .transpose()?;
    if let Some(explicit) = fields.optional(tag::context_constructed(1))? {
        read_extensions(explicit.reader().sequence()?, |_, critical, _| {
            *has_unknown_critical |= critical;
        })?;
    }
    fields.finish()?;
    Ok(Answer {
        digest: Digest::from_identifier(&algorithm).ok(),
        issuer_name_hash,
        issuer_key_hash,
        serial,
        status,
        this_update,
        next_update,
    })
}

/// The identifier of a certificate in questions and answers.
pub(crate) fn certificate_id(
    certificate: &Certificate,
    issuer: &Certificate,
    digest: Digest,
) -> Vec<u8> {
    sequence(&[
        &sequence(&[&oid(&digest.oid()), &asn1::null()]),
        &octet_string(&digest.compute(issuer.subject().der())),
        &octet_string(&digest.compute(issuer.key_bits())),
        &tlv(tag::INTEGER, &[certificate.serial()]),
    ])
}

/// The question about a certificate, to be posted to a responder.
pub fn request(
    certificate: &Certificate,
    issuer: &Certificate,
    digest: Digest,
    nonce: Option<&[u8]>,
) -> Vec<u8> {
    let question = sequence(&[&certificate_id(certificate, issuer, digest)]);
    let questions = sequence(&[&question]);
    let extensions = match nonce {
        None => Vec::new(),
        Some(nonce) => {
            let nonce = sequence(&[
                &oid(&known::OCSP_NONCE),
                &octet_string(&octet_string(nonce)),
            ]);
            context(2, &[&sequence(&[&nonce])])
        }
    };
    sequence(&[&sequence(&[&questions, &extensions])])
}
