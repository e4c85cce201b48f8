//! Writing DER: each function gives the octets of one element.

use super::tag;
use chrono::{DateTime, Datelike, Timelike, Utc};
use const_oid::ObjectIdentifier;

/// An element of this tag whose contents are the parts, one after the other.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    write_length(&mut out, length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// The shortest form of a length.
pub(crate) fn write_length(out: &mut Vec<u8>, length: usize) {
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        out.push(short);
        return;
    }
    let octets = length.to_be_bytes();
    let skip = octets.iter().take_while(|octet| **octet == 0).count();
    let count = octets.len() - skip;
    out.push(0x80 | u8::try_from(count).unwrap_or(0x7f));
    out.extend(octets.iter().skip(skip));
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::SEQUENCE, parts)
}

pub(crate) fn set(parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::SET, parts)
}

/// A SET OF, whose elements DER puts in order.
pub(crate) fn set_of(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    let parts: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
    set(&parts)
}

/// `[number]`, constructed.
pub(crate) fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    tlv(tag::context_constructed(number), parts)
}

pub(crate) fn octet_string(contents: &[u8]) -> Vec<u8> {
    tlv(tag::OCTET_STRING, &[contents])
}

pub(crate) fn oid(oid: &ObjectIdentifier) -> Vec<u8> {
    tlv(tag::OID, &[oid.as_bytes()])
}

pub(crate) fn null() -> Vec<u8> {
    tlv(tag::NULL, &[])
}

/// A non-negative INTEGER from its big-endian octets.
pub(crate) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let skip = magnitude.iter().take_while(|octet| **octet == 0).count();
    let digits = magnitude.get(skip..).unwrap_or_default();
    match digits.first() {
        Some(first) if first & 0x80 == 0 => tlv(tag::INTEGER, &[digits]),
        _ => tlv(tag::INTEGER, &[&[0], digits]),
    }
}

pub(crate) fn integer_u64(number: u64) -> Vec<u8> {
    integer(&number.to_be_bytes())
}

/// UTCTime up to 2049, GeneralizedTime outside, as RFC 5280 and RFC 5652 ask.
pub(crate) fn time(moment: DateTime<Utc>) -> Vec<u8> {
    // Digit by digit, because a formatter of dates weighs more in the browser than all of this file.
    let mut text = Vec::with_capacity(15);
    let year = u32::try_from(moment.year()).unwrap_or(0);
    let short = (1950..2050).contains(&year);
    if !short {
        two_digits(&mut text, year / 100);
    }
    two_digits(&mut text, year);
    for number in [
        moment.month(),
        moment.day(),
        moment.hour(),
        moment.minute(),
        moment.second(),
    ] {
        two_digits(&mut text, number);
    }
    text.push(b'Z');
    let tag = if short {
        tag::UTC_TIME
    } else {
        tag::GENERALIZED_TIME
    };
    tlv(tag, &[&text])
}

/// The last two digits of a number.
fn two_digits(text: &mut Vec<u8>, number: u32) {
    for digit in [number / 10 % 10, number % 10] {
        text.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asn1::Reader;
    use rstest::rstest;

    #[rstest]
    #[case(0)]
    #[case(127)]
    #[case(128)]
    #[case(255)]
    #[case(256)]
    #[case(65_536)]
    fn the_reader_reads_what_is_written(#[case] length: usize) {
        let contents = vec![7; length];
        let der = octet_string(&contents);
        let mut reader = Reader::new(&der);
        assert_eq!(reader.octets().unwrap(), contents);
        reader.finish().unwrap();
    }

    #[rstest]
    #[case(&[], &[2, 1, 0])]
    #[case(&[0, 0], &[2, 1, 0])]
    #[case(&[0x7f], &[2, 1, 0x7f])]
    #[case(&[0x80], &[2, 2, 0, 0x80])]
    #[case(&[0, 0, 0x80], &[2, 2, 0, 0x80])]
    fn integers(#[case] magnitude: &[u8], #[case] der: &[u8]) {
        assert_eq!(integer(magnitude), der);
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(
            set_of(vec![vec![5, 0], vec![2, 1, 0]]),
            [0x31, 5, 2, 1, 0, 5, 0]
        );
    }
}
