//! Key files.
#![no_main]

use balabaqsha_pki::keystore;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(store) = keystore::open(bytes, "password") {
        for entry in store.entries() {
            let _ = entry.description();
        }
    }
});
