//! Time stamps: ours and those of the `openssl` program.

use crate::support::{entry, noon, openssl_ok, world, year_around};
use balabaqsha_pki::authority::{Authority, Issued, RevokedSerial, Service, Validity};
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Digest, Evidence, RevocationMode, SubIndication, TrustAnchors, Verdict, tsp};
use chrono::{DateTime, Duration, Utc};

const TEXT: &[u8] = b"text";

fn stamped(issued: &Issued, service: &Service, moment: DateTime<Utc>) -> Vec<u8> {
    let rng = &mut SystemRandom;
    let signed = cms::sign(&entry(issued), TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let octets = cms::stamped_octets(&signed).unwrap();
    let answer = service
        .stamp(&octets, Digest::Sha256, moment, 1, &[7], rng)
        .unwrap();
    cms::with_timestamp(&signed, &tsp::token(&answer).unwrap()).unwrap()
}

fn later() -> DateTime<Utc> {
    noon() + Duration::days(400)
}

fn service(authority: &Authority) -> Service {
    let validity = Validity {
        not_before: noon() - Duration::days(1),
        not_after: noon() + Duration::days(900),
    };
    authority.stamper(validity, &mut SystemRandom).unwrap()
}

#[test]
fn a_signature_is_judged_at_the_moment_the_stamp_proves() {
    let world = world();
    let anchors = world.anchors();
    for (authority, issued) in [(&world.rsa, &world.signing), (&world.gost, &world.gost_key)] {
        let service = service(authority);
        let document = stamped(issued, &service, noon());
        let policy = VerifyPolicy::new(&anchors, later()).revocation(RevocationMode::NotRequired);
        let report = cms::verify(&document, Some(TEXT), &policy);
        assert_eq!(
            report.verdict,
            Verdict::Passed,
            "{:?} {:?}",
            report.reason,
            report.timestamp_problem
        );
        assert_eq!(report.timestamp, Some(noon()));
        assert_eq!(report.judged_at, noon());

        // The same signature without a stamp has expired by then.
        let bare = cms::sign(
            &entry(issued),
            TEXT,
            &SignOptions::detached(noon()),
            &mut SystemRandom,
        )
        .unwrap();
        let report = cms::verify(&bare, Some(TEXT), &policy);
        assert_eq!(report.sub_indication, Some(SubIndication::OutOfBoundsNoPoe));
        // A stamp made when the certificate had expired helps nothing.
        let document = stamped(issued, &service, noon() + Duration::days(200));
        let report = cms::verify(&document, Some(TEXT), &policy);
        assert_eq!(report.sub_indication, Some(SubIndication::OutOfBoundsNoPoe));
    }
}

#[test]
fn invalid_stamps_do_not_move_the_moment_of_judging() {
    let world = world();
    let rng = &mut SystemRandom;
    let good = service(&world.gost);
    let policy_anchors = world.anchors();
    let code_of = |document: &[u8]| {
        let policy =
            VerifyPolicy::new(&policy_anchors, later()).revocation(RevocationMode::NotRequired);
        let report = cms::verify(document, Some(TEXT), &policy);
        assert_eq!(report.timestamp, None);
        assert_eq!(report.sub_indication, Some(SubIndication::OutOfBoundsNoPoe));
        report.timestamp_problem.as_ref().unwrap().code
    };
    let issued = &world.gost_key;
    // By somebody nobody trusts, with the name of one who is trusted.
    assert_eq!(
        code_of(&stamped(issued, &service(&world.stranger), noon())),
        "chain-signature"
    );
    // By a key that is not for stamps.
    let responder = world
        .gost
        .responder(true, year_around(noon()), rng)
        .unwrap();
    assert_eq!(
        code_of(&stamped(issued, &responder, noon())),
        "timestamp-authority-purpose"
    );
    // From the future.
    let document = stamped(issued, &good, later() + Duration::days(1));
    assert_eq!(code_of(&document), "timestamp-from-the-future");
    // Of another signature.
    let signed = cms::sign(&entry(issued), TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let answer = good
        .stamp(b"something else", Digest::Sha256, noon(), 1, &[7], rng)
        .unwrap();
    let token = tsp::token(&answer).unwrap();
    let document = cms::with_timestamp(&signed, &token).unwrap();
    assert_eq!(code_of(&document), "timestamp-of-something-else");
    // With a digest that is broken.
    let octets = cms::stamped_octets(&signed).unwrap();
    let answer = good
        .stamp(&octets, Digest::Sha1, noon(), 1, &[7], rng)
        .unwrap();
    let document = cms::with_timestamp(&signed, &tsp::token(&answer).unwrap()).unwrap();
    assert_eq!(code_of(&document), "timestamp-of-something-else");
    // No stamp at all.
    let document = cms::with_timestamp(&signed, &signed).unwrap();
    assert_eq!(code_of(&document), "timestamp-malformed");
}

#[test]
fn every_altered_octet_of_a_stamp_is_noticed() {
    let world = world();
    let service = service(&world.gost);
    let rng = &mut SystemRandom;
    let issued = &world.gost_key;
    let signed = cms::sign(&entry(issued), TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let octets = cms::stamped_octets(&signed).unwrap();
    let answer = service
        .stamp(&octets, Digest::Sha256, noon(), 1, &[7], rng)
        .unwrap();
    let token = tsp::token(&answer).unwrap();
    let anchors = world.anchors();
    let policy = VerifyPolicy::new(&anchors, later()).revocation(RevocationMode::NotRequired);
    for at in 0..token.len() {
        let mut altered = token.clone();
        altered[at] ^= 1 << (at % 8);
        if let Ok(document) = cms::with_timestamp(&signed, &altered) {
            let report = cms::verify(&document, Some(TEXT), &policy);
            // Only what is not signed, and names nothing, may differ; the moment never does.
            assert!(
                !report.passed() || report.timestamp == Some(noon()),
                "octet {at}"
            );
        }
    }
}

#[test]
fn revocation_after_the_stamped_moment_does_not_count() {
    let world = world();
    let authority = &world.gost;
    let rng = &mut SystemRandom;
    let document = stamped(&world.gost_key, &service(authority), noon());
    let anchors = world.anchors();
    let soon = noon() + Duration::days(30);
    let today = Validity {
        not_before: soon - Duration::hours(1),
        not_after: soon + Duration::hours(1),
    };
    let mut judge = |revoked_at: DateTime<Utc>| {
        let entries = [RevokedSerial::new(
            &world.gost_key.certificate,
            revoked_at,
            1,
        )];
        let mut evidence = Evidence::new();
        evidence
            .add_crl(&authority.revoke(&entries, 1, today, rng).unwrap())
            .unwrap();
        let policy = VerifyPolicy::new(&anchors, soon).evidence(&evidence);
        cms::verify(&document, Some(TEXT), &policy).sub_indication
    };
    assert_eq!(judge(noon() + Duration::days(1)), None);
    assert_eq!(
        judge(noon() - Duration::days(1)),
        Some(SubIndication::Revoked)
    );
    assert_eq!(judge(noon()), Some(SubIndication::Revoked));
}

/// Whoever has the key of a stamper can stamp as of any date.
#[test]
fn a_stamper_whose_key_was_lost_later_proves_nothing_about_earlier() {
    let world = world();
    let (authority, rng) = (&world.gost, &mut SystemRandom);
    let service = service(authority);
    let document = stamped(&world.gost_key, &service, noon());
    let anchors = world.anchors();
    let soon = noon() + Duration::days(30);
    let today = Validity {
        not_before: soon - Duration::hours(1),
        not_after: soon + Duration::hours(1),
    };
    let mut proven = |reason| {
        let revoked_at = noon() + Duration::days(1);
        let entries = [RevokedSerial::new(
            service.certificate(),
            revoked_at,
            reason,
        )];
        let mut evidence = Evidence::new();
        evidence
            .add_crl(&authority.revoke(&entries, 1, today, rng).unwrap())
            .unwrap();
        let policy = VerifyPolicy::new(&anchors, soon).evidence(&evidence);
        cms::verify(&document, Some(TEXT), &policy).timestamp
    };
    // keyCompromise, cACompromise
    assert_eq!(proven(1), None);
    assert_eq!(proven(2), None);
    // superseded, cessationOfOperation
    assert_eq!(proven(4), Some(noon()));
    assert_eq!(proven(5), Some(noon()));
}

#[test]
fn time_stamps_interoperate_with_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let world = world();
    let rng = &mut SystemRandom;
    let service = service(&world.rsa);
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    write("ca.pem", world.rsa.certificate().pem().as_bytes());
    let signed = cms::sign(
        &entry(&world.signing),
        TEXT,
        &SignOptions::detached(noon()),
        rng,
    )
    .unwrap();
    let octets = cms::stamped_octets(&signed).unwrap();
    write("octets", &octets);
    let answer = service
        .stamp(&octets, Digest::Sha256, noon(), 1, &[7], rng)
        .unwrap();
    write("answer.tsr", &answer);
    let at = noon().timestamp().to_string();
    if openssl_ok(
        folder,
        &[
            "ts",
            "-verify",
            "-data",
            "octets",
            "-in",
            "answer.tsr",
            "-CAfile",
            "ca.pem",
            "-attime",
            &at,
        ],
    )
    .is_none()
    {
        return;
    }

    // Their stamp of our signature, asked for with our request.
    write(
        "ts.cnf",
        b"[req]\nprompt=no\ndistinguished_name=dn\n[dn]\nCN=TSA\n\
        [tsa]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
        [tsp]\ndir=.\nserial=./serial\ncrypto_device=builtin\nsigner_digest=sha256\n\
        default_policy=1.2.3.4\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n",
    );
    let arguments = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "tsa.key",
        "-out",
        "tsa.crt",
        "-config",
        "ts.cnf",
        "-extensions",
        "tsa",
        "-days",
        "30",
    ];
    openssl_ok(folder, &arguments);
    write(
        "request.tsq",
        &tsp::request(&octets, Digest::Sha256, &[1, 2, 3]),
    );
    openssl_ok(
        folder,
        &[
            "ts",
            "-reply",
            "-config",
            "ts.cnf",
            "-section",
            "tsp",
            "-queryfile",
            "request.tsq",
            "-signer",
            "tsa.crt",
            "-inkey",
            "tsa.key",
            "-out",
            "theirs.tsr",
        ],
    );
    let theirs = std::fs::read(folder.join("theirs.tsr")).unwrap();
    let document = cms::with_timestamp(&signed, &tsp::token(&theirs).unwrap()).unwrap();
    let stampers = TrustAnchors::from_certificates(
        balabaqsha_pki::certificate::certificates(&std::fs::read(folder.join("tsa.crt")).unwrap())
            .unwrap(),
    );
    let anchors = world.anchors();
    let policy = VerifyPolicy::new(&anchors, later()).revocation(RevocationMode::NotRequired);
    let report = cms::verify(
        &document,
        Some(TEXT),
        &policy.clone().stamp_anchors(&stampers),
    );
    assert!(report.timestamp.is_some(), "{:?}", report.timestamp_problem);
    // Who is not trusted for stamps proves nothing.
    let report = cms::verify(&document, Some(TEXT), &policy);
    assert_eq!(report.timestamp, None);
}
