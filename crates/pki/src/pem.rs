//! PEM: binary data as text between `-----BEGIN …-----` and `-----END …-----`.
//!
//! What is armoured is not looked at here.

use crate::asn1::tag;
use crate::certificate::{Certificate, CertificateError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::fmt::Write;

/// One armoured block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub label: String,
    pub bytes: Vec<u8>,
}

/// All well-formed blocks of a text; text around them is passed over.
pub fn blocks(text: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(text);
    let mut found = Vec::new();
    let mut rest: &str = &text;
    while let Some((_, after)) = rest.split_once("-----BEGIN ") {
        let Some((label, body)) = after.split_once("-----") else {
            break;
        };
        let end = format!("-----END {label}-----");
        let Some((body, after)) = body.split_once(&end) else {
            break;
        };
        if let Some(bytes) = base64(body.as_bytes()) {
            found.push(Block {
                label: label.to_owned(),
                bytes,
            });
        }
        rest = after;
    }
    found
}

/// The bytes themselves, or the first block of them if they are PEM, or what they say if they are
/// bare base64: the three ways in which people hand over one signature or certificate.
pub fn decode(bytes: &[u8]) -> Cow<'_, [u8]> {
    // Every document here is a SEQUENCE. Whatever text is inside one is its own affair: a signed
    // document must never be taken for another that stands in its content.
    if is_binary(bytes) {
        return Cow::Borrowed(bytes);
    }
    if let Some(block) = blocks(bytes).into_iter().next() {
        return Cow::Owned(block.bytes);
    }
    if let Some(der) = base64(bytes) {
        return Cow::Owned(der);
    }
    Cow::Borrowed(bytes)
}

/// Certificates from PEM (any number of blocks) or from one DER certificate.
pub fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, CertificateError> {
    let blocks = if is_binary(bytes) {
        Vec::new()
    } else {
        blocks(bytes)
    };
    if blocks.is_empty() {
        return Certificate::parse(&decode(bytes)).map(|certificate| vec![certificate]);
    }
    blocks
        .iter()
        .filter(|block| matches!(&*block.label, "CERTIFICATE" | "X509 CERTIFICATE"))
        .map(|block| Certificate::parse(&block.bytes))
        .collect()
}

fn is_binary(bytes: &[u8]) -> bool {
    bytes.first() == Some(&tag::SEQUENCE)
}

/// Armours bytes.
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in bytes.chunks(48) {
        text.push_str(&STANDARD.encode(line));
        text.push('\n');
    }
    // Writing to a String cannot fail.
    let _ = writeln!(text, "-----END {label}-----");
    text
}

fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let compact: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(compact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let bytes: Vec<u8> = (0..=255).collect();
        let text = format!(
            "before\n{}between\n{}",
            encode("A", &bytes),
            encode("B C", &[1])
        );
        let found = blocks(text.as_bytes());
        assert_eq!(found.len(), 2);
        assert_eq!(
            found[0],
            Block {
                label: "A".into(),
                bytes: bytes.clone()
            }
        );
        assert_eq!(found[1].label, "B C");
        assert_eq!(*decode(text.as_bytes()), *bytes);
    }

    #[test]
    fn bare_base64_and_der() {
        let der = [0x30, 0x82, 0x00, 0x01, 0x05];
        assert_eq!(*decode(STANDARD.encode(der).as_bytes()), der);
        assert_eq!(*decode(&der), der);
    }

    #[test]
    fn armour_inside_a_binary_document_is_not_looked_at() {
        let armoured = encode("CMS", &[0x30, 0]);
        let document = crate::asn1::sequence(&[&crate::asn1::octet_string(armoured.as_bytes())]);
        assert_eq!(*decode(&document), document);
    }

    #[test]
    fn broken_armour_is_passed_over() {
        assert!(blocks(b"-----BEGIN A-----\n!!!!\n-----END A-----").is_empty());
        assert!(blocks(b"-----BEGIN A-----\nAAAA").is_empty());
        assert!(blocks(b"-----BEGIN ").is_empty());
    }
}
