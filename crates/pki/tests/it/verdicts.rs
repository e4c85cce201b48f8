//! Our own signatures get the right verdicts.

use crate::support::{PASSWORD, entry, lenient, noon, parent, world};
use balabaqsha_pki::RevocationMode;
use balabaqsha_pki::authority::{Profile, Validity};
use balabaqsha_pki::cms::{self, Certificates, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::verdict::{Check, RevocationStatus, Role};
use balabaqsha_pki::{Digest, SignatureScheme, SubIndication, TrustAnchors, Usage, Verdict, pem};
use chrono::Duration;
use rstest::rstest;

const TEXT: &[u8] = "Өтініш: балабақшаға жолдама".as_bytes();

#[test]
fn signed_documents_of_every_profile_are_passed() {
    let world = world();
    let anchors = world.anchors();
    for (issued, usages) in [
        (&world.login, &[Usage::Login, Usage::Any][..]),
        (&world.signing, &[Usage::Signing, Usage::Any]),
        (&world.gost_key, &[Usage::Login, Usage::Signing, Usage::Any]),
    ] {
        let entry = entry(issued);
        let detached = cms::sign(
            &entry,
            TEXT,
            &SignOptions::detached(noon()),
            &mut SystemRandom,
        )
        .unwrap();
        let attached = cms::sign(
            &entry,
            TEXT,
            &SignOptions::attached(noon()),
            &mut SystemRandom,
        )
        .unwrap();
        let armoured = pem::encode("CMS", &detached).into_bytes();
        for usage in usages {
            let policy = lenient(&anchors).usage(*usage).single_signer(true);
            for (signature, content) in [
                (&detached, Some(TEXT)),
                (&attached, None),
                (&attached, Some(TEXT)),
                (&armoured, Some(TEXT)),
            ] {
                let report = cms::verify(signature, content, &policy);
                assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.reason);
                assert_eq!(report.signing_time, Some(noon()));
                let signer = report.signer().unwrap();
                assert_eq!(signer.owner.iin.as_deref(), Some("880229400023"));
                assert_eq!(report.certificate.as_ref(), Some(&issued.certificate));
                let roles: Vec<Role> = report.chain.iter().map(|link| link.role).collect();
                assert_eq!(roles, [Role::Signer, Role::Anchor]);
                assert_eq!(report.not_checked, [Check::Revocation]);
            }
        }
    }
}

#[rstest]
#[case(SignatureScheme::RsaPkcs1(Digest::Sha384))]
#[case(SignatureScheme::RsaPkcs1(Digest::Sha512))]
#[case(SignatureScheme::RsaPss { digest: Digest::Sha256, mask_digest: Digest::Sha256, salt_length: 32 })]
#[case(SignatureScheme::RsaPss { digest: Digest::Sha512, mask_digest: Digest::Sha512, salt_length: 64 })]
fn other_schemes_pass(#[case] scheme: SignatureScheme) {
    let entry = entry(&world().signing);
    let options = SignOptions {
        scheme: Some(scheme),
        ..SignOptions::detached(noon())
    };
    let signed = cms::sign(&entry, TEXT, &options, &mut SystemRandom).unwrap();
    let anchors = world().anchors();
    let report = cms::verify(&signed, Some(TEXT), &lenient(&anchors));
    assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.reason);
}

#[test]
fn a_weak_digest_is_not_passed() {
    let entry = entry(&world().signing);
    let scheme = Some(SignatureScheme::RsaPkcs1(Digest::Sha1));
    let options = SignOptions {
        scheme,
        ..SignOptions::detached(noon())
    };
    let signed = cms::sign(&entry, TEXT, &options, &mut SystemRandom).unwrap();
    let anchors = world().anchors();
    let report = cms::verify(&signed, Some(TEXT), &lenient(&anchors));
    assert_eq!(
        report.sub_indication,
        Some(SubIndication::CryptoConstraintsFailure)
    );
}

#[test]
fn a_key_cannot_make_signatures_of_another_kind() {
    let gost = entry(&world().gost_key);
    let scheme = Some(SignatureScheme::RsaPkcs1(Digest::Sha256));
    let options = SignOptions {
        scheme,
        ..SignOptions::detached(noon())
    };
    assert!(cms::sign(&gost, TEXT, &options, &mut SystemRandom).is_err());
    let rsa = entry(&world().signing);
    let options = SignOptions {
        scheme: Some(SignatureScheme::Gost512),
        ..options
    };
    assert!(cms::sign(&rsa, TEXT, &options, &mut SystemRandom).is_err());
}

#[test]
fn unknown_revocation_is_never_passed() {
    let world = world();
    let signed = cms::sign(
        &entry(&world.signing),
        TEXT,
        &SignOptions::detached(noon()),
        &mut SystemRandom,
    )
    .unwrap();
    let anchors = world.anchors();
    let report = cms::verify(&signed, Some(TEXT), &VerifyPolicy::new(&anchors, noon()));
    assert_eq!(report.verdict, Verdict::Indeterminate);
    assert_eq!(report.sub_indication, Some(SubIndication::TryLater));
    assert_ne!(report.chain[0].revocation, RevocationStatus::NotChecked);
}

#[test]
fn wrong_purposes_are_refused_by_name() {
    let world = world();
    let anchors = world.anchors();
    for (issued, usage, code) in [
        (&world.login, Usage::Signing, "key-not-for-signing"),
        (&world.signing, Usage::Login, "key-not-for-login"),
    ] {
        let signed = cms::sign(
            &entry(issued),
            TEXT,
            &SignOptions::detached(noon()),
            &mut SystemRandom,
        )
        .unwrap();
        let report = cms::verify(&signed, Some(TEXT), &lenient(&anchors).usage(usage));
        assert_ne!(report.verdict, Verdict::Passed);
        assert_eq!(
            report.sub_indication,
            Some(SubIndication::ChainConstraintsFailure)
        );
        assert_eq!(report.reason.as_ref().unwrap().code, code);
    }
}

#[test]
fn content_missing_or_altered() {
    let world = world();
    let anchors = world.anchors();
    let policy = lenient(&anchors);
    let sign = |options: SignOptions| {
        cms::sign(&entry(&world.gost_key), TEXT, &options, &mut SystemRandom).unwrap()
    };
    let detached = sign(SignOptions::detached(noon()));
    let attached = sign(SignOptions::attached(noon()));
    let report = cms::verify(&detached, None, &policy);
    assert_eq!(
        report.sub_indication,
        Some(SubIndication::SignedDataNotFound)
    );
    for altered in [&b""[..], b"other", &[TEXT, b" "].concat(), &TEXT[1..]] {
        for signature in [&detached, &attached] {
            let report = cms::verify(signature, Some(altered), &policy);
            assert_eq!(report.verdict, Verdict::Failed);
            assert_eq!(report.sub_indication, Some(SubIndication::HashFailure));
        }
    }
}

#[test]
fn certificates_that_are_missing_or_of_strangers() {
    let world = world();
    let entry = entry(&world.signing);
    let options = SignOptions {
        certificates: Certificates::None,
        ..SignOptions::detached(noon())
    };
    let signed = cms::sign(&entry, TEXT, &options, &mut SystemRandom).unwrap();
    let anchors = world.anchors();
    let report = cms::verify(&signed, Some(TEXT), &lenient(&anchors));
    assert_eq!(
        report.sub_indication,
        Some(SubIndication::NoSigningCertificateFound)
    );
    assert_eq!(report.verdict, Verdict::Indeterminate);
    let beside = [world.signing.certificate.clone()];
    let report = cms::verify(
        &signed,
        Some(TEXT),
        &lenient(&anchors).intermediates(&beside),
    );
    assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.reason);

    // An authority of the same name with another key.
    let impostor = TrustAnchors::from_certificates([world.stranger.certificate().clone()]);
    let report = cms::verify(
        &signed,
        Some(TEXT),
        &lenient(&impostor).intermediates(&beside),
    );
    assert_eq!(
        report.sub_indication,
        Some(SubIndication::NoCertificateChainFound)
    );
    assert_eq!(report.reason.as_ref().unwrap().code, "chain-signature");
    let nobody = TrustAnchors::default();
    let report = cms::verify(
        &signed,
        Some(TEXT),
        &lenient(&nobody).intermediates(&beside),
    );
    assert_eq!(
        report.sub_indication,
        Some(SubIndication::NoCertificateChainFound)
    );
}

#[test]
fn dates_at_the_boundary() {
    let world = world();
    let validity = Validity {
        not_before: noon() - Duration::days(1),
        not_after: noon() + Duration::days(1),
    };
    let issued = world
        .rsa
        .issue(
            &parent(),
            Profile::SignRsa,
            validity,
            PASSWORD,
            &mut SystemRandom,
        )
        .unwrap();
    let signed = cms::sign(
        &entry(&issued),
        TEXT,
        &SignOptions::detached(noon()),
        &mut SystemRandom,
    )
    .unwrap();
    let anchors = world.anchors();
    let second = Duration::seconds(1);
    for (at, expected) in [
        (
            validity.not_before - second,
            Some(SubIndication::NotYetValid),
        ),
        (validity.not_before, None),
        (validity.not_after, None),
        (validity.not_after + second - Duration::nanoseconds(1), None),
        (
            validity.not_after + second,
            Some(SubIndication::OutOfBoundsNoPoe),
        ),
    ] {
        let policy = VerifyPolicy::new(&anchors, at).revocation(RevocationMode::NotRequired);
        let report = cms::verify(&signed, Some(TEXT), &policy);
        assert_eq!(report.sub_indication, expected, "{at}");
        assert_eq!(report.passed(), expected.is_none());
    }
}

#[test]
fn the_report_is_json_for_programs() {
    let world = world();
    let signed = cms::sign(
        &entry(&world.signing),
        TEXT,
        &SignOptions::detached(noon()),
        &mut SystemRandom,
    )
    .unwrap();
    let anchors = world.anchors();
    let json = serde_json::to_value(cms::verify(&signed, Some(TEXT), &lenient(&anchors))).unwrap();
    assert_eq!(json["verdict"], "PASSED");
    assert_eq!(json["signer"]["owner"]["iin"], "880229400023");
    assert_eq!(json["signer"]["purpose"]["kind"], "signing");
    assert_eq!(json["signer"]["algorithm"], "RSA-2048");
    assert_eq!(json["chain"][1]["role"], "anchor");
    assert_eq!(json["not_checked"][0], "revocation");
    assert_eq!(json["signers"].as_array().unwrap().len(), 1);
    let json = serde_json::to_value(cms::verify(b"nonsense", None, &lenient(&anchors))).unwrap();
    assert_eq!(json["verdict"], "FAILED");
    assert_eq!(json["sub_indication"], "FORMAT_FAILURE");
    assert_eq!(json["reason"]["code"], "cms-malformed");
}
