//! Certificates made to order, for the tests of paths.

use super::PathPolicy;
use crate::asn1::{known, oid, sequence};
use crate::authority::encoding::{spki, utf8_string};
use crate::authority::extensions::{basic_constraints_authority, key_usage_authority};
use crate::authority::{Template, Validity};
use crate::certificate::Certificate;
use crate::gost::Gost512PrivateKey;
use crate::key::PrivateKey;
use crate::random::SystemRandom;
use chrono::{DateTime, Utc};

pub(super) fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn policy() -> PathPolicy {
    PathPolicy::at(moment("2026-09-01T00:00:00Z"))
}

pub(super) fn name(common_name: &str) -> Vec<u8> {
    let pair = sequence(&[&oid(&known::COMMON_NAME), &utf8_string(common_name)]);
    sequence(&[&crate::asn1::set(&[&pair])])
}

pub(super) fn key() -> PrivateKey {
    Gost512PrivateKey::generate(&mut SystemRandom).into()
}

/// A certificate with these extensions.
pub(super) fn issue(
    subject: &str,
    subject_key: &PrivateKey,
    issuer: &str,
    issuer_key: &PrivateKey,
    extensions: &[Vec<u8>],
) -> Certificate {
    issue_for(subject, subject_key, issuer, issuer_key, extensions, year())
}

pub(super) fn year() -> Validity {
    Validity {
        not_before: moment("2026-01-01T00:00:00Z"),
        not_after: moment("2027-01-01T00:00:00Z"),
    }
}

/// The same for another time.
pub(super) fn issue_for(
    subject: &str,
    subject_key: &PrivateKey,
    issuer: &str,
    issuer_key: &PrivateKey,
    extensions: &[Vec<u8>],
    validity: Validity,
) -> Certificate {
    let template = Template {
        issuer: &name(issuer),
        subject: &name(subject),
        spki: &spki(&subject_key.public_key()),
        validity,
        extensions,
    };
    template.sign(issuer_key, &mut SystemRandom).unwrap()
}

pub(super) fn authority(more: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut extensions = vec![basic_constraints_authority(None), key_usage_authority()];
    extensions.extend_from_slice(more);
    extensions
}
