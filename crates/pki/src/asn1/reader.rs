//! A strict reader of DER.

use super::{Asn1Error, Oid, generalized_time, tag, utc_time};
use chrono::{DateTime, Utc};

/// Reads one element after the other from a slice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

/// One element: its tag, its contents and all its octets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) contents: &'a [u8],
    pub(crate) raw: &'a [u8],
}

impl<'a> Element<'a> {
    pub(crate) fn reader(&self) -> Reader<'a> {
        Reader::new(self.contents)
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn finish(&self) -> Result<(), Asn1Error> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Asn1Error::TrailingData)
        }
    }

    /// The next element, whatever it is.
    pub(crate) fn element(&mut self) -> Result<Element<'a>, Asn1Error> {
        let (&tag, after_tag) = self.rest.split_first().ok_or(Asn1Error::Truncated)?;
        if tag & 0x1f == 0x1f {
            return Err(Asn1Error::NotDer("tag number above 30"));
        }
        let (&first, after_length) = after_tag.split_first().ok_or(Asn1Error::Truncated)?;
        let (length, body) = if first < 0x80 {
            (usize::from(first), after_length)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 {
                return Err(Asn1Error::NotDer("indefinite length"));
            }
            if count > 4 {
                return Err(Asn1Error::OutOfRange("length"));
            }
            let (octets, body) = after_length
                .split_at_checked(count)
                .ok_or(Asn1Error::Truncated)?;
            let length = octets
                .iter()
                .fold(0_u32, |sum, octet| sum << 8 | u32::from(*octet));
            if length < 0x80 || octets.first() == Some(&0) {
                return Err(Asn1Error::NotDer("length is not the shortest"));
            }
            let length = usize::try_from(length).map_err(|_| Asn1Error::OutOfRange("length"))?;
            (length, body)
        };
        let (contents, rest) = body.split_at_checked(length).ok_or(Asn1Error::Truncated)?;
        let taken = self.rest.len() - rest.len();
        let raw = self.rest.get(..taken).ok_or(Asn1Error::Truncated)?;
        self.rest = rest;
        Ok(Element { tag, contents, raw })
    }

    /// The next element, which must have this tag.
    pub(crate) fn tagged(&mut self, expected: u8) -> Result<Element<'a>, Asn1Error> {
        match self.peek() {
            Some(found) if found == expected => self.element(),
            Some(found) => Err(Asn1Error::UnexpectedTag { expected, found }),
            None => Err(Asn1Error::Truncated),
        }
    }

    /// The next element if it has this tag.
    pub(crate) fn optional(&mut self, expected: u8) -> Result<Option<Element<'a>>, Asn1Error> {
        if self.peek() == Some(expected) {
            self.element().map(Some)
        } else {
            Ok(None)
        }
    }

    pub(crate) fn sequence(&mut self) -> Result<Reader<'a>, Asn1Error> {
        Ok(self.tagged(tag::SEQUENCE)?.reader())
    }

    pub(crate) fn set(&mut self) -> Result<Reader<'a>, Asn1Error> {
        Ok(self.tagged(tag::SET)?.reader())
    }

    pub(crate) fn octets(&mut self) -> Result<&'a [u8], Asn1Error> {
        Ok(self.tagged(tag::OCTET_STRING)?.contents)
    }

    pub(crate) fn oid(&mut self) -> Result<Oid, Asn1Error> {
        Oid::from_contents(self.tagged(tag::OID)?.contents)
    }

    /// The contents of an INTEGER: two's complement, in the shortest form.
    pub(crate) fn integer(&mut self) -> Result<&'a [u8], Asn1Error> {
        shortest_integer(self.tagged(tag::INTEGER)?.contents)
    }

    /// A non-negative INTEGER without its sign octet.
    pub(crate) fn unsigned(&mut self) -> Result<&'a [u8], Asn1Error> {
        unsigned(self.integer()?)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Asn1Error> {
        unsigned_u32(self.integer()?)
    }

    /// A BIT STRING that holds whole octets.
    pub(crate) fn bit_string_octets(&mut self) -> Result<&'a [u8], Asn1Error> {
        match self.tagged(tag::BIT_STRING)?.contents.split_first() {
            Some((0, octets)) => Ok(octets),
            _ => Err(Asn1Error::NotDer("bit string of whole octets expected")),
        }
    }

    /// A named-bit list, as the set of its bits: bit 0 of the list is bit 0 of the number.
    pub(crate) fn named_bits(contents: &[u8]) -> Result<u16, Asn1Error> {
        let (&unused, octets) = contents.split_first().ok_or(Asn1Error::Truncated)?;
        if unused > 7 || octets.len() > 2 || (octets.is_empty() && unused != 0) {
            return Err(Asn1Error::OutOfRange("named bits"));
        }
        let mask = 0xff_u8.checked_shl(u32::from(unused)).unwrap_or(0);
        if octets.last().is_some_and(|last| last & !mask != 0) {
            return Err(Asn1Error::NotDer("unused bits are set"));
        }
        Ok(octets
            .iter()
            .rev()
            .fold(0, |bits, octet| bits << 8 | u16::from(octet.reverse_bits())))
    }

    /// `critical BOOLEAN DEFAULT FALSE` and its like.
    pub(crate) fn boolean_or_false(&mut self, expected: u8) -> Result<bool, Asn1Error> {
        match self.optional(expected)?.map(|element| element.contents) {
            None => Ok(false),
            Some([0xff]) => Ok(true),
            // An explicit FALSE is not DER, but real certificates carry it and it means the same.
            Some([0x00]) => Ok(false),
            Some(_) => Err(Asn1Error::NotDer("boolean")),
        }
    }

    /// UTCTime or GeneralizedTime.
    pub(crate) fn time(&mut self) -> Result<DateTime<Utc>, Asn1Error> {
        let element = self.element()?;
        match element.tag {
            tag::UTC_TIME => utc_time(element.contents),
            tag::GENERALIZED_TIME => generalized_time(element.contents),
            found => Err(Asn1Error::UnexpectedTag {
                expected: tag::UTC_TIME,
                found,
            }),
        }
    }

    /// Whether the rest is a NULL or nothing: the only parameters most algorithms may have.
    pub(crate) fn null_or_nothing(&self) -> bool {
        matches!(self.rest, [] | [tag::NULL, 0])
    }
}

pub(crate) fn shortest_integer(contents: &[u8]) -> Result<&[u8], Asn1Error> {
    match contents {
        [] => Err(Asn1Error::NotDer("empty integer")),
        [0x00, next, ..] if next & 0x80 == 0 => Err(Asn1Error::NotDer("integer is padded")),
        [0xff, next, ..] if next & 0x80 != 0 => Err(Asn1Error::NotDer("integer is padded")),
        _ => Ok(contents),
    }
}

pub(crate) fn unsigned(contents: &[u8]) -> Result<&[u8], Asn1Error> {
    match contents {
        [0x00, rest @ ..] if !rest.is_empty() => Ok(rest),
        [first, ..] if first & 0x80 != 0 => Err(Asn1Error::OutOfRange("negative integer")),
        _ => Ok(contents),
    }
}

pub(crate) fn unsigned_u32(contents: &[u8]) -> Result<u32, Asn1Error> {
    let octets = unsigned(shortest_integer(contents)?)?;
    if octets.len() > 4 {
        return Err(Asn1Error::OutOfRange("integer"));
    }
    Ok(octets
        .iter()
        .fold(0, |sum, octet| sum << 8 | u32::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::indefinite(&[0x30, 0x80, 0, 0])]
    #[case::long_form_of_a_short_length(&[0x04, 0x81, 0x01, 0x00])]
    #[case::leading_zero_in_length(&[0x04, 0x82, 0x00, 0x80])]
    #[case::truncated(&[0x04, 0x05, 0x00])]
    #[case::huge(&[0x04, 0x85, 1, 1, 1, 1, 1])]
    #[case::high_tag(&[0x1f, 0x81, 0x01, 0x00])]
    #[case::nothing(&[])]
    fn refuses(#[case] bytes: &[u8]) {
        assert!(Reader::new(bytes).element().is_err());
    }

    #[test]
    fn named_bits_are_numbered_from_the_left() {
        // digitalSignature and nonRepudiation
        assert_eq!(Reader::named_bits(&[6, 0xc0]), Ok(0b11));
        // decipherOnly, bit 8
        assert_eq!(Reader::named_bits(&[7, 0x00, 0x80]), Ok(0x100));
        assert!(Reader::named_bits(&[6, 0xc1]).is_err());
        assert!(Reader::named_bits(&[8, 0xc0]).is_err());
        assert!(Reader::named_bits(&[]).is_err());
    }

    #[test]
    fn integers_are_shortest() {
        assert_eq!(unsigned_u32(&[0x00, 0x80]), Ok(128));
        assert!(unsigned_u32(&[0x00, 0x7f]).is_err());
        assert!(unsigned_u32(&[0x80]).is_err());
        assert!(unsigned_u32(&[1, 0, 0, 0, 0]).is_err());
        assert!(shortest_integer(&[]).is_err());
        assert_eq!(unsigned(&[0]), Ok(&[0][..]));
    }
}
