//! Time stamps (RFC 3161): asking for them and judging them.
//!
//! A time stamp proves that a signature existed at a moment, if its own signature, its authority
//! and the octets it speaks of are right. Anything less proves nothing.

use crate::algorithm::{AlgorithmIdentifier, Digest};
use crate::asn1::{
    self, Asn1Error, Reader, integer, integer_u64, known, octet_string, oid, sequence, tag, tlv,
};
use crate::chain::{self, ChainPolicy};
use crate::cms::{SignedData, verify_parsed};
use crate::path::PathPolicy;
use crate::verdict::{Refusal, SubIndication};
use chrono::{DateTime, Utc};
use thiserror::Error;

/// Why there is no time stamp in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimestampError {
    #[error("malformed time-stamping answer: {0}")]
    Malformed(#[from] Asn1Error),
    #[error("the time-stamping authority refused (status {0})")]
    Refused(u32),
}

/// The request for a time stamp over these octets, to be posted to an authority.
pub fn request(octets: &[u8], digest: Digest, nonce: &[u8]) -> Vec<u8> {
    let imprint = sequence(&[
        &sequence(&[&oid(&digest.oid()), &asn1::null()]),
        &octet_string(&digest.compute(octets)),
    ]);
    let certificate_wanted = tlv(tag::BOOLEAN, &[&[0xff]]);
    sequence(&[
        &integer_u64(1),
        &imprint,
        &integer(nonce),
        &certificate_wanted,
    ])
}

/// Takes the token out of an authority's answer. It is not judged by this.
pub fn token(answer: &[u8]) -> Result<Vec<u8>, TimestampError> {
    let mut outer = Reader::new(answer);
    let mut answer = outer.sequence()?;
    outer.finish()?;
    let status = answer.sequence()?.u32()?;
    // granted, grantedWithMods
    if status > 1 {
        return Err(TimestampError::Refused(status));
    }
    let token = answer.tagged(tag::SEQUENCE)?.raw.to_vec();
    answer.finish()?;
    Ok(token)
}

/// TSTInfo, as far as it decides.
struct Info {
    digest: Option<Digest>,
    imprint: Vec<u8>,
    time: DateTime<Utc>,
}

impl Info {
    fn read(content: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(content);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        if fields.u32()? != 1 {
            return Err(Asn1Error::OutOfRange("version"));
        }
        fields.oid()?;
        let mut imprint = fields.sequence()?;
        let algorithm = AlgorithmIdentifier::read(&mut imprint)?;
        let hashed = imprint.octets()?.to_vec();
        imprint.finish()?;
        fields.integer()?;
        let time = fields.tagged(tag::GENERALIZED_TIME)?.contents;
        let time = asn1::generalized_time(time)?;
        // Accuracy, order, nonce and the authority's name change nothing about the moment.
        fields.optional(tag::SEQUENCE)?;
        fields.boolean_or_false(tag::BOOLEAN)?;
        fields.optional(tag::INTEGER)?;
        fields.optional(tag::context_constructed(0))?;
        if let Some(extensions) = fields.optional(tag::context_constructed(1))? {
            let mut list = extensions.reader();
            while !list.is_empty() {
                let mut extension = list.sequence()?;
                extension.oid()?;
                if extension.boolean_or_false(tag::BOOLEAN)? {
                    return Err(Asn1Error::NotDer("a critical extension is unknown"));
                }
            }
        }
        fields.finish()?;
        Ok(Self {
            digest: Digest::from_identifier(&algorithm).ok(),
            imprint: hashed,
            time,
        })
    }
}

/// The moment a token proves for these octets.
pub(crate) fn verify(
    token: &[u8],
    octets: &[u8],
    policy: &ChainPolicy<'_>,
) -> Result<DateTime<Utc>, Refusal> {
    let wrong = |code, detail: String| Refusal::new(SubIndication::FormatFailure, code, detail);
    let data =
        SignedData::read(token).map_err(|error| wrong("timestamp-malformed", error.to_string()))?;
    let content = match &data.content {
        Some(content) if data.content_type == known::TST_INFO => content,
        _ => return Err(wrong("timestamp-malformed", "not a time stamp".to_owned())),
    };
    let info =
        Info::read(content).map_err(|error| wrong("timestamp-malformed", error.to_string()))?;
    let fits = info
        .digest
        .is_some_and(|digest| !digest.is_broken() && digest.compute(octets) == info.imprint);
    if !fits {
        return Err(Refusal::new(
            SubIndication::HashFailure,
            "timestamp-of-something-else",
            "the time stamp is not one of this signature",
        ));
    }
    if info.time > policy.now + policy.freshness.skew {
        return Err(Refusal::new(
            SubIndication::TimestampOrderFailure,
            "timestamp-from-the-future",
            format!("the time stamp is of {}", info.time),
        ));
    }
    let [signer] = data.signers.as_slice() else {
        return Err(wrong(
            "timestamp-malformed",
            "one signature expected".to_owned(),
        ));
    };
    let authority = verify_parsed(&data, signer, content, policy.intermediates, true)?;
    let extensions = authority.extensions();
    let for_stamps_alone = extensions.extended_key_usage_is_critical
        && authority
            .extended_key_usage()
            .is_some_and(|usages| matches!(usages, [only] if *only == known::TIME_STAMPING));
    if !for_stamps_alone {
        return Err(Refusal::new(
            SubIndication::ChainConstraintsFailure,
            "timestamp-authority-purpose",
            "the certificate of the time-stamping authority is not one for time stamps alone",
        ));
    }
    let mut available = data.certificates.clone();
    available.extend_from_slice(policy.intermediates);
    let policy = ChainPolicy {
        intermediates: &available,
        path: PathPolicy::at(info.time),
        // A stamper's key proves nothing about itself.
        proven_use: false,
        ..policy.clone()
    };
    match chain::judge(&authority, &policy).refusal {
        None => Ok(info.time),
        Some(refusal) => Err(refusal),
    }
}
