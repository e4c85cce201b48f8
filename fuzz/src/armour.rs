//! Files in any armour: all is read or named, and what is read whole is read again.
#![no_main]

use balabaqsha_fuzz::in_bounds;
use balabaqsha_pki::{armour, certificate, pem};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| in_bounds(|| {
    let contents = armour::read(bytes);
    assert!(!contents.documents.is_empty() || !contents.unread.is_empty());
    let _ = certificate::certificates(bytes);
    if contents.documents.is_empty() {
        return;
    }
    let text: String = contents
        .documents
        .iter()
        .map(|document| pem::encode("X", &document.bytes))
        .collect();
    let again = armour::read(text.as_bytes());
    assert!(again.unread.is_empty());
    assert_eq!(again.documents.len(), contents.documents.len());
    let same = again.documents.iter().zip(&contents.documents);
    assert!(
        same.into_iter()
            .all(|(one, other)| one.bytes == other.bytes)
    );
}));
