//! Revocation lists, read and judged by.
#![no_main]

use balabaqsha_fuzz::{in_bounds, judge};
use balabaqsha_pki::Evidence;
use balabaqsha_pki::revocation::Crl;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    if let Ok(list) = Crl::parse(bytes) {
        let _ = list.inspect();
        let mut evidence = Evidence::new();
        evidence.push_crl(list);
        judge(&evidence);
    }
}));
