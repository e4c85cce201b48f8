//! Rules of paths that the outside suites do not cover: what anchors themselves are held to, and
//! purposes.

use super::testing::{authority, issue, issue_for, key, moment, policy, year};
use super::{PathError, PathPolicy, TrustAnchors, find};
use crate::asn1::{context, known, oid, sequence, set, tag, tlv};
use crate::authority::encoding::{context_primitive, spki, utf8_string};
use crate::authority::extensions::{
    basic_constraints_authority, extension, key_usage_authority, only_usage,
};
use crate::authority::{Template, Validity};
use crate::certificate::Certificate;
use crate::key::PrivateKey;
use crate::random::SystemRandom;
use const_oid::ObjectIdentifier;

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

/// Nobody knows it.
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4.5");

#[test]
fn a_critical_extension_that_is_unknown_is_refused_wherever_it_stands() {
    let key = key();
    let unknown = |critical| extension(&UNKNOWN, critical, &[5, 0]);
    let judged = |anchor: &[Vec<u8>], middle: &[Vec<u8>], leaf: &[Vec<u8>]| {
        let anchor = issue("R", &key, "R", &key, &authority(anchor));
        let middle = issue("M", &key, "R", &key, &authority(middle));
        let leaf = issue("L", &key, "M", &key, leaf);
        judge(&leaf, &anchor, &[middle])
    };
    let refused = Some("chain-critical-extension");
    let (critical, odd) = ([unknown(true)], [unknown(false)]);
    assert_eq!(judged(&odd, &odd, &odd), None);
    assert_eq!(judged(&critical, &[], &[]), refused);
    assert_eq!(judged(&[], &critical, &[]), refused);
    assert_eq!(judged(&[], &[], &critical), refused);
    let own = issue("S", &key, "S", &key, &critical);
    assert_eq!(judge(&own, &own, &[]), refused);
}

#[test]
fn what_only_helps_is_read_where_it_is_critical() {
    let key = key();
    let root = issue("R", &key, "R", &key, &authority(&[]));
    let garbage = [4, 1, 0];
    let address = sequence(&[&oid(&known::OCSP), &context_primitive(6, b"http://a.kz")]);
    let good = sequence(&[&address]);
    let half = sequence(&[&address, &[2, 1, 0]]);
    for (kind, value, readable) in [
        (known::AUTHORITY_INFO_ACCESS, &good[..], true),
        (known::AUTHORITY_INFO_ACCESS, &garbage[..], false),
        (known::AUTHORITY_INFO_ACCESS, &half[..], false),
        (known::AUTHORITY_INFO_ACCESS, &[][..], false),
        (known::ISSUER_ALT_NAME, &garbage[..], false),
        (known::OCSP_NO_CHECK, &garbage[..], false),
        (known::OCSP_NO_CHECK, &[5, 0][..], true),
    ] {
        for critical in [true, false] {
            let leaf = issue("L", &key, "R", &key, &[extension(&kind, critical, value)]);
            let expected = (critical && !readable).then_some("chain-critical-extension");
            assert_eq!(judge(&leaf, &root, &[]), expected, "{kind} {value:02x?}");
        }
    }
}

fn named(subject: &[u8], issuer: &[u8], key: &PrivateKey, extensions: &[Vec<u8>]) -> Certificate {
    let template = Template {
        issuer,
        subject,
        spki: &spki(&key.public_key()),
        validity: year(),
        extensions,
    };
    template.sign(key, &mut SystemRandom).unwrap()
}

#[test]
fn an_authority_has_a_name() {
    let key = key();
    let nobody = sequence(&[]);
    let somebody = super::testing::name("R");
    let leaf_name = super::testing::name("L");
    let nameless = named(&nobody, &nobody, &key, &authority(&[]));
    let leaf = named(&leaf_name, &nobody, &key, &[]);
    assert_eq!(judge(&leaf, &nameless, &[]), Some("chain-without-name"));
    let root = named(&somebody, &somebody, &key, &authority(&[]));
    let middle = named(&nobody, &somebody, &key, &authority(&[]));
    assert_eq!(judge(&leaf, &root, &[middle]), Some("chain-without-name"));
    // Only what issues must have one.
    let own = named(&nobody, &somebody, &key, &[]);
    assert_eq!(judge(&own, &root, &[]), None);
}

#[test]
fn addresses_in_the_subject_are_held_to_constraints_beside_those_among_the_alternative_names() {
    let key = key();
    let mail = |address: &str| context_primitive(1, address.as_bytes());
    let permitted = context(0, &[&sequence(&[&mail("example.kz")])]);
    let constraints = extension(&known::NAME_CONSTRAINTS, true, &sequence(&[&permitted]));
    let anchor = issue("R", &key, "R", &key, &authority(&[constraints]));
    let issuer = super::testing::name("R");
    let judged = |in_subject: &[u8], alternative: Option<&str>| {
        let pair = sequence(&[&oid(&known::EMAIL_ADDRESS), in_subject]);
        let name = [
            sequence(&[&oid(&known::COMMON_NAME), &utf8_string("L")]),
            pair,
        ]
        .map(|pair| set(&[&pair]))
        .concat();
        let name = sequence(&[&name]);
        let names = alternative.map(|address| {
            extension(
                &known::SUBJECT_ALT_NAME,
                false,
                &sequence(&[&mail(address)]),
            )
        });
        let extensions: Vec<Vec<u8>> = names.into_iter().collect();
        judge(&named(&name, &issuer, &key, &extensions), &anchor, &[])
    };
    let text = |address: &str| tlv(tag::IA5_STRING, &[address.as_bytes()]);
    let refused = Some("chain-name-constraints");
    let (inside, outside) = ("a@example.kz", "a@example.com");
    assert_eq!(judged(&text(inside), None), None);
    assert_eq!(judged(&text(outside), None), refused);
    assert_eq!(judged(&text(inside), Some(inside)), None);
    assert_eq!(judged(&text(outside), Some(inside)), refused);
    assert_eq!(judged(&text(inside), Some(outside)), refused);
    assert_eq!(judged(&utf8_string(outside), Some(inside)), refused);
    // What is no text cannot be judged.
    assert_eq!(
        judged(&tlv(tag::IA5_STRING, &[&[0xff]]), Some(inside)),
        refused
    );
}

#[test]
fn the_issuer_that_is_missing_is_named() {
    let key = key();
    let anchor = issue("OTHER", &key, "OTHER", &key, &authority(&[]));
    let told = |leaf: &Certificate, between: &[Certificate]| {
        let anchors = TrustAnchors::from_certificates([anchor.clone()]);
        let error = find(leaf, &anchors, between, &policy()).unwrap_err();
        assert_eq!(error.code(), "chain-not-found");
        error.to_string()
    };
    let leaf = issue("L", &key, "M", &key, &[]);
    let middle = issue("M", &key, "R", &key, &authority(&[]));
    let root = issue("R", &key, "R", &key, &authority(&[]));
    let text = told(&leaf, &[]);
    assert!(
        text.ends_with(": the certificate of the issuer «CN=M» is missing"),
        "{text}"
    );
    let text = told(&leaf, std::slice::from_ref(&middle));
    assert!(
        text.ends_with(": the certificate of the issuer «CN=R» is missing"),
        "{text}"
    );
    let text = told(&leaf, &[middle, root.clone()]);
    assert!(
        text.ends_with(": it ends at «CN=R», which is not trusted"),
        "{text}"
    );
    let text = told(&root, &[]);
    assert!(
        text.ends_with(": it ends at «CN=R», which is not trusted"),
        "{text}"
    );
}
