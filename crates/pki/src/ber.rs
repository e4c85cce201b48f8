//! From BER to DER.
//!
//! Key files and signatures from the field use indefinite lengths and strings in pieces. They are
//! rewritten here once, with limits, so that everything behind this module reads strict DER only.
//! It knows nothing of what the elements mean: an implicitly tagged string in pieces
//! (`[0]` constructed) cannot be told from an explicit tag and is left to whoever knows the type.

use crate::asn1::{Reader, tag};
use std::borrow::Cow;
use thiserror::Error;

/// How much a document may ask of us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Octets of input.
    pub size: usize,
    /// Elements within elements.
    pub depth: usize,
}

impl Limits {
    /// Signatures: the content may be inside.
    pub const SIGNATURE: Self = Self {
        size: 32 * 1024 * 1024,
        depth: 32,
    };
    /// Key files: keys and certificates only.
    pub const KEY_FILE: Self = Self {
        size: 4 * 1024 * 1024,
        depth: 32,
    };
}

/// Why bytes are not BER that can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BerError {
    #[error("the data ends before the element does")]
    Truncated,
    #[error("the data is larger than {0} bytes")]
    TooLarge(usize),
    #[error("elements are nested deeper than {0}")]
    TooDeep(usize),
    #[error("data follows the end of the element")]
    TrailingData,
    #[error("not BER: {0}")]
    Malformed(&'static str),
}

/// Rewrites one BER element, with everything inside it, as DER.
///
/// Lengths become definite and shortest; OCTET STRINGs in pieces become whole. Values keep their
/// octets and sets keep their order.
///
/// What is DER already is given back as it is.
pub fn normalise(input: &[u8], limits: Limits) -> Result<Cow<'_, [u8]>, BerError> {
    if input.len() > limits.size {
        return Err(BerError::TooLarge(limits.size));
    }
    if is_der(input, limits.depth) {
        return Ok(Cow::Borrowed(input));
    }
    let mut out = Vec::with_capacity(input.len());
    let rest = element(input, limits.depth, limits, &mut out)?;
    if rest.is_empty() {
        Ok(Cow::Owned(out))
    } else {
        Err(BerError::TrailingData)
    }
}

/// The length of the first element of `input`, whatever is in it.
pub(crate) fn element_length(input: &[u8], depth: usize) -> Result<usize, BerError> {
    let rest = skip(input, depth, depth)?;
    Ok(input.len() - rest.len())
}

/// What follows the first element of `input`.
fn skip(input: &[u8], depth: usize, limit: usize) -> Result<&[u8], BerError> {
    let (header, mut body) = header(input)?;
    let depth = depth.checked_sub(1).ok_or(BerError::TooDeep(limit))?;
    if let Some(length) = header.length {
        let (_, rest) = body.split_at_checked(length).ok_or(BerError::Truncated)?;
        return Ok(rest);
    }
    loop {
        match body {
            [0, 0, rest @ ..] => return Ok(rest),
            _ => body = skip(body, depth, limit)?,
        }
    }
}

/// Whether the input is one element with nothing in it to rewrite.
fn is_der(input: &[u8], depth: usize) -> bool {
    let mut reader = Reader::new(input);
    nothing_to_rewrite(&mut reader, depth).is_some() && reader.is_empty()
}

fn nothing_to_rewrite(reader: &mut Reader<'_>, depth: usize) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    let element = reader.element().ok()?;
    let in_pieces = element.tag == tag::OCTET_STRING | tag::CONSTRUCTED;
    if element.tag == 0 || in_pieces {
        return None;
    }
    if element.tag & tag::CONSTRUCTED != 0 {
        let mut inside = element.reader();
        while !inside.is_empty() {
            nothing_to_rewrite(&mut inside, depth)?;
        }
    }
    Some(())
}

struct Header {
    tag: u8,
    /// `None`: until the end-of-contents octets.
    length: Option<usize>,
}

fn header(input: &[u8]) -> Result<(Header, &[u8]), BerError> {
    let (&tag, rest) = input.split_first().ok_or(BerError::Truncated)?;
    if tag & 0x1f == 0x1f {
        return Err(BerError::Malformed("tag number above 30"));
    }
    let (&first, rest) = rest.split_first().ok_or(BerError::Truncated)?;
    match first {
        0x80 if tag & tag::CONSTRUCTED == 0 => Err(BerError::Malformed(
            "indefinite length of a primitive value",
        )),
        0x80 => Ok((Header { tag, length: None }, rest)),
        0xff => Err(BerError::Malformed("length")),
        short if short < 0x80 => Ok((
            Header {
                tag,
                length: Some(usize::from(short)),
            },
            rest,
        )),
        long => {
            let (octets, rest) = rest
                .split_at_checked(usize::from(long & 0x7f))
                .ok_or(BerError::Truncated)?;
            let length = octets.iter().try_fold(0_usize, |sum, octet| {
                sum.checked_mul(256).map(|sum| sum | usize::from(*octet))
            });
            // A length no input can have is the same to us as an input that ends too early.
            let length = length.ok_or(BerError::Truncated)?;
            Ok((
                Header {
                    tag,
                    length: Some(length),
                },
                rest,
            ))
        }
    }
}

/// Writes the first element of `input` as DER and gives back what follows it.
fn element<'a>(
    input: &'a [u8],
    depth: usize,
    limits: Limits,
    out: &mut Vec<u8>,
) -> Result<&'a [u8], BerError> {
    let (header, body) = header(input)?;
    let depth = depth
        .checked_sub(1)
        .ok_or(BerError::TooDeep(limits.depth))?;
    if header.tag == 0 {
        return Err(BerError::Malformed("end-of-contents out of place"));
    }
    if header.tag & tag::CONSTRUCTED == 0 {
        let length = header.length.unwrap_or_default();
        let (contents, rest) = body.split_at_checked(length).ok_or(BerError::Truncated)?;
        write(out, header.tag, contents);
        return Ok(rest);
    }
    let in_pieces = header.tag == tag::OCTET_STRING | tag::CONSTRUCTED;
    let mut contents = Vec::new();
    let mut take = |remaining: &'a [u8]| {
        if in_pieces {
            piece(remaining, depth, limits, &mut contents)
        } else {
            element(remaining, depth, limits, &mut contents)
        }
    };
    let rest = match header.length {
        Some(length) => {
            let (mut inside, rest) = body.split_at_checked(length).ok_or(BerError::Truncated)?;
            while !inside.is_empty() {
                inside = take(inside)?;
            }
            rest
        }
        None => {
            let mut remaining = body;
            loop {
                match remaining {
                    [0, 0, rest @ ..] => break rest,
                    _ => remaining = take(remaining)?,
                }
            }
        }
    };
    let tag = if in_pieces {
        tag::OCTET_STRING
    } else {
        header.tag
    };
    write(out, tag, &contents);
    Ok(rest)
}

/// Appends the contents of one piece of an OCTET STRING, which may itself be in pieces.
fn piece<'a>(
    input: &'a [u8],
    depth: usize,
    limits: Limits,
    out: &mut Vec<u8>,
) -> Result<&'a [u8], BerError> {
    let is_string = input
        .first()
        .is_some_and(|tag| tag & !tag::CONSTRUCTED == tag::OCTET_STRING);
    if !is_string {
        return Err(BerError::Malformed("a piece of a string that is no string"));
    }
    let mut der = Vec::new();
    let rest = element(input, depth, limits, &mut der)?;
    let mut reader = Reader::new(&der);
    let contents = reader
        .octets()
        .map_err(|_| BerError::Malformed("a piece of a string"))?;
    out.extend_from_slice(contents);
    Ok(rest)
}

fn write(out: &mut Vec<u8>, tag: u8, contents: &[u8]) {
    out.push(tag);
    crate::asn1::write_length(out, contents.len());
    out.extend_from_slice(contents);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const LIMITS: Limits = Limits {
        size: 1 << 20,
        depth: 8,
    };

    #[rstest]
    #[case::der_stays(&[0x30, 3, 2, 1, 5], &[0x30, 3, 2, 1, 5])]
    #[case::indefinite(&[0x30, 0x80, 2, 1, 5, 0, 0], &[0x30, 3, 2, 1, 5])]
    #[case::nested(&[0x30, 0x80, 0xa0, 0x80, 2, 1, 5, 0, 0, 0, 0], &[0x30, 5, 0xa0, 3, 2, 1, 5])]
    #[case::pieces(&[0x24, 0x80, 4, 1, 1, 4, 2, 2, 3, 0, 0], &[4, 3, 1, 2, 3])]
    #[case::definite_pieces(&[0x24, 6, 4, 1, 1, 4, 1, 2], &[4, 2, 1, 2])]
    #[case::pieces_of_pieces(&[0x24, 0x80, 0x24, 3, 4, 1, 1, 4, 1, 2, 0, 0], &[4, 2, 1, 2])]
    #[case::no_pieces(&[0x24, 0x80, 0, 0], &[4, 0])]
    #[case::long_length(&[4, 0x83, 0, 0, 1, 9], &[4, 1, 9])]
    #[case::implicit_string_in_pieces_is_left(
        &[0xa0, 0x80, 4, 1, 1, 0, 0], &[0xa0, 3, 4, 1, 1])]
    fn rewrites(#[case] ber: &[u8], #[case] der: &[u8]) {
        assert_eq!(normalise(ber, LIMITS).unwrap(), der);
    }

    #[rstest]
    #[case::no_end(&[0x30, 0x80, 2, 1, 5], BerError::Truncated)]
    #[case::short(&[0x30, 5, 2, 1, 5], BerError::Truncated)]
    #[case::length_of_lengths(
        &[4, 0x89, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], BerError::Truncated)]
    #[case::trailing(&[5, 0, 0], BerError::TrailingData)]
    #[case::primitive_indefinite(
        &[4, 0x80, 0, 0], BerError::Malformed("indefinite length of a primitive value"))]
    #[case::odd_piece(
        &[0x24, 3, 2, 1, 5], BerError::Malformed("a piece of a string that is no string"))]
    #[case::stray_end(&[0x30, 2, 0, 0], BerError::Malformed("end-of-contents out of place"))]
    #[case::nothing(&[], BerError::Truncated)]
    fn refuses(#[case] ber: &[u8], #[case] error: BerError) {
        assert_eq!(normalise(ber, LIMITS), Err(error));
    }

    #[test]
    fn depth_and_size_are_limited() {
        let deep: Vec<u8> = [0x30, 0x80].repeat(100_000);
        assert_eq!(normalise(&deep, LIMITS), Err(BerError::TooDeep(8)));
        let large = vec![0; (1 << 20) + 1];
        assert_eq!(normalise(&large, LIMITS), Err(BerError::TooLarge(1 << 20)));
    }

    proptest! {
        #[test]
        fn never_panics_and_gives_der(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(der) = normalise(&bytes, LIMITS) {
                prop_assert_eq!(normalise(&der, LIMITS), Ok(Cow::Borrowed(&*der)));
            }
        }
    }
}
