//! Rules of paths that the outside suites do not cover: what anchors themselves are held to, and
//! purposes.

use super::testing::{authority, issue, issue_for, key, moment, policy, year};
use super::{PathError, PathPolicy, TrustAnchors, find};
use crate::asn1::{context, known, sequence};
use crate::authority::Validity;
use crate::authority::encoding::context_primitive;
use crate::authority::extensions::{
    basic_constraints_authority, extension, key_usage_authority, only_usage,
};
use crate::certificate::Certificate;

fn judge(
    certificate: &Certificate,
    anchor: &Certificate,
    between: &[Certificate],
) -> Option<&'static str> {
    let anchors = TrustAnchors::from_certificates([anchor.clone()]);
    find(certificate, &anchors, between, &policy())
        .err()
        .map(|error| error.code())
}

#[test]
fn anchors_are_held_to_their_own_certificates() {
    let key = key();
    let plain = issue("R", &key, "R", &key, &authority(&[]));
    let leaf = issue("L", &key, "R", &key, &[]);
    assert_eq!(judge(&leaf, &plain, &[]), None);

    let past = Validity {
        not_after: moment("2026-08-31T00:00:00Z"),
        ..year()
    };
    let expired = issue_for("R", &key, "R", &key, &authority(&[]), past);
    assert_eq!(judge(&leaf, &expired, &[]), Some("chain-expired"));
    let user = issue("R", &key, "R", &key, &[]);
    assert_eq!(judge(&leaf, &user, &[]), Some("chain-not-an-authority"));
    // digitalSignature alone
    let other_usage = extension(&known::KEY_USAGE, true, &[3, 2, 7, 0x80]);
    let no_signer = [basic_constraints_authority(None), other_usage];
    let no_signer = issue("R", &key, "R", &key, &no_signer);
    assert_eq!(judge(&leaf, &no_signer, &[]), Some("chain-key-usage"));

    let middle = issue("M", &key, "R", &key, &authority(&[]));
    let below = issue("L", &key, "M", &key, &[]);
    let between = std::slice::from_ref(&middle);
    assert_eq!(judge(&below, &plain, between), None);
    let short = [basic_constraints_authority(Some(0)), key_usage_authority()];
    let short = issue("R", &key, "R", &key, &short);
    assert_eq!(judge(&below, &short, between), Some("chain-path-length"));
    assert_eq!(judge(&leaf, &short, &[]), None);
}

#[test]
fn name_constraints_of_an_anchor_hold() {
    let key = key();
    let excluded = sequence(&[&context_primitive(2, b"example.kz")]);
    let constraints = sequence(&[&context(1, &[&excluded])]);
    let constraints = extension(&known::NAME_CONSTRAINTS, true, &constraints);
    let anchor = issue("R", &key, "R", &key, &authority(&[constraints]));
    let named = |host: &str| {
        let names = sequence(&[&context_primitive(2, host.as_bytes())]);
        let names = extension(&known::SUBJECT_ALT_NAME, false, &names);
        issue("L", &key, "R", &key, &[names])
    };
    assert_eq!(judge(&named("other.kz"), &anchor, &[]), None);
    assert_eq!(
        judge(&named("www.example.kz"), &anchor, &[]),
        Some("chain-name-constraints")
    );
}

#[test]
fn authorities_for_one_purpose_cannot_give_another() {
    let key = key();
    let root = issue("R", &key, "R", &key, &authority(&[]));
    let usage = |oid| only_usage(&oid, false);
    let middle = |oid| issue("M", &key, "R", &key, &authority(&[usage(oid)]));
    let leaf = |oid| issue("L", &key, "M", &key, &[usage(oid)]);
    let (stamps, mail) = (known::TIME_STAMPING, known::EMAIL_PROTECTION);
    assert_eq!(judge(&leaf(mail), &root, &[middle(mail)]), None);
    assert_eq!(
        judge(&leaf(mail), &root, &[middle(known::ANY_EXTENDED_KEY_USAGE)]),
        None
    );
    assert_eq!(
        judge(&leaf(mail), &root, &[middle(stamps)]),
        Some("chain-extended-key-usage")
    );
    let silent = issue("L", &key, "M", &key, &[]);
    assert_eq!(judge(&silent, &root, &[middle(stamps)]), None);
}

#[test]
fn a_certificate_that_is_itself_trusted_needs_only_its_dates() {
    let key = key();
    let own = issue("S", &key, "S", &key, &[]);
    assert_eq!(judge(&own, &own, &[]), None);
    // Trusted is this certificate, not whoever has its name and key.
    let twin = issue("S", &key, "S", &key, &[]);
    assert_eq!(judge(&twin, &own, &[]), Some("chain-not-an-authority"));
    let anchors = TrustAnchors::from_certificates([own.clone()]);
    let late = PathPolicy::at(moment("2027-01-01T00:00:01Z"));
    assert!(matches!(
        find(&own, &anchors, &[], &late),
        Err(PathError::Expired { own: true, .. })
    ));
}

#[test]
fn a_signature_that_was_right_by_one_key_is_not_right_by_another() {
    let (own, other) = (key(), key());
    let root = issue("R", &own, "R", &own, &authority(&[]));
    let impostor = issue("R", &other, "R", &other, &authority(&[]));
    let leaf = issue("L", &key(), "R", &own, &[]);
    for _ in 0..2 {
        assert_eq!(judge(&leaf, &root, &[]), None);
        assert_eq!(judge(&leaf, &impostor, &[]), Some("chain-signature"));
    }
}
