//! Encodings that only what issues needs: keys, and a few types.

use crate::asn1::{integer, integer_u64, known, null, octet_string, oid, sequence, tag, tlv};
use crate::gost::{Gost512PrivateKey, Gost512PublicKey};
use crate::key::{KeyError, PrivateKey, PublicKey, RsaNumbers, Secret};
use const_oid::ObjectIdentifier;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::traits::PublicKeyParts;
use zeroize::Zeroizing;

pub(super) const LOCAL_KEY_ID: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.21");

/// `[number]` over a primitive type.
pub(crate) fn context_primitive(number: u8, contents: &[u8]) -> Vec<u8> {
    tlv(tag::context(number), &[contents])
}

pub(super) fn bit_string(octets: &[u8]) -> Vec<u8> {
    tlv(tag::BIT_STRING, &[&[0], octets])
}

pub(crate) fn utf8_string(text: &str) -> Vec<u8> {
    tlv(tag::UTF8_STRING, &[text.as_bytes()])
}

/// The SubjectPublicKeyInfo of a key.
pub(crate) fn spki(key: &PublicKey) -> Vec<u8> {
    match key {
        PublicKey::Rsa(key) => rsa_spki(&rsa_identifier(), key),
        PublicKey::RsaPss(key, fixed) => {
            let identifier = match fixed {
                Some(scheme) => scheme.identifier(),
                None => sequence(&[&oid(&known::RSA_PSS)]),
            };
            rsa_spki(&identifier, key)
        }
        PublicKey::Gost512(key) => gost_spki(key),
    }
}

fn rsa_spki(identifier: &[u8], key: &RsaNumbers) -> Vec<u8> {
    let key = key.general();
    let numbers = sequence(&[
        &integer(&key.n().to_bytes_be()),
        &integer(&key.e().to_bytes_be()),
    ]);
    sequence(&[identifier, &bit_string(&numbers)])
}

fn gost_spki(key: &Gost512PublicKey) -> Vec<u8> {
    sequence(&[
        &gost_identifier(),
        &bit_string(&octet_string(&key.to_bytes())),
    ])
}

fn rsa_identifier() -> Vec<u8> {
    sequence(&[&oid(&known::RSA_ENCRYPTION), &null()])
}

fn gost_identifier() -> Vec<u8> {
    let parameters = sequence(&[
        &oid(&known::GOST_2015_512_PARAMS),
        &oid(&known::STREEBOG512),
    ]);
    sequence(&[&oid(&known::GOST_2015_512_KEY), &parameters])
}

/// The PrivateKeyInfo of a key.
pub(super) fn pkcs8(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    match &key.0 {
        Secret::Rsa(key) => {
            let pkcs1 = key.to_pkcs1_der().map_err(|_| KeyError::Invalid)?;
            Ok(private_key_info(&rsa_identifier(), pkcs1.as_bytes()))
        }
        Secret::Gost512(key) => Ok(gost_pkcs8(key)),
    }
}

fn gost_pkcs8(key: &Gost512PrivateKey) -> Zeroizing<Vec<u8>> {
    let number = Zeroizing::new(octet_string(&*key.to_bytes()));
    private_key_info(&gost_identifier(), &number)
}

fn private_key_info(identifier: &[u8], key: &[u8]) -> Zeroizing<Vec<u8>> {
    let key = Zeroizing::new(octet_string(key));
    Zeroizing::new(sequence(&[&integer_u64(0), identifier, &key]))
}
