//! The integrity of a key file: the MAC of PKCS#12, and PBMAC1 (RFC 9579).

use super::kdf::{Purpose, derive, pbkdf2};
use super::pbe::{Budget, Pbkdf2};
use super::{OpenError, digest};
use crate::algorithm::{AlgorithmIdentifier, Digest};
use crate::asn1::{Reader, known};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

pub(super) struct MacData {
    algorithm: AlgorithmIdentifier,
    expected: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
}

impl MacData {
    pub(super) fn read(pfx: &mut Reader<'_>) -> Result<Self, OpenError> {
        let mut data = pfx.sequence()?;
        let mut info = data.sequence()?;
        let algorithm = AlgorithmIdentifier::read(&mut info)?;
        let expected = info.octets()?.to_vec();
        let salt = data.octets()?.to_vec();
        let rounds = if data.is_empty() { 1 } else { data.u32()? };
        data.finish()?;
        Ok(Self {
            algorithm,
            expected,
            salt,
            rounds,
        })
    }

    /// Whether the password is the one the file was closed with.
    pub(super) fn verify(
        &self,
        password: &[u8],
        utf8: &[u8],
        content: &[u8],
        budget: &mut Budget,
    ) -> Result<bool, OpenError> {
        if self.algorithm.algorithm == known::PBMAC1 {
            return self.verify_pbmac1(utf8, content, budget);
        }
        let digest = digest(&self.algorithm.algorithm)?;
        budget.spend(self.rounds)?;
        let length = digest.compute(&[]).len();
        let key = derive(
            digest,
            password,
            &self.salt,
            Purpose::Mac,
            self.rounds,
            length,
        );
        Ok(verify(digest, &key, content, &self.expected))
    }

    fn verify_pbmac1(
        &self,
        password: &[u8],
        content: &[u8],
        budget: &mut Budget,
    ) -> Result<bool, OpenError> {
        let mut outer = Reader::new(&self.algorithm.parameters);
        let mut parameters = outer.sequence()?;
        let derivation = AlgorithmIdentifier::read(&mut parameters)?;
        let scheme = AlgorithmIdentifier::read(&mut parameters)?;
        parameters.finish()?;
        let derivation = Pbkdf2::read(&derivation)?;
        let digest = super::pbe::hmac_digest(&scheme)?;
        // RFC 9579 makes the length obligatory here and forbids short ones.
        let length = derivation
            .key_length
            .filter(|length| (20..=64).contains(length));
        let length = length.ok_or(OpenError::NotAKeystore)?;
        budget.spend(derivation.rounds)?;
        let key = pbkdf2(
            derivation.digest,
            password,
            &derivation.salt,
            derivation.rounds,
            length,
        );
        Ok(verify(digest, &key, content, &self.expected))
    }
}

fn verify(digest: Digest, key: &[u8], content: &[u8], expected: &[u8]) -> bool {
    fn check<M: Mac + hmac::digest::KeyInit>(key: &[u8], content: &[u8], expected: &[u8]) -> bool {
        <M as Mac>::new_from_slice(key)
            .is_ok_and(|mac| mac.chain_update(content).verify_slice(expected).is_ok())
    }
    match digest {
        Digest::Sha1 => check::<Hmac<Sha1>>(key, content, expected),
        Digest::Sha224 => check::<Hmac<Sha224>>(key, content, expected),
        Digest::Sha256 => check::<Hmac<Sha256>>(key, content, expected),
        Digest::Sha384 => check::<Hmac<Sha384>>(key, content, expected),
        Digest::Sha512 => check::<Hmac<Sha512>>(key, content, expected),
        Digest::Streebog512 => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{integer_u64, null, octet_string, oid, sequence};

    /// A file closed with PBMAC1, as the newest programs do.
    fn pbmac1(length: Option<u64>) -> MacData {
        let salt = b"salt of the earth";
        let key = pbkdf2(Digest::Sha512, "пароль".as_bytes(), salt, 7, 32);
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).unwrap();
        mac.update(b"content");
        let derivation = sequence(&[
            &octet_string(salt),
            &integer_u64(7),
            &length.map(integer_u64).unwrap_or_default(),
            &sequence(&[&oid(&known::HMAC_SHA512), &null()]),
        ]);
        let parameters = sequence(&[
            &sequence(&[&oid(&known::PBKDF2), &derivation]),
            &sequence(&[&oid(&known::HMAC_SHA256), &null()]),
        ]);
        MacData {
            algorithm: AlgorithmIdentifier {
                algorithm: (&known::PBMAC1).into(),
                parameters,
            },
            expected: mac.finalize().into_bytes().to_vec(),
            salt: b"NOT USED".to_vec(),
            rounds: 1,
        }
    }

    #[test]
    fn pbmac1_takes_the_password_as_utf8() {
        let mac = pbmac1(Some(32));
        let verify = |password: &str, content: &[u8]| {
            mac.verify(&[], password.as_bytes(), content, &mut Budget::default())
        };
        assert_eq!(verify("пароль", b"content"), Ok(true));
        assert_eq!(verify("Пароль", b"content"), Ok(false));
        assert_eq!(verify("пароль", b"Content"), Ok(false));
    }

    #[test]
    fn pbmac1_without_a_key_length_or_with_a_short_one_is_refused() {
        for length in [None, Some(8)] {
            let outcome =
                pbmac1(length).verify(&[], "пароль".as_bytes(), b"content", &mut Budget::default());
            assert_eq!(outcome, Err(OpenError::NotAKeystore));
        }
    }
}
