//! Revocation: lists and responders of our own authority and of the `openssl` program.

use crate::support::{PASSWORD, entry, noon, openssl_ok, parent, world, year_around};
use balabaqsha_pki::authority::{
    Answer, AnswerDates, Authority, Profile, RevokedSerial, Service, Validity,
};
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::revocation::{self, EvidenceError};
use balabaqsha_pki::verdict::{RevocationSource, RevocationStatus};
use balabaqsha_pki::{
    Certificate, ChainPolicy, Digest, Evidence, PathPolicy, Report, SubIndication, TrustAnchors,
    Verdict, chain, path,
};
use chrono::{DateTime, Duration, Utc};
use rstest::rstest;

const TEXT: &[u8] = b"text";

fn day_around(at: DateTime<Utc>) -> Validity {
    Validity {
        not_before: at - Duration::hours(12),
        not_after: at + Duration::hours(12),
    }
}

fn fresh() -> AnswerDates {
    AnswerDates {
        produced_at: noon() - Duration::minutes(1),
        this_update: noon() - Duration::minutes(1),
        next_update: Some(noon() + Duration::hours(1)),
    }
}

/// A key of each kind with its authority.
fn keys() -> [(
    &'static Authority,
    &'static balabaqsha_pki::authority::Issued,
); 2] {
    let world = world();
    [(&world.rsa, &world.signing), (&world.gost, &world.gost_key)]
}

fn judge(certificate: &Certificate, authority: &Authority, evidence: &Evidence) -> Status {
    judge_at(certificate, authority, evidence, noon())
}

type Status = (Option<SubIndication>, RevocationStatus);

fn judge_at(
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

const GOOD_BY_LIST: RevocationStatus = RevocationStatus::Good {
    source: RevocationSource::Crl,
};
const GOOD_BY_OCSP: RevocationStatus = RevocationStatus::Good {
    source: RevocationSource::Ocsp,
};
const UNKNOWN: Status = (Some(SubIndication::TryLater), RevocationStatus::Unknown);

fn with_list(crl: &[u8]) -> Evidence {
    let mut evidence = Evidence::new();
    evidence.add_crl(crl).unwrap();
    evidence
}

#[test]
fn lists_tell_good_from_revoked() {
    for (authority, issued) in keys() {
        let certificate = &issued.certificate;
        let empty = authority
            .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
            .unwrap();
        assert_eq!(
            judge(certificate, authority, &with_list(&empty)),
            (None, GOOD_BY_LIST)
        );

        let at = noon() - Duration::days(1);
        let entries = [
            RevokedSerial::new(authority.certificate(), at, 4),
            RevokedSerial::new(certificate, at, 1),
        ];
        let list = authority
            .revoke(&entries, 2, day_around(noon()), &mut SystemRandom)
            .unwrap();
        let expected = RevocationStatus::Revoked {
            source: RevocationSource::Crl,
            at,
        };
        assert_eq!(
            judge(certificate, authority, &with_list(&list)),
            (Some(SubIndication::Revoked), expected)
        );
    }
}

#[test]
fn lists_that_prove_nothing() {
    let world = world();
    let certificate = &world.signing.certificate;
    let make = |authority: &Authority, validity| {
        authority
            .revoke(&[], 1, validity, &mut SystemRandom)
            .unwrap()
    };
    let old = day_around(noon() - Duration::days(1));
    let future = day_around(noon() + Duration::days(1));
    let unknown = |crl: &[u8]| assert_eq!(judge(certificate, &world.rsa, &with_list(crl)), UNKNOWN);
    unknown(&make(&world.rsa, old));
    unknown(&make(&world.rsa, future));
    // The same name, another key.
    unknown(&make(&world.stranger, day_around(noon())));
    unknown(&make(&world.gost, day_around(noon())));
    assert_eq!(judge(certificate, &world.rsa, &Evidence::new()), UNKNOWN);
}

#[test]
fn every_altered_octet_of_a_list_is_noticed() {
    let world = world();
    let at = noon() - Duration::days(1);
    let entries = [RevokedSerial::new(&world.gost_key.certificate, at, 1)];
    let list = world
        .gost
        .revoke(&entries, 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    for octet in 0..list.len() {
        let mut altered = list.clone();
        altered[octet] ^= 1 << (octet % 8);
        let mut evidence = Evidence::new();
        if evidence.add_crl(&altered).is_ok() {
            let (refused, _) = judge(&world.gost_key.certificate, &world.gost, &evidence);
            assert!(
                refused.is_some(),
                "octet {octet} altered and the certificate is good"
            );
        }
    }
}

#[test]
fn delta_lists_have_the_last_word() {
    let world = world();
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    let at = noon() - Duration::days(1);
    let hold = RevokedSerial::new(certificate, at, 6);
    let base = |entries: &[RevokedSerial], number, validity| {
        authority
            .revoke(entries, number, validity, &mut SystemRandom)
            .unwrap()
    };
    let delta = |since, entries: &[RevokedSerial], number| {
        let validity = day_around(noon());
        authority
            .revoke_since(since, entries, number, validity, &mut SystemRandom)
            .unwrap()
    };
    let both = |one: &[u8], other: &[u8]| {
        let mut evidence = with_list(one);
        evidence.add_crl(other).unwrap();
        judge(certificate, authority, &evidence)
    };
    let today = day_around(noon());
    let revoked = (
        Some(SubIndication::Revoked),
        RevocationStatus::Revoked {
            source: RevocationSource::Crl,
            at,
        },
    );
    let lifted = RevokedSerial::new(certificate, at, 8);
    // Revoked since, and no longer on hold since.
    assert_eq!(
        both(&base(&[], 5, today), &delta(5, &[hold.clone()], 6)),
        revoked
    );
    assert_eq!(
        both(&delta(5, &[hold.clone()], 6), &base(&[], 5, today)),
        revoked
    );
    assert_eq!(
        both(&base(&[hold.clone()], 5, today), &delta(5, &[lifted], 6)),
        (None, GOOD_BY_LIST)
    );
    // Says nothing of this certificate.
    assert_eq!(
        both(&base(&[hold.clone()], 5, today), &delta(5, &[], 6)),
        revoked
    );
    // Not newer than the complete list, or built on a later one: not of this list.
    let good = (None, GOOD_BY_LIST);
    assert_eq!(
        both(&base(&[], 5, today), &delta(5, &[hold.clone()], 5)),
        good
    );
    assert_eq!(
        both(&base(&[], 5, today), &delta(6, &[hold.clone()], 7)),
        good
    );
    // A list that ran out is good enough as the base of a fresh delta list, and only so.
    let old = day_around(noon() - Duration::days(2));
    assert_eq!(both(&base(&[], 5, old), &delta(5, &[], 6)), good);
    assert_eq!(
        judge(certificate, authority, &with_list(&delta(5, &[], 6))),
        UNKNOWN
    );
}

fn answered(
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
            Digest::Sha256,
            dates,
            None,
            &mut SystemRandom,
        )
        .unwrap();
    let mut evidence = Evidence::new();
    evidence.add_ocsp(&response, None).unwrap();
    evidence
}

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
            digest,
            fresh(),
            None,
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
fn answers_that_prove_nothing() {
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
            Digest::Sha256,
            fresh(),
            None,
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
fn nonces_and_trying_later() {
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
                Digest::Sha1,
                fresh(),
                received,
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

#[test]
fn chains_of_three_and_a_revoked_authority() {
    let world = world();
    let rng = &mut SystemRandom;
    let middle = world
        .gost
        .subordinate("MIDDLE", Some(0), year_around(noon()), rng)
        .unwrap();
    let below = middle
        .subordinate("TOO LOW", None, year_around(noon()), rng)
        .unwrap();
    let issue = |authority: &Authority| {
        authority
            .issue(
                &parent(),
                Profile::Gost512,
                year_around(noon()),
                PASSWORD,
                &mut SystemRandom,
            )
            .unwrap()
    };
    let (issued, too_low) = (issue(&middle), issue(&below));
    let signed = cms::sign(&entry(&issued), TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let anchors = TrustAnchors::from_certificates([world.gost.certificate().clone()]);
    let intermediates = [middle.certificate().clone(), below.certificate().clone()];
    let error = path::find(
        &too_low.certificate,
        &anchors,
        &intermediates,
        &PathPolicy::at(noon()),
    )
    .unwrap_err();
    assert_eq!(error.code(), "chain-path-length");

    let base = VerifyPolicy::new(&anchors, noon()).intermediates(&intermediates);
    let questions = cms::questions(&signed, &base);
    assert_eq!(
        questions.len(),
        2,
        "about the signer and about the authority in the middle"
    );
    let good_below = middle.revoke(&[], 1, day_around(noon()), rng).unwrap();
    let good_above = world.gost.revoke(&[], 1, day_around(noon()), rng).unwrap();
    let at = noon() - Duration::days(1);
    let revoked = [RevokedSerial::new(middle.certificate(), at, 2)];
    let bad_above = world
        .gost
        .revoke(&revoked, 1, day_around(noon()), rng)
        .unwrap();
    let judge = |lists: &[&[u8]]| -> Report {
        let mut evidence = Evidence::new();
        for list in lists {
            evidence.add_crl(list).unwrap();
        }
        cms::verify(&signed, Some(TEXT), &base.clone().evidence(&evidence))
    };
    assert_eq!(judge(&[&good_below, &good_above]).verdict, Verdict::Passed);
    assert_eq!(
        judge(&[&good_below]).sub_indication,
        Some(SubIndication::TryLater)
    );
    assert_eq!(
        judge(&[&good_above]).sub_indication,
        Some(SubIndication::TryLater)
    );
    let report = judge(&[&good_below, &bad_above]);
    assert_eq!(report.sub_indication, Some(SubIndication::RevokedCaNoPoe));
    assert_eq!(report.verdict, Verdict::Indeterminate);
}

#[test]
fn evidence_that_was_kept_is_good_years_later() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let list = authority
        .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    let evidence = with_list(&list);
    let (lists, answers) = evidence.to_keep();
    let mut restored = Evidence::new();
    for list in lists {
        restored.add_crl(list).unwrap();
    }
    assert!(answers.is_empty());
    // For the moment of signing it is judged as it was then; for later moments it is too old.
    assert_eq!(
        judge(certificate, authority, &restored),
        (None, GOOD_BY_LIST)
    );
    assert_eq!(
        judge_at(
            certificate,
            authority,
            &restored,
            noon() + Duration::days(30)
        ),
        UNKNOWN
    );
}

#[test]
fn openssl_and_we_understand_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let world = world();
    let rng = &mut SystemRandom;
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("ca.pem", authority.certificate().pem().as_bytes());
    write("signer.pem", certificate.pem().as_bytes());
    let list = authority
        .revoke(
            &[RevokedSerial::new(certificate, noon(), 1)],
            7,
            day_around(noon()),
            rng,
        )
        .unwrap();
    write("list.der", &list);
    let Some(output) = openssl_ok(
        folder,
        &[
            "crl", "-inform", "DER", "-in", "list.der", "-CAfile", "ca.pem", "-noout", "-text",
        ],
    ) else {
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout).to_uppercase();
    assert!(
        text.contains(&certificate.serial_hex().to_uppercase()),
        "{text}"
    );

    // openssl believes our responder.
    let service = authority.responder(true, year_around(noon()), rng).unwrap();
    let response = service
        .answer(
            certificate,
            authority.certificate(),
            Answer::Good,
            Digest::Sha1,
            fresh(),
            None,
            rng,
        )
        .unwrap();
    write("answer.der", &response);
    let at = noon().timestamp().to_string();
    let output = openssl_ok(
        folder,
        &[
            "ocsp",
            "-respin",
            "answer.der",
            "-issuer",
            "ca.pem",
            "-cert",
            "signer.pem",
            "-CAfile",
            "ca.pem",
            "-attime",
            &at,
            "-status_age",
            "100000000",
            "-validity_period",
            "1000000000",
        ],
    )
    .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        told.contains("Response verify OK") && told.contains("signer.pem: good"),
        "{told}"
    );

    // We believe openssl's responder, which answers our question.
    write("ca.key", &pem_key(&authority.key_pkcs8().unwrap()));
    let serial = certificate.serial_hex().to_uppercase();
    let expiry = certificate.not_after().format("%y%m%d%H%M%SZ");
    write(
        "index.txt",
        format!("V\t{expiry}\t\t{serial}\tunknown\t/CN=x\n").as_bytes(),
    );
    let nonce = b"0123456789abcdef";
    let question = revocation::request(
        certificate,
        authority.certificate(),
        Digest::Sha256,
        Some(nonce),
    );
    write("question.der", &question);
    openssl_ok(
        folder,
        &[
            "ocsp",
            "-index",
            "index.txt",
            "-CA",
            "ca.pem",
            "-rsigner",
            "ca.pem",
            "-rkey",
            "ca.key",
            "-reqin",
            "question.der",
            "-respout",
            "theirs.der",
            "-ndays",
            "1",
        ],
    );
    let theirs = std::fs::read(folder.join("theirs.der")).unwrap();
    let produced = revocation::OcspResponse::parse(&theirs)
        .unwrap()
        .inspect()
        .produced_at;
    for (sent, good) in [(&nonce[..], true), (b"another nonce...", false)] {
        let mut evidence = Evidence::new();
        evidence.add_ocsp(&theirs, Some(sent)).unwrap();
        let (refused, status) = judge_at(certificate, authority, &evidence, produced);
        assert_eq!(refused.is_none() && status == GOOD_BY_OCSP, good);
    }
}

fn pem_key(pkcs8: &[u8]) -> Vec<u8> {
    balabaqsha_pki::pem::encode("PRIVATE KEY", pkcs8).into_bytes()
}
