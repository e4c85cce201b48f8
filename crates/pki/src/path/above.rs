//! Mistakes of verifiers that look one step up: what is wrong here is two steps above the
//! certificate in question, and everything below is in order.

use super::testing::{authority, issue, issue_for, key, moment, policy, year};
use super::{PathPolicy, TrustAnchors, find};
use crate::asn1::{Oid, known, sequence, tag, tlv};
use crate::authority::Validity;
use crate::authority::extensions::{basic_constraints_authority, extension, key_usage_authority};
use crate::key::PrivateKey;

const POLICY: &str = "1.2.3.1";

fn policies(policy: &str) -> Vec<u8> {
    let policy = Oid::parse(policy).unwrap();
    let information = sequence(&[&tlv(tag::OID, &[policy.contents()])]);
    extension(
        &known::CERTIFICATE_POLICIES,
        false,
        &sequence(&[&information]),
    )
}

/// What is wrong with a certificate below two authorities, of which the upper has these extensions
/// and dates, and the signature of this key or of the anchor.
fn judged(
    upper: &[Vec<u8>],
    validity: Validity,
    signer: Option<&PrivateKey>,
    policy: &PathPolicy,
) -> Option<&'static str> {
    let (anchor_key, upper_key, lower_key) = (key(), key(), key());
    let anchor = issue("R", &anchor_key, "R", &anchor_key, &authority(&[]));
    let signer = signer.unwrap_or(&anchor_key);
    let upper = issue_for("A", &upper_key, "R", signer, upper, validity);
    let own = [policies(POLICY)];
    let lower = issue("B", &lower_key, "A", &upper_key, &authority(&own));
    let leaf = issue("L", &key(), "B", &lower_key, &own);
    let anchors = TrustAnchors::from_certificates([anchor]);
    let found = find(&leaf, &anchors, &[lower, upper], policy);
    found.err().map(|error| error.code())
}

fn with(upper: &[Vec<u8>]) -> Option<&'static str> {
    judged(upper, year(), None, &policy())
}

#[test]
fn basic_constraints_two_steps_above_are_looked_at() {
    assert_eq!(with(&authority(&[])), None);
    let silent = [key_usage_authority()];
    assert_eq!(with(&silent), Some("chain-not-an-authority"));
    let denied = extension(&known::BASIC_CONSTRAINTS, true, &sequence(&[]));
    let denied = [denied, key_usage_authority()];
    assert_eq!(with(&denied), Some("chain-not-an-authority"));
}

#[test]
fn the_path_length_two_steps_above_is_looked_at() {
    let limited = |limit| {
        [
            basic_constraints_authority(Some(limit)),
            key_usage_authority(),
        ]
    };
    assert_eq!(with(&limited(1)), None);
    assert_eq!(with(&limited(0)), Some("chain-path-length"));
}

#[test]
fn the_key_usage_two_steps_above_is_looked_at() {
    // cRLSign alone
    let other = extension(&known::KEY_USAGE, true, &[3, 2, 1, 0b0000_0010]);
    let other = [basic_constraints_authority(None), other];
    assert_eq!(with(&other), Some("chain-key-usage"));
}

#[test]
fn policies_two_steps_above_are_looked_at() {
    let mut asked = policy();
    asked.initial_policies = Some(vec![Oid::parse(POLICY).unwrap()]);
    asked.explicit_policy = true;
    for (policy, expected) in [(POLICY, None), ("1.2.3.2", Some("chain-policy"))] {
        let upper = authority(&[policies(policy)]);
        assert_eq!(judged(&upper, year(), None, &asked), expected);
    }
    // An authority that names no policy gives none.
    let silent = judged(&authority(&[]), year(), None, &asked);
    assert_eq!(silent, Some("chain-policy"));
}

#[test]
fn dates_and_signatures_two_steps_above_are_looked_at() {
    let past = Validity {
        not_after: moment("2026-08-31T00:00:00Z"),
        ..year()
    };
    let upper = authority(&[]);
    let expired = judged(&upper, past, None, &policy());
    assert_eq!(expired, Some("chain-expired"));
    let forged = judged(&upper, year(), Some(&key()), &policy());
    assert_eq!(forged, Some("chain-signature"));
}
