//! Holds (R8).

use super::rows::{a_queued_application, application, begin, draft, hold, now, person, same};
use balabaqsha_shared::{
    id::{ApplicationId, DraftId, HoldId, JointStepId},
    time,
};
use balabaqsha_store::{
    self as store, Db,
    holds::{Hold, HoldState},
};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    a_hold_is_kept_and_ends_once,
    one_live_hold_per_application,
    unused_holds_are_counted_from_a_moment_on,
    a_hold_serves_another_draft,
    holds_of_one_step_are_counted_once_and_found_together,
    due_holds_are_found_at_their_moment,
    due_holds_are_shared_between_processes,
);

async fn a_hold_is_kept_and_ends_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    for (serial, state) in (1..).zip([HoldState::Used, HoldState::Released, HoldState::Expired]) {
        let of = application(&mut tx, town.id(), serial).await;
        let mut kept = hold(&mut tx, &of, town.group.id, now()).await;
        same(
            &store::holds::live_of(&mut tx, of.id)
                .await
                .unwrap()
                .unwrap(),
            &kept,
        );
        same(
            &store::holds::of_draft(&mut tx, kept.draft_id)
                .await
                .unwrap()
                .unwrap(),
            &kept,
        );
        same(
            &store::holds::get(&mut tx, kept.id).await.unwrap().unwrap(),
            &kept,
        );
        assert!(
            store::holds::end(&mut tx, kept.id, state, now())
                .await
                .unwrap()
        );
        assert!(
            !store::holds::end(&mut tx, kept.id, HoldState::Released, now())
                .await
                .unwrap()
        );
        assert!(
            store::holds::live_of(&mut tx, of.id)
                .await
                .unwrap()
                .is_none()
        );
        kept.state = state;
        same(
            &store::holds::of_draft(&mut tx, kept.draft_id)
                .await
                .unwrap()
                .unwrap(),
            &kept,
        );
    }
    assert!(
        store::holds::of_draft(&mut tx, DraftId::new(id()))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::holds::live_of(&mut tx, ApplicationId::new(id()))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        !store::holds::end(&mut tx, HoldId::new(id()), HoldState::Used, now())
            .await
            .unwrap()
    );
}

async fn one_live_hold_per_application(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let first = hold(&mut tx, &of, town.group.id, now()).await;
    let mut second = first.clone();
    second.id = HoldId::new(id());
    second.draft_id = draft(&mut tx, &of, now()).await.id;
    tx.commit().await.unwrap();
    let mut tx = begin(db).await;
    let twice = store::holds::insert(&mut tx, &second, &of.child.iin)
        .await
        .unwrap_err();
    assert!(twice.is_unique_violation(), "{twice}");
    drop(tx);
    let mut tx = begin(db).await;
    store::holds::end(&mut tx, first.id, HoldState::Released, now())
        .await
        .unwrap();
    store::holds::insert(&mut tx, &second, &of.child.iin)
        .await
        .unwrap();
}

async fn unused_holds_are_counted_from_a_moment_on(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let other = application(&mut tx, town.id(), 2).await;
    let day = time::start_of_day(time::local_date(now()));
    hold(&mut tx, &other, town.group.id, now()).await;
    for (seconds, state) in [
        (-1, HoldState::Expired),
        (0, HoldState::Expired),
        (1, HoldState::Used),
        (2, HoldState::Released),
        (3, HoldState::Live),
    ] {
        let begun = day + TimeDelta::seconds(seconds);
        let kept = hold(&mut tx, &of, town.group.id, begun).await;
        if state != HoldState::Live {
            store::holds::end(&mut tx, kept.id, state, now())
                .await
                .unwrap();
        }
    }
    let child = &of.child.iin;
    let earlier = day - TimeDelta::seconds(1);
    for (at, counted) in [(day, 3), (earlier, 4)] {
        let since = time::start_of_day(time::local_date(at));
        let of_child = store::holds::count_of_child(&mut tx, child, since).await;
        assert_eq!(of_child.unwrap(), counted);
        let (person, number) = (of.applicant_id, &other.child.iin);
        let asked = [number];
        let of_person = store::holds::in_hand(&mut tx, person, &asked, town.id(), at);
        let of_person = of_person.await.unwrap();
        let expected = store::holds::InHand {
            counted,
            further_children: 1,
            live_holds: 1,
            unverified: 1,
            lifted: false,
        };
        assert_eq!(of_person, expected);
    }
}

async fn a_hold_serves_another_draft(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let kept = hold(&mut tx, &of, town.group.id, now()).await;
    let next = draft(&mut tx, &of, now()).await.id;
    let serving = Hold {
        draft_id: next,
        expires_at: kept.expires_at - TimeDelta::minutes(1),
        joint_step: Some(JointStepId::new(id())),
        ..kept.clone()
    };
    store::holds::repoint(&mut tx, &serving).await.unwrap();
    assert!(
        store::holds::of_draft(&mut tx, kept.draft_id)
            .await
            .unwrap()
            .is_none()
    );
    let moved = store::holds::of_draft(&mut tx, next)
        .await
        .unwrap()
        .unwrap();
    same(&moved, &serving);
    store::holds::end(&mut tx, kept.id, HoldState::Expired, now())
        .await
        .unwrap();
    assert!(
        store::holds::repoint(&mut tx, &serving).await.is_err(),
        "it is not live any more"
    );
}

async fn holds_of_one_step_are_counted_once_and_found_together(db: &Db) {
    let town = Town::with_free_places(3).store(db).await;
    let mut tx = begin(db).await;
    let step = JointStepId::new(id());
    let applicant = person(&mut tx).await.id;
    let mut children = Vec::new();
    let mut held = Vec::new();
    for serial in 1..=3 {
        let of = a_queued_application(town.id(), applicant, serial);
        store::applications::insert(&mut tx, &of).await.unwrap();
        let mut one = hold(&mut tx, &of, town.group.id, now()).await;
        if serial < 3 {
            one.joint_step = Some(step);
            store::holds::repoint(&mut tx, &one).await.unwrap();
            held.push(one.id);
        }
        children.push(of);
    }
    held.sort();
    let found = store::holds::live_of_step(&mut tx, step).await.unwrap();
    assert_eq!(found.iter().map(|hold| hold.id).collect::<Vec<_>>(), held);
    for (beside, counted, further_children, live_holds) in
        [(1, 2, 2, 2), (2, 2, 1, 1), (3, 2, 0, 0)]
    {
        let asked: Vec<_> = children
            .iter()
            .take(beside)
            .map(|of| &of.child.iin)
            .collect();
        let in_hand = store::holds::in_hand(&mut tx, applicant, &asked, town.id(), now()).await;
        let in_hand = in_hand.unwrap();
        let expected = store::holds::InHand {
            counted,
            further_children,
            live_holds,
            unverified: live_holds,
            lifted: false,
        };
        assert_eq!(in_hand, expected, "beside {beside} children");
    }
    store::holds::end(&mut tx, found[0].id, HoldState::Used, now())
        .await
        .unwrap();
    let left = store::holds::live_of_step(&mut tx, step).await.unwrap();
    assert_eq!(left.len(), 1);
}

async fn due_holds_are_found_at_their_moment(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mut ids = Vec::new();
    for (serial, seconds) in [(1, 2), (2, 0), (3, 1)] {
        let of = application(&mut tx, town.id(), serial).await;
        let begun = now() + TimeDelta::seconds(seconds);
        ids.push(hold(&mut tx, &of, town.group.id, begun).await.id);
    }
    let first_end = now() + TimeDelta::minutes(10);
    let mut found = async |moment, limit| {
        let due = store::holds::lock_due(&mut tx, moment, limit)
            .await
            .unwrap();
        due.into_iter().map(|hold| hold.id).collect::<Vec<_>>()
    };
    assert_eq!(found(first_end - TimeDelta::microseconds(1), 10).await, []);
    assert_eq!(found(first_end, 10).await, [ids[1]]);
    let all = first_end + TimeDelta::seconds(2);
    assert_eq!(found(all, 10).await, [ids[1], ids[2], ids[0]]);
    assert_eq!(found(all, 2).await, [ids[1], ids[2]]);
}

async fn due_holds_are_shared_between_processes(db: &Db) {
    let Db::Postgres(_) = db else {
        // SQLite has one writer: the second one waits, and finds the work done.
        return;
    };
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    for serial in 1..=4 {
        let of = application(&mut tx, town.id(), serial).await;
        hold(&mut tx, &of, town.group.id, now()).await;
    }
    tx.commit().await.unwrap();
    let later = now() + TimeDelta::hours(1);
    let (mut first, mut second) = (begin(db).await, begin(db).await);
    let mine = store::holds::lock_due(&mut first, later, 3).await.unwrap();
    let yours = store::holds::lock_due(&mut second, later, 3).await.unwrap();
    assert_eq!((mine.len(), yours.len()), (3, 1));
    assert!(
        yours
            .iter()
            .all(|hold| mine.iter().all(|taken| taken.id != hold.id))
    );
}
