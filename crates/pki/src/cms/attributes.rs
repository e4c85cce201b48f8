//! The attributes of a signature that have a say in its verdict.

use super::message::Attribute;
use crate::algorithm::{AlgorithmIdentifier, Digest};
use crate::asn1::{Asn1Error, Oid, Reader, known, tag};
use crate::certificate::{Certificate, GeneralName, read_general_names};
use chrono::{DateTime, Utc};
use const_oid::ObjectIdentifier;

/// Signed attributes, of which each may be there once with one value.
pub(super) struct Attributes<'a>(pub(super) &'a [Attribute]);

impl<'a> Attributes<'a> {
    /// The single value of an attribute; an error where it is there twice or with several values.
    fn single(&self, kind: &ObjectIdentifier) -> Result<Option<&'a [u8]>, Asn1Error> {
        let mut of_kind = self.0.iter().filter(|attribute| attribute.kind == *kind);
        let Some(attribute) = of_kind.next() else {
            return Ok(None);
        };
        match (attribute.values.as_slice(), of_kind.next()) {
            ([value], None) => Ok(Some(value)),
            _ => Err(Asn1Error::NotDer("an attribute with one value expected")),
        }
    }

    pub(super) fn content_type(&self) -> Result<Option<Oid>, Asn1Error> {
        self.single(&known::CONTENT_TYPE)?
            .map(|value| {
                let mut reader = Reader::new(value);
                let oid = reader.oid()?;
                reader.finish()?;
                Ok(oid)
            })
            .transpose()
    }

    pub(super) fn message_digest(&self) -> Result<Option<&'a [u8]>, Asn1Error> {
        self.single(&known::MESSAGE_DIGEST)?
            .map(|value| {
                let mut reader = Reader::new(value);
                let digest = reader.octets()?;
                reader.finish()?;
                Ok(digest)
            })
            .transpose()
    }

    pub(super) fn signing_time(&self) -> Result<Option<DateTime<Utc>>, Asn1Error> {
        self.single(&known::SIGNING_TIME)?
            .map(|value| {
                let mut reader = Reader::new(value);
                let time = reader.time()?;
                reader.finish()?;
                Ok(time)
            })
            .transpose()
    }

    /// The references to the signing certificate: one for each of the two attributes that is
    /// there.
    pub(super) fn signing_certificates(&self) -> Result<Vec<CertificateReference>, Asn1Error> {
        let mut references = Vec::new();
        for (kind, second) in [
            (known::SIGNING_CERTIFICATE, false),
            (known::SIGNING_CERTIFICATE_V2, true),
        ] {
            if let Some(value) = self.single(&kind)? {
                references.push(CertificateReference::read(value, second)?);
            }
        }
        Ok(references)
    }
}

/// ESSCertID or ESSCertIDv2 (RFC 5035): the first of the attribute names the signer's certificate.
#[derive(Debug)]
pub(crate) struct CertificateReference {
    /// `None` for a digest nobody here computes.
    digest: Option<Digest>,
    hash: Vec<u8>,
    issuer_and_serial: Option<(Vec<GeneralName>, Vec<u8>)>,
}

impl CertificateReference {
    pub(crate) fn read(value: &[u8], second: bool) -> Result<Self, Asn1Error> {
        let mut outer = Reader::new(value);
        let mut attribute = outer.sequence()?;
        outer.finish()?;
        let mut references = attribute.sequence()?;
        let mut reference = references.sequence()?;
        let digest = if !second {
            Some(Digest::Sha1)
        } else if reference.peek() == Some(tag::SEQUENCE) {
            Digest::from_identifier(&AlgorithmIdentifier::read(&mut reference)?).ok()
        } else {
            Some(Digest::Sha256)
        };
        let hash = reference.octets()?.to_vec();
        let issuer_and_serial = if reference.is_empty() {
            None
        } else {
            let mut pair = reference.sequence()?;
            let issuer = read_general_names(pair.sequence()?)?;
            let serial = pair.integer()?.to_vec();
            pair.finish()?;
            Some((issuer, serial))
        };
        reference.finish()?;
        Ok(Self {
            digest,
            hash,
            issuer_and_serial,
        })
    }

    /// Whether it is this certificate that is meant.
    pub(crate) fn names(&self, certificate: &Certificate) -> bool {
        let hash_fits = self
            .digest
            .is_some_and(|digest| certificate.digest(digest) == self.hash);
        let issuer_fits = self.issuer_and_serial.as_ref().is_none_or(|(issuer, serial)| {
            serial == certificate.serial()
                && issuer.iter().any(|name| {
                    matches!(name, GeneralName::Directory(name) if name.matches(certificate.issuer()))
                })
        });
        hash_fits && issuer_fits
    }
}
