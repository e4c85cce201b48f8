//! What is inside a key file: bags of keys and certificates.

use super::OpenError;
use super::pbe::{self, Budget};
use crate::algorithm::{AlgorithmIdentifier, UnsupportedAlgorithm};
use crate::asn1::{Reader, known, tag};
use crate::ber::{self, Limits};
use crate::certificate::Certificate;
use crate::key::{KeyError, PrivateKey};
use crate::name::bmp_text;

/// A file with more bags is not one a person uses.
const MOST_BAGS: usize = 1024;
/// Bags may hold bags.
const DEEPEST: usize = 4;

pub(super) struct FoundKey {
    pub(super) key: PrivateKey,
    pub(super) friendly_name: Option<String>,
}

pub(super) struct FoundCertificate {
    pub(super) certificate: Certificate,
    pub(super) friendly_name: Option<String>,
}

#[derive(Default)]
pub(super) struct Contents {
    pub(super) keys: Vec<FoundKey>,
    pub(super) certificates: Vec<FoundCertificate>,
    /// Keys whose algorithm we refuse.
    pub(super) refused: Vec<UnsupportedAlgorithm>,
    /// Whether there was a key that could not be read.
    pub(super) damaged: bool,
    bags: usize,
}

impl Contents {
    /// Reads SafeContents.
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        password: &[u8],
        utf8: &[u8],
        budget: &mut Budget,
    ) -> Result<(), OpenError> {
        let der = zeroize::Zeroizing::new(ber::normalise(bytes, Limits::KEY_FILE)?.into_owned());
        let mut outer = Reader::new(&der);
        let bags = outer.sequence()?;
        self.read_bags(bags, password, utf8, budget, DEEPEST)
    }

    fn read_bags(
        &mut self,
        mut bags: Reader<'_>,
        password: &[u8],
        utf8: &[u8],
        budget: &mut Budget,
        depth: usize,
    ) -> Result<(), OpenError> {
        while !bags.is_empty() {
            self.bags += 1;
            if self.bags > MOST_BAGS {
                return Err(OpenError::TooLarge);
            }
            let mut bag = bags.sequence()?;
            let kind = bag.oid()?;
            let mut value = bag.tagged(tag::context_constructed(0))?.reader();
            let friendly_name = friendly_name(&mut bag);
            if kind == known::SHROUDED_KEY_BAG {
                let mut encrypted = value.sequence()?;
                let algorithm = AlgorithmIdentifier::read(&mut encrypted)?;
                let ciphertext = encrypted.octets()?;
                let plain = pbe::decrypt(&algorithm, password, utf8, ciphertext, budget)?;
                self.add_key(&plain, friendly_name);
            } else if kind == known::KEY_BAG {
                self.add_key(value.element()?.raw, friendly_name);
            } else if kind == known::CERT_BAG {
                let mut certificate = value.sequence()?;
                if certificate.oid()? == known::X509_CERTIFICATE {
                    let der = certificate
                        .tagged(tag::context_constructed(0))?
                        .reader()
                        .octets()?;
                    // An authority's certificate that cannot be read does not keep the owner's
                    // key from being used; the owner's own then shows as missing.
                    if let Ok(certificate) = Certificate::parse(der) {
                        self.certificates.push(FoundCertificate {
                            certificate,
                            friendly_name,
                        });
                    }
                }
            } else if kind == known::SAFE_CONTENTS_BAG {
                let depth = depth.checked_sub(1).ok_or(OpenError::NotAKeystore)?;
                self.read_bags(value.sequence()?, password, utf8, budget, depth)?;
            } else if kind != known::CRL_BAG && kind != known::SECRET_BAG {
                return Err(UnsupportedAlgorithm(kind).into());
            }
        }
        Ok(())
    }

    fn add_key(&mut self, pkcs8: &[u8], friendly_name: Option<String>) {
        match PrivateKey::from_pkcs8(pkcs8) {
            Ok(key) => self.keys.push(FoundKey { key, friendly_name }),
            Err(KeyError::Unsupported(algorithm)) => self.refused.push(algorithm),
            Err(KeyError::Malformed(_) | KeyError::Invalid) => self.damaged = true,
        }
    }
}

/// The name a person sees; anything odd among the attributes is no reason to refuse the key.
fn friendly_name(bag: &mut Reader<'_>) -> Option<String> {
    let mut attributes = bag.optional(tag::SET).ok()??.reader();
    while !attributes.is_empty() {
        let mut attribute = attributes.sequence().ok()?;
        if attribute.oid().ok()? == known::FRIENDLY_NAME {
            let value = attribute.set().ok()?.tagged(tag::BMP_STRING).ok()?;
            return bmp_text(value.contents);
        }
    }
    None
}
