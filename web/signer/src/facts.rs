//! The facts of a key in the words of the messages. Must not judge them.

use balabaqsha_pki::KeyAlgorithm;
use balabaqsha_pki::keystore::{KeyDescription, KeyStore};
use balabaqsha_pki::purpose::Purpose;
use balabaqsha_signer_client::{KeyInfo, KeyPurpose};

/// Shorter RSA keys are refused by every verifier of today.
const SHORTEST_RSA_BITS: usize = 2048;

pub(crate) fn of(store: &KeyStore) -> Vec<KeyInfo> {
    (0..)
        .zip(store.entries())
        .map(|(index, entry)| key_info(index, entry.description()))
        .collect()
}

fn key_info(index: u32, key: KeyDescription) -> KeyInfo {
    let supported = match key.algorithm {
        Some(KeyAlgorithm::Rsa { bits }) => bits >= SHORTEST_RSA_BITS,
        Some(KeyAlgorithm::Gost512) => true,
        None => false,
    };
    KeyInfo {
        index,
        owner_name: key.owner.full_name,
        iin: key.owner.iin,
        bin: key.owner.bin,
        purpose: match key.purpose {
            Purpose::Login => KeyPurpose::Login,
            Purpose::Signing => KeyPurpose::Signing,
            Purpose::LoginAndSigning => KeyPurpose::LoginAndSigning,
            Purpose::Unfit(_) => KeyPurpose::Unfit,
        },
        algorithm: key
            .algorithm
            .map_or_else(String::new, |algorithm| algorithm.to_string()),
        supported,
        not_before: key.not_before,
        not_after: key.not_after,
        issuer: key.issuer,
        serial: key.serial,
        friendly_name: key.friendly_name,
    }
}
