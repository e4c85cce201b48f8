//! Mistakes that verification services have made: the name of each test says which is not made
//! here. Those about authorities further above are in `src/path/above.rs`.

use crate::revocation::{GOOD_BY_OCSP, UNKNOWN, answered, fresh, judge};
use crate::support::{entry, lenient, noon, world, year_around};
use balabaqsha_pki::authority::{Answer, AnswerDates, AnswerOptions, Service, Validity};
use balabaqsha_pki::cms::{self, Certificates, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Digest, Evidence, Report, RevocationMode, SubIndication, TrustAnchors, Verdict, tsp,
};
use chrono::{DateTime, Duration, Utc};

const TEXT: &[u8] = b"text";

fn code(report: &Report) -> Option<&'static str> {
    report.reason.as_ref().map(|reason| reason.code)
}

#[test]
fn a_document_without_signers_is_not_valid() {
    // ContentInfo { signedData, { 1, {}, { data }, {} } }
    let signed_data = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    let data = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
    let document = [
        &b"\x30\x23\x06\x09"[..],
        signed_data,
        b"\xa0\x16\x30\x14\x02\x01\x01\x31\x00\x30\x0b\x06\x09",
        data,
        b"\x31\x00",
    ]
    .concat();
    let anchors = world().anchors();
    let beside = [world().gost_key.certificate.clone()];
    for content in [None, Some(&b""[..]), Some(TEXT)] {
        let policy = lenient(&anchors).intermediates(&beside);
        let report = cms::verify(&document, content, &policy);
        assert_eq!(report.verdict, Verdict::Failed);
        assert_eq!(report.sub_indication, Some(SubIndication::FormatFailure));
        assert_eq!(code(&report), Some("no-signers"));
    }
}

#[test]
fn a_signature_without_the_certificate_of_its_signer_is_not_valid() {
    let world = world();
    let anchors = world.anchors();
    let options = SignOptions {
        certificates: Certificates::None,
        ..SignOptions::detached(noon())
    };
    let key = entry(&world.signing);
    let signed = cms::sign(&key, TEXT, &options, &mut SystemRandom).unwrap();
    // Another certificate of the same authority is no substitute.
    for (beside, expected) in [
        (vec![], Some("signer-certificate-missing")),
        (
            vec![world.login.certificate.clone()],
            Some("signer-certificate-missing"),
        ),
        (vec![world.signing.certificate.clone()], None),
    ] {
        let policy = lenient(&anchors).intermediates(&beside);
        let report = cms::verify(&signed, Some(TEXT), &policy);
        assert_eq!(code(&report), expected);
        assert_eq!(report.passed(), expected.is_none());
    }
}

/// A responder in good standing of the authority of the GOST key.
fn responder() -> Service {
    world()
        .gost
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap()
}

#[test]
fn an_answer_about_revocation_whose_signature_is_not_right_proves_nothing() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let response = responder()
        .answer(
            certificate,
            authority.certificate(),
            Answer::Good,
            &AnswerOptions {
                digest: Digest::Sha256,
                dates: fresh(),
                nonce: None,
            },
            &mut SystemRandom,
        )
        .unwrap();
    // The first bit string of 128 octets is the signature of the answer.
    let header = [0x03, 0x81, 0x81, 0x00];
    let signature = response.windows(4).position(|part| part == header).unwrap() + 4;
    let judged = |response: &[u8]| {
        let mut evidence = Evidence::new();
        evidence.add_ocsp(response, None).unwrap();
        judge(certificate, authority, &evidence)
    };
    assert_eq!(judged(&response), (None, GOOD_BY_OCSP));
    let mut unsigned = response.clone();
    unsigned[signature..signature + 128].fill(0);
    assert_eq!(judged(&unsigned), UNKNOWN);

    // The signature of somebody who has the name of the authority and not its key.
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    for (of, expected) in [
        (&world.stranger, UNKNOWN),
        (&world.rsa, (None, GOOD_BY_OCSP)),
    ] {
        let service = of
            .responder(true, year_around(noon()), &mut SystemRandom)
            .unwrap();
        let evidence = answered(&service, authority, certificate, Answer::Good, fresh());
        assert_eq!(judge(certificate, authority, &evidence), expected);
    }
}

#[test]
fn an_answer_about_another_certificate_proves_nothing() {
    let world = world();
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    // Another number; the same number at an authority of the same name with another key.
    for (about, issuer, expected) in [
        (&world.login.certificate, authority, UNKNOWN),
        (certificate, &world.stranger, UNKNOWN),
        (certificate, authority, (None, GOOD_BY_OCSP)),
    ] {
        let evidence = answered(&service, issuer, about, Answer::Good, fresh());
        assert_eq!(judge(certificate, authority, &evidence), expected);
    }
}

#[test]
fn an_answer_about_another_time_proves_nothing() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = responder();
    let old = AnswerDates {
        produced_at: noon() - Duration::days(2),
        this_update: noon() - Duration::days(2),
        next_update: Some(noon() - Duration::days(1)),
    };
    let coming = AnswerDates {
        produced_at: noon() + Duration::days(1),
        this_update: noon() + Duration::days(1),
        next_update: Some(noon() + Duration::days(2)),
    };
    for (dates, expected) in [
        (old, UNKNOWN),
        (coming, UNKNOWN),
        (fresh(), (None, GOOD_BY_OCSP)),
    ] {
        let evidence = answered(&service, authority, certificate, Answer::Good, dates);
        assert_eq!(judge(certificate, authority, &evidence), expected);
    }
}

/// A signature that claims to be of noon, with a stamp of that moment over these octets, or over
/// its own value.
fn stamped(service: &Service, moment: DateTime<Utc>, octets: Option<&[u8]>) -> Vec<u8> {
    let rng = &mut SystemRandom;
    let key = entry(&world().gost_key);
    let signed = cms::sign(&key, TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let own = cms::stamped_octets(&signed).unwrap();
    let answer = service
        .stamp(octets.unwrap_or(&own), Digest::Sha256, moment, 1, &[7], rng)
        .unwrap();
    cms::with_timestamp(&signed, &tsp::token(&answer).unwrap()).unwrap()
}

/// A stamper whose own certificate is not what ends here.
fn stamper() -> Service {
    let validity = Validity {
        not_before: noon() - Duration::days(900),
        not_after: noon() + Duration::days(900),
    };
    world().gost.stamper(validity, &mut SystemRandom).unwrap()
}

fn judged_at(document: &[u8], anchors: &TrustAnchors, at: DateTime<Utc>) -> Report {
    let policy = VerifyPolicy::new(anchors, at).revocation(RevocationMode::NotRequired);
    cms::verify(document, Some(TEXT), &policy)
}

#[test]
fn dates_are_judged_at_the_moment_of_signing_as_proven_and_not_now() {
    let world = world();
    let anchors = world.anchors();
    let years_later = noon() + Duration::days(400);
    let document = stamped(&stamper(), noon(), None);
    let report = judged_at(&document, &anchors, years_later);
    assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.reason);
    assert_eq!(report.judged_at, noon());
    // What the signer claims proves nothing.
    let key = entry(&world.gost_key);
    let claimed = cms::sign(
        &key,
        TEXT,
        &SignOptions::detached(noon()),
        &mut SystemRandom,
    );
    let report = judged_at(&claimed.unwrap(), &anchors, years_later);
    assert_eq!(report.sub_indication, Some(SubIndication::OutOfBoundsNoPoe));
    // A certificate that is valid now and was not when the signature was there already.
    let early = stamped(&stamper(), noon() - Duration::days(200), None);
    let report = judged_at(&early, &anchors, noon());
    assert_eq!(report.sub_indication, Some(SubIndication::NotYetValid));
}

#[test]
fn a_time_stamp_is_verified_and_not_only_shown() {
    let world = world();
    let anchors = world.anchors();
    let years_later = noon() + Duration::days(400);
    let strangers = world
        .stranger
        .stamper(year_around(noon()), &mut SystemRandom)
        .unwrap();
    let good = stamped(&stamper(), noon(), None);
    // The signature of the stamp is the last of the document.
    let mut altered = good.clone();
    *altered.last_mut().unwrap() ^= 1;
    for (document, right) in [
        (&good, true),
        (&altered, false),
        (&stamped(&strangers, noon(), None), false),
        (&stamped(&stamper(), noon(), Some(b"another value")), false),
    ] {
        let report = judged_at(document, &anchors, years_later);
        assert_eq!(report.passed(), right, "{:?}", report.reason);
        assert_eq!(report.timestamp, right.then(noon));
        assert_eq!(report.timestamp_problem.is_none(), right);
    }
}
