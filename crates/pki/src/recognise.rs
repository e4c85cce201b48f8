//! What some bytes are, told by the shape of their beginning. Nothing is judged here.

use crate::armour;
use crate::asn1::{Reader, tag};
use serde::Serialize;

/// A kind of document this crate reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// PKCS#12.
    KeyFile,
    Certificate,
    /// CMS; a time stamp is one, too.
    SignedDocument,
    RevocationList,
    OcspAnswer,
    /// The answer of a time-stamping authority, with a time stamp or without.
    TimeStampAnswer,
}

/// The kind of a document in DER, BER, PEM or base64; `None` for what is none of them.
pub fn kind(bytes: &[u8]) -> Option<DocumentKind> {
    let bytes = armour::single(bytes).ok()?;
    match inside(&bytes)? {
        [tag::ENUMERATED, ..] => Some(DocumentKind::OcspAnswer),
        [tag::INTEGER, 1, 3, ..] => Some(DocumentKind::KeyFile),
        [tag::OID, ..] => Some(DocumentKind::SignedDocument),
        [tag::SEQUENCE, ..] if is_stamp_answer(&bytes) => Some(DocumentKind::TimeStampAnswer),
        [tag::SEQUENCE, ..] => certificate_or_list(&bytes),
        _ => None,
    }
}

/// What stands inside of a SEQUENCE, whatever its length is said to be.
fn inside(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [tag::SEQUENCE, length, rest @ ..] => match length {
            0..=0x80 => Some(rest),
            _ => rest.get(usize::from(length & 0x7f)..),
        },
        _ => None,
    }
}

/// A status, and a signed document where it was granted.
fn is_stamp_answer(bytes: &[u8]) -> bool {
    let read = || {
        let mut answer = Reader::new(bytes).sequence().ok()?;
        let mut status = answer.sequence().ok()?;
        status.u32().ok()?;
        let granted = match answer.optional(tag::SEQUENCE).ok()? {
            Some(token) => token.reader().oid().is_ok(),
            None => true,
        };
        Some(granted && answer.is_empty())
    };
    read().unwrap_or(false)
}

/// Both begin with a version, an algorithm and a name; then a list has its date, a certificate
/// the pair of its dates.
fn certificate_or_list(bytes: &[u8]) -> Option<DocumentKind> {
    let mut fields = Reader::new(bytes).sequence().ok()?.sequence().ok()?;
    if fields.peek() == Some(tag::context_constructed(0)) {
        return Some(DocumentKind::Certificate);
    }
    fields.optional(tag::INTEGER).ok()?;
    fields.sequence().ok()?;
    fields.sequence().ok()?;
    match fields.peek()? {
        tag::UTC_TIME | tag::GENERALIZED_TIME => Some(DocumentKind::RevocationList),
        tag::SEQUENCE => Some(DocumentKind::Certificate),
        _ => None,
    }
}

#[cfg(test)]
#[cfg(all(feature = "authority", feature = "system-random"))]
mod tests {
    use super::*;
    use crate::authority::{Authority, Profile, Service, Subject, Validity};
    use crate::cms::{SignOptions, sign};
    use crate::random::SystemRandom;

    #[test]
    fn every_kind_is_recognised_in_every_armour() {
        let rng = &mut SystemRandom;
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let validity = Validity {
            not_before: now,
            not_after: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let authority = Authority::gost512("CA", validity, rng).unwrap();
        let subject = Subject::person("А", "Б", None, "880229400023");
        let issued = authority
            .issue(&subject, Profile::Gost512, validity, "1", rng)
            .unwrap();
        let store = crate::keystore::open(&issued.p12, "1").unwrap();
        let signed = sign(&store.entries()[0], b"x", &SignOptions::detached(now), rng).unwrap();
        let list = authority.revoke(&[], 1, validity, rng).unwrap();
        for (bytes, expected) in [
            (issued.p12.clone(), DocumentKind::KeyFile),
            (issued.certificate.der().to_vec(), DocumentKind::Certificate),
            (signed, DocumentKind::SignedDocument),
            (list, DocumentKind::RevocationList),
            (Service::try_later(), DocumentKind::OcspAnswer),
        ] {
            assert_eq!(kind(&bytes), Some(expected));
            let armoured = crate::armour::pem::encode("ANYTHING", &bytes);
            assert_eq!(kind(armoured.as_bytes()), Some(expected));
        }
    }

    #[test]
    fn octets_of_no_known_kind_are_not_recognised() {
        for noise in [
            &b""[..],
            b"text",
            &[0x30],
            &[0x30, 0],
            &[0x30, 0x84, 1],
            &[5, 0],
        ] {
            assert_eq!(kind(noise), None, "{noise:?}");
        }
    }
}
