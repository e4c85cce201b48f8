//! Signed documents. None passes with a content that nobody signed.
#![no_main]

use balabaqsha_fuzz::{in_bounds, policy, world};
use balabaqsha_pki::{RevocationMode, cms};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    let lenient = policy().revocation(RevocationMode::NotRequired);
    let _ = cms::inspect(bytes);
    let _ = cms::verify(bytes, Some(&world().content), &policy());
    assert!(!cms::verify(bytes, Some(b"forged"), &lenient).passed());
    let _ = cms::questions(bytes, &lenient);
}));
