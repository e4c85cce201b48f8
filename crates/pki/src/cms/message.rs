//! The structure of a signed document. Nothing is judged here.

use crate::algorithm::AlgorithmIdentifier;
use crate::armour::{self, SingleError};
use crate::asn1::{Asn1Error, Oid, Reader, known, octet_string, tag, tlv};
use crate::ber::{self, BerError, Limits};
use crate::certificate::Certificate;
use crate::hexadecimal::hex;
use crate::name::Name;
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
    pub(crate) unreadable: Vec<UnreadableCertificate>,
    pub(crate) crls: Vec<Vec<u8>>,
    /// OCSP answers (RFC 5940).
    pub(crate) ocsp: Vec<Vec<u8>>,
    /// Evidence about revocation of other kinds.
    pub(crate) other_evidence: Vec<Oid>,
    pub(crate) signers: Vec<SignerInfo>,
}

/// Something among the certificates that is none that can be read.
#[derive(Debug, Clone)]
pub(crate) struct UnreadableCertificate {
    pub(crate) raw: Vec<u8>,
    pub(crate) reason: String,
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

    /// Whether octets that could not be read as a certificate hold the name it goes by.
    pub(crate) fn occurs_in(&self, octets: &[u8]) -> bool {
        let holds = |part: &[u8]| {
            !part.is_empty() && octets.windows(part.len()).any(|window| window == part)
        };
        match self {
            Self::IssuerAndSerial { issuer, serial } => {
                holds(issuer.der()) && holds(&tlv(tag::INTEGER, &[serial]))
            }
            Self::KeyIdentifier(identifier) => holds(&octet_string(identifier)),
        }
    }

    pub(super) fn describe(&self) -> String {
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

    /// The tokens of its time stamps.
    pub(crate) fn stamps(&self) -> impl Iterator<Item = &[u8]> {
        self.unsigned_attributes
            .iter()
            .filter(|attribute| attribute.kind == known::SIGNATURE_TIME_STAMP)
            .flat_map(|attribute| attribute.values.iter().map(Vec::as_slice))
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
        let (certificates, unreadable) = match data.optional(tag::context_constructed(0))? {
            Some(set) => read_certificates(set.reader())?,
            None => Default::default(),
        };
        let mut evidence = EnclosedEvidence::default();
        if let Some(set) = data.optional(tag::context_constructed(1))? {
            evidence.read(set.reader())?;
        }
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
            unreadable,
            crls: evidence.crls,
            ocsp: evidence.ocsp,
            other_evidence: evidence.other,
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

/// The certificates, and beside them what cannot be read as one.
fn read_certificates(
    mut set: Reader<'_>,
) -> Result<(Vec<Certificate>, Vec<UnreadableCertificate>), MessageError> {
    let mut certificates = Vec::new();
    let mut unreadable = Vec::new();
    while !set.is_empty() {
        if certificates.len() + unreadable.len() == MOST_CERTIFICATES {
            return Err(MessageError::TooMany(MOST_CERTIFICATES, "certificates"));
        }
        let element = set.element()?;
        let read = if element.tag == tag::SEQUENCE {
            Certificate::parse(element.raw).map_err(|error| error.to_string())
        } else {
            Err("a certificate of another kind than X.509".to_owned())
        };
        match read {
            Ok(certificate) => certificates.push(certificate),
            Err(reason) => unreadable.push(UnreadableCertificate {
                raw: element.raw.to_vec(),
                reason,
            }),
        }
    }
    Ok((certificates, unreadable))
}

/// RevocationInfoChoices.
#[derive(Default)]
struct EnclosedEvidence {
    crls: Vec<Vec<u8>>,
    ocsp: Vec<Vec<u8>>,
    other: Vec<Oid>,
}

impl EnclosedEvidence {
    fn read(&mut self, mut set: Reader<'_>) -> Result<(), MessageError> {
        while !set.is_empty() {
            if self.crls.len() + self.ocsp.len() + self.other.len() == MOST_CERTIFICATES {
                return Err(MessageError::TooMany(MOST_CERTIFICATES, "revocation lists"));
            }
            let element = set.element()?;
            if element.tag != tag::context_constructed(1) {
                // What is no list will not be read as one, and is named then.
                self.crls.push(element.raw.to_vec());
                continue;
            }
            let mut format = element.reader();
            let kind = format.oid()?;
            let value = format.element()?;
            format.finish()?;
            if kind == known::OCSP_ENCLOSED {
                self.ocsp.push(value.raw.to_vec());
            } else {
                self.other.push(kind);
            }
        }
        Ok(())
    }
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

/// The content inside of a signed document, unjudged; `None` where it is kept apart.
pub fn content(bytes: &[u8]) -> Result<Option<Vec<u8>>, MessageError> {
    Ok(SignedData::read(bytes)?.content)
}
