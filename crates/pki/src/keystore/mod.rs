//! Key files (PKCS#12): opening them with a password.
//!
//! Both shapes are read: the national one (BER, SHA-1 with 3DES and RC2-40) and the modern one
//! (DER, PBES2 with AES). Whatever cannot be opened is refused by a name with a stable code. What
//! the keys may be used for is for [`crate::purpose`] to say.

mod bags;
mod kdf;
mod mac;
mod pbe;

pub(crate) use kdf::Encodings;
#[cfg(feature = "authority")]
pub(crate) use kdf::{Purpose as KdfPurpose, derive as pkcs12_derive};

use crate::algorithm::{AlgorithmIdentifier, Digest, UnsupportedAlgorithm};
use crate::asn1::{Asn1Error, Oid, Reader, known, tag};
use crate::ber::{self, BerError, Limits};
use crate::certificate::{Certificate, Owner};
use crate::hexadecimal::hex;
use crate::key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey};
use crate::path::is_within;
use crate::purpose::{Purpose, UnfitReason, Usage};
use bags::Contents;
use chrono::{DateTime, Utc};
use pbe::Budget;
use serde::Serialize;
use thiserror::Error;

/// Why a key file did not open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OpenError {
    #[error("the file is not a key file (PKCS#12)")]
    NotAKeystore,
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the file is cut off")]
    Truncated,
    #[error(transparent)]
    Unsupported(#[from] UnsupportedAlgorithm),
    #[error("the file is larger than a key file can be")]
    TooLarge,
    #[error(
        "opening the file would take more than {} rounds of computation",
        pbe::MOST_ROUNDS
    )]
    TooCostly,
    #[error("there is no key in the file")]
    NoKey,
    #[error("there is no certificate for the key in the file")]
    NoCertificate,
    #[error("the key in the file is damaged")]
    DamagedKey,
}

impl OpenError {
    /// The stable code of the refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAKeystore => "not-a-keystore",
            Self::WrongPassword => "wrong-password",
            Self::Truncated => "truncated",
            Self::Unsupported(_) => "unsupported-algorithm",
            Self::TooLarge => "too-large",
            Self::TooCostly => "too-costly",
            Self::NoKey => "no-key",
            Self::NoCertificate => "no-certificate",
            Self::DamagedKey => "damaged-key",
        }
    }
}

impl From<Asn1Error> for OpenError {
    fn from(_: Asn1Error) -> Self {
        // The lengths have been checked by then: what does not fit is not the format.
        Self::NotAKeystore
    }
}

impl From<BerError> for OpenError {
    fn from(error: BerError) -> Self {
        match error {
            BerError::Truncated => Self::Truncated,
            BerError::TooLarge(_) => Self::TooLarge,
            BerError::TooDeep(_) | BerError::TrailingData | BerError::Malformed(_) => {
                Self::NotAKeystore
            }
        }
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unsupported(algorithm) => Self::Unsupported(algorithm),
            KeyError::Malformed(_) | KeyError::Invalid => Self::DamagedKey,
        }
    }
}

/// An opened key file.
#[derive(Debug)]
pub struct KeyStore {
    entries: Vec<KeyEntry>,
    refused: Vec<UnsupportedAlgorithm>,
    certificates: Vec<Certificate>,
}

impl KeyStore {
    /// The keys that have their certificate, in the order of the file.
    pub fn entries(&self) -> &[KeyEntry] {
        &self.entries
    }

    pub fn into_entries(self) -> Vec<KeyEntry> {
        self.entries
    }

    /// Further keys in the file whose algorithms are refused, by name.
    pub fn refused(&self) -> &[UnsupportedAlgorithm] {
        &self.refused
    }

    /// All certificates of the file.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

/// A private key with its certificate.
#[derive(Debug)]
pub struct KeyEntry {
    friendly_name: Option<String>,
    certificate: Certificate,
    chain: Vec<Certificate>,
    key: PrivateKey,
}

impl KeyEntry {
    /// Puts a key and its certificate together; `None` when they do not belong together.
    pub fn new(key: PrivateKey, certificate: Certificate, chain: Vec<Certificate>) -> Option<Self> {
        let fits = certificate
            .public_key()
            .is_ok_and(|public| key.fits(public));
        fits.then_some(Self {
            friendly_name: None,
            certificate,
            chain,
            key,
        })
    }

    pub fn friendly_name(&self) -> Option<&str> {
        self.friendly_name.as_deref()
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificates of the authorities above it that are in the file, nearest first.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// What a person needs to see to recognise the key.
    pub fn description(&self) -> KeyDescription {
        KeyDescription::new(&self.certificate, self.friendly_name.clone())
    }
}

/// Why a key is of no use for signing at a moment: what is signed with it would not be PASSED.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyObstacle {
    #[error("the key is not for this: {0}")]
    Purpose(&'static str),
    #[error("the certificate is valid only from {0}")]
    NotYetValid(DateTime<Utc>),
    #[error("the certificate expired on {0}")]
    Expired(DateTime<Utc>),
    #[error("the key is too weak ({0})")]
    Weak(KeyAlgorithm),
}

impl KeyEntry {
    /// What stands against signing with the key for a purpose at a moment. Revocation is not known
    /// here.
    pub fn obstacle(&self, usage: Usage, now: DateTime<Utc>) -> Option<KeyObstacle> {
        let certificate = &self.certificate;
        let purpose = Purpose::of(certificate);
        match purpose {
            // Others' documents may be signed by authorities; a person does not sign with theirs.
            Purpose::Unfit(reason @ UnfitReason::Authority) => {
                return Some(KeyObstacle::Purpose(reason.code()));
            }
            _ if purpose.allows(usage) => {}
            Purpose::Unfit(reason) => return Some(KeyObstacle::Purpose(reason.code())),
            _ if usage == Usage::Login => return Some(KeyObstacle::Purpose("key-not-for-login")),
            _ => return Some(KeyObstacle::Purpose("key-not-for-signing")),
        }
        if let Ok(key) = certificate.public_key()
            && key.is_weak()
        {
            return Some(KeyObstacle::Weak(key.algorithm()));
        }
        if now < certificate.not_before() {
            return Some(KeyObstacle::NotYetValid(certificate.not_before()));
        }
        (!is_within(now, certificate.not_after()))
            .then(|| KeyObstacle::Expired(certificate.not_after()))
    }
}

/// A key as it is shown to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyDescription {
    pub owner: Owner,
    pub purpose: Purpose,
    pub algorithm: Option<KeyAlgorithm>,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    /// The common name of the issuer.
    pub issuer: String,
    /// Hexadecimal.
    pub serial: String,
    pub friendly_name: Option<String>,
    /// SHA-256 of the certificate, hexadecimal.
    pub fingerprint: String,
}

impl KeyDescription {
    pub fn new(certificate: &Certificate, friendly_name: Option<String>) -> Self {
        Self {
            owner: certificate.owner(),
            purpose: Purpose::of(certificate),
            algorithm: certificate.key_algorithm(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            issuer: certificate.issuer().common_name(),
            serial: certificate.serial_hex(),
            friendly_name,
            fingerprint: hex(&certificate.fingerprint()),
        }
    }
}

/// Opens a key file in DER or BER. A key file in PEM or Base64 goes through [`crate::armour`] first.
pub fn open(bytes: &[u8], password: &str) -> Result<KeyStore, OpenError> {
    if bytes.len() > Limits::KEY_FILE.size {
        return Err(OpenError::TooLarge);
    }
    if !matches!(bytes.first(), Some(&tag::SEQUENCE)) {
        return Err(OpenError::NotAKeystore);
    }
    let der = ber::normalise(bytes, Limits::KEY_FILE)?;
    let pfx = Pfx::read(&der)?;
    let mut budget = Budget::default();
    let encodings = Encodings::of(password);
    for encoding in encodings.all() {
        if let Some(mac) = &pfx.mac
            && !mac.verify(encoding, encodings.utf8(), &pfx.safe, &mut budget)?
        {
            continue;
        }
        let opened =
            read_safe(&pfx.safe, encoding, encodings.utf8(), &mut budget).and_then(assemble);
        // Without a MAC only the contents tell whether the password was right: one wrong key in
        // 256 leaves something that looks decrypted and is noise.
        let noise = pfx.mac.is_none() && budget.is_touched();
        match opened {
            Err(OpenError::WrongPassword) => {}
            Err(
                OpenError::NotAKeystore
                | OpenError::Truncated
                | OpenError::DamagedKey
                | OpenError::NoKey
                | OpenError::NoCertificate,
            ) if noise => {}
            opened => return opened,
        }
    }
    Err(OpenError::WrongPassword)
}

struct Pfx {
    /// The octets of the AuthenticatedSafe exactly as they were: the MAC is over these.
    safe: Vec<u8>,
    mac: Option<mac::MacData>,
}

impl Pfx {
    fn read(der: &[u8]) -> Result<Self, OpenError> {
        let mut outer = Reader::new(der);
        let mut pfx = outer.sequence()?;
        if pfx.u32()? != 3 {
            return Err(OpenError::NotAKeystore);
        }
        let mut content = pfx.sequence()?;
        let kind = content.oid()?;
        if kind == known::SIGNED_DATA {
            return Err(UnsupportedAlgorithm(kind).into());
        }
        if kind != known::DATA {
            return Err(OpenError::NotAKeystore);
        }
        let safe = content
            .tagged(tag::context_constructed(0))?
            .reader()
            .octets()?
            .to_vec();
        let mac = if pfx.is_empty() {
            None
        } else {
            Some(mac::MacData::read(&mut pfx)?)
        };
        pfx.finish()?;
        Ok(Self { safe, mac })
    }
}

fn read_safe(
    safe: &[u8],
    password: &[u8],
    utf8: &[u8],
    budget: &mut Budget,
) -> Result<Contents, OpenError> {
    let safe = ber::normalise(safe, Limits::KEY_FILE)?;
    let mut outer = Reader::new(&safe);
    let mut infos = outer.sequence()?;
    let mut contents = Contents::default();
    while !infos.is_empty() {
        let mut info = infos.sequence()?;
        let kind = info.oid()?;
        let mut content = info.tagged(tag::context_constructed(0))?.reader();
        if kind == known::DATA {
            contents.read(content.octets()?, password, utf8, budget)?;
        } else if kind == known::ENCRYPTED_DATA {
            let mut encrypted = content.sequence()?;
            encrypted.u32()?;
            let (algorithm, ciphertext) = encrypted_content(encrypted.sequence()?)?;
            let plain = pbe::decrypt(&algorithm, password, utf8, &ciphertext, budget)?;
            contents.read(&plain, password, utf8, budget)?;
        } else {
            return Err(UnsupportedAlgorithm(kind).into());
        }
    }
    Ok(contents)
}

/// EncryptedContentInfo, whose `[0] IMPLICIT OCTET STRING` may have come in pieces.
fn encrypted_content(mut info: Reader<'_>) -> Result<(AlgorithmIdentifier, Vec<u8>), OpenError> {
    let kind: Oid = info.oid()?;
    if kind != known::DATA {
        return Err(OpenError::NotAKeystore);
    }
    let algorithm = AlgorithmIdentifier::read(&mut info)?;
    let content = info.element()?;
    let ciphertext = if content.tag == tag::context(0) {
        content.contents.to_vec()
    } else if content.tag == tag::context_constructed(0) {
        let mut pieces = content.reader();
        let mut whole = Vec::with_capacity(content.contents.len());
        while !pieces.is_empty() {
            whole.extend_from_slice(pieces.octets()?);
        }
        whole
    } else {
        return Err(OpenError::NotAKeystore);
    };
    Ok((algorithm, ciphertext))
}

/// Gives each key the certificate of its public half, whatever the labels in the file say.
fn assemble(contents: Contents) -> Result<KeyStore, OpenError> {
    let Contents {
        keys,
        certificates,
        refused,
        damaged,
        ..
    } = contents;
    let found_keys = !keys.is_empty();
    let mut entries = Vec::new();
    for found in keys {
        let fits = |public: &PublicKey| found.key.fits(public);
        // Of several certificates of one key, the one that holds longest: a renewed one stands
        // beside the one it replaces.
        let matching = certificates
            .iter()
            .filter(|candidate| candidate.certificate.public_key().is_ok_and(fits))
            .rev()
            .max_by_key(|candidate| candidate.certificate.not_after());
        if let Some(candidate) = matching {
            entries.push(KeyEntry {
                friendly_name: found
                    .friendly_name
                    .or_else(|| candidate.friendly_name.clone()),
                certificate: candidate.certificate.clone(),
                chain: chain_above(&candidate.certificate, &certificates),
                key: found.key,
            });
        }
    }
    if entries.is_empty() {
        return Err(match refused.into_iter().next() {
            Some(algorithm) => OpenError::Unsupported(algorithm),
            None if damaged => OpenError::DamagedKey,
            None if found_keys => OpenError::NoCertificate,
            None => OpenError::NoKey,
        });
    }
    let certificates = certificates
        .into_iter()
        .map(|found| found.certificate)
        .collect();
    Ok(KeyStore {
        entries,
        refused,
        certificates,
    })
}

/// The authorities above a certificate, as far as the file has them. Only a convenience for
/// sending them along: nothing is verified here.
fn chain_above(
    certificate: &Certificate,
    available: &[bags::FoundCertificate],
) -> Vec<Certificate> {
    let mut chain: Vec<Certificate> = Vec::new();
    let mut last = certificate.clone();
    while chain.len() < 8 && !last.is_self_issued() {
        let issuer = available
            .iter()
            .map(|found| &found.certificate)
            .find(|candidate| {
                candidate.subject().matches(last.issuer())
                    && *candidate != certificate
                    && !chain.contains(candidate)
            });
        let Some(issuer) = issuer else { break };
        chain.push(issuer.clone());
        last = issuer.clone();
    }
    chain
}

/// The digest a MAC or key derivation names.
fn digest(algorithm: &Oid) -> Result<Digest, OpenError> {
    match Digest::from_oid(algorithm)? {
        Digest::Streebog512 => Err(UnsupportedAlgorithm(algorithm.clone()).into()),
        digest => Ok(digest),
    }
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::authority::{Authority, Profile, Subject, Validity};
    use crate::random::SystemRandom;

    fn moment(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn until(end: &str) -> Validity {
        Validity {
            not_before: moment("2026-01-01T00:00:00Z"),
            not_after: moment(end),
        }
    }

    #[test]
    fn of_two_certificates_of_one_key_the_one_that_holds_longer_is_taken() {
        let rng = &mut SystemRandom;
        let authority = Authority::gost512("CA", until("2036-01-01T00:00:00Z"), rng).unwrap();
        let subject = Subject::person("А", "Б", None, "880229400023");
        let key = || -> PrivateKey {
            let bytes = authority.key_pkcs8().unwrap();
            PrivateKey::from_pkcs8(&bytes).unwrap()
        };
        let mut certify = |end| {
            authority
                .certify(&subject, Profile::Gost512, until(end), &key(), rng)
                .unwrap()
        };
        let old = certify("2027-01-01T00:00:00Z");
        let new = certify("2028-01-01T00:00:00Z");
        for order in [[&old, &new], [&new, &old]] {
            let mut contents = Contents::default();
            contents.keys.push(bags::FoundKey {
                key: key(),
                friendly_name: None,
            });
            contents.certificates = order
                .map(|certificate| bags::FoundCertificate {
                    certificate: certificate.clone(),
                    friendly_name: None,
                })
                .into();
            let store = assemble(contents).unwrap();
            assert_eq!(*store.entries()[0].certificate(), new);
        }
    }

    #[test]
    fn what_stands_against_signing_is_told() {
        let rng = &mut SystemRandom;
        let authority = Authority::rsa("CA", until("2036-01-01T00:00:00Z"), 2048, rng).unwrap();
        let subject = Subject::person("А", "Б", None, "880229400023");
        let end = until("2027-01-01T00:00:00Z");
        let mut entry = |profile, bits| {
            let key: PrivateKey = rsa::RsaPrivateKey::new(rng, bits).unwrap().into();
            let certificate = authority
                .certify(&subject, profile, end, &key, rng)
                .unwrap();
            KeyEntry::new(key, certificate, Vec::new()).unwrap()
        };
        let signing = entry(Profile::SignRsa, 2048);
        let now = moment("2026-06-01T00:00:00Z");
        assert_eq!(signing.obstacle(Usage::Signing, now), None);
        assert_eq!(signing.obstacle(Usage::Any, now), None);
        let not_for_login = Some(KeyObstacle::Purpose("key-not-for-login"));
        assert_eq!(signing.obstacle(Usage::Login, now), not_for_login);
        let soon = end.not_before - chrono::Duration::seconds(1);
        let early = Some(KeyObstacle::NotYetValid(end.not_before));
        assert_eq!(signing.obstacle(Usage::Signing, soon), early);
        let last = end.not_after + chrono::Duration::milliseconds(999);
        assert_eq!(signing.obstacle(Usage::Signing, last), None);
        let late = end.not_after + chrono::Duration::seconds(1);
        let expired = Some(KeyObstacle::Expired(end.not_after));
        assert_eq!(signing.obstacle(Usage::Signing, late), expired);
        let login = entry(Profile::AuthRsa, 2048);
        let not_for_signing = Some(KeyObstacle::Purpose("key-not-for-signing"));
        assert_eq!(login.obstacle(Usage::Signing, now), not_for_signing);
        assert_eq!(login.obstacle(Usage::Login, now), None);
        let weak = entry(Profile::SignRsa, 1024);
        let weak = weak.obstacle(Usage::Signing, now);
        assert_eq!(
            weak,
            Some(KeyObstacle::Weak(KeyAlgorithm::Rsa { bits: 1024 }))
        );
        let key = PrivateKey::from_pkcs8(&authority.key_pkcs8().unwrap()).unwrap();
        let of_authority = KeyEntry::new(key, authority.certificate().clone(), Vec::new()).unwrap();
        for usage in [Usage::Signing, Usage::Login, Usage::Any] {
            let told = of_authority.obstacle(usage, now);
            assert!(told.is_some(), "{usage:?}");
        }
    }
}
