//! Revocation lists, complete ones and delta lists, and what was kept of them.

use super::{
    GOOD_BY_LIST, TEXT, UNKNOWN, answered, day_around, fresh, judge, judge_at, keys, with_list,
};
use crate::support::{PASSWORD, entry, noon, parent, world, year_around};
use balabaqsha_pki::authority::{Answer, Authority, Profile, RevokedSerial};
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::verdict::{RevocationSource, RevocationStatus};
use balabaqsha_pki::{Evidence, PathPolicy, Report, SubIndication, TrustAnchors, Verdict, path};
use chrono::Duration;

#[test]
fn lists_tell_good_from_revoked() {
    for (authority, issued) in keys() {
        let certificate = &issued.certificate;
        let empty = authority
            .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
            .unwrap();
        assert_eq!(
            judge(certificate, authority, &with_list(&empty)),
            (None, GOOD_BY_LIST)
        );

        let at = noon() - Duration::days(1);
        let entries = [
            RevokedSerial::new(authority.certificate(), at, 4),
            RevokedSerial::new(certificate, at, 1),
        ];
        let list = authority
            .revoke(&entries, 2, day_around(noon()), &mut SystemRandom)
            .unwrap();
        let expected = RevocationStatus::Revoked {
            source: RevocationSource::Crl,
            at,
        };
        assert_eq!(
            judge(certificate, authority, &with_list(&list)),
            (Some(SubIndication::Revoked), expected)
        );
    }
}

/// Whoever hands over the evidence chooses it: what is older and still valid must not hide what
/// is newer.
#[test]
fn the_newest_word_holds_and_revocation_for_good_holds_for_good() {
    let (authority, issued) = keys()[1];
    let certificate = &issued.certificate;
    let list = |hours: i64, reason: Option<u8>| {
        let at = noon() - Duration::hours(20);
        let entry = reason.map(|reason| RevokedSerial::new(certificate, at, reason));
        let dates = day_around(noon() + Duration::hours(hours));
        authority
            .revoke(
                &entry.into_iter().collect::<Vec<_>>(),
                1,
                dates,
                &mut SystemRandom,
            )
            .unwrap()
    };
    let status = |evidence: &Evidence| judge(certificate, authority, evidence).0;
    let (revoked, held) = (Some(SubIndication::Revoked), Some(SubIndication::TryLater));
    let (hold, lost) = (Some(6), Some(1));
    for (older, newer, expected) in [
        (None, lost, revoked),
        (None, hold, held),
        (hold, None, None),
        (None, None, None),
        // What was told once for good is not forgotten by the newer list.
        (lost, None, revoked),
        (lost, hold, revoked),
        (hold, lost, revoked),
        (Some(0), None, revoked),
        (Some(4), None, revoked),
        (Some(5), None, revoked),
    ] {
        let (older, newer) = (list(-3, older), list(0, newer));
        for order in [[&older, &newer], [&newer, &older]] {
            let mut evidence = Evidence::new();
            for bytes in order {
                evidence.add_crl(bytes).unwrap();
            }
            assert_eq!(status(&evidence), expected);
        }
    }
    // A responder that said good a minute ago outweighs a hold, and nothing else.
    let service = authority
        .responder(true, year_around(noon()), &mut SystemRandom)
        .unwrap();
    for (reason, expected) in [(hold, None), (lost, revoked), (None, None)] {
        let mut evidence = answered(&service, authority, certificate, Answer::Good, fresh());
        evidence.add_crl(&list(0, reason)).unwrap();
        assert_eq!(status(&evidence), expected, "{reason:?}");
    }
}

#[test]
fn invalid_lists_leave_revocation_unknown() {
    let world = world();
    let certificate = &world.signing.certificate;
    let make = |authority: &Authority, validity| {
        authority
            .revoke(&[], 1, validity, &mut SystemRandom)
            .unwrap()
    };
    let old = day_around(noon() - Duration::days(1));
    let future = day_around(noon() + Duration::days(1));
    let unknown = |crl: &[u8]| assert_eq!(judge(certificate, &world.rsa, &with_list(crl)), UNKNOWN);
    unknown(&make(&world.rsa, old));
    unknown(&make(&world.rsa, future));
    // The same name, another key.
    unknown(&make(&world.stranger, day_around(noon())));
    unknown(&make(&world.gost, day_around(noon())));
    assert_eq!(judge(certificate, &world.rsa, &Evidence::new()), UNKNOWN);
}

#[test]
fn every_altered_octet_of_a_list_is_noticed() {
    let world = world();
    let at = noon() - Duration::days(1);
    let entries = [RevokedSerial::new(&world.gost_key.certificate, at, 1)];
    let list = world
        .gost
        .revoke(&entries, 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    for octet in 0..list.len() {
        let mut altered = list.clone();
        altered[octet] ^= 1 << (octet % 8);
        let mut evidence = Evidence::new();
        if evidence.add_crl(&altered).is_ok() {
            let (refused, _) = judge(&world.gost_key.certificate, &world.gost, &evidence);
            assert!(
                refused.is_some(),
                "octet {octet} altered and the certificate is good"
            );
        }
    }
}

#[test]
fn delta_lists_have_the_last_word() {
    let world = world();
    let (authority, certificate) = (&world.rsa, &world.signing.certificate);
    let at = noon() - Duration::days(1);
    let hold = RevokedSerial::new(certificate, at, 6);
    let base = |entries: &[RevokedSerial], number, validity| {
        authority
            .revoke(entries, number, validity, &mut SystemRandom)
            .unwrap()
    };
    let delta = |since, entries: &[RevokedSerial], number| {
        let validity = day_around(noon());
        authority
            .revoke_since(since, entries, number, validity, &mut SystemRandom)
            .unwrap()
    };
    let both = |one: &[u8], other: &[u8]| {
        let mut evidence = with_list(one);
        evidence.add_crl(other).unwrap();
        judge(certificate, authority, &evidence)
    };
    let today = day_around(noon());
    let held = (
        Some(SubIndication::TryLater),
        RevocationStatus::Held {
            source: RevocationSource::Crl,
            at,
        },
    );
    let revoked = (
        Some(SubIndication::Revoked),
        RevocationStatus::Revoked {
            source: RevocationSource::Crl,
            at,
        },
    );
    let lifted = RevokedSerial::new(certificate, at, 8);
    // On hold since, and no longer on hold since.
    assert_eq!(
        both(
            &base(&[], 5, today),
            &delta(5, std::slice::from_ref(&hold), 6)
        ),
        held
    );
    assert_eq!(
        both(
            &delta(5, std::slice::from_ref(&hold), 6),
            &base(&[], 5, today)
        ),
        held
    );
    assert_eq!(
        both(
            &base(std::slice::from_ref(&hold), 5, today),
            &delta(5, std::slice::from_ref(&lifted), 6)
        ),
        (None, GOOD_BY_LIST)
    );
    // Says nothing of this certificate.
    assert_eq!(
        both(
            &base(std::slice::from_ref(&hold), 5, today),
            &delta(5, &[], 6)
        ),
        held
    );
    // Not newer than the complete list, or built on a later one: not of this list.
    let good = (None, GOOD_BY_LIST);
    assert_eq!(
        both(
            &base(&[], 5, today),
            &delta(5, std::slice::from_ref(&hold), 5)
        ),
        good
    );
    assert_eq!(
        both(
            &base(&[], 5, today),
            &delta(6, std::slice::from_ref(&hold), 7)
        ),
        good
    );
    // What is revoked for good is not taken back, whichever list told it.
    for reason in [0, 1, 2, 3, 4, 5, 9, 10] {
        let lost = [RevokedSerial::new(certificate, at, reason)];
        for (one, other) in [
            (
                base(&lost, 5, today),
                delta(5, std::slice::from_ref(&lifted), 6),
            ),
            (base(&lost, 5, today), base(&[], 6, today)),
            (base(&[], 5, today), delta(5, &lost, 5)),
            (base(&[], 5, today), delta(6, &lost, 7)),
        ] {
            assert_eq!(both(&one, &other), revoked, "reason {reason}");
            assert_eq!(both(&other, &one), revoked, "reason {reason}");
        }
    }
    // A list that ran out is good enough as the base of a fresh delta list, and only so.
    let old = day_around(noon() - Duration::days(2));
    assert_eq!(both(&base(&[], 5, old), &delta(5, &[], 6)), good);
    assert_eq!(
        judge(certificate, authority, &with_list(&delta(5, &[], 6))),
        UNKNOWN
    );
}

#[test]
fn chains_of_three_and_a_revoked_authority() {
    let world = world();
    let rng = &mut SystemRandom;
    let middle = world
        .gost
        .subordinate("MIDDLE", Some(0), year_around(noon()), rng)
        .unwrap();
    let below = middle
        .subordinate("TOO LOW", None, year_around(noon()), rng)
        .unwrap();
    let issue = |authority: &Authority| {
        authority
            .issue(
                &parent(),
                Profile::Gost512,
                year_around(noon()),
                PASSWORD,
                &mut SystemRandom,
            )
            .unwrap()
    };
    let (issued, too_low) = (issue(&middle), issue(&below));
    let signed = cms::sign(&entry(&issued), TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let anchors = TrustAnchors::from_certificates([world.gost.certificate().clone()]);
    let intermediates = [middle.certificate().clone(), below.certificate().clone()];
    let error = path::find(
        &too_low.certificate,
        &anchors,
        &intermediates,
        &PathPolicy::at(noon()),
    )
    .unwrap_err();
    assert_eq!(error.code(), "chain-path-length");

    let base = VerifyPolicy::new(&anchors, noon()).intermediates(&intermediates);
    let questions = cms::questions(&signed, &base);
    assert_eq!(
        questions.len(),
        2,
        "about the signer and about the authority in the middle"
    );
    let good_below = middle.revoke(&[], 1, day_around(noon()), rng).unwrap();
    let good_above = world.gost.revoke(&[], 1, day_around(noon()), rng).unwrap();
    let at = noon() - Duration::days(1);
    let revoked = [RevokedSerial::new(middle.certificate(), at, 2)];
    let bad_above = world
        .gost
        .revoke(&revoked, 1, day_around(noon()), rng)
        .unwrap();
    let judge = |lists: &[&[u8]]| -> Report {
        let mut evidence = Evidence::new();
        for list in lists {
            evidence.add_crl(list).unwrap();
        }
        cms::verify(&signed, Some(TEXT), &base.clone().evidence(&evidence))
    };
    assert_eq!(judge(&[&good_below, &good_above]).verdict, Verdict::Passed);
    assert_eq!(
        judge(&[&good_below]).sub_indication,
        Some(SubIndication::TryLater)
    );
    assert_eq!(
        judge(&[&good_above]).sub_indication,
        Some(SubIndication::TryLater)
    );
    let report = judge(&[&good_below, &bad_above]);
    assert_eq!(report.sub_indication, Some(SubIndication::RevokedCaNoPoe));
    assert_eq!(report.verdict, Verdict::Indeterminate);
}

#[test]
fn evidence_that_was_kept_is_good_years_later() {
    let world = world();
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let list = authority
        .revoke(&[], 1, day_around(noon()), &mut SystemRandom)
        .unwrap();
    let evidence = with_list(&list);
    let (lists, answers) = evidence.to_keep();
    let mut restored = Evidence::new();
    for list in lists {
        restored.add_crl(list).unwrap();
    }
    assert!(answers.is_empty());
    // For the moment of signing it is judged as it was then; for later moments it is too old.
    assert_eq!(
        judge(certificate, authority, &restored),
        (None, GOOD_BY_LIST)
    );
    assert_eq!(
        judge_at(
            certificate,
            authority,
            &restored,
            noon() + Duration::days(30)
        ),
        UNKNOWN
    );
}

/// A revocation that was told once holds when the list that told it has run out.
#[test]
fn a_list_that_ran_out_still_revokes_for_good_and_for_nothing_else() {
    for (authority, issued) in keys() {
        let certificate = &issued.certificate;
        let at = noon() - Duration::days(40);
        let long_ago = day_around(noon() - Duration::days(30));
        let list = |authority: &Authority, entries: &[RevokedSerial], validity| {
            authority
                .revoke(entries, 1, validity, &mut SystemRandom)
                .unwrap()
        };
        let judged = |old: &[u8]| {
            let mut evidence = with_list(&list(authority, &[], day_around(noon())));
            evidence.add_crl(old).unwrap();
            [
                judge(certificate, authority, &evidence),
                judge(certificate, authority, &with_list(old)),
            ]
        };
        let good = (None, GOOD_BY_LIST);
        for (reason, revoked) in [(1, true), (0, true), (4, true), (6, false), (8, false)] {
            let entry = [RevokedSerial::new(certificate, at, reason)];
            let expected = if revoked {
                let status = RevocationStatus::Revoked {
                    source: RevocationSource::Crl,
                    at,
                };
                [(Some(SubIndication::Revoked), status); 2]
            } else {
                [good, UNKNOWN]
            };
            let told = judged(&list(authority, &entry, long_ago));
            assert_eq!(told, expected, "reason {reason}");
            // Of another authority of the same name, or of a list from the future.
            let strange = list(&world().stranger, &entry, long_ago);
            assert_eq!(judged(&strange), [good, UNKNOWN]);
            let coming = list(authority, &entry, day_around(noon() + Duration::days(2)));
            assert_eq!(judged(&coming), [good, UNKNOWN]);
        }
    }
}

/// Months later, with a stamp: the stamped moment still counts as it does for a fresh list.
#[test]
fn a_list_that_ran_out_revokes_no_signature_that_a_stamp_proves_older() {
    use balabaqsha_pki::{Digest, tsp};
    let (world, rng) = (world(), &mut SystemRandom);
    let (authority, certificate) = (&world.gost, &world.gost_key.certificate);
    let key = entry(&world.gost_key);
    let signed = cms::sign(&key, TEXT, &SignOptions::detached(noon()), rng).unwrap();
    let octets = cms::stamped_octets(&signed).unwrap();
    let service = authority.stamper(year_around(noon()), rng).unwrap();
    let answer = service
        .stamp(&octets, Digest::Sha256, noon(), 1, &[7], rng)
        .unwrap();
    let document = cms::with_timestamp(&signed, &tsp::token(&answer).unwrap()).unwrap();
    let later = noon() + Duration::days(60);
    let mut judged = |days: i64| {
        let entry = RevokedSerial::new(certificate, noon() + Duration::days(days), 1);
        let told = day_around(noon() + Duration::days(30));
        let mut evidence = with_list(&authority.revoke(&[entry], 1, told, rng).unwrap());
        let fresh = authority.revoke(&[], 2, day_around(later), rng).unwrap();
        evidence.add_crl(&fresh).unwrap();
        let anchors = TrustAnchors::from_certificates([authority.certificate().clone()]);
        let policy = VerifyPolicy::new(&anchors, later).evidence(&evidence);
        cms::verify(&document, Some(TEXT), &policy).sub_indication
    };
    assert_eq!(judged(1), None);
    assert_eq!(judged(-1), Some(SubIndication::Revoked));
}
