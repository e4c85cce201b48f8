//! Certificates, alone and as parts of a chain.
#![no_main]

use balabaqsha_fuzz::{in_bounds, path_policy, world};
use balabaqsha_pki::verdict::SignerFacts;
use balabaqsha_pki::{Certificate, path};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    let Ok(certificate) = Certificate::parse(bytes) else {
        return;
    };
    let _ = SignerFacts::of(&certificate);
    let _ = (certificate.crl_addresses(), certificate.ocsp_addresses());
    let (anchors, policy) = (&world().anchors, path_policy());
    let between = std::slice::from_ref(&certificate);
    let _ = path::find(&certificate, anchors, &[], &policy);
    let _ = path::find(&world().signer, anchors, between, &policy);
}));
