//! Keys and certificates of the national test authority.

use crate::support::{lenient, moment, sample};
use balabaqsha_pki::RevocationMode;
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Certificate, KeyAlgorithm, OpenError, PathPolicy, Purpose, SubIndication, TrustAnchors, Usage,
    Verdict, certificate, keystore, path,
};

#[test]
fn the_rsa_key_opens_signs_and_chains() {
    let (Some(p12), Some(authority)) = (sample("rsa-sign.p12"), sample("ca-rsa-test.pem")) else {
        return;
    };
    let store = keystore::open(&p12, "Qwerty12").unwrap();
    let [entry] = store.entries() else {
        panic!("one key expected")
    };
    let facts = entry.description();
    assert_eq!(facts.purpose, Purpose::Signing);
    assert_eq!(facts.algorithm, Some(KeyAlgorithm::Rsa { bits: 2048 }));
    assert_eq!(facts.owner.full_name, "ТЕСТОВ ТЕСТ ТЕСТОВИЧ");
    assert_eq!(facts.owner.given_name.as_deref(), Some("ТЕСТ"));
    assert_eq!(facts.owner.iin.as_deref(), Some("123456789011"));
    assert_eq!(facts.issuer, "ҰКО 3.0 (RSA TEST)");
    assert_eq!(
        facts.friendly_name.as_deref(),
        Some("e3fe35adda3b45cbea3a3f1ed48f263dc55c556e")
    );
    assert_eq!(
        entry.certificate().crl_addresses(),
        [
            "http://test.pki.gov.kz/crl/nca_rsa_test.crl",
            "http://test.pki.gov.kz/crl/nca_d_rsa_test.crl"
        ]
    );
    assert_eq!(
        entry.certificate().ocsp_addresses(),
        ["http://test.pki.gov.kz/ocsp/"]
    );

    let anchors = TrustAnchors::from_certificates(certificate::certificates(&authority).unwrap());
    let signed = cms::sign(
        entry,
        b"text",
        &SignOptions::detached(moment("2021-06-01T00:00:00Z")),
        &mut SystemRandom,
    )
    .unwrap();
    for (at, expected) in [
        ("2021-06-01T00:00:00Z", None),
        ("2021-01-18T13:09:14Z", None),
        ("2021-01-18T13:09:13Z", Some(SubIndication::NotYetValid)),
        ("2022-01-18T13:09:14Z", None),
        (
            "2022-01-18T13:09:15Z",
            Some(SubIndication::OutOfBoundsNoPoe),
        ),
    ] {
        let policy = VerifyPolicy::new(&anchors, moment(at))
            .revocation(RevocationMode::NotRequired)
            .usage(Usage::Signing);
        let report = cms::verify(&signed, Some(b"text"), &policy);
        assert_eq!(report.sub_indication, expected, "{at}: {:?}", report.reason);
    }
}

#[test]
fn the_gost_key_opens_signs_and_chains() {
    let (Some(p12), Some(authority)) = (sample("gost512.p12"), sample("ca-gost512-test.der"))
    else {
        return;
    };
    let store = keystore::open(&p12, "Aa123456").unwrap();
    let entry = &store.entries()[0];
    assert_eq!(entry.description().purpose, Purpose::LoginAndSigning);
    let authority = Certificate::parse(&authority).unwrap();
    let anchors = TrustAnchors::from_certificates([authority]);
    let at = entry.certificate().not_before();
    path::find(entry.certificate(), &anchors, &[], &PathPolicy::at(at)).unwrap();

    let signed = cms::sign(
        entry,
        b"text",
        &SignOptions::attached(at),
        &mut SystemRandom,
    )
    .unwrap();
    for usage in [Usage::Login, Usage::Signing] {
        let policy = lenient(&anchors).usage(usage);
        let report = cms::verify(&signed, None, &policy);
        // Expired by the time most other tests are judged at, and nothing proves when it signed.
        assert_eq!(
            report.sub_indication,
            Some(SubIndication::OutOfBoundsNoPoe),
            "{:?}",
            report.reason
        );
        let policy = VerifyPolicy::new(&anchors, at)
            .revocation(RevocationMode::NotRequired)
            .usage(usage);
        let report = cms::verify(&signed, None, &policy);
        assert_eq!(report.verdict, Verdict::Passed, "{:?}", report.reason);
    }
}

#[test]
fn wrong_passwords_are_told_apart_from_damage() {
    for (name, password) in [("rsa-sign.p12", "Qwerty12"), ("gost512.p12", "Aa123456")] {
        let Some(p12) = sample(name) else { return };
        assert_eq!(
            keystore::open(&p12, "wrong").unwrap_err(),
            OpenError::WrongPassword
        );
        assert_eq!(
            keystore::open(&p12, "").unwrap_err(),
            OpenError::WrongPassword
        );
        for length in (0..p12.len()).step_by(97) {
            let error = keystore::open(&p12[..length], password).unwrap_err();
            assert!(
                matches!(error, OpenError::Truncated | OpenError::NotAKeystore),
                "{name} cut to {length}: {error}"
            );
        }
    }
}
