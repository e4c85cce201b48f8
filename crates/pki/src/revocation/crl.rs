//! Certificate revocation lists (RFC 5280, section 5): reading them.
//!
//! Which list speaks for which certificate, and whether its signature is right, is decided in
//! [`super::check`].

use crate::algorithm::{AlgorithmIdentifier, SignatureScheme, UnsupportedAlgorithm};
use crate::armour::{self, SingleError};
use crate::asn1::{Asn1Error, Oid, Reader, known, tag, unsigned};
use crate::certificate::{
    Certificate, DistributionPointName, GeneralName, read_distribution_point_name,
    read_general_names,
};
use crate::name::Name;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

/// The largest list that is read: several hundred thousand entries.
const LARGEST: usize = 64 * 1024 * 1024;

/// Why bytes are not a revocation list that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CrlError {
    #[error("the revocation list is larger than {LARGEST} bytes")]
    TooLarge,
    #[error(transparent)]
    Armour(#[from] SingleError),
    #[error("malformed revocation list: {0}")]
    Malformed(#[from] Asn1Error),
    #[error("the revocation list names two different signature algorithms")]
    AlgorithmMismatch,
}

/// Reasons as bits of ReasonFlags. Bit 0 is unused by the format.
pub(super) const ALL_REASONS: u16 = 0b1_1111_1110;

/// A revocation list. Cloning is cheap.
#[derive(Clone)]
pub struct Crl(Arc<Facts>);

pub(super) struct Facts {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    pub(super) issuer: Name,
    pub(super) this_update: DateTime<Utc>,
    pub(super) next_update: Option<DateTime<Utc>>,
    pub(super) entries: Vec<Entry>,
    /// Issuers named by entries of an indirect list.
    issuers: Vec<Vec<GeneralName>>,
    pub(super) number: Option<Vec<u8>>,
    /// The number of the complete list a delta list builds on.
    pub(super) base: Option<Vec<u8>>,
    pub(super) scope: Option<Scope>,
    pub(super) authority_key: Option<Vec<u8>>,
    pub(super) has_unknown_critical: bool,
    pub(super) scheme: Result<SignatureScheme, UnsupportedAlgorithm>,
    pub(super) signature: Vec<u8>,
}

/// A revoked certificate.
#[derive(Debug)]
pub(super) struct Entry {
    serial: Box<[u8]>,
    pub(super) revoked_at: DateTime<Utc>,
    pub(super) reason: Option<u8>,
    /// Which of the list's issuers issued it; `None` for the issuer of the list itself.
    issuer: Option<usize>,
}

/// IssuingDistributionPoint: what the list speaks of.
#[derive(Debug, Default)]
pub(super) struct Scope {
    raw: Vec<u8>,
    pub(super) point: Option<DistributionPointName>,
    pub(super) only_users: bool,
    pub(super) only_authorities: bool,
    pub(super) reasons: Option<u16>,
    pub(super) indirect: bool,
    pub(super) only_attributes: bool,
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl")
            .field("issuer", &self.0.issuer)
            .field("this_update", &self.0.this_update)
            .field("entries", &self.0.entries.len())
            .finish_non_exhaustive()
    }
}

impl Crl {
    /// Reads DER or PEM.
    pub fn parse(bytes: &[u8]) -> Result<Self, CrlError> {
        if bytes.len() > LARGEST {
            return Err(CrlError::TooLarge);
        }
        let der = armour::single(bytes)?.into_owned();
        let mut outer = Reader::new(&der);
        let mut list = outer.sequence()?;
        outer.finish()?;
        let start = der.len() - list.rest().len();
        let tbs = list.tagged(tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut list)?;
        let signature = list.bit_string_octets()?.to_vec();
        list.finish()?;
        let tbs_range = start..start + tbs.raw.len();

        let mut fields = tbs.reader();
        let version = if fields.peek() == Some(tag::INTEGER) {
            fields.u32()?
        } else {
            0
        };
        if version > 1 {
            return Err(Asn1Error::OutOfRange("version").into());
        }
        if AlgorithmIdentifier::read(&mut fields)? != algorithm {
            return Err(CrlError::AlgorithmMismatch);
        }
        let issuer = Name::parse(fields.tagged(tag::SEQUENCE)?.raw)?;
        let this_update = fields.time()?;
        let next_update = match fields.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(fields.time()?),
            _ => None,
        };
        let mut facts = Facts {
            tbs: tbs_range,
            issuer,
            this_update,
            next_update,
            entries: Vec::new(),
            issuers: Vec::new(),
            number: None,
            base: None,
            scope: None,
            authority_key: None,
            has_unknown_critical: false,
            scheme: SignatureScheme::from_identifier(&algorithm),
            signature,
            der: Vec::new(),
        };
        if let Some(entries) = fields.optional(tag::SEQUENCE)? {
            facts.read_entries(entries.reader())?;
        }
        if let Some(explicit) = fields.optional(tag::context_constructed(0))? {
            let mut explicit = explicit.reader();
            let extensions = explicit.sequence()?;
            explicit.finish()?;
            facts.read_extensions(extensions)?;
        }
        fields.finish()?;
        facts.der = der;
        Ok(Self(Arc::new(facts)))
    }

    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// Whether the key of this certificate signed the list: for deciding what to keep. Whether the
    /// list counts is judged elsewhere.
    pub fn is_signed_by(&self, signer: &Certificate) -> bool {
        let facts = self.facts();
        let Ok(scheme) = facts.scheme else {
            return false;
        };
        facts.issuer.matches(signer.subject())
            && signer
                .public_key()
                .is_ok_and(|key| key.verify(scheme, facts.tbs(), &facts.signature).is_ok())
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.0
    }

    /// What the list says of itself, unjudged.
    pub fn inspect(&self) -> CrlInspection {
        let facts = self.facts();
        CrlInspection {
            issuer: facts.issuer.to_string(),
            this_update: facts.this_update,
            next_update: facts.next_update,
            number: facts.number.as_deref().map(crate::hexadecimal::hex),
            delta_since: facts.base.as_deref().map(crate::hexadecimal::hex),
            indirect: facts.scope.as_ref().is_some_and(|scope| scope.indirect),
            revoked: facts.entries.len(),
        }
    }
}

/// What a revocation list says of itself, unjudged.
#[derive(Debug, Clone, Serialize)]
pub struct CrlInspection {
    pub issuer: String,
    pub this_update: DateTime<Utc>,
    pub next_update: Option<DateTime<Utc>>,
    pub number: Option<String>,
    pub delta_since: Option<String>,
    pub indirect: bool,
    pub revoked: usize,
}

impl Facts {
    /// The octets that were signed.
    pub(super) fn tbs(&self) -> &[u8] {
        self.der.get(self.tbs.clone()).unwrap_or_default()
    }

    fn read_entries(&mut self, mut list: Reader<'_>) -> Result<(), Asn1Error> {
        let mut issuer = None;
        while !list.is_empty() {
            let mut fields = list.sequence()?;
            let serial = fields.integer()?.into();
            let mut revoked_at = fields.time()?;
            let mut reason = None;
            if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
                let mut extensions = extensions.reader();
                while !extensions.is_empty() {
                    let (oid, critical, value) = read_extension(&mut extensions)?;
                    let mut value = Reader::new(value);
                    if oid == known::REASON_CODE {
                        let code = value.tagged(tag::ENUMERATED)?.contents;
                        reason = match code {
                            [code] => Some(*code),
                            _ => return Err(Asn1Error::OutOfRange("reason")),
                        };
                    } else if oid == known::CERTIFICATE_ISSUER {
                        // Holds for this entry and those after it until another is named.
                        self.issuers.push(read_general_names(value.sequence()?)?);
                        issuer = Some(self.issuers.len() - 1);
                    } else if oid == known::INVALIDITY_DATE {
                        // The key is not to be relied on from here, whenever that was noticed.
                        revoked_at = revoked_at.min(value.time()?);
                    } else if critical {
                        self.has_unknown_critical = true;
                    }
                }
            }
            fields.finish()?;
            self.entries.push(Entry {
                serial,
                revoked_at,
                reason,
                issuer,
            });
        }
        Ok(())
    }

    fn read_extensions(&mut self, mut list: Reader<'_>) -> Result<(), Asn1Error> {
        let mut seen: Vec<Oid> = Vec::new();
        while !list.is_empty() {
            let (oid, critical, value) = read_extension(&mut list)?;
            if seen.contains(&oid) {
                return Err(Asn1Error::NotDer("an extension is there twice"));
            }
            let mut reader = Reader::new(value);
            if oid == known::CRL_NUMBER {
                self.number = Some(reader.unsigned()?.to_vec());
            } else if oid == known::DELTA_CRL_INDICATOR {
                self.base = Some(reader.unsigned()?.to_vec());
            } else if oid == known::AUTHORITY_KEY_IDENTIFIER {
                let mut fields = reader.sequence()?;
                self.authority_key = fields
                    .optional(tag::context(0))?
                    .map(|key| key.contents.to_vec());
            } else if oid == known::ISSUING_DISTRIBUTION_POINT {
                self.scope = Some(Scope::read(value)?);
            } else if critical {
                self.has_unknown_critical = true;
            }
            seen.push(oid);
        }
        Ok(())
    }

    /// The entry of a certificate with this serial number and issuer.
    pub(super) fn find(&self, serial: &[u8], issuer: &Name) -> Option<&Entry> {
        self.entries.iter().find(|entry| {
            *entry.serial == *serial
                && match entry.issuer {
                    None => self.issuer.matches(issuer),
                    Some(at) => self.issuers.get(at).is_some_and(|names| {
                        names.iter().any(|name| {
                            matches!(name, GeneralName::Directory(name) if name.matches(issuer))
                        })
                    }),
                }
        })
    }
}

fn read_extension<'a>(list: &mut Reader<'a>) -> Result<(Oid, bool, &'a [u8]), Asn1Error> {
    let mut fields = list.sequence()?;
    let oid = fields.oid()?;
    let critical = fields.boolean_or_false(tag::BOOLEAN)?;
    let value = fields.octets()?;
    fields.finish()?;
    Ok((oid, critical, value))
}

impl Scope {
    fn read(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(value);
        let mut fields = outer.sequence()?;
        outer.finish()?;
        let point = fields
            .optional(tag::context_constructed(0))?
            .map(|element| read_distribution_point_name(element.reader()))
            .transpose()?;
        let only_users = fields.boolean_or_false(tag::context(1))?;
        let only_authorities = fields.boolean_or_false(tag::context(2))?;
        let reasons = fields
            .optional(tag::context(3))?
            .map(|element| Reader::named_bits(element.contents))
            .transpose()?;
        let indirect = fields.boolean_or_false(tag::context(4))?;
        let only_attributes = fields.boolean_or_false(tag::context(5))?;
        fields.finish()?;
        Ok(Self {
            raw: value.to_vec(),
            point,
            only_users,
            only_authorities,
            reasons,
            indirect,
            only_attributes,
        })
    }
}

/// Compares two non-negative numbers given as their shortest octets.
pub(super) fn not_above(a: &[u8], b: &[u8]) -> bool {
    let (Ok(a), Ok(b)) = (unsigned(a), unsigned(b)) else {
        return false;
    };
    (a.len(), a) <= (b.len(), b)
}
