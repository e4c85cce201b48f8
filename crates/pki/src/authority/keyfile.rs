//! Key files in the national shape: BER with indefinite lengths, the key under SHA-1 and 3DES,
//! the certificate under SHA-1 and 40-bit RC2, an HMAC-SHA-1 over it all.
//!
//! That is what owners hold today, weak as it is; it is written here so that what reads it is
//! tried on it. Nothing but demonstration keys is ever closed with it.

use super::AuthorityError;
use super::encoding::{LOCAL_KEY_ID, pkcs8};
use crate::algorithm::Digest;
use crate::asn1::{
    self, context, integer_u64, known, null, octet_string, oid, sequence, set, tag, tlv,
};
use crate::certificate::Certificate;
use crate::hexadecimal::hex;
use crate::key::PrivateKey;
use crate::keystore::{Encodings, KdfPurpose, pkcs12_derive};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockEncryptMut, InnerIvInit, KeyIvInit};
use const_oid::ObjectIdentifier;
use des::TdesEde3;
use hmac::{Hmac, Mac};
use rc2::Rc2;
use rsa::rand_core::CryptoRngCore;
use sha1::Sha1;
use zeroize::Zeroizing;

const ROUNDS: u32 = 1024;
const SALT: usize = 20;

/// Writes a key and its certificate.
pub(super) fn write(
    key: &PrivateKey,
    certificate: &Certificate,
    password: &str,
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, AuthorityError> {
    let encodings = Encodings::of(password);
    let password = encodings.usual();
    let identifier = certificate.subject_key_identifier().unwrap_or_default();
    let attributes = attributes(identifier);

    let pkcs8 = pkcs8(key)?;
    let key_box = Sealed::new(&pkcs8, password, Cipher::TripleDes, rng)?;
    let shrouded = sequence(&[&key_box.algorithm, &octet_string(&key_box.ciphertext)]);
    let key_bag = sequence(&[
        &oid(&known::SHROUDED_KEY_BAG),
        &context(0, &[&shrouded]),
        &attributes,
    ]);
    let key_contents = sequence(&[&key_bag]);

    let certificate_value = sequence(&[
        &oid(&known::X509_CERTIFICATE),
        &context(0, &[&octet_string(certificate.der())]),
    ]);
    let certificate_bag = sequence(&[
        &oid(&known::CERT_BAG),
        &context(0, &[&certificate_value]),
        &attributes,
    ]);
    let certificate_contents = sequence(&[&certificate_bag]);
    let certificate_box = Sealed::new(&certificate_contents, password, Cipher::Rc2, rng)?;

    let mut safe = Indefinite::default();
    safe.open(tag::SEQUENCE);
    safe.open(tag::SEQUENCE);
    safe.put(&oid(&known::DATA));
    safe.open(tag::context_constructed(0));
    safe.put(&octet_string(&key_contents));
    safe.close();
    safe.close();
    safe.open(tag::SEQUENCE);
    safe.put(&oid(&known::ENCRYPTED_DATA));
    safe.open(tag::context_constructed(0));
    safe.open(tag::SEQUENCE);
    safe.put(&integer_u64(0));
    safe.open(tag::SEQUENCE);
    safe.put(&oid(&known::DATA));
    safe.put(&certificate_box.algorithm);
    safe.string_in_pieces(tag::context_constructed(0), &certificate_box.ciphertext);
    safe.close();
    safe.close();
    safe.close();
    safe.close();
    safe.close();
    let safe = safe.bytes;

    let content = sequence(&[&oid(&known::DATA), &context(0, &[&octet_string(&safe)])]);
    let mac = mac_data(&safe, password, rng)?;
    Ok(sequence(&[&integer_u64(3), &content, &mac]))
}

/// localKeyID and friendlyName: the key identifier, as octets and in hexadecimal.
fn attributes(identifier: &[u8]) -> Vec<u8> {
    let name: Vec<u8> = hex(identifier)
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let attribute = |kind: &ObjectIdentifier, value: &[u8]| sequence(&[&oid(kind), &set(&[value])]);
    asn1::set_of(vec![
        attribute(&LOCAL_KEY_ID, &octet_string(identifier)),
        attribute(&known::FRIENDLY_NAME, &tlv(tag::BMP_STRING, &[&name])),
    ])
}

#[derive(Clone, Copy)]
enum Cipher {
    TripleDes,
    Rc2,
}

struct Sealed {
    algorithm: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl Sealed {
    fn new(
        plain: &[u8],
        password: &[u8],
        cipher: Cipher,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Self, AuthorityError> {
        let (identifier, length) = match cipher {
            Cipher::TripleDes => (known::PBE_SHA1_3DES, 24),
            Cipher::Rc2 => (known::PBE_SHA1_RC2_40, 5),
        };
        let salt = salt(rng);
        let derive =
            |purpose, length| pkcs12_derive(Digest::Sha1, password, &salt, purpose, ROUNDS, length);
        let (key, iv) = (derive(KdfPurpose::Key, length), derive(KdfPurpose::Iv, 8));
        let ciphertext = match cipher {
            Cipher::TripleDes => triple_des_encrypt(&key, &iv, plain),
            Cipher::Rc2 => rc2_40_encrypt(&key, &iv, plain),
        };
        let parameters = sequence(&[&octet_string(&salt), &integer_u64(u64::from(ROUNDS))]);
        Ok(Self {
            algorithm: sequence(&[&oid(&identifier), &parameters]),
            ciphertext: ciphertext.ok_or(AuthorityError::Encryption)?,
        })
    }
}

fn triple_des_encrypt(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = cbc::Encryptor::<TdesEde3>::new_from_slices(key, iv).ok()?;
    Some(cipher.encrypt_padded_vec_mut::<Pkcs7>(plain))
}

fn rc2_40_encrypt(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = Rc2::new_with_eff_key_len(key, 40);
    let cipher = cbc::Encryptor::inner_iv_slice_init(cipher, iv).ok()?;
    Some(cipher.encrypt_padded_vec_mut::<Pkcs7>(plain))
}

fn salt(rng: &mut impl CryptoRngCore) -> [u8; SALT] {
    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    salt
}

fn mac_data(
    content: &[u8],
    password: &[u8],
    rng: &mut impl CryptoRngCore,
) -> Result<Vec<u8>, AuthorityError> {
    let salt = salt(rng);
    let key: Zeroizing<Vec<u8>> =
        pkcs12_derive(Digest::Sha1, password, &salt, KdfPurpose::Mac, ROUNDS, 20);
    let mac = Hmac::<Sha1>::new_from_slice(&key).map_err(|_| AuthorityError::Encryption)?;
    let value = mac.chain_update(content).finalize().into_bytes();
    let info = sequence(&[
        &sequence(&[&oid(&known::SHA1), &null()]),
        &octet_string(&value),
    ]);
    Ok(sequence(&[
        &info,
        &octet_string(&salt),
        &integer_u64(u64::from(ROUNDS)),
    ]))
}

/// A writer of BER with indefinite lengths.
#[derive(Default)]
struct Indefinite {
    bytes: Vec<u8>,
}

impl Indefinite {
    fn open(&mut self, tag: u8) {
        self.bytes.extend([tag, 0x80]);
    }

    fn close(&mut self) {
        self.bytes.extend([0, 0]);
    }

    fn put(&mut self, der: &[u8]) {
        self.bytes.extend_from_slice(der);
    }

    fn string_in_pieces(&mut self, tag: u8, contents: &[u8]) {
        self.open(tag);
        for piece in contents.chunks(1280) {
            self.put(&octet_string(piece));
        }
        self.close();
    }
}
