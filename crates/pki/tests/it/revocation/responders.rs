//! Answers of OCSP responders.

use super::{
    GOOD_BY_LIST, GOOD_BY_OCSP, UNKNOWN, answered, day_around, fresh, judge, keys, with_list,
};
use crate::support::{PASSWORD, noon, parent, world, year_around};
use balabaqsha_pki::authority::{
    Answer, AnswerDates, AnswerOptions, Profile, RevokedSerial, Service, Validity,
};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::revocation::{self, EvidenceError, Freshness, Question};
use balabaqsha_pki::verdict::{RevocationSource, RevocationStatus};
use balabaqsha_pki::{
    ChainPolicy, Digest, Evidence, PathPolicy, SubIndication, TrustAnchors, chain,
};
use chrono::{DateTime, Duration};
use rstest::rstest;

#[test]
fn responders_tell_good_from_revoked_from_unknown() {
    for (authority, issued) in keys() {
        let certificate = &issued.certificate;
        let service = authority
            .responder(true, year_around(noon()), &mut SystemRandom)
            .unwrap();
        let ask = |answer| {
            judge(
                certificate,
                authority,
                &answered(&service, authority, certificate, answer, fresh()),
            )
        };
        assert_eq!(ask(Answer::Good), (None, GOOD_BY_OCSP));
        let at = noon() - Duration::days(3);
        let revoked = RevocationStatus::Revoked {
            source: RevocationSource::Ocsp,
            at,
        };
        assert_eq!(
            ask(Answer::Revoked(at)),
            (Some(SubIndication::Revoked), revoked)
        );
        assert_eq!(ask(Answer::Unknown), UNKNOWN);
    }
}

#[rstest]
#[case::sha1(Digest::Sha1)]
#[case::sha256(Digest::Sha256)]
#[case::sha384(Digest::Sha384)]
fn certificates_are_identified_by_any_digest(#[case] digest: Digest) {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let response = service
        .answer(
            certificate,
            authority.certificate(),
            Answer::Good,
            &AnswerOptions {
                digest,
                dates: fresh(),
                nonce: None,
            },
            &mut SystemRandom,
        )
        .unwrap();
    let mut evidence = Evidence::new();
    evidence.add_ocsp(&response, None).unwrap();
    assert_eq!(
        judge(certificate, authority, &evidence),
        (None, GOOD_BY_OCSP)
    );
    // The same answer says nothing of another certificate of the same authority.
    let other = authority
        .issue(
            &parent(),
            Profile::Gost512,
            year_around(noon()),
            PASSWORD,
            &mut SystemRandom,
        )
        .unwrap();
    assert_eq!(judge(&other.certificate, authority, &evidence), UNKNOWN);
}

#[test]
fn unknown_at_the_responder_is_not_made_good_by_a_list() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let mut evidence = answered(&service, authority, certificate, Answer::Unknown, fresh());
    let list = authority
        .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    evidence.add_crl(&list).unwrap();
    assert_eq!(judge(certificate, authority, &evidence), UNKNOWN);
}

#[test]
fn invalid_ocsp_answers_leave_revocation_unknown() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let rng = &mut SystemRandom;
    let service = authority.responder(true, year_around(noon()), rng).unwrap();
    let good = |service: &Service, dates| {
        judge(
            certificate,
            authority,
            &answered(service, authority, certificate, Answer::Good, dates),
        )
    };
    let hour = Duration::hours(1);
    for dates in [
        AnswerDates {
            next_update: Some(noon() - Duration::seconds(1)),
            ..fresh()
        },
        AnswerDates {
            this_update: noon() + Duration::minutes(6),
            ..fresh()
        },
        AnswerDates {
            produced_at: noon() + hour,
            ..fresh()
        },
        // No word on how long it holds, and too old for that.
        AnswerDates {
            next_update: None,
            this_update: noon() - hour * 2,
            ..fresh()
        },
    ] {
        assert_eq!(good(&service, dates), UNKNOWN, "{dates:?}");
    }
    assert_eq!(
        good(
            &service,
            AnswerDates {
                next_update: None,
                ..fresh()
            }
        ),
        (None, GOOD_BY_OCSP)
    );
    let at_the_end = AnswerDates {
        next_update: Some(noon()),
        ..fresh()
    };
    assert_eq!(good(&service, at_the_end), (None, GOOD_BY_OCSP));

    // Responders nobody charged: of another authority, of one with the same name, expired, or
    // not meant for answering.
    let expired = day_around(noon() - Duration::days(2));
    for service in [
        world.rsa.responder(true, year_around(noon()), rng).unwrap(),
        authority.responder(true, expired, rng).unwrap(),
        authority.stamper(year_around(noon()), rng).unwrap(),
        // Whose own status nobody knows.
        authority
            .responder(false, year_around(noon()), rng)
            .unwrap(),
    ] {
        assert_eq!(good(&service, fresh()), UNKNOWN);
    }
}

#[test]
fn a_key_for_something_else_answers_nothing() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let list = authority
        .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    // The stamper is in good standing, by the list; what it answers still does not count.
    let stamper = authority
        .stamper(year_around(noon()), &mut SystemRandom)
        .unwrap();
    let at = noon() - Duration::days(1);
    for answer in [Answer::Good, Answer::Revoked(at), Answer::Unknown] {
        let mut evidence = answered(&stamper, authority, certificate, answer, fresh());
        evidence.add_crl(&list).unwrap();
        assert_eq!(
            judge(certificate, authority, &evidence),
            (None, GOOD_BY_LIST)
        );
    }
}

#[test]
fn a_responder_that_must_be_checked_is_checked_by_list() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = authority
        .responder(false, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let mut evidence = answered(&service, authority, certificate, Answer::Good, fresh());
    let list = authority
        .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    evidence.add_crl(&list).unwrap();
    assert_eq!(
        judge(certificate, authority, &evidence),
        (None, GOOD_BY_OCSP)
    );

    let mut evidence = answered(&service, authority, certificate, Answer::Good, fresh());
    let revoked = [RevokedSerial::new(
        service.certificate(),
        noon() - Duration::days(1),
        1,
    )];
    let list = authority
        .revoke(&revoked, 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    evidence.add_crl(&list).unwrap();
    // The responder is revoked; the list itself still says that the certificate is not.
    assert_eq!(
        judge(certificate, authority, &evidence),
        (None, GOOD_BY_LIST)
    );
}

#[test]
fn every_altered_octet_of_an_answer_is_noticed() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let at = noon() - Duration::days(3);
    let response = service
        .answer(
            certificate,
            authority.certificate(),
            Answer::Revoked(at),
            &AnswerOptions {
                digest: Digest::Sha256,
                dates: fresh(),
                nonce: None,
            },
            &mut SystemRandom,
        )
        .unwrap();
    for octet in 0..response.len() {
        let mut altered = response.clone();
        altered[octet] ^= 1 << (octet % 8);
        let mut evidence = Evidence::new();
        if evidence.add_ocsp(&altered, None).is_ok() {
            let (refused, _) = judge(certificate, authority, &evidence);
            assert!(
                refused.is_some(),
                "octet {octet} altered and the certificate is good"
            );
        }
    }
}

#[test]
fn other_nonce_is_refused_and_try_later_is_told() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let with_nonce = |received: Option<&[u8]>, sent: Option<&[u8]>| {
        let response = service
            .answer(
                certificate,
                authority.certificate(),
                Answer::Good,
                &AnswerOptions {
                    digest: Digest::Sha1,
                    dates: fresh(),
                    nonce: received,
                },
                &mut SystemRandom,
            )
            .unwrap();
        let mut evidence = Evidence::new();
        evidence.add_ocsp(&response, sent).unwrap();
        judge(certificate, authority, &evidence)
    };
    let good = (None, GOOD_BY_OCSP);
    assert_eq!(with_nonce(Some(b"12345678"), Some(b"12345678")), good);
    assert_eq!(with_nonce(Some(b"12345678"), Some(b"87654321")), UNKNOWN);
    // Responders may answer from a store, without the nonce; the dates then decide.
    assert_eq!(with_nonce(None, Some(b"12345678")), good);
    assert_eq!(with_nonce(Some(b"12345678"), None), good);

    let mut evidence = Evidence::new();
    let error = evidence.add_ocsp(&Service::try_later(), None).unwrap_err();
    assert_eq!(error, EvidenceError::Ocsp(revocation::OcspError::TryLater));
    let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
    let policy = ChainPolicy::new(&anchors, PathPolicy::at(noon())).evidence(&evidence);
    let report = chain::verify(certificate, &policy);
    assert_eq!(report.reason.unwrap().code, "revocation-try-later");
}

/// A revocation that was told once holds when the answer that told it has run out, and when the
/// responder, or the lists, have another word now.
#[test]
fn an_answer_that_ran_out_still_revokes_for_good_and_for_nothing_else() {
    for (authority, issued) in keys() {
        let certificate = &issued.certificate;
        let at = noon() - Duration::days(40);
        let told = noon() - Duration::days(30);
        let long_ago = AnswerDates {
            produced_at: told,
            this_update: told,
            next_update: Some(told + Duration::hours(1)),
        };
        // In charge then, and no longer.
        let validity = Validity {
            not_before: told - Duration::days(1),
            not_after: told + Duration::days(1),
        };
        let then = authority
            .responder(true, validity, &mut SystemRandom)
            .unwrap();
        let now = authority
            .responder(true, year_around(noon()), &mut SystemRandom)
            .unwrap();
        let list = authority
            .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
            .unwrap();
        for (answer, revoked) in [
            (Answer::Revoked(at), true),
            (Answer::RevokedFor(at, 1), true),
            (Answer::RevokedFor(at, 4), true),
            (Answer::RevokedFor(at, 6), false),
            (Answer::Good, false),
        ] {
            let old = answered(&then, authority, certificate, answer, long_ago);
            let (status, expected) = (
                RevocationStatus::Revoked {
                    source: RevocationSource::Ocsp,
                    at,
                },
                revoked.then_some(SubIndication::Revoked),
            );
            let alone = judge(certificate, authority, &old);
            if revoked {
                assert_eq!(alone, (expected, status), "{answer:?}");
            } else {
                assert_eq!(alone, UNKNOWN, "{answer:?}");
            }
            let mut with_list = old.clone();
            with_list.add_crl(&list).unwrap();
            assert_eq!(
                judge(certificate, authority, &with_list).0,
                expected,
                "{answer:?}"
            );
            let mut with_answer = answered(&now, authority, certificate, Answer::Good, fresh());
            for der in old.to_keep().1 {
                with_answer.add_ocsp(der, None).unwrap();
            }
            assert_eq!(
                judge(certificate, authority, &with_answer).0,
                expected,
                "{answer:?}"
            );
        }
        // Of a responder that nobody charged.
        let stranger = world()
            .stranger
            .responder(true, validity, &mut SystemRandom)
            .unwrap();
        let told = answered(
            &stranger,
            authority,
            certificate,
            Answer::Revoked(at),
            long_ago,
        );
        assert_eq!(judge(certificate, authority, &told), UNKNOWN);
    }
}

#[test]
fn a_certificate_on_hold_and_one_that_was_never_issued_are_told_as_that() {
    let (authority, issued) = keys()[1];
    let certificate = &issued.certificate;
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let source = RevocationSource::Ocsp;
    let at = noon() - Duration::days(1);
    let judged = |answer| {
        let evidence = answered(&service, authority, certificate, answer, fresh());
        let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
        let policy = ChainPolicy::new(&anchors, PathPolicy::at(noon())).evidence(&evidence);
        let report = chain::verify(certificate, &policy);
        let code = report.reason.as_ref().unwrap().code;
        (report.sub_indication, code, report.chain[0].revocation)
    };
    let later = Some(SubIndication::TryLater);
    assert_eq!(
        judged(Answer::RevokedFor(at, 6)),
        (
            later,
            "certificate-on-hold",
            RevocationStatus::Held { source, at }
        )
    );
    // RFC 6960, section 2.2
    for answer in [
        Answer::RevokedFor(DateTime::UNIX_EPOCH, 6),
        Answer::Revoked(DateTime::UNIX_EPOCH),
    ] {
        let expected = RevocationStatus::NeverIssued { source };
        assert_eq!(
            judged(answer),
            (later, "certificate-never-issued", expected)
        );
    }
    let revoked = judged(Answer::RevokedFor(at, 1));
    assert_eq!(revoked.0, Some(SubIndication::Revoked));
}

/// What a caller remembers counts like the evidence it was learnt from.
#[test]
fn what_is_remembered_of_a_revocation_counts_without_the_evidence() {
    let (authority, issued) = keys()[1];
    let certificate = &issued.certificate;
    let question = Question {
        certificate: certificate.clone(),
        issuer: authority.certificate().clone(),
    };
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    let at = noon() - Duration::days(1);
    let told = |answer| {
        let evidence = answered(&service, authority, certificate, answer, fresh());
        question.told_for_good(&evidence, &[], noon(), Freshness::default())
    };
    for answer in [
        Answer::Good,
        Answer::Unknown,
        Answer::RevokedFor(at, 6),
        Answer::RevokedFor(DateTime::UNIX_EPOCH, 6),
    ] {
        assert_eq!(told(answer), None, "{answer:?}");
    }
    let known = told(Answer::RevokedFor(at, 1)).unwrap();
    assert_eq!((known.at, known.reason), (at, Some(1)));
    assert_eq!(
        (known.issuer_key.clone(), known.serial.clone()),
        question.subject()
    );
    let list = authority
        .revoke(&[], 9, day_around(noon()), &mut SystemRandom)
        .unwrap();
    let mut evidence = with_list(&list);
    assert_eq!(
        judge(certificate, authority, &evidence),
        (None, GOOD_BY_LIST)
    );
    evidence.push_known(known.clone());
    let status = RevocationStatus::Revoked {
        source: RevocationSource::Ocsp,
        at,
    };
    let revoked = (Some(SubIndication::Revoked), status);
    assert_eq!(judge(certificate, authority, &evidence), revoked);
    // The same number of another authority.
    let other = &world().signing.certificate;
    let mut evidence = Evidence::new();
    evidence.push_known(known);
    assert_eq!(judge(other, &world().rsa, &evidence), UNKNOWN);
}
