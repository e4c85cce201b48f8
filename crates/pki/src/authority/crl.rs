//! Revocation lists of the demonstration authority.

use super::encoding::context_primitive;
use super::{Authority, AuthorityError, Validity, certificate_identifier, signed};
use crate::asn1::{
    self, context, integer, integer_u64, known, octet_string, oid, sequence, tag, tlv, write_time,
};
use crate::certificate::Certificate;
use chrono::{DateTime, Utc};
use rsa::rand_core::CryptoRngCore;

/// A certificate that was revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedSerial {
    serial: Vec<u8>,
    at: DateTime<Utc>,
    reason: u8,
}

impl RevokedSerial {
    /// `reason` as in RFC 5280: 1 key compromise, 4 superseded, 5 cessation of operation, 6 hold.
    pub fn new(certificate: &Certificate, at: DateTime<Utc>, reason: u8) -> Self {
        Self {
            serial: certificate.serial().to_vec(),
            at,
            reason,
        }
    }
}

impl Authority {
    /// Signs a complete revocation list.
    pub fn revoke(
        &self,
        revoked: &[RevokedSerial],
        number: u64,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        self.revocation_list(revoked, number, None, validity, rng)
    }

    /// Signs a list of what changed since the complete list with the number `base`.
    pub fn revoke_since(
        &self,
        base: u64,
        changes: &[RevokedSerial],
        number: u64,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        self.revocation_list(changes, number, Some(base), validity, rng)
    }

    fn revocation_list(
        &self,
        revoked: &[RevokedSerial],
        number: u64,
        base: Option<u64>,
        validity: Validity,
        rng: &mut impl CryptoRngCore,
    ) -> Result<Vec<u8>, AuthorityError> {
        let scheme = self.key.default_scheme();
        let entries: Vec<Vec<u8>> = revoked
            .iter()
            .map(|entry| {
                let reason = tlv(tag::ENUMERATED, &[&[entry.reason]]);
                let reason = sequence(&[&oid(&known::REASON_CODE), &octet_string(&reason)]);
                sequence(&[
                    &tlv(tag::INTEGER, &[&entry.serial]),
                    &write_time(entry.at),
                    &sequence(&[&reason]),
                ])
            })
            .collect();
        let entries = if entries.is_empty() {
            Vec::new()
        } else {
            let parts: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
            sequence(&parts)
        };
        let identifier = self
            .certificate
            .subject_key_identifier()
            .unwrap_or_default();
        let authority = sequence(&[&context_primitive(0, identifier)]);
        let mut extensions = vec![
            sequence(&[
                &oid(&known::AUTHORITY_KEY_IDENTIFIER),
                &octet_string(&authority),
            ]),
            sequence(&[
                &oid(&known::CRL_NUMBER),
                &octet_string(&integer_u64(number)),
            ]),
        ];
        if let Some(base) = base {
            extensions.push(sequence(&[
                &oid(&known::DELTA_CRL_INDICATOR),
                &tlv(tag::BOOLEAN, &[&[0xff]]),
                &octet_string(&integer_u64(base)),
            ]));
        }
        let parts: Vec<&[u8]> = extensions.iter().map(Vec::as_slice).collect();
        let tbs = asn1::sequence(&[
            &integer(&[1]),
            &certificate_identifier(scheme),
            self.certificate.subject().der(),
            &write_time(validity.not_before),
            &write_time(validity.not_after),
            &entries,
            &context(0, &[&sequence(&parts)]),
        ]);
        signed(&tbs, &self.key, scheme, rng)
    }
}
