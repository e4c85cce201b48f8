//! OCSP answers, read and judged by.
#![no_main]

use balabaqsha_fuzz::{in_bounds, judge};
use balabaqsha_pki::Evidence;
use balabaqsha_pki::revocation::OcspResponse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    if let Ok(answer) = OcspResponse::parse(bytes) {
        let _ = answer.inspect();
    }
    let mut evidence = Evidence::new();
    if evidence.add_ocsp(bytes, None).is_ok() {
        judge(&evidence);
    }
}));
