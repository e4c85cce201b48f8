//! The structure of a signed document. Nothing is judged here.

use crate::algorithm::AlgorithmIdentifier;
use crate::armour::{self, SingleError};
use crate::asn1::{Asn1Error, Oid, Reader, known, tag};
use crate::ber::{self, BerError, Limits};
use crate::certificate::{Certificate, hex};
use crate::name::Name;
use serde::Serialize;
use thiserror::Error;

/// Signatures in one document, at most.
const MOST_SIGNERS: usize = 16;
/// Certificates and revocation lists in one document, at most.
const MOST_CERTIFICATES: usize = 256;

/// Why bytes are not a signed document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MessageError {
    #[error(transparent)]
    Armour(#[from] SingleError),
    #[error(transparent)]
    Ber(#[from] BerError),
    #[error("not a signed document: {0}")]
    Malformed(#[from] Asn1Error),
    #[error("the document is {}, not SignedData", .0.describe())]
    OtherContent(Oid),
    #[error("the document carries more than {0} {1}")]
    TooMany(usize, &'static str),
}

/// SignedData.
#[derive(Debug, Clone)]
pub(crate) struct SignedData {
    pub(crate) content_type: Oid,
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) signers: Vec<SignerInfo>,
}

/// How a signer's certificate is named.
#[derive(Debug, Clone)]
pub(crate) enum SignerIdentifier {
    IssuerAndSerial { issuer: Name, serial: Vec<u8> },
    KeyIdentifier(Vec<u8>),
}

impl SignerIdentifier {
    pub(crate) fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                certificate.serial() == serial && certificate.issuer().matches(issuer)
            }
            Self::KeyIdentifier(identifier) => {
                certificate.subject_key_identifier() == Some(identifier)
            }
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                format!("serial {} of «{issuer}»", hex(serial))
            }
            Self::KeyIdentifier(identifier) => format!("key {}", hex(identifier)),
        }
    }
}

/// One attribute: its type and its values, each with tag and length.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) kind: Oid,
    pub(crate) values: Vec<Vec<u8>>,
}

/// SignerInfo.
#[derive(Debug, Clone)]
pub(crate) struct SignerInfo {
    pub(crate) identifier: SignerIdentifier,
    pub(crate) digest_algorithm: AlgorithmIdentifier,
    /// The contents of the set of signed attributes, in the octets that were signed but for the
    /// tag.
    pub(crate) signed_contents: Option<Vec<u8>>,
    pub(crate) signed_attributes: Vec<Attribute>,
    pub(crate) signature_algorithm: AlgorithmIdentifier,
    pub(crate) signature: Vec<u8>,
    pub(crate) unsigned_attributes: Vec<Attribute>,
}

impl SignerInfo {
    pub(crate) fn describe(&self) -> String {
        self.identifier.describe()
    }
}

impl SignedData {
    /// Reads DER, BER, PEM or base64.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, MessageError> {
        let bytes = armour::single(bytes)?;
        let der = ber::normalise(&bytes, Limits::SIGNATURE)?;
        let mut outer = Reader::new(&der);
        let mut info = outer.sequence()?;
        outer.finish()?;
        let kind = info.oid()?;
        if kind != known::SIGNED_DATA {
            return Err(MessageError::OtherContent(kind));
        }
        let mut explicit = info.tagged(tag::context_constructed(0))?.reader();
        info.finish()?;
        let mut data = explicit.sequence()?;
        explicit.finish()?;
        let version = data.u32()?;
        if !(1..=5).contains(&version) {
            return Err(Asn1Error::OutOfRange("version of SignedData").into());
        }
        data.tagged(tag::SET)?;
        let (content_type, content) = read_content(data.sequence()?)?;
        let certificates = match data.optional(tag::context_constructed(0))? {
            Some(set) => read_certificates(set.reader())?,
            None => Vec::new(),
        };
        let crls = match data.optional(tag::context_constructed(1))? {
            Some(set) => read_crls(set.reader())?,
            None => Vec::new(),
        };
        let mut infos = data.set()?;
        data.finish()?;
        let mut signers = Vec::new();
        while !infos.is_empty() {
            if signers.len() == MOST_SIGNERS {
                return Err(MessageError::TooMany(MOST_SIGNERS, "signatures"));
            }
            signers.push(read_signer(infos.sequence()?)?);
        }
        Ok(Self {
            content_type,
            content,
            certificates,
            crls,
            signers,
        })
    }
}

/// EncapsulatedContentInfo.
fn read_content(mut info: Reader<'_>) -> Result<(Oid, Option<Vec<u8>>), Asn1Error> {
    let kind = info.oid()?;
    let content = match info.optional(tag::context_constructed(0))? {
        None => None,
        Some(explicit) => {
            let mut explicit = explicit.reader();
            let content = explicit.octets()?.to_vec();
            explicit.finish()?;
            Some(content)
        }
    };
    info.finish()?;
    Ok((kind, content))
}

/// Certificates that cannot be read are left out: the one that matters will then be missing.
fn read_certificates(mut set: Reader<'_>) -> Result<Vec<Certificate>, MessageError> {
    let mut certificates = Vec::new();
    let mut count = 0;
    while !set.is_empty() {
        count += 1;
        if count > MOST_CERTIFICATES {
            return Err(MessageError::TooMany(MOST_CERTIFICATES, "certificates"));
        }
        let element = set.element()?;
        if element.tag == tag::SEQUENCE
            && let Ok(certificate) = Certificate::parse(element.raw)
        {
            certificates.push(certificate);
        }
    }
    Ok(certificates)
}

fn read_crls(mut set: Reader<'_>) -> Result<Vec<Vec<u8>>, MessageError> {
    let mut crls = Vec::new();
    while !set.is_empty() {
        if crls.len() == MOST_CERTIFICATES {
            return Err(MessageError::TooMany(MOST_CERTIFICATES, "revocation lists"));
        }
        let element = set.element()?;
        if element.tag == tag::SEQUENCE {
            crls.push(element.raw.to_vec());
        }
    }
    Ok(crls)
}

fn read_signer(mut info: Reader<'_>) -> Result<SignerInfo, Asn1Error> {
    // RFC 5652, section 5.3: the version follows from how the signer is named.
    let identifier = match (info.u32()?, info.peek()) {
        (1, Some(tag::SEQUENCE)) => {
            let mut pair = info.sequence()?;
            let issuer = Name::parse(pair.tagged(tag::SEQUENCE)?.raw)?;
            let serial = pair.integer()?.to_vec();
            pair.finish()?;
            SignerIdentifier::IssuerAndSerial { issuer, serial }
        }
        (3, _) => SignerIdentifier::KeyIdentifier(info.tagged(tag::context(0))?.contents.to_vec()),
        _ => return Err(Asn1Error::OutOfRange("version of SignerInfo")),
    };
    let digest_algorithm = AlgorithmIdentifier::read(&mut info)?;
    let signed = info.optional(tag::context_constructed(0))?;
    let signed_contents = signed.map(|element| element.contents.to_vec());
    let signed_attributes = match signed {
        Some(element) => read_attributes(element.reader())?,
        None => Vec::new(),
    };
    let signature_algorithm = AlgorithmIdentifier::read(&mut info)?;
    let signature = info.octets()?.to_vec();
    let unsigned_attributes = match info.optional(tag::context_constructed(1))? {
        Some(element) => read_attributes(element.reader())?,
        None => Vec::new(),
    };
    info.finish()?;
    Ok(SignerInfo {
        identifier,
        digest_algorithm,
        signed_contents,
        signed_attributes,
        signature_algorithm,
        signature,
        unsigned_attributes,
    })
}

/// Attributes of one signature, at most.
const MOST_ATTRIBUTES: usize = 64;

pub(super) fn read_attributes(mut set: Reader<'_>) -> Result<Vec<Attribute>, Asn1Error> {
    let mut attributes = Vec::new();
    while !set.is_empty() {
        if attributes.len() == MOST_ATTRIBUTES {
            return Err(Asn1Error::TooMany(MOST_ATTRIBUTES, "attributes"));
        }
        let mut attribute = set.sequence()?;
        let kind = attribute.oid()?;
        let mut list = attribute.set()?;
        attribute.finish()?;
        let mut values = Vec::new();
        while !list.is_empty() {
            if values.len() == MOST_ATTRIBUTES {
                return Err(Asn1Error::TooMany(MOST_ATTRIBUTES, "values"));
            }
            values.push(list.element()?.raw.to_vec());
        }
        attributes.push(Attribute { kind, values });
    }
    Ok(attributes)
}

/// What a signed document holds, unjudged: for looking at, never for trusting.
#[derive(Debug, Clone, Serialize)]
pub struct Inspection {
    pub content_type: String,
    /// Octets of the content inside; `None` where it is kept apart.
    pub content_length: Option<usize>,
    pub certificates: Vec<String>,
    pub revocation_lists: usize,
    pub signers: Vec<InspectedSigner>,
}

/// One signature, unjudged.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedSigner {
    pub identifier: String,
    pub digest: String,
    pub signature_algorithm: String,
    pub signed_attributes: Vec<String>,
    pub unsigned_attributes: Vec<String>,
}

/// Tells what a signed document holds.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, MessageError> {
    let data = SignedData::read(bytes)?;
    let kinds = |attributes: &[Attribute]| {
        attributes
            .iter()
            .map(|attribute| attribute.kind.to_string())
            .collect()
    };
    Ok(Inspection {
        content_type: data.content_type.to_string(),
        content_length: data.content.as_ref().map(Vec::len),
        certificates: data
            .certificates
            .iter()
            .map(|certificate| certificate.subject().to_string())
            .collect(),
        revocation_lists: data.crls.len(),
        signers: data
            .signers
            .iter()
            .map(|signer| InspectedSigner {
                identifier: signer.identifier.describe(),
                digest: signer.digest_algorithm.algorithm.describe(),
                signature_algorithm: signer.signature_algorithm.algorithm.describe(),
                signed_attributes: kinds(&signer.signed_attributes),
                unsigned_attributes: kinds(&signer.unsigned_attributes),
            })
            .collect(),
    })
}
