//! BER to DER: what comes out is DER and stays as it is.
#![no_main]

use balabaqsha_fuzz::in_bounds;
use balabaqsha_pki::ber::{Limits, normalise};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    if let Ok(der) = normalise(bytes, Limits::SIGNATURE) {
        let again = normalise(&der, Limits::SIGNATURE).expect("DER is BER");
        assert_eq!(der, again);
    }
}));
