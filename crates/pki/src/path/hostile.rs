//! Chains that were made to cost: each must be refused, and before it has cost much.

use super::build::{Cost, find_counting};
use super::testing::{authority, issue, key, policy};
use super::{PathError, TrustAnchors};
use crate::asn1::{Oid, known, sequence, tag, tlv};
use crate::authority::encoding::context_primitive;
use crate::authority::extensions::extension;
use crate::certificate::Certificate;
use const_oid::ObjectIdentifier;

fn search(
    certificate: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
) -> (Result<usize, PathError>, Cost) {
    let anchors = TrustAnchors::from_certificates(anchors.to_vec());
    let (found, cost) = find_counting(certificate, &anchors, intermediates, &policy());
    (found.map(|path| path.certificates().len()), cost)
}

#[test]
fn a_chain_of_a_thousand_ends_early() {
    let key = key();
    let root = issue("0", &key, "0", &key, &authority(&[]));
    let chain: Vec<Certificate> = (1..=1000)
        .map(|at: u32| {
            let (subject, issuer) = (at.to_string(), (at - 1).to_string());
            issue(&subject, &key, &issuer, &key, &authority(&[]))
        })
        .collect();
    let (found, cost) = search(&chain[999], std::slice::from_ref(&root), &chain);
    assert!(matches!(found, Err(PathError::NoChain { .. })), "{found:?}");
    assert!(cost.signatures < 40, "{cost:?}");
    // What is long but not absurd is found.
    let (found, _) = search(&chain[11], &[root], &chain);
    assert_eq!(found, Ok(12));
}

#[test]
fn search_in_looping_certificates_ends() {
    let keys = [key(), key(), key()];
    let root = issue("R", &keys[2], "R", &keys[2], &authority(&[]));
    // A and B certify each other, each under two keys, and nobody certifies them.
    let mut intermediates = Vec::new();
    for (subject, issuer) in [("A", "B"), ("B", "A")] {
        for subject_key in &keys[..2] {
            for issuer_key in &keys[..2] {
                intermediates.push(issue(
                    subject,
                    subject_key,
                    issuer,
                    issuer_key,
                    &authority(&[]),
                ));
            }
        }
    }
    let leaf = issue("L", &keys[0], "A", &keys[0], &[]);
    let (found, cost) = search(&leaf, std::slice::from_ref(&root), &intermediates);
    assert!(found.is_err());
    assert!(cost.signatures <= 128 && cost.steps <= 4096, "{cost:?}");
    // With a way out, it is found among the loops.
    intermediates.push(issue("B", &keys[1], "R", &keys[2], &authority(&[])));
    let (found, _) = search(&leaf, &[root], &intermediates);
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn a_crowd_of_namesakes_is_not_asked_one_by_one() {
    let (good, stranger) = (key(), key());
    let root = issue("R", &good, "R", &good, &authority(&[]));
    let crowd: Vec<Certificate> = (0..500)
        .map(|_| issue("A", &stranger, "R", &stranger, &authority(&[])))
        .collect();
    let leaf = issue("L", &good, "A", &good, &[]);
    let (found, cost) = search(&leaf, std::slice::from_ref(&root), &crowd);
    assert!(found.is_err());
    assert!(cost.signatures <= 128, "{cost:?}");
    let too_many = vec![crowd[0].clone(); 3000];
    let (found, cost) = search(&leaf, &[root], &too_many);
    assert!(matches!(found, Err(PathError::TooCostly { .. })));
    assert_eq!(cost.signatures, 0);
}

fn policies(list: impl Iterator<Item = u64>) -> Vec<u8> {
    let items: Vec<Vec<u8>> = list
        .map(|number| {
            let policy = Oid::parse(&format!("1.2.3.{number}")).unwrap();
            sequence(&[&tlv(tag::OID, &[policy.contents()])])
        })
        .collect();
    let parts: Vec<&[u8]> = items.iter().map(Vec::as_slice).collect();
    extension(&known::CERTIFICATE_POLICIES, false, &sequence(&parts))
}

/// Every policy of the one level mapped to every one of the next.
fn mappings(size: u64) -> Vec<u8> {
    let policy = |number: u64| {
        tlv(
            tag::OID,
            &[Oid::parse(&format!("1.2.3.{number}")).unwrap().contents()],
        )
    };
    let pairs: Vec<Vec<u8>> = (0..size)
        .flat_map(|from| (0..size).map(move |to| (from, to)))
        .map(|(from, to)| sequence(&[&policy(from), &policy(to)]))
        .collect();
    let parts: Vec<&[u8]> = pairs.iter().map(Vec::as_slice).collect();
    extension(&known::POLICY_MAPPINGS, false, &sequence(&parts))
}

fn require_policy() -> Vec<u8> {
    let value = sequence(&[&context_primitive(0, &[0])]);
    extension(&known::POLICY_CONSTRAINTS, true, &value)
}

#[test]
fn policies_that_multiply_do_not() {
    let key = key();
    let root = issue("0", &key, "0", &key, &authority(&[]));
    // As a tree this would have 16^12 leaves.
    let own = [policies(0..16), mappings(16), require_policy()];
    let chain: Vec<Certificate> = (1..=12)
        .map(|at: u32| {
            let (subject, issuer) = (at.to_string(), (at - 1).to_string());
            issue(&subject, &key, &issuer, &key, &authority(&own))
        })
        .collect();
    let leaf = issue("L", &key, "12", &key, &[policies(3..4)]);
    let (found, _) = search(&leaf, std::slice::from_ref(&root), &chain);
    assert_eq!(found, Ok(13));
    let other = issue("L", &key, "12", &key, &[policies(99..100)]);
    let (found, _) = search(&other, std::slice::from_ref(&root), &chain);
    assert!(matches!(found, Err(PathError::Policy { .. })), "{found:?}");
    // More policies than anybody needs are refused unread.
    let many = issue("L", &key, "0", &key, &[policies(0..2000), require_policy()]);
    let (found, _) = search(&many, &[root], &[]);
    assert!(
        matches!(found, Err(PathError::TooCostly { .. })),
        "{found:?}"
    );
}

#[test]
fn names_and_constraints_in_masses_are_refused() {
    let key = key();
    let hosts = |prefix: &str, count: u32| -> Vec<Vec<u8>> {
        (0..count)
            .map(|at| context_primitive(2, format!("{prefix}{at}.kz").as_bytes()))
            .collect()
    };
    let subtrees: Vec<Vec<u8>> = hosts("c", 2000)
        .iter()
        .map(|base| sequence(&[base]))
        .collect();
    let parts: Vec<&[u8]> = subtrees.iter().map(Vec::as_slice).collect();
    let constraints = sequence(&[&crate::asn1::context(1, &parts)]);
    let root = issue("R", &key, "R", &key, &authority(&[]));
    let constrained = [extension(&known::NAME_CONSTRAINTS, true, &constraints)];
    let middle = issue("M", &key, "R", &key, &authority(&constrained));
    let with_names = |count| {
        let names = hosts("n", count);
        let parts: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        let alternative: ObjectIdentifier = known::SUBJECT_ALT_NAME;
        issue(
            "L",
            &key,
            "M",
            &key,
            &[extension(&alternative, false, &sequence(&parts))],
        )
    };
    let (found, _) = search(
        &with_names(10),
        std::slice::from_ref(&root),
        std::slice::from_ref(&middle),
    );
    assert_eq!(found, Ok(2));
    let (found, _) = search(&with_names(2000), &[root], &[middle]);
    assert!(
        matches!(found, Err(PathError::TooCostly { .. })),
        "{found:?}"
    );
}

#[test]
fn an_ordinary_path_costs_one_signature_for_each_step() {
    let key = key();
    let root = issue("R", &key, "R", &key, &authority(&[]));
    let leaf = issue("L", &key, "R", &key, &[]);
    let (found, cost) = search(&leaf, &[root], &[]);
    assert_eq!((found, cost.signatures), (Ok(1), 1));
}
