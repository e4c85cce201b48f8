//! Time stamps (RFC 3161): asking for them and judging them.
//!
//! A time stamp proves that a signature existed at a moment, if its own signature, its authority
//! and the octets it speaks of are right. Anything less proves nothing.

use super::enclosed::Enclosed;
use super::message::SignedData;
use super::signature::verify_parsed;
use crate::algorithm::{AlgorithmIdentifier, Digest};
use crate::asn1::{
    self, Asn1Error, Reader, integer, integer_u64, known, octet_string, oid, sequence, tag, tlv,
};
use crate::chain::{self, ChainPolicy};
use crate::hexadecimal::hex;
use crate::path::PathPolicy;
use crate::verdict::{Refusal, SubIndication};
use chrono::{DateTime, Utc};
use serde::Serialize;
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

/// TSTInfo, as far as it decides or is shown.
struct Info {
    digest: Option<Digest>,
    imprint: Vec<u8>,
    time: DateTime<Utc>,
    serial: Vec<u8>,
    policy: String,
}

/// What a time stamp says of itself, unjudged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StampInspection {
    pub time: DateTime<Utc>,
    /// Hexadecimal.
    pub serial: String,
    /// The policy of the time-stamping authority.
    pub policy: String,
    /// The digest of what was stamped; `None` where nobody here computes it.
    pub digest: Option<String>,
    /// Hexadecimal.
    pub imprint: String,
}

/// What a time-stamp token says of itself; `None` for what is none.
pub fn inspect(token: &[u8]) -> Option<StampInspection> {
    inspect_parsed(&SignedData::read(token).ok()?)
}

pub(super) fn inspect_parsed(data: &SignedData) -> Option<StampInspection> {
    let content = data.content.as_ref()?;
    if data.content_type != known::TST_INFO {
        return None;
    }
    let info = Info::read(content).ok()?;
    Some(StampInspection {
        time: info.time,
        serial: hex(&info.serial),
        policy: info.policy,
        digest: info.digest.map(|digest| digest.to_string()),
        imprint: hex(&info.imprint),
    })
}

impl Info {
    fn is_over(&self, octets: &[u8]) -> bool {
        self.digest
            .is_some_and(|digest| !digest.is_broken() && digest.compute(octets) == self.imprint)
    }

    fn read(content: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(content);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        if fields.u32()? != 1 {
            return Err(Asn1Error::OutOfRange("version"));
        }
        let policy = fields.oid()?.to_string();
        let mut imprint = fields.sequence()?;
        let algorithm = AlgorithmIdentifier::read(&mut imprint)?;
        let hashed = imprint.octets()?.to_vec();
        imprint.finish()?;
        let serial = fields.integer()?.to_vec();
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
            serial,
            policy,
        })
    }
}

/// Whether a token speaks of these octets. Whether it proves anything is judged with the document.
pub fn is_over(token: &[u8], octets: &[u8]) -> bool {
    let info = SignedData::read(token)
        .ok()
        .and_then(|data| Info::read(data.content.as_ref()?).ok());
    info.is_some_and(|info| info.is_over(octets))
}

/// The moment a token proves for these octets.
pub(super) fn verify(
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
    if !info.is_over(octets) {
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
    // RFC 3161, section 2.3, and RFC 5280, section 4.2.1.12: a key for stamps makes signatures, and
    // its certificate allows nothing beside that.
    let may_sign = extensions
        .key_usage
        .is_none_or(|usage| usage.signs_data_alone());
    let for_stamps_alone = may_sign
        && extensions.extended_key_usage_is_critical
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
    // What the stamp brings along speaks of its authority.
    let mut evidence = policy.evidence.cloned().unwrap_or_default();
    let mut available = Enclosed::take(&data, &mut evidence).certificates;
    available.extend_from_slice(policy.intermediates);
    let policy = ChainPolicy {
        intermediates: &available,
        evidence: Some(&evidence),
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

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::authority::extensions::{extension, only_usage};
    use crate::authority::{Authority, Validity};
    use crate::path::TrustAnchors;
    use crate::random::SystemRandom;
    use crate::revocation::RevocationMode;
    use rstest::rstest;

    /// What the key usage is, and whether stamps of such a key are believed.
    #[rstest]
    #[case::signatures(&[7, 0b1000_0000], true)]
    #[case::non_repudiation(&[6, 0b0100_0000], true)]
    #[case::both(&[6, 0b1100_0000], true)]
    #[case::no_key_usage(&[], true)]
    #[case::key_encipherment(&[5, 0b0010_0000], false)]
    #[case::data_encipherment(&[4, 0b0001_0000], false)]
    #[case::key_agreement(&[3, 0b0000_1000], false)]
    #[case::certificates(&[2, 0b0000_0100], false)]
    #[case::lists(&[1, 0b0000_0010], false)]
    #[case::nothing(&[0], false)]
    #[case::signatures_and_encipherment(&[5, 0b1010_0000], false)]
    #[case::signatures_and_certificates(&[2, 0b1000_0100], false)]
    fn a_stamp_is_believed_only_of_a_key_that_signs_and_does_nothing_else(
        #[case] usage: &[u8],
        #[case] believed: bool,
    ) {
        let rng = &mut SystemRandom;
        let now: DateTime<Utc> = "2026-06-01T00:00:00Z".parse().unwrap();
        let validity = Validity {
            not_before: now,
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, rng).unwrap();
        let mut own = vec![only_usage(&known::TIME_STAMPING, true)];
        if !usage.is_empty() {
            let bits = tlv(tag::BIT_STRING, &[usage]);
            own.push(extension(&known::KEY_USAGE, true, &bits));
        }
        let service = authority.service(&own, validity, rng).unwrap();
        let answer = service
            .stamp(b"octets", Digest::Sha256, now, 1, &[7], rng)
            .unwrap();
        let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
        let policy =
            ChainPolicy::new(&anchors, PathPolicy::at(now)).revocation(RevocationMode::NotRequired);
        let judged = verify(&token(&answer).unwrap(), b"octets", &policy);
        let code = judged.as_ref().err().map(|refusal| refusal.reason.code);
        let expected = (!believed).then_some("timestamp-authority-purpose");
        assert_eq!(code, expected);
        assert_eq!(judged.ok(), believed.then_some(now));
    }
}
