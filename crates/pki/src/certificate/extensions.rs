//! The extensions of RFC 5280 that decide about a certificate.
//!
//! Read strictly: one that is not exactly what it should be makes the whole certificate unusable.
//! Those that only help finding things (addresses) may be absent or odd.

use super::CertificateError;
use crate::asn1::{Asn1Error, Oid, Reader, known, tag};
use crate::name::{Name, Rdn};
use const_oid::ObjectIdentifier;

/// No certificate has a reason for more of anything.
const MOST_ITEMS: usize = 4096;

/// What a key may be used for, bit by bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    pub fn digital_signature(self) -> bool {
        self.has(0)
    }
    pub fn non_repudiation(self) -> bool {
        self.has(1)
    }
    pub fn key_encipherment(self) -> bool {
        self.has(2)
    }
    pub fn certificate_signing(self) -> bool {
        self.has(5)
    }
    pub fn crl_signing(self) -> bool {
        self.has(6)
    }

    /// Whether the key makes signatures over data, and nothing else.
    pub(crate) fn signs_data_alone(self) -> bool {
        const DATA: u16 = 0b11;
        self.0 & DATA != 0 && self.0 & !DATA == 0
    }

    fn has(self, bit: u16) -> bool {
        self.0 >> bit & 1 == 1
    }
}

/// Whether the subject is an authority, and how many more may come below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    pub authority: bool,
    pub path_length: Option<u32>,
}

/// A name of any kind.
#[derive(Debug, Clone)]
pub(crate) enum GeneralName {
    Email(String),
    Dns(String),
    Uri(String),
    Directory(Name),
    Ip(Vec<u8>),
    /// A kind whose constraints cannot be judged here; only its tag number matters.
    Other(u8),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Subtrees {
    pub(crate) permitted: Vec<GeneralName>,
    pub(crate) excluded: Vec<GeneralName>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit: Option<u32>,
    pub(crate) inhibit_mapping: Option<u32>,
}

#[derive(Debug, Clone)]
pub(crate) enum DistributionPointName {
    Full(Vec<GeneralName>),
    /// Relative to the name of the CRL's issuer.
    Relative(Rdn),
}

#[derive(Debug, Clone)]
pub(crate) struct DistributionPoint {
    pub(crate) name: Option<DistributionPointName>,
    /// Bits of ReasonFlags; `None` means all reasons.
    pub(crate) reasons: Option<u16>,
    pub(crate) issuer: Option<Vec<GeneralName>>,
}

#[derive(Debug, Clone)]
pub(crate) struct AuthorityKeyIdentifier {
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) serial: Option<Vec<u8>>,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Extensions {
    pub(crate) subject_key_identifier: Option<Vec<u8>>,
    pub(crate) authority_key_identifier: Option<AuthorityKeyIdentifier>,
    pub(crate) key_usage: Option<KeyUsage>,
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) extended_key_usage: Option<Vec<Oid>>,
    pub(crate) extended_key_usage_is_critical: bool,
    pub(crate) alternative_names: Option<Vec<GeneralName>>,
    pub(crate) name_constraints: Option<Subtrees>,
    pub(crate) policies: Option<Vec<Oid>>,
    pub(crate) policy_mappings: Option<Vec<(Oid, Oid)>>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    pub(crate) inhibit_any_policy: Option<u32>,
    pub(crate) distribution_points: Option<Vec<DistributionPoint>>,
    pub(crate) freshest: Option<Vec<DistributionPoint>>,
    pub(crate) ocsp_no_check: bool,
    pub(crate) ocsp_addresses: Vec<String>,
    pub(crate) issuer_addresses: Vec<String>,
    /// Critical ones nobody here understands: the certificate must be refused where it matters.
    pub(crate) unknown_critical: Vec<Oid>,
}

impl Extensions {
    pub(super) fn read(list: Option<Reader<'_>>) -> Result<Self, CertificateError> {
        let mut seen: Vec<Oid> = Vec::new();
        let mut extensions = Self::default();
        let Some(mut list) = list else {
            return Ok(extensions);
        };
        while !list.is_empty() {
            if seen.len() == MOST_ITEMS {
                return Err(Asn1Error::TooMany(MOST_ITEMS, "extensions").into());
            }
            let mut item = list.sequence()?;
            let oid = item.oid()?;
            let critical = item.boolean_or_false(tag::BOOLEAN)?;
            let value = item.octets()?;
            item.finish()?;
            if seen.contains(&oid) {
                return Err(CertificateError::DuplicateExtension(oid));
            }
            extensions.take(&oid, critical, value).map_err(|reason| {
                CertificateError::Extension {
                    oid: oid.clone(),
                    reason,
                }
            })?;
            seen.push(oid);
        }
        Ok(extensions)
    }

    fn take(&mut self, oid: &Oid, critical: bool, value: &[u8]) -> Result<(), Asn1Error> {
        let is = |known: ObjectIdentifier| *oid == known;
        let mut reader = Reader::new(value);
        if is(known::SUBJECT_KEY_IDENTIFIER) {
            self.subject_key_identifier = Some(reader.octets()?.to_vec());
        } else if is(known::AUTHORITY_KEY_IDENTIFIER) {
            self.authority_key_identifier = Some(read_authority_key(&mut reader)?);
        } else if is(known::KEY_USAGE) {
            let bits = Reader::named_bits(reader.tagged(tag::BIT_STRING)?.contents)?;
            self.key_usage = Some(KeyUsage(bits));
        } else if is(known::BASIC_CONSTRAINTS) {
            self.basic_constraints = Some(read_basic_constraints(&mut reader)?);
        } else if is(known::EXTENDED_KEY_USAGE) {
            self.extended_key_usage = Some(read_list(&mut reader, |list| list.oid())?);
            self.extended_key_usage_is_critical = critical;
        } else if is(known::SUBJECT_ALT_NAME) {
            self.alternative_names = Some(read_general_names(reader.sequence()?)?);
            return finish_outer(value);
        } else if is(known::NAME_CONSTRAINTS) {
            self.name_constraints = Some(read_name_constraints(&mut reader)?);
        } else if is(known::CERTIFICATE_POLICIES) {
            self.policies = Some(read_policies(&mut reader)?);
        } else if is(known::POLICY_MAPPINGS) {
            self.policy_mappings = Some(read_list(&mut reader, read_mapping)?);
        } else if is(known::POLICY_CONSTRAINTS) {
            self.policy_constraints = Some(read_policy_constraints(&mut reader)?);
        } else if is(known::INHIBIT_ANY_POLICY) {
            self.inhibit_any_policy = Some(reader.u32()?);
        } else if is(known::CRL_DISTRIBUTION_POINTS) {
            self.distribution_points = Some(read_list(&mut reader, read_distribution_point)?);
        } else if is(known::FRESHEST_CRL) {
            self.freshest = Some(read_list(&mut reader, read_distribution_point)?);
        } else if is(known::OCSP_NO_CHECK) {
            self.ocsp_no_check = true;
            let is_null = reader.tagged(tag::NULL).is_ok() && reader.is_empty();
            return self.only_helps(oid, critical, is_null);
        } else if is(known::AUTHORITY_INFO_ACCESS) {
            let read = self.read_addresses(&mut reader).is_ok() && reader.is_empty();
            return self.only_helps(oid, critical, read);
        } else if is(known::ISSUER_ALT_NAME) {
            // Understood in that it constrains nothing.
            let read = reader.sequence().and_then(read_general_names).is_ok();
            return self.only_helps(oid, critical, read);
        } else {
            if critical {
                self.unknown_critical.push(oid.clone());
            }
            return Ok(());
        }
        reader.finish()
    }

    /// What only helps may be odd; but critical is what must be understood, and so must be read.
    fn only_helps(&mut self, oid: &Oid, critical: bool, read: bool) -> Result<(), Asn1Error> {
        if critical && !read {
            self.unknown_critical.push(oid.clone());
        }
        Ok(())
    }

    /// Addresses help finding things; an unreadable list of them is no list.
    fn read_addresses(&mut self, reader: &mut Reader<'_>) -> Result<(), Asn1Error> {
        let read = |list: &mut Reader<'_>| -> Result<(Oid, GeneralName), Asn1Error> {
            let mut item = list.sequence()?;
            let access = (item.oid()?, read_general_name(&mut item)?);
            item.finish()?;
            Ok(access)
        };
        for (method, location) in read_list(reader, read)? {
            let GeneralName::Uri(address) = location else {
                continue;
            };
            if method == known::OCSP {
                self.ocsp_addresses.push(address);
            } else if method == known::CA_ISSUERS {
                self.issuer_addresses.push(address);
            }
        }
        Ok(())
    }

    pub(super) fn list_addresses(&self) -> Vec<&str> {
        addresses_of(&self.distribution_points)
    }

    pub(super) fn delta_addresses(&self) -> Vec<&str> {
        addresses_of(&self.freshest)
    }
}

fn addresses_of(points: &Option<Vec<DistributionPoint>>) -> Vec<&str> {
    points
        .iter()
        .flatten()
        .filter_map(|point| match &point.name {
            Some(DistributionPointName::Full(names)) => Some(names),
            _ => None,
        })
        .flatten()
        .filter_map(|name| match name {
            GeneralName::Uri(address) => Some(address.as_str()),
            _ => None,
        })
        .collect()
}

fn finish_outer(value: &[u8]) -> Result<(), Asn1Error> {
    let mut reader = Reader::new(value);
    reader.element()?;
    reader.finish()
}

/// SEQUENCE SIZE (1..MAX) OF something.
fn read_list<'a, T>(
    reader: &mut Reader<'a>,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<T, Asn1Error>,
) -> Result<Vec<T>, Asn1Error> {
    let mut list = reader.sequence()?;
    let mut items = Vec::new();
    while !list.is_empty() {
        if items.len() == MOST_ITEMS {
            return Err(Asn1Error::TooMany(MOST_ITEMS, "items"));
        }
        items.push(item(&mut list)?);
    }
    if items.is_empty() {
        return Err(Asn1Error::NotDer("empty list"));
    }
    Ok(items)
}

fn read_basic_constraints(reader: &mut Reader<'_>) -> Result<BasicConstraints, Asn1Error> {
    let mut fields = reader.sequence()?;
    let authority = fields.boolean_or_false(tag::BOOLEAN)?;
    let path_length = if fields.is_empty() {
        None
    } else {
        Some(fields.u32()?)
    };
    fields.finish()?;
    Ok(BasicConstraints {
        authority,
        path_length,
    })
}

fn read_authority_key(reader: &mut Reader<'_>) -> Result<AuthorityKeyIdentifier, Asn1Error> {
    let mut fields = reader.sequence()?;
    let key = fields
        .optional(tag::context(0))?
        .map(|element| element.contents.to_vec());
    fields.optional(tag::context_constructed(1))?;
    let serial = fields
        .optional(tag::context(2))?
        .map(|element| element.contents.to_vec());
    fields.finish()?;
    Ok(AuthorityKeyIdentifier { key, serial })
}

fn read_mapping(list: &mut Reader<'_>) -> Result<(Oid, Oid), Asn1Error> {
    let mut pair = list.sequence()?;
    let mapping = (pair.oid()?, pair.oid()?);
    pair.finish()?;
    Ok(mapping)
}

fn read_policies(reader: &mut Reader<'_>) -> Result<Vec<Oid>, Asn1Error> {
    let policies = read_list(reader, |list| {
        let mut information = list.sequence()?;
        let policy = information.oid()?;
        information.optional(tag::SEQUENCE)?;
        information.finish()?;
        Ok(policy)
    })?;
    let mut sorted: Vec<&Oid> = policies.iter().collect();
    sorted.sort();
    if sorted
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
    {
        return Err(Asn1Error::NotDer("a policy is there twice"));
    }
    Ok(policies)
}

fn read_policy_constraints(reader: &mut Reader<'_>) -> Result<PolicyConstraints, Asn1Error> {
    let mut fields = reader.sequence()?;
    let mut number = |at| -> Result<Option<u32>, Asn1Error> {
        fields
            .optional(tag::context(at))?
            .map(|element| crate::asn1::unsigned_u32(element.contents))
            .transpose()
    };
    let constraints = PolicyConstraints {
        require_explicit: number(0)?,
        inhibit_mapping: number(1)?,
    };
    fields.finish()?;
    Ok(constraints)
}

fn read_name_constraints(reader: &mut Reader<'_>) -> Result<Subtrees, Asn1Error> {
    let mut fields = reader.sequence()?;
    let mut subtrees = |at| -> Result<Vec<GeneralName>, Asn1Error> {
        let Some(element) = fields.optional(tag::context_constructed(at))? else {
            return Ok(Vec::new());
        };
        let mut list = element.reader();
        let mut bases = Vec::new();
        while !list.is_empty() {
            if bases.len() == MOST_ITEMS {
                return Err(Asn1Error::TooMany(MOST_ITEMS, "subtrees"));
            }
            let mut subtree = list.sequence()?;
            bases.push(read_general_name(&mut subtree)?);
            // RFC 5280 fixes minimum at 0 and maximum as absent.
            subtree.finish()?;
        }
        if bases.is_empty() {
            return Err(Asn1Error::NotDer("empty list of subtrees"));
        }
        Ok(bases)
    };
    let constraints = Subtrees {
        permitted: subtrees(0)?,
        excluded: subtrees(1)?,
    };
    fields.finish()?;
    Ok(constraints)
}

pub(crate) fn read_general_names(mut list: Reader<'_>) -> Result<Vec<GeneralName>, Asn1Error> {
    let mut names = Vec::new();
    while !list.is_empty() {
        if names.len() == MOST_ITEMS {
            return Err(Asn1Error::TooMany(MOST_ITEMS, "names"));
        }
        names.push(read_general_name(&mut list)?);
    }
    if names.is_empty() {
        return Err(Asn1Error::NotDer("empty list of names"));
    }
    Ok(names)
}

fn read_general_name(reader: &mut Reader<'_>) -> Result<GeneralName, Asn1Error> {
    let element = reader.element()?;
    let text = || {
        element
            .contents
            .is_ascii()
            .then(|| {
                element
                    .contents
                    .iter()
                    .map(|octet| char::from(*octet))
                    .collect()
            })
            .ok_or(Asn1Error::NotDer("IA5String"))
    };
    match element.tag {
        0x81 => Ok(GeneralName::Email(text()?)),
        0x82 => Ok(GeneralName::Dns(text()?)),
        0x86 => Ok(GeneralName::Uri(text()?)),
        0xa4 => Name::parse(element.contents).map(GeneralName::Directory),
        0x87 => Ok(GeneralName::Ip(element.contents.to_vec())),
        0xa0 | 0xa3 | 0xa5 | 0x88 => Ok(GeneralName::Other(element.tag & 0x1f)),
        found => Err(Asn1Error::UnexpectedTag {
            expected: 0x80,
            found,
        }),
    }
}

/// The contents of a DistributionPointName.
pub(crate) fn read_distribution_point_name(
    mut reader: Reader<'_>,
) -> Result<DistributionPointName, Asn1Error> {
    let element = reader.element()?;
    reader.finish()?;
    match element.tag {
        0xa0 => read_general_names(element.reader()).map(DistributionPointName::Full),
        0xa1 => Name::parse_rdn(element.contents).map(DistributionPointName::Relative),
        found => Err(Asn1Error::UnexpectedTag {
            expected: 0xa0,
            found,
        }),
    }
}

fn read_distribution_point(list: &mut Reader<'_>) -> Result<DistributionPoint, Asn1Error> {
    let mut fields = list.sequence()?;
    let name = fields
        .optional(tag::context_constructed(0))?
        .map(|element| read_distribution_point_name(element.reader()))
        .transpose()?;
    let reasons = fields
        .optional(tag::context(1))?
        .map(|element| Reader::named_bits(element.contents))
        .transpose()?;
    let issuer = fields
        .optional(tag::context_constructed(2))?
        .map(|element| read_general_names(element.reader()))
        .transpose()?;
    fields.finish()?;
    Ok(DistributionPoint {
        name,
        reasons,
        issuer,
    })
}
