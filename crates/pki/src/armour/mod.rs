//! Files as people hand them over, taken apart into documents.
//!
//! Read are DER and BER, one document or several in a row, with or without a line end after them;
//! PEM (RFC 7468); Base64, also in the alphabet of URLs; a single-part S/MIME message; and text with
//! a byte order mark or in UTF-16. Nothing is dropped without a word: what cannot be read is an
//! [`Unread`] part with its place. Only explanatory text around PEM blocks is passed over.
//!
//! What the documents are is not looked at here.

pub mod pem;

use crate::asn1::tag;
use crate::ber::{self, Limits};
use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use std::borrow::Cow;
use std::fmt;
use thiserror::Error;

/// Documents and unread parts of one file, at most: what a file of nothing but beginnings may cost.
pub(crate) const MOST_PARTS: usize = 4096;

/// Base64 that stands by itself may lack its padding.
const UNPADDED: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BARE: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, UNPADDED);
const OF_URLS: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, UNPADDED);

/// Where a part of a file begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Line(usize),
    Byte(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Byte(number) => write!(f, "byte {number}"),
        }
    }
}

/// One document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    /// The label of its PEM block, where it came in one.
    pub label: Option<String>,
    pub place: Place,
    pub bytes: Cow<'a, [u8]>,
}

/// A part of a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{place}: {reason}")]
pub struct Unread {
    pub place: Place,
    pub reason: UnreadReason,
}

/// Why a part of a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UnreadReason {
    #[error("the block «{0}» is not Base64")]
    NotBase64(String),
    #[error("the block «{0}» has no END line of its own")]
    NoEnd(String),
    #[error("the block «{begin}» ends with the END line of «{end}»")]
    OtherEnd { begin: String, end: String },
    #[error("an END line of «{0}» without its BEGIN line")]
    NoBegin(String),
    #[error("the block «{0}» has headers (RFC 1421), which are not read")]
    Headers(String),
    #[error("a damaged BEGIN or END line")]
    DamagedLine,
    #[error("Base64 outside of a block")]
    Stray,
    #[error("the text looks like Base64 and is not")]
    DamagedBase64,
    #[error("an S/MIME message that is not one part in Base64; give the signature by itself")]
    Mime,
    #[error("the text is not valid UTF-16")]
    Utf16,
    #[error("data follows the end of the document")]
    TrailingData,
    #[error("more than {MOST_PARTS} parts; the rest is not read")]
    TooMany,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contents<'a> {
    pub documents: Vec<Document<'a>>,
    pub unread: Vec<Unread>,
}

/// Why a file does not give exactly one document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SingleError {
    #[error("a part cannot be read: {0}")]
    Unread(#[from] Unread),
    #[error("{0} documents where one is expected")]
    Several(usize),
}

/// Takes a file apart. What is in no known armour is one document as it is: what it is worth is for
/// whoever reads documents to say.
pub fn read(bytes: &[u8]) -> Contents<'_> {
    if is_binary(bytes) {
        return elements(bytes);
    }
    match text_of(bytes) {
        // A byte order mark in front of a binary document.
        Ok(Text::Utf8(inner)) if is_binary(inner) => elements(inner),
        Ok(Text::Utf8(inner)) => of_text(&String::from_utf8_lossy(inner))
            .unwrap_or_else(|| Contents::of(Document::whole(Cow::Borrowed(bytes)))),
        Ok(Text::Utf16(text)) => {
            of_text(&text).unwrap_or_else(|| Contents::of(Document::whole(Cow::Borrowed(bytes))))
        }
        Err(reason) => Contents::unread(Place::Byte(0), reason),
    }
}

/// The only document of a file; an error where it holds several or a part is not read.
pub fn single(bytes: &[u8]) -> Result<Cow<'_, [u8]>, SingleError> {
    let Contents {
        mut documents,
        unread,
    } = read(bytes);
    if let Some(unread) = unread.into_iter().next() {
        return Err(unread.into());
    }
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document.bytes),
        (Some(_), others) => Err(SingleError::Several(others + 1)),
        (None, _) => Ok(Cow::Borrowed(bytes)),
    }
}

impl<'a> Contents<'a> {
    fn of(document: Document<'a>) -> Self {
        Self {
            documents: vec![document],
            unread: Vec::new(),
        }
    }

    fn unread(place: Place, reason: UnreadReason) -> Self {
        Self {
            documents: Vec::new(),
            unread: vec![Unread { place, reason }],
        }
    }

    fn into_owned(self) -> Contents<'static> {
        let owned = |document: Document<'a>| Document {
            label: document.label,
            place: document.place,
            bytes: Cow::Owned(document.bytes.into_owned()),
        };
        Contents {
            documents: self.documents.into_iter().map(owned).collect(),
            unread: self.unread,
        }
    }

    fn is_empty(&self) -> bool {
        self.documents.is_empty() && self.unread.is_empty()
    }
}

impl<'a> Document<'a> {
    fn whole(bytes: Cow<'a, [u8]>) -> Self {
        Self {
            label: None,
            place: Place::Byte(0),
            bytes,
        }
    }
}

/// Every document here is a SEQUENCE. Whatever text is inside one is its own affair: a signed
/// document must never be taken for another that stands in its content.
fn is_binary(bytes: &[u8]) -> bool {
    bytes.first() == Some(&tag::SEQUENCE)
}

/// Binary documents in a row. A line end after one, as text tools add it, is no data.
fn elements(bytes: &[u8]) -> Contents<'_> {
    let mut contents = Contents::default();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let place = Place::Byte(at);
        if contents.documents.len() == MOST_PARTS {
            contents.unread.push(Unread {
                place,
                reason: UnreadReason::TooMany,
            });
            break;
        }
        let length = is_binary(rest)
            .then(|| ber::element_length(rest, Limits::SIGNATURE.depth).ok())
            .flatten();
        match length {
            Some(length) => {
                let (document, after) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                contents.documents.push(Document {
                    label: None,
                    place,
                    bytes: Cow::Borrowed(document),
                });
                let blank = after.iter().take_while(|octet| is_blank(**octet)).count();
                at += length + blank;
            }
            // Cut off, or no element at all: its reader says so.
            None if at == 0 => {
                contents
                    .documents
                    .push(Document::whole(Cow::Borrowed(rest)));
                break;
            }
            None => {
                contents.unread.push(Unread {
                    place,
                    reason: UnreadReason::TrailingData,
                });
                break;
            }
        }
    }
    contents
}

fn is_blank(octet: u8) -> bool {
    octet.is_ascii_whitespace()
}

enum Text<'a> {
    Utf8(&'a [u8]),
    Utf16(String),
}

/// The text without its byte order mark. UTF-16 without one is told by its noughts: every text here
/// begins with ASCII.
fn text_of(bytes: &[u8]) -> Result<Text<'_>, UnreadReason> {
    let utf16 = |octets: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = octets.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(UnreadReason::Utf16);
        }
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .collect::<Result<String, _>>()
            .map(Text::Utf16)
            .map_err(|_| UnreadReason::Utf16)
    };
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Ok(Text::Utf8(rest)),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [first, 0, second, 0, ..] if first.is_ascii_graphic() && second.is_ascii_graphic() => {
            utf16(bytes, u16::from_le_bytes)
        }
        [0, first, 0, second, ..] if first.is_ascii_graphic() && second.is_ascii_graphic() => {
            utf16(bytes, u16::from_be_bytes)
        }
        _ => Ok(Text::Utf8(bytes)),
    }
}

/// The documents of a text; `None` where it is in no known armour.
fn of_text(text: &str) -> Option<Contents<'static>> {
    let blocks = pem::parts(text);
    // Base64 without any line of PEM is looked at as a whole below.
    let is_pem = blocks
        .documents
        .iter()
        .any(|document| document.label.is_some())
        || blocks
            .unread
            .iter()
            .any(|unread| unread.reason != UnreadReason::Stray);
    if is_pem {
        return Some(blocks);
    }
    if let Some(message) = smime(text) {
        return Some(message);
    }
    let compact = without_space(text);
    match bare(&compact) {
        Some(bytes) if is_binary(&bytes) => Some(elements(&bytes).into_owned()),
        Some(bytes) => Some(Contents::of(Document::whole(Cow::Owned(bytes)))),
        None if looks_like_base64(&compact) => Some(Contents::unread(
            Place::Line(1),
            UnreadReason::DamagedBase64,
        )),
        None if blocks.is_empty() => None,
        None => Some(blocks),
    }
}

/// A message with one part in Base64 (RFC 8551, section 3.2): `None` where the text is no message.
fn smime(text: &str) -> Option<Contents<'static>> {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .or_else(|| text.split_once("\n\n"))?;
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_ascii_lowercase())
        })
    };
    let kind = header("Content-Type")?;
    let signed = kind.starts_with("application/pkcs7-mime")
        || kind.starts_with("application/x-pkcs7-mime")
        || kind.starts_with("application/pkcs7-signature")
        || kind.starts_with("application/x-pkcs7-signature");
    let encoded = header("Content-Transfer-Encoding").is_some_and(|name| name == "base64");
    let decoded = (signed && encoded).then(|| strict(body)).flatten();
    Some(match decoded {
        Some(bytes) => elements(&bytes).into_owned(),
        None => Contents::unread(Place::Line(1), UnreadReason::Mime),
    })
}

fn without_space(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_ascii_whitespace())
        .collect()
}

/// Base64 as RFC 4648, section 4 has it, with its padding.
pub(crate) fn strict(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(without_space(text)).ok()
}

/// Base64 by itself and without spaces, in either alphabet, with or without padding.
fn bare(compact: &str) -> Option<Vec<u8>> {
    if compact.is_empty() {
        return None;
    }
    BARE.decode(compact)
        .or_else(|_| OF_URLS.decode(compact))
        .ok()
}

/// Whether a text without its spaces was Base64 of a SEQUENCE before something happened to it.
fn looks_like_base64(compact: &str) -> bool {
    let fits = compact
        .bytes()
        .filter(|octet| octet.is_ascii_alphanumeric() || b"+/=-_".contains(octet))
        .count();
    compact.starts_with("MI") && compact.len() > 64 && fits * 10 >= compact.len() * 9
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const ONE: [u8; 5] = [0x30, 3, 2, 1, 5];
    const OTHER: [u8; 7] = [0x30, 0x80, 2, 1, 6, 0, 0];

    fn documents(bytes: &[u8]) -> Vec<Vec<u8>> {
        let contents = read(bytes);
        assert_eq!(contents.unread, []);
        let documents = contents.documents.into_iter();
        documents.map(|found| found.bytes.into_owned()).collect()
    }

    #[test]
    fn binary_documents_are_read_one_by_one_with_line_ends_between_them() {
        assert_eq!(documents(&ONE), [ONE]);
        for end in ["\n", "\r\n", " \n\n"] {
            assert_eq!(documents(&[&ONE[..], end.as_bytes()].concat()), [ONE]);
        }
        let row = [&ONE[..], &OTHER, b"\n", &ONE].concat();
        assert_eq!(
            documents(&row),
            [ONE.to_vec(), OTHER.to_vec(), ONE.to_vec()]
        );
        assert_eq!(single(&row), Err(SingleError::Several(3)));
    }

    #[rstest]
    #[case(b"garbage")]
    #[case(&[0])]
    #[case(&[0x30, 9, 1])]
    #[case(&[0x30, 0x80, 2, 1, 6])]
    fn what_follows_a_binary_document_is_named(#[case] after: &[u8]) {
        let file = [&ONE[..], after].concat();
        let contents = read(&file);
        assert_eq!(contents.documents.len(), 1);
        let expected = Unread {
            place: Place::Byte(5),
            reason: UnreadReason::TrailingData,
        };
        assert_eq!(contents.unread, [expected]);
    }

    #[test]
    fn base64_is_read_in_either_alphabet_with_and_without_padding_and_marks() {
        // 0x30 0x82 0x00 0x01 0xff: both characters in which the alphabets differ.
        let der = [0x30, 4, 0xfb, 0xef, 0xff, 0xfe];
        for text in ["MAT77//+", "MAT77__-", "MAT7\r\n7//+\n"] {
            assert_eq!(documents(text.as_bytes()), [der], "{text}");
            let marked = format!("\u{feff}{text}");
            assert_eq!(documents(marked.as_bytes()), [der], "{text}");
            for order in [u16::to_le_bytes, u16::to_be_bytes] {
                let encode =
                    |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
                assert_eq!(documents(&encode(&marked)), [der], "{text}");
                assert_eq!(documents(&encode(text)), [der], "{text}");
            }
        }
        assert_eq!(documents(b"MAMCAQU="), [ONE]);
        assert_eq!(documents(b"MAMCAQU"), [ONE]);
        let marked = [&[0xef, 0xbb, 0xbf][..], &ONE].concat();
        assert_eq!(documents(&marked), [ONE]);
    }

    #[test]
    fn pem_in_utf16_is_read() {
        let text = format!("\u{feff}{}", pem::encode("CMS", &ONE));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(documents(&bytes), [ONE]);
        assert!(single(&bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn a_message_of_one_part_is_read_and_of_several_named() {
        let head = "MIME-Version: 1.0\nContent-Disposition: attachment\n\
            Content-Type: application/x-pkcs7-mime; smime-type=signed-data\n\
            Content-Transfer-Encoding: base64\n";
        let message = format!("{head}\nMAMC\nAQU=\n");
        assert_eq!(documents(message.as_bytes()), [ONE]);
        assert_eq!(documents(message.replace('\n', "\r\n").as_bytes()), [ONE]);
        let parts = "Content-Type: multipart/signed; boundary=x\n\n--x\ntext\n--x--\n";
        assert_eq!(read(parts.as_bytes()).unread[0].reason, UnreadReason::Mime);
    }

    #[test]
    fn base64_that_is_damaged_is_named() {
        let text = STANDARD.encode([&[0x30, 0x82, 1, 0][..], &[7; 256]].concat());
        assert_eq!(documents(text.as_bytes()).len(), 1);
        let damaged = text.replacen('B', "!", 1);
        assert_eq!(read(damaged.as_bytes()).documents, []);
        assert_eq!(read(damaged.as_bytes()).unread.len(), 1);
    }

    #[test]
    fn of_too_many_parts_the_rest_is_named() {
        let elements = [0x30, 0].repeat(MOST_PARTS + 2);
        let contents = read(&elements);
        assert_eq!(contents.documents.len(), MOST_PARTS);
        assert_eq!(contents.unread[0].reason, UnreadReason::TooMany);
        for part in ["-----END A-----\n", "-----BEGIN A-----\n-----END A-----\n"] {
            let text = part.repeat(MOST_PARTS + 2);
            let Contents { documents, unread } = read(text.as_bytes());
            assert_eq!(documents.len() + unread.len(), MOST_PARTS + 1);
            assert_eq!(unread.last().unwrap().reason, UnreadReason::TooMany);
        }
    }

    #[test]
    fn other_text_is_one_document_as_it_is() {
        assert_eq!(documents(b"just a text."), [b"just a text.".to_vec()]);
        assert_eq!(documents(b""), [b"".to_vec()]);
    }

    #[test]
    fn armour_inside_a_binary_document_is_not_looked_at() {
        let armoured = pem::encode("CMS", &ONE);
        let document = crate::asn1::sequence(&[&crate::asn1::octet_string(armoured.as_bytes())]);
        assert_eq!(*single(&document).unwrap(), document);
    }
}
