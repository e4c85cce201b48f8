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
use crate::armour;
use crate::asn1::{Asn1Error, Oid, Reader, known, tag};
use crate::ber::{self, BerError, Limits};
use crate::certificate::{Certificate, Owner, hex};
use crate::key::{KeyAlgorithm, KeyError, PrivateKey, PublicKey};
use crate::purpose::Purpose;
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
            purpose: certificate.purpose(),
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

/// Opens a key file.
pub fn open(bytes: &[u8], password: &str) -> Result<KeyStore, OpenError> {
    if bytes.len() > Limits::KEY_FILE.size {
        return Err(OpenError::TooLarge);
    }
    let bytes = armour::single(bytes).map_err(|_| OpenError::NotAKeystore)?;
    if !matches!(bytes.first(), Some(&tag::SEQUENCE)) {
        return Err(OpenError::NotAKeystore);
    }
    let der = ber::normalise(&bytes, Limits::KEY_FILE)?;
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
        let matching = certificates
            .iter()
            .find(|candidate| candidate.certificate.public_key().is_ok_and(fits));
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
