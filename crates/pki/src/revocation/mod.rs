//! Whether certificates have been revoked: CRLs and OCSP answers, judged offline.
//!
//! Fetching is for others; they learn here what to ask ([`questions`]) and hand over what they
//! got ([`Evidence`]). An answer counts only when its signature, its subject and its dates are
//! right; everything else is "unknown", and unknown is never good.

mod check;
mod crl;
mod fate;
mod ocsp;
mod scope;

pub(crate) use check::{Checker, Outcome};
pub use crl::{Crl, CrlError, CrlInspection};
pub(crate) use fate::Fates;
#[cfg(feature = "authority")]
pub(crate) use ocsp::certificate_id;
pub use ocsp::{InspectedAnswer, OcspError, OcspInspection, OcspResponse, request};

use crate::algorithm::Digest;
use crate::certificate::Certificate;
use crate::effort::Effort;
use crate::path::{Path, TrustAnchor};
use crate::verdict::RevocationSource;
use chrono::{DateTime, Duration, Utc};
use thiserror::Error;

/// Why a piece of evidence was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EvidenceError {
    #[error(transparent)]
    Crl(#[from] CrlError),
    #[error(transparent)]
    Ocsp(#[from] OcspError),
}

/// What responders and authorities have said about revocation.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    crls: Vec<Crl>,
    ocsp: Vec<Answered>,
    /// What was told before, by evidence that need not be at hand any more.
    known: Vec<KnownRevocation>,
    /// A responder asked to be asked again later.
    try_later: bool,
    /// Something was given as evidence and could not be read.
    unread: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Answered {
    response: OcspResponse,
    /// The nonce that was sent, if one was.
    nonce: Option<Vec<u8>>,
}

impl Answered {
    /// Whether the answer repeats another nonce than the one that was sent.
    fn is_to_another_question(&self) -> bool {
        match (&self.nonce, &self.response.facts().nonce) {
            (Some(sent), Some(received)) => sent != received,
            _ => false,
        }
    }
}

impl Evidence {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a list: complete, delta or indirect.
    pub fn push_crl(&mut self, crl: Crl) {
        self.crls.push(crl);
    }

    /// Takes an OCSP answer. With the nonce of the question, an answer that repeats another one is
    /// not believed.
    pub fn push_ocsp(&mut self, response: OcspResponse, nonce: Option<&[u8]>) {
        self.ocsp.push(Answered {
            response,
            nonce: nonce.map(<[u8]>::to_vec),
        });
    }

    /// Takes what is remembered of earlier evidence.
    pub fn push_known(&mut self, known: KnownRevocation) {
        self.known.push(known);
    }

    /// Notes that a responder asked to be asked again later.
    pub fn defer(&mut self) {
        self.try_later = true;
    }

    /// Notes that a part of what was given as evidence could not be read. It may have been a
    /// revocation, so nothing is PASSED on the rest.
    pub fn note_unread(&mut self) {
        self.unread = true;
    }

    /// Reads and takes a list. One that cannot be read is noted.
    pub fn add_crl(&mut self, bytes: &[u8]) -> Result<(), EvidenceError> {
        match Crl::parse(bytes) {
            Ok(list) => {
                self.crls.push(list);
                Ok(())
            }
            Err(error) => {
                self.note_unread();
                Err(error.into())
            }
        }
    }

    /// Reads and takes an OCSP answer, as [`push_ocsp`](Self::push_ocsp) does. One that cannot be
    /// read is noted; one that says the responder has no answer says nothing else.
    pub fn add_ocsp(&mut self, bytes: &[u8], nonce: Option<&[u8]>) -> Result<(), EvidenceError> {
        match OcspResponse::parse(bytes) {
            Ok(response) => {
                self.push_ocsp(response, nonce);
                Ok(())
            }
            Err(error) => {
                match error {
                    OcspError::TryLater => self.defer(),
                    OcspError::Refused(_) => {}
                    _ => self.note_unread(),
                }
                Err(error.into())
            }
        }
    }

    /// The evidence in the octets in which it is kept: lists, then OCSP answers.
    pub fn to_keep(&self) -> (Vec<&[u8]>, Vec<&[u8]>) {
        (
            self.crls.iter().map(Crl::der).collect(),
            self.ocsp
                .iter()
                .map(|answered| answered.response.der())
                .collect(),
        )
    }

    pub fn is_empty(&self) -> bool {
        self.crls.is_empty() && self.ocsp.is_empty()
    }

    /// Whether a responder asked to be asked again later.
    pub(crate) fn is_deferred(&self) -> bool {
        self.try_later
    }

    /// Whether something was given that could not be read.
    pub(crate) fn has_unread(&self) -> bool {
        self.unread
    }
}

/// A revocation that cannot be taken back, as somebody has to remember it: it holds for good, also
/// when the answer or list that told it has run out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRevocation {
    /// SHA-256 over the SubjectPublicKeyInfo of the issuer.
    pub issuer_key: Vec<u8>,
    /// The serial number, as its two's complement octets.
    pub serial: Vec<u8>,
    pub source: RevocationSource,
    pub at: DateTime<Utc>,
    /// The reason code of RFC 5280, where one was told.
    pub reason: Option<u8>,
}

impl KnownRevocation {
    /// What names a certificate of an issuer: the key of the issuer and the serial number.
    pub(crate) fn subject(certificate: &Certificate, issuer: &Certificate) -> (Vec<u8>, Vec<u8>) {
        (
            Digest::Sha256.compute(issuer.spki()),
            certificate.serial().to_vec(),
        )
    }
}

/// Whether the revocation of certificates must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationMode {
    /// Not looked at: for demonstrations, and where the caller asked for it in so many words.
    NotRequired,
    /// Without an answer the verdict is INDETERMINATE.
    Required,
}

/// How fresh an answer must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// How far clocks may differ: an answer may be this much from the future.
    pub skew: Duration,
    /// How old an OCSP answer may be that does not say until when it holds.
    pub longest_without_next_update: Duration,
    /// How long an answer still counts after the moment until which it holds. Nothing unless the
    /// caller decides so, because nothing fresher can be had.
    pub overdue: Duration,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            skew: Duration::minutes(5),
            longest_without_next_update: Duration::hours(1),
            overdue: Duration::zero(),
        }
    }
}

/// What must be asked to learn whether a certificate is revoked.
#[derive(Debug, Clone)]
pub struct Question {
    pub certificate: Certificate,
    pub issuer: Certificate,
}

impl Question {
    /// Where to ask by OCSP.
    pub fn ocsp_addresses(&self) -> &[String] {
        self.certificate.ocsp_addresses()
    }

    /// Where to fetch lists, complete ones and delta lists.
    pub fn crl_addresses(&self) -> Vec<&str> {
        self.certificate.crl_addresses()
    }

    /// Where to fetch complete lists.
    pub fn list_addresses(&self) -> Vec<&str> {
        self.certificate.list_addresses()
    }

    /// Where to fetch delta lists.
    pub fn delta_addresses(&self) -> Vec<&str> {
        self.certificate.delta_addresses()
    }

    /// What names the certificate among [`KnownRevocation`]s: the digest of the issuer's key, and
    /// the serial number.
    pub fn subject(&self) -> (Vec<u8>, Vec<u8>) {
        KnownRevocation::subject(&self.certificate, &self.issuer)
    }

    /// The revocation for good that evidence tells of the certificate; of evidence whose signature
    /// is right, whether or not it has run out.
    pub fn told_for_good(
        &self,
        evidence: &Evidence,
        intermediates: &[Certificate],
        now: DateTime<Utc>,
        freshness: Freshness,
    ) -> Option<KnownRevocation> {
        let path = Path {
            certificates: vec![self.certificate.clone()],
            anchor: TrustAnchor::new(self.issuer.clone()),
        };
        let effort = Effort::default();
        let fates = Fates::default();
        Checker::new(evidence, intermediates, now, now, freshness, effort, fates).told(&path, 0)
    }

    /// The body of the question to an OCSP responder.
    pub fn ocsp_request(&self, digest: Digest, nonce: Option<&[u8]>) -> Vec<u8> {
        request(&self.certificate, &self.issuer, digest, nonce)
    }
}

/// What must be asked about a path: one question for each certificate below the anchor.
pub fn questions(path: &Path) -> Vec<Question> {
    path.certificates()
        .iter()
        .enumerate()
        .map(|(place, certificate)| Question {
            certificate: certificate.clone(),
            issuer: path.issuer_of(place).clone(),
        })
        .collect()
}
