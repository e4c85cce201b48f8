//! Distinguished names: read by attribute type, compared as RFC 5280, section 7.1 says.
//!
//! A name is never split as a string. Its octets are kept, because signatures refer to them.

use crate::asn1::{Asn1Error, Oid, Reader, known, tag, write_length};
use crate::hexadecimal::hex;
use const_oid::ObjectIdentifier;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

/// No real name comes near this many attributes.
const MOST_ATTRIBUTES: usize = 256;

/// Octets of a name that is compared without preparation.
const SHORT: usize = 256;

/// A distinguished name.
#[derive(Clone)]
pub struct Name {
    der: Vec<u8>,
    rdns: Vec<Rdn>,
    /// The form in which names are compared, made when first needed.
    comparable: OnceLock<Vec<u8>>,
    /// The form in which the name is shown, made when first needed.
    shown: OnceLock<String>,
}

/// A relative distinguished name: a set, nearly always of one attribute.
pub(crate) type Rdn = SmallVec<[Attribute; 1]>;

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    kind: Oid,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// Of a type that is no text, or octets that are not the text of their type.
    Octets {
        tag: u8,
        octets: Vec<u8>,
    },
}

impl Value {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Octets { .. } => None,
        }
    }
}

impl Name {
    /// Reads a name, which must be all of `der`.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(der);
        let mut names = outer.sequence()?;
        outer.finish()?;
        let mut rdns = Vec::new();
        let mut count = 0;
        while !names.is_empty() {
            let rdn = Self::parse_rdn(names.tagged(tag::SET)?.contents)?;
            count += rdn.len();
            if count > MOST_ATTRIBUTES {
                return Err(Asn1Error::TooMany(MOST_ATTRIBUTES, "attributes of a name"));
            }
            rdns.push(rdn);
        }
        Ok(Self {
            der: der.to_vec(),
            rdns,
            comparable: OnceLock::new(),
            shown: OnceLock::new(),
        })
    }

    /// Reads the contents of a relative distinguished name.
    pub(crate) fn parse_rdn(contents: &[u8]) -> Result<Rdn, Asn1Error> {
        let mut set = Reader::new(contents);
        let mut rdn = Rdn::new();
        while !set.is_empty() {
            if rdn.len() == MOST_ATTRIBUTES {
                return Err(Asn1Error::TooMany(MOST_ATTRIBUTES, "attributes of a name"));
            }
            let mut pair = set.sequence()?;
            let kind = pair.oid()?;
            let value = pair.element()?;
            pair.finish()?;
            let value = match text(value.tag, value.contents) {
                Some(text) => Value::Text(text),
                None => Value::Octets {
                    tag: value.tag,
                    octets: value.contents.to_vec(),
                },
            };
            rdn.push(Attribute { kind, value });
        }
        if rdn.is_empty() {
            return Err(Asn1Error::NotDer("empty relative name"));
        }
        Ok(rdn)
    }

    /// The name with one relative name more at its end.
    pub(crate) fn with_rdn(&self, rdn: &Rdn) -> Self {
        let mut rdns = self.rdns.clone();
        rdns.push(rdn.clone());
        // Only ever compared; there is nothing that was signed to refer to.
        Self {
            der: Vec::new(),
            rdns,
            comparable: OnceLock::new(),
            shown: OnceLock::new(),
        }
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    pub fn is_empty(&self) -> bool {
        self.rdns.is_empty()
    }

    /// The text of the first attribute of this type.
    pub(crate) fn first(&self, kind: &ObjectIdentifier) -> Option<&str> {
        self.all(kind).next()
    }

    pub(crate) fn all(&self, kind: &ObjectIdentifier) -> impl Iterator<Item = &str> {
        self.every(kind).flatten()
    }

    /// The text of each attribute of this type; `None` for one that is no text.
    pub(crate) fn every(&self, kind: &ObjectIdentifier) -> impl Iterator<Item = Option<&str>> {
        self.rdns
            .iter()
            .flatten()
            .filter(move |attribute| attribute.kind == *kind)
            .map(|attribute| attribute.value.text())
    }

    /// The common name as it may be shown, or the whole name where there is none.
    pub fn common_name(&self) -> String {
        self.first(&known::COMMON_NAME).map_or_else(
            || self.to_string(),
            |name| balabaqsha_text::visible(name).into_owned(),
        )
    }

    /// Whether both names are the same name, whatever string types, case and spacing they use.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        if !self.der.is_empty() && self.der == other.der {
            return true;
        }
        self.rdns.len() == other.rdns.len()
            && !self.differs_plainly(other)
            && self.comparable() == other.comparable()
    }

    /// Whether short names differ in what can be seen without making the form in which names are
    /// compared: nearly all pairs of names do. Long ones are left to that form, which is made once.
    fn differs_plainly(&self, other: &Self) -> bool {
        let is_short = self.der.len().max(other.der.len()) <= SHORT;
        is_short
            && self.rdns.iter().zip(&other.rdns).any(|pair| {
                match (pair.0.as_slice(), pair.1.as_slice()) {
                    ([one], [other]) => {
                        one.kind != other.kind || texts_differ_plainly(&one.value, &other.value)
                    }
                    _ => false,
                }
            })
    }

    /// Whether this name lies at or under `base` in the tree of names.
    pub(crate) fn starts_with(&self, base: &Self) -> bool {
        self.comparable().starts_with(base.comparable())
    }

    /// The relative names in their order. Each begins with its length, so the form of a name
    /// begins with that of every name above it.
    fn comparable(&self) -> &[u8] {
        self.comparable.get_or_init(|| {
            let mut out = Vec::with_capacity(self.der.len());
            for rdn in &self.rdns {
                write_comparable(rdn, &mut out);
            }
            out
        })
    }

    fn shown(&self) -> &str {
        self.shown.get_or_init(|| {
            let mut text = String::with_capacity(self.der.len());
            // Writing to a String cannot fail.
            let _ = self.write_shown(&mut text);
            text
        })
    }

    fn write_shown(&self, f: &mut impl fmt::Write) -> fmt::Result {
        for (index, attribute) in self.rdns.iter().flatten().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match attribute.kind.name() {
                Some(name) => f.write_str(name)?,
                None => write!(f, "{}", attribute.kind)?,
            }
            f.write_str("=")?;
            match &attribute.value {
                // A name is shown to people: hidden characters would let it pretend.
                Value::Text(text) => {
                    let text = balabaqsha_text::visible(text);
                    for part in text.split_inclusive([',', '\\', '=']) {
                        match part.strip_suffix([',', '\\', '=']) {
                            None => f.write_str(part)?,
                            Some(plain) => {
                                f.write_str(plain)?;
                                f.write_str("\\")?;
                                f.write_str(part.get(plain.len()..).unwrap_or_default())?;
                            }
                        }
                    }
                }
                Value::Octets { octets, .. } => {
                    f.write_str("#")?;
                    f.write_str(&hex(octets))?;
                }
            }
        }
        Ok(())
    }
}

/// Whether two texts of ASCII without spaces differ by more than case.
fn texts_differ_plainly(one: &Value, other: &Value) -> bool {
    let (Value::Text(one), Value::Text(other)) = (one, other) else {
        return false;
    };
    let is_plain = |text: &str| text.bytes().all(|octet| octet.is_ascii_graphic());
    is_plain(one) && is_plain(other) && !one.eq_ignore_ascii_case(other)
}

/// Writes a relative name in the form in which it is compared: its length, then the set of its
/// attributes in a fixed order.
fn write_comparable(rdn: &Rdn, out: &mut Vec<u8>) {
    let mut attributes: Vec<Vec<u8>> = rdn.iter().map(comparable).collect();
    attributes.sort();
    write_length(out, attributes.iter().map(Vec::len).sum());
    for attribute in &attributes {
        out.extend_from_slice(attribute);
    }
}

fn comparable(attribute: &Attribute) -> Vec<u8> {
    let kind = attribute.kind.contents();
    let (tag, octets) = match &attribute.value {
        Value::Text(text) => (tag::UTF8_STRING, Cow::Owned(folded(text))),
        Value::Octets { tag, octets } => (*tag, Cow::Borrowed(octets.as_slice())),
    };
    let mut out = Vec::with_capacity(kind.len() + octets.len() + 10);
    write_length(&mut out, kind.len());
    out.extend_from_slice(kind);
    out.push(tag);
    write_length(&mut out, octets.len());
    out.extend_from_slice(&octets);
    out
}

/// The text without what does not tell names apart: case and spacing.
fn folded(text: &str) -> Vec<u8> {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out.into_bytes()
}

/// The text of a string type; `None` for other types and for octets that are not its text.
pub(crate) fn text(value_tag: u8, contents: &[u8]) -> Option<String> {
    match value_tag {
        tag::UTF8_STRING => String::from_utf8(contents.to_vec()).ok(),
        tag::PRINTABLE_STRING | tag::IA5_STRING | 0x12 | 0x1a if contents.is_ascii() => {
            String::from_utf8(contents.to_vec()).ok()
        }
        // Nobody uses T.61 as it was meant; in practice it is Latin-1.
        tag::TELETEX_STRING => Some(contents.iter().map(|octet| char::from(*octet)).collect()),
        tag::BMP_STRING => bmp_text(contents),
        tag::UNIVERSAL_STRING => {
            let (units, rest) = contents.as_chunks::<4>();
            if !rest.is_empty() {
                return None;
            }
            units
                .iter()
                .map(|unit| char::from_u32(u32::from_be_bytes(*unit)))
                .collect()
        }
        _ => None,
    }
}

/// UTF-16, most significant octet first.
pub(crate) fn bmp_text(contents: &[u8]) -> Option<String> {
    let (units, rest) = contents.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit)))
        .collect::<Result<_, _>>()
        .ok()
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::{oid, sequence, set, tlv};

    fn name(parts: &[(ObjectIdentifier, u8, &[u8])]) -> Name {
        let rdns: Vec<Vec<u8>> = parts
            .iter()
            .map(|(kind, value_tag, value)| {
                set(&[&sequence(&[&oid(kind), &tlv(*value_tag, &[value])])])
            })
            .collect();
        let parts: Vec<&[u8]> = rdns.iter().map(Vec::as_slice).collect();
        Name::parse(&sequence(&parts)).unwrap()
    }

    #[test]
    fn string_type_case_and_spacing_do_not_matter() {
        let one = name(&[(known::COMMON_NAME, tag::PRINTABLE_STRING, b" Good  CA ")]);
        let other = name(&[(known::COMMON_NAME, tag::UTF8_STRING, b"good ca")]);
        let third = name(&[(known::COMMON_NAME, tag::UTF8_STRING, b"goodca")]);
        assert!(one.matches(&other));
        assert!(!one.matches(&third));
    }

    #[test]
    fn cyrillic_case_does_not_matter() {
        let upper = name(&[(known::COMMON_NAME, tag::UTF8_STRING, "ҰЛТТЫҚ".as_bytes())]);
        let lower = name(&[(known::COMMON_NAME, tag::UTF8_STRING, "ұлттық".as_bytes())]);
        let bmp: Vec<u8> = "Ұлттық".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let bmp = name(&[(known::COMMON_NAME, tag::BMP_STRING, &bmp)]);
        assert!(upper.matches(&lower));
        assert!(upper.matches(&bmp));
    }

    #[test]
    fn order_of_relative_names_matters() {
        let c = (known::COUNTRY, tag::PRINTABLE_STRING, &b"KZ"[..]);
        let o = (known::ORGANISATION, tag::UTF8_STRING, &b"A"[..]);
        assert!(!name(&[c, o]).matches(&name(&[o, c])));
        assert!(name(&[c, o]).starts_with(&name(&[c])));
        assert!(!name(&[c]).starts_with(&name(&[c, o])));
        assert!(name(&[c]).starts_with(&name(&[])));
    }

    #[test]
    fn values_that_are_no_text_are_compared_as_they_are() {
        let one = name(&[(known::COMMON_NAME, tag::UTF8_STRING, &[0xff, 0x41])]);
        let other = name(&[(known::COMMON_NAME, tag::UTF8_STRING, &[0xff, 0x61])]);
        assert!(one.matches(&one.clone()));
        assert!(!one.matches(&other));
        assert_eq!(one.to_string(), "CN=#ff41");
    }

    #[test]
    fn shown_names_cannot_pretend() {
        let name = name(&[(known::COMMON_NAME, tag::UTF8_STRING, b"A, O=B\n")]);
        assert_eq!(name.to_string(), "CN=A\\, O\\=B\u{fffd}");
    }
}
