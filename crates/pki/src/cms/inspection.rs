//! What a signed document holds, unjudged: for looking at, never for trusting.

use super::message::{Attribute, MessageError, SignedData};
use super::tsp::{self, StampInspection};
use crate::asn1::Oid;
use serde::Serialize;

/// The parts of a signed document.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    pub content_type: String,
    /// Octets of the content inside; `None` where it is kept apart.
    pub content_length: Option<usize>,
    pub certificates: Vec<String>,
    pub revocation_lists: usize,
    pub ocsp_answers: usize,
    /// What among certificates and evidence is not read, and why.
    pub unread: Vec<String>,
    pub signers: Vec<InspectedSigner>,
    /// What the document says if it is itself a time stamp.
    pub timestamp: Option<StampInspection>,
}

/// One signature, unjudged.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedSigner {
    pub identifier: String,
    pub digest: String,
    pub signature_algorithm: String,
    pub signed_attributes: Vec<String>,
    pub unsigned_attributes: Vec<String>,
    /// What its time stamps say, unjudged.
    pub timestamps: Vec<StampInspection>,
}

/// Tells what a signed document holds.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, MessageError> {
    let data = SignedData::read(bytes)?;
    let kinds = |attributes: &[Attribute]| {
        attributes
            .iter()
            .map(|attribute| attribute.kind.to_string())
            .collect()
    };
    Ok(Inspection {
        content_type: data.content_type.to_string(),
        content_length: data.content.as_ref().map(Vec::len),
        certificates: data
            .certificates
            .iter()
            .map(|certificate| certificate.subject().to_string())
            .collect(),
        revocation_lists: data.crls.len(),
        ocsp_answers: data.ocsp.len(),
        unread: data
            .unreadable
            .iter()
            .map(|certificate| certificate.reason.clone())
            .chain(data.other_evidence.iter().map(Oid::describe))
            .collect(),
        timestamp: tsp::inspect_parsed(&data),
        signers: data
            .signers
            .iter()
            .map(|signer| InspectedSigner {
                identifier: signer.identifier.describe(),
                digest: signer.digest_algorithm.algorithm.describe(),
                signature_algorithm: signer.signature_algorithm.algorithm.describe(),
                signed_attributes: kinds(&signer.signed_attributes),
                unsigned_attributes: kinds(&signer.unsigned_attributes),
                timestamps: signer.stamps().filter_map(tsp::inspect).collect(),
            })
            .collect(),
    })
}
