//! Referrals.

use super::rows::{a_referral, application, begin, end, now, same};
use balabaqsha_shared::{
    id::{ApplicationId, ReferralId},
    number::ReferralNumber,
    referral::ReferralState,
};
use balabaqsha_store::{self as store, Db, referrals::Belonging};
use balabaqsha_tests::{
    at,
    builders::{Town, day, id, iin},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    a_referral_is_kept_and_found,
    a_referral_ends_once,
    one_active_referral_per_child,
    the_latest_referral_is_the_one_that_counts,
    due_referrals_are_found_at_their_moment,
    due_referrals_are_shared_between_processes,
);

async fn a_referral_is_kept_and_found(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let kept = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &kept).await.unwrap();
    same(
        &store::referrals::get(&mut tx, kept.id)
            .await
            .unwrap()
            .unwrap(),
        &kept,
    );
    same(
        &store::referrals::by_number(&mut tx, &kept.number)
            .await
            .unwrap()
            .unwrap(),
        &kept,
    );
    let other = ReferralNumber::new("АКТ", 2026, 2);
    let other = store::referrals::by_number(&mut tx, &other).await.unwrap();
    assert!(other.is_none());
    same(
        &store::referrals::by_token(&mut tx, "token-1")
            .await
            .unwrap()
            .unwrap(),
        &kept,
    );
    assert!(
        store::referrals::get(&mut tx, ReferralId::new(id()))
            .await
            .unwrap()
            .is_none()
    );
    for token in ["token-2", "TOKEN-1", "", "token-1' OR 1=1"] {
        assert!(
            store::referrals::by_token(&mut tx, token)
                .await
                .unwrap()
                .is_none(),
            "{token}"
        );
    }
    assert_eq!(
        store::referrals::count_since(&mut tx, now()).await.unwrap(),
        1
    );
    let later = now() + TimeDelta::microseconds(1);
    assert_eq!(
        store::referrals::count_since(&mut tx, later).await.unwrap(),
        0
    );
}

async fn a_referral_ends_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let ends = [
        ReferralState::Enrolled { at: now() },
        ReferralState::Lapsed { at: now() },
        ReferralState::Revoked { at: now() },
        ReferralState::Annulled { at: now() },
    ];
    for (serial, ended) in (1..).zip(ends) {
        let of = application(&mut tx, town.id(), serial).await;
        let mut kept = a_referral(&of, town.group.id, serial);
        store::referrals::insert(&mut tx, &kept).await.unwrap();
        let belonging = store::referrals::belonging(&mut tx, kept.id).await;
        let expected = Belonging {
            application: of.id,
            group: kept.group_id,
        };
        assert_eq!(belonging.unwrap(), Some(expected));
        assert!(end(&mut tx, &kept, ended).await.unwrap());
        let again = ReferralState::Revoked {
            at: now() + TimeDelta::days(1),
        };
        assert!(!end(&mut tx, &kept, again).await.unwrap());
        kept.state = ended;
        same(
            &store::referrals::get(&mut tx, kept.id)
                .await
                .unwrap()
                .unwrap(),
            &kept,
        );
    }
}

async fn one_active_referral_per_child(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let first = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &first).await.unwrap();
    let elsewhere = Town::with_free_places(1).store_in(&mut tx).await;
    let mut active_beside = async |locality, child| {
        store::referrals::has_active_elsewhere(&mut tx, locality, child)
            .await
            .unwrap()
    };
    assert!(active_beside(elsewhere.id(), &of.child.iin).await);
    assert!(!active_beside(town.id(), &of.child.iin).await);
    assert!(!active_beside(elsewhere.id(), &iin(day("2022-05-10"))).await);
    tx.commit().await.unwrap();
    let second = a_referral(&of, town.group.id, 2);
    let mut tx = begin(db).await;
    let twice = store::referrals::insert(&mut tx, &second)
        .await
        .unwrap_err();
    assert!(twice.is_unique_violation(), "{twice}");
    drop(tx);
    let mut tx = begin(db).await;
    end(&mut tx, &first, ReferralState::Lapsed { at: now() })
        .await
        .unwrap();
    assert!(
        !store::referrals::has_active_elsewhere(&mut tx, elsewhere.id(), &of.child.iin)
            .await
            .unwrap()
    );
    store::referrals::insert(&mut tx, &second).await.unwrap();
}

async fn the_latest_referral_is_the_one_that_counts(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    assert!(
        store::referrals::latest_of(&mut tx, of.id)
            .await
            .unwrap()
            .is_none()
    );
    let mut latest = None;
    for (serial, days) in [(1, 1), (2, 3), (3, 2)] {
        let mut referral = a_referral(&of, town.group.id, serial);
        referral.issued_at = now() + TimeDelta::days(days);
        referral.state = ReferralState::Lapsed { at: now() };
        store::referrals::insert(&mut tx, &referral).await.unwrap();
        if serial == 2 {
            latest = Some(referral);
        }
    }
    same(
        &store::referrals::latest_of(&mut tx, of.id).await.unwrap(),
        &latest,
    );
    let unknown = ApplicationId::new(id());
    assert!(
        store::referrals::latest_of(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
}

async fn due_referrals_are_found_at_their_moment(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mut ids = Vec::new();
    for (serial, deadline) in [(1, "2026-12-01"), (2, "2026-11-30"), (3, "2026-12-02")] {
        let of = application(&mut tx, town.id(), serial).await;
        let mut referral = a_referral(&of, town.group.id, serial);
        referral.deadline = day(deadline);
        store::referrals::insert(&mut tx, &referral).await.unwrap();
        ids.push(referral.id);
    }
    let mut found = async |moment: &str, limit| {
        let due = store::referrals::lock_due(&mut tx, at(moment), limit)
            .await
            .unwrap();
        due.into_iter()
            .map(|referral| referral.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("2026-11-30T18:59:59.999999Z", 10).await, []);
    assert_eq!(found("2026-11-30T19:00:00Z", 10).await, [ids[1]]);
    assert_eq!(
        found("2027-01-01T00:00:00Z", 10).await,
        [ids[1], ids[0], ids[2]]
    );
    assert_eq!(found("2027-01-01T00:00:00Z", 1).await, [ids[1]]);
}

async fn due_referrals_are_shared_between_processes(db: &Db) {
    let Db::Postgres(_) = db else {
        // SQLite has one writer: the second one waits, and finds the work done.
        return;
    };
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    for serial in 1..=4 {
        let of = application(&mut tx, town.id(), serial).await;
        store::referrals::insert(&mut tx, &a_referral(&of, town.group.id, serial))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let later = at("2027-01-01T00:00:00Z");
    let (mut first, mut second) = (begin(db).await, begin(db).await);
    let mine = store::referrals::lock_due(&mut first, later, 3)
        .await
        .unwrap();
    let yours = store::referrals::lock_due(&mut second, later, 3)
        .await
        .unwrap();
    assert_eq!((mine.len(), yours.len()), (3, 1));
    assert!(
        yours
            .iter()
            .all(|one| mine.iter().all(|taken| taken.id != one.id))
    );
}
