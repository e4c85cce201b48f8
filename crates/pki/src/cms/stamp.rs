//! Adding a time stamp to a signature that exists.

use super::message::{MessageError, SignedData};
use crate::armour;
use crate::asn1::{Asn1Error, Reader, context, known, oid, sequence, set, tag};
use crate::ber::{self, Limits};
use const_oid::ObjectIdentifier;

/// The octets a time stamp of a document's only signature speaks of: those of the signature.
pub fn stamped_octets(cms: &[u8]) -> Result<Vec<u8>, MessageError> {
    let bytes = armour::single(cms)?;
    let der = ber::normalise(&bytes, Limits::SIGNATURE)?;
    let (_, info) = split(&der)?;
    Ok(info.signature)
}

/// The first time-stamp token that the document's only signature has already, unjudged.
#[must_use]
pub fn timestamp_token(cms: &[u8]) -> Option<Vec<u8>> {
    let data = SignedData::read(cms).ok()?;
    let token = data.signers.first()?.stamps().next()?;
    Some(token.to_vec())
}

/// The document with a time-stamp token among the unsigned attributes of its only signature.
pub fn with_timestamp(cms: &[u8], token: &[u8]) -> Result<Vec<u8>, MessageError> {
    with_attribute(cms, &known::SIGNATURE_TIME_STAMP, token)
}

/// The document with one more unsigned attribute of its only signature.
pub(super) fn with_attribute(
    cms: &[u8],
    kind: &ObjectIdentifier,
    value: &[u8],
) -> Result<Vec<u8>, MessageError> {
    let bytes = armour::single(cms)?;
    let der = ber::normalise(&bytes, Limits::SIGNATURE)?;
    let (before, info) = split(&der)?;
    let attribute = sequence(&[&oid(kind), &set(&[value])]);
    let unsigned = context(1, &[&info.unsigned, &attribute]);
    let signer = sequence(&[&info.before, &unsigned]);
    let data = sequence(&[&before, &set(&[&signer])]);
    Ok(sequence(&[
        &oid(&known::SIGNED_DATA),
        &context(0, &[&data]),
    ]))
}

struct Info {
    /// Everything up to and with the signature.
    before: Vec<u8>,
    signature: Vec<u8>,
    /// The contents of the unsigned attributes.
    unsigned: Vec<u8>,
}

/// Takes a document apart into what stands before its signatures and its only signature.
fn split(der: &[u8]) -> Result<(Vec<u8>, Info), MessageError> {
    let mut outer = Reader::new(der);
    let mut content = outer.sequence()?;
    let kind = content.oid()?;
    if kind != known::SIGNED_DATA {
        return Err(MessageError::OtherContent(kind));
    }
    let mut data = content
        .tagged(tag::context_constructed(0))?
        .reader()
        .sequence()?;
    let mut before = Vec::new();
    let mut infos = None;
    while !data.is_empty() {
        let element = data.element()?;
        if data.is_empty() {
            infos = Some(element);
        } else {
            before.extend_from_slice(element.raw);
        }
    }
    let mut infos = match infos {
        Some(element) if element.tag == tag::SET => element.reader(),
        _ => return Err(Asn1Error::Truncated.into()),
    };
    let mut signer = infos.sequence()?;
    if !infos.is_empty() {
        return Err(MessageError::TooMany(1, "signatures"));
    }
    let mut info = Info {
        before: Vec::new(),
        signature: Vec::new(),
        unsigned: Vec::new(),
    };
    while !signer.is_empty() {
        let element = signer.element()?;
        if element.tag == tag::context_constructed(1) {
            info.unsigned = element.contents.to_vec();
            break;
        }
        if element.tag == tag::OCTET_STRING {
            info.signature = element.contents.to_vec();
        }
        info.before.extend_from_slice(element.raw);
    }
    signer.finish()?;
    Ok((before, info))
}
