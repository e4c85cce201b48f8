//! Key files.
#![no_main]

use balabaqsha_fuzz::in_bounds;
use balabaqsha_pki::keystore;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    if let Ok(store) = keystore::open(bytes, "password") {
        for entry in store.entries() {
            let _ = entry.description();
        }
    }
}));
