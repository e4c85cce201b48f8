//! Reading and writing DER, byte by byte.
//!
//! The reader is strict: what is not DER is refused, because two readings of the same bytes are
//! how signatures are fooled. It knows the encoding only; what the values mean stands elsewhere.
//! BER from the outside world goes through [`crate::ber`] first.

mod oid;
mod reader;
mod time;
mod writer;

pub use oid::Oid;
pub(crate) use oid::known;
pub(crate) use reader::{Element, Reader, unsigned, unsigned_u32};
pub(crate) use time::{generalized_time, utc_time};
pub(crate) use writer::{
    context, integer, integer_u64, null, octet_string, oid, sequence, set, set_of,
    time as write_time, tlv, write_length,
};

use thiserror::Error;

/// Tag octets used here; every type of the formats has a number below 31, so one octet is a tag.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0a;
    pub(crate) const UTF8_STRING: u8 = 0x0c;
    pub(crate) const PRINTABLE_STRING: u8 = 0x13;
    pub(crate) const TELETEX_STRING: u8 = 0x14;
    pub(crate) const IA5_STRING: u8 = 0x16;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const UNIVERSAL_STRING: u8 = 0x1c;
    pub(crate) const BMP_STRING: u8 = 0x1e;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    /// Set in a tag octet when the value is itself made of elements.
    pub(crate) const CONSTRUCTED: u8 = 0x20;

    /// `[number]` with a primitive value (an implicit tag over a primitive type).
    pub(crate) const fn context(number: u8) -> u8 {
        0x80 | number
    }

    /// `[number]` with a constructed value.
    pub(crate) const fn context_constructed(number: u8) -> u8 {
        0xa0 | number
    }
}

/// Why bytes are not the DER that was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Asn1Error {
    #[error("the data ends before the element does")]
    Truncated,
    #[error("tag {expected:#04x} expected, {found:#04x} found")]
    UnexpectedTag { expected: u8, found: u8 },
    #[error("not DER: {0}")]
    NotDer(&'static str),
    #[error("data follows the end of the element")]
    TrailingData,
    #[error("value out of range: {0}")]
    OutOfRange(&'static str),
    /// No fault of the data: more than is read here.
    #[error("more than {0} {1}")]
    TooMany(usize, &'static str),
}
