//! Revocation: lists and responders of our own authority and of the `openssl` program.

mod lists;
mod openssl;
mod responders;

use crate::support::{noon, world};
use balabaqsha_pki::authority::{
    Answer, AnswerDates, AnswerOptions, Authority, Issued, Service, Validity,
};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::verdict::{RevocationSource, RevocationStatus};
use balabaqsha_pki::{
    Certificate, ChainPolicy, Digest, Evidence, PathPolicy, SubIndication, TrustAnchors, chain,
};
use chrono::{DateTime, Duration, Utc};

pub const TEXT: &[u8] = b"text";

pub fn day_around(at: DateTime<Utc>) -> Validity {
    Validity {
        not_before: at - Duration::hours(12),
        not_after: at + Duration::hours(12),
    }
}

pub fn fresh() -> AnswerDates {
    AnswerDates {
        produced_at: noon() - Duration::minutes(1),
        this_update: noon() - Duration::minutes(1),
        next_update: Some(noon() + Duration::hours(1)),
    }
}

/// A key of each kind with its authority.
pub fn keys() -> [(&'static Authority, &'static Issued); 2] {
    let world = world();
    [(&world.rsa, &world.signing), (&world.gost, &world.gost_key)]
}

pub fn judge(certificate: &Certificate, authority: &Authority, evidence: &Evidence) -> Status {
    judge_at(certificate, authority, evidence, noon())
}

pub type Status = (Option<SubIndication>, RevocationStatus);

pub fn judge_at(
    certificate: &Certificate,
    authority: &Authority,
    evidence: &Evidence,
    at: DateTime<Utc>,
) -> Status {
    let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
    let policy = ChainPolicy::new(&anchors, PathPolicy::at(at)).evidence(evidence);
    let report = chain::verify(certificate, &policy);
    (report.sub_indication, report.chain[0].revocation)
}

pub const GOOD_BY_LIST: RevocationStatus = RevocationStatus::Good {
    source: RevocationSource::Crl,
};

pub const GOOD_BY_OCSP: RevocationStatus = RevocationStatus::Good {
    source: RevocationSource::Ocsp,
};

pub const UNKNOWN: Status = (Some(SubIndication::TryLater), RevocationStatus::Unknown);

pub fn with_list(crl: &[u8]) -> Evidence {
    let mut evidence = Evidence::new();
    evidence.add_crl(crl).unwrap();
    evidence
}

pub fn answered(
    service: &Service,
    authority: &Authority,
    certificate: &Certificate,
    answer: Answer,
    dates: AnswerDates,
) -> Evidence {
    let response = service
        .answer(
            certificate,
            authority.certificate(),
            answer,
            &AnswerOptions {
                digest: Digest::Sha256,
                dates,
                nonce: None,
            },
            &mut SystemRandom,
        )
        .unwrap();
    let mut evidence = Evidence::new();
    evidence.add_ocsp(&response, None).unwrap();
    evidence
}
