//! No altered document passes, and nothing panics.

use crate::support::{entry, lenient, noon, world};
use balabaqsha_pki::cms::{self, SignOptions};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Certificate, OpenError, keystore};
use proptest::prelude::*;

const TEXT: &[u8] = b"text";

/// Where `part` stands in `whole`.
fn place(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = whole
        .windows(part.len())
        .position(|window| window == part)
        .unwrap();
    start..start + part.len()
}

#[test]
fn every_altered_octet_of_what_is_signed_is_noticed() {
    let world = world();
    let anchors = world.anchors();
    for issued in [&world.signing, &world.gost_key] {
        let options = SignOptions::attached(noon());
        let signed = cms::sign(&entry(issued), TEXT, &options, &mut SystemRandom).unwrap();
        let policy = lenient(&anchors);
        assert!(cms::verify(&signed, None, &policy).passed());
        let certificate = place(&signed, issued.certificate.der());
        // Everything after the name of the issuer in the signer's identifier, in which upper and
        // lower case are the same: algorithms, attributes, signature.
        let issuer = issued.certificate.issuer().der();
        let signer = certificate.end + place(&signed[certificate.end..], issuer).end..signed.len();
        let content = place(&signed, TEXT);
        for at in certificate.chain(signer).chain(content) {
            // A bit here and there in the certificate, every bit elsewhere.
            for bit in 0..8 {
                if at < issued.certificate.der().len() && bit != at % 8 {
                    continue;
                }
                let mut altered = signed.clone();
                altered[at] ^= 1 << bit;
                let report = cms::verify(&altered, None, &policy);
                assert!(!report.passed(), "octet {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn every_altered_octet_of_a_key_file_is_noticed() {
    let p12 = &world().gost_key.p12;
    for at in 0..p12.len() {
        let mut altered = p12.clone();
        altered[at] ^= 1 << (at % 8);
        if let Ok(store) = keystore::open(&altered, crate::support::PASSWORD) {
            // Only what stands outside of the MAC may be altered without harm.
            assert_eq!(
                store.entries()[0].certificate(),
                &world().gost_key.certificate,
                "octet {at}"
            );
        }
    }
}

#[test]
fn a_document_cut_anywhere_is_not_passed() {
    let world = world();
    let anchors = world.anchors();
    let options = SignOptions::attached(noon());
    let signed = cms::sign(&entry(&world.signing), TEXT, &options, &mut SystemRandom).unwrap();
    for length in 0..signed.len() {
        assert!(!cms::verify(&signed[..length], None, &lenient(&anchors)).passed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn noise_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let anchors = world().anchors();
        prop_assert!(!cms::verify(&bytes, Some(b""), &lenient(&anchors)).passed());
        prop_assert!(keystore::open(&bytes, "").is_err());
        prop_assert!(Certificate::parse(&bytes).is_err());
    }

    #[test]
    fn mutilated_documents_do_not_panic(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let world = world();
        let certificate = world.gost_key.certificate.der();
        for original in [certificate, &world.gost_key.p12] {
            let mut bytes = original.to_vec();
            for (at, value) in &edits {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            bytes.truncate(cut.index(bytes.len()) + 1);
            let _ = Certificate::parse(&bytes);
            if let Err(error) = keystore::open(&bytes, crate::support::PASSWORD) {
                prop_assert!(!matches!(error, OpenError::NoKey));
            }
        }
    }
}
