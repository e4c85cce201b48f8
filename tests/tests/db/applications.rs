//! Applications and the order of the queue.

use super::rows::{
    a_queued_application, application, begin, confirmed, move_to, now, person, same,
};
use balabaqsha_shared::{
    application::{ApplicationState, Category, Standing},
    child::NamePart,
    id::{ApplicationId, LocalityId, PersonId, ReferralId},
    phone::Phone,
    rules::r05_order::Place,
};
use balabaqsha_store::{self as store, Db, applications::Application};
use balabaqsha_tests::{
    at,
    builders::{Town, day, id},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    an_application_is_kept_as_it_is,
    every_state_is_kept,
    a_state_moves_once,
    one_active_application_per_child_and_locality,
    the_journal_is_listed_newest_first,
    the_queue_is_counted_around_a_place,
    ended_stop_lists_are_found_at_their_moment,
    a_telephone_is_changed,
);

async fn a_telephone_is_changed(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let (one, other) = (
        application(&mut tx, town.id(), 1).await,
        application(&mut tx, town.id(), 2).await,
    );
    let phone = Phone::parse("+77770001122").unwrap();
    store::applications::set_contact_phone(&mut tx, one.id, &phone)
        .await
        .unwrap();
    for (before, expected) in [(&one, &phone), (&other, &other.contact_phone)] {
        let kept = store::applications::require(&mut tx, before.id).await;
        assert_eq!(&kept.unwrap().contact_phone, expected);
    }
    let unknown = ApplicationId::new(id());
    let changed = store::applications::set_contact_phone(&mut tx, unknown, &phone).await;
    assert!(changed.is_err());
}

async fn an_application_is_kept_as_it_is(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let applicant = person(&mut tx).await.id;
    let mut row = a_queued_application(town.id(), applicant, 1);
    row.child.patronymic = Some(NamePart::parse("О’Коннор-Ұлы").unwrap());
    row.benefit = confirmed(Category::Priority);
    store::applications::insert(&mut tx, &row).await.unwrap();
    same(
        &store::applications::get(&mut tx, row.id)
            .await
            .unwrap()
            .unwrap(),
        &row,
    );
    same(
        &store::applications::lock(&mut tx, row.id)
            .await
            .unwrap()
            .unwrap(),
        &row,
    );
    let kept = store::applications::require(&mut tx, row.id).await.unwrap();
    same(&kept, &row);
    assert_eq!(
        kept.child, row.child,
        "names do not print, so they are compared by value"
    );
    assert_eq!(kept.contact_phone, row.contact_phone);
    let unknown = ApplicationId::new(id());
    assert!(
        store::applications::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::applications::lock(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::applications::require(&mut tx, unknown)
            .await
            .is_err()
    );
}

async fn every_state_is_kept(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let at = now();
    for (serial, state) in (1..).zip([
        ApplicationState::Queued,
        ApplicationState::StopListed {
            until: day("2026-12-14"),
        },
        ApplicationState::Referred {
            referral_id: ReferralId::new(id()),
        },
        ApplicationState::Enrolled { at },
        ApplicationState::Removed { at },
        ApplicationState::Withdrawn { at },
    ]) {
        let mut row = application(&mut tx, town.id(), serial).await;
        let moved = move_to(&mut tx, &row, state, 1).await;
        assert!(moved.unwrap());
        (row.state, row.lapses) = (state, 1);
        same(
            &store::applications::require(&mut tx, row.id).await.unwrap(),
            &row,
        );
        let mut stored = a_queued_application(town.id(), row.applicant_id, serial + 100);
        stored.state = state;
        store::applications::insert(&mut tx, &stored).await.unwrap();
        same(
            &store::applications::require(&mut tx, stored.id)
                .await
                .unwrap(),
            &stored,
        );
    }
}

async fn a_state_moves_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let row = application(&mut tx, town.id(), 1).await;
    let gone = ApplicationState::Withdrawn { at: now() };
    assert!(move_to(&mut tx, &row, gone, 0).await.unwrap());
    assert!(!move_to(&mut tx, &row, gone, 0).await.unwrap());
    let unknown = Application {
        id: ApplicationId::new(id()),
        ..row
    };
    assert!(!move_to(&mut tx, &unknown, gone, 0).await.unwrap());
}

async fn one_active_application_per_child_and_locality(db: &Db) {
    let (here, there) = (
        Town::with_free_places(1).store(db).await,
        Town::with_free_places(1).store(db).await,
    );
    let mut tx = begin(db).await;
    let first = application(&mut tx, here.id(), 1).await;
    let mut elsewhere = a_queued_application(there.id(), first.applicant_id, 2);
    elsewhere.child = first.child.clone();
    store::applications::insert(&mut tx, &elsewhere)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut second = a_queued_application(here.id(), first.applicant_id, 3);
    second.child = first.child.clone();
    let mut tx = begin(db).await;
    let twice = store::applications::insert(&mut tx, &second)
        .await
        .unwrap_err();
    assert!(
        twice.is_unique_violation() && !twice.is_transient(),
        "{twice}"
    );
    drop(tx);
    // A claim stands beside it, one of each applicant.
    let mut tx = begin(db).await;
    let stranger = person(&mut tx).await.id;
    let mut claim = a_queued_application(here.id(), stranger, 4);
    claim.child = first.child.clone();
    claim.standing = Standing::Claim;
    store::applications::insert(&mut tx, &claim).await.unwrap();
    tx.commit().await.unwrap();
    let mut again = a_queued_application(here.id(), stranger, 5);
    again.child = first.child.clone();
    again.standing = Standing::Claim;
    let mut tx = begin(db).await;
    let twice = store::applications::insert(&mut tx, &again).await;
    assert!(twice.unwrap_err().is_unique_violation());
    drop(tx);
    let mut tx = begin(db).await;
    let enrolled = ApplicationState::Enrolled { at: now() };
    assert!(move_to(&mut tx, &first, enrolled, 0).await.unwrap());
    store::applications::insert(&mut tx, &second).await.unwrap();
    let all = store::applications::of_child(&mut tx, &first.child.iin)
        .await
        .unwrap();
    assert_eq!(all.len(), 4);
    let person = first.applicant_id;
    let counted = store::applications::count_of_person(&mut tx, person, here.id(), now()).await;
    let expected = store::applications::OfPerson {
        new: 3,
        active: 2,
        lifted: false,
    };
    assert_eq!(counted.unwrap(), expected);
}

async fn the_journal_is_listed_newest_first(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let applicant = person(&mut tx).await.id;
    application(&mut tx, town.id(), 100).await;
    let mut rows = Vec::new();
    for (serial, seconds) in [(1, 0), (2, 5), (3, 5), (4, 9)] {
        let mut row = a_queued_application(town.id(), applicant, serial);
        row.submitted_at = now() + TimeDelta::seconds(seconds);
        store::applications::insert(&mut tx, &row).await.unwrap();
        rows.push(row);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.submitted_at, row.id)));
    same(
        &store::applications::list_of(&mut tx, applicant, None, 10)
            .await
            .unwrap(),
        &rows,
    );
    let last = (rows[1].submitted_at, rows[1].id);
    let page = store::applications::list_of(&mut tx, applicant, Some(last), 1)
        .await
        .unwrap();
    same(&page, &[&rows[2]]);
    let nobody = PersonId::new(id());
    assert!(
        store::applications::list_of(&mut tx, nobody, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn the_queue_is_counted_around_a_place(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let applicant = person(&mut tx).await.id;
    let mut rows = Vec::new();
    let categories = [
        Category::General,
        Category::Priority,
        Category::Extraordinary,
    ];
    for serial in 1..=12_u32 {
        let mut row = a_queued_application(town.id(), applicant, serial);
        row.benefit = confirmed(categories[usize::try_from(serial % 3).unwrap()]);
        row.submitted_at = now() + TimeDelta::microseconds(i64::from(serial / 4));
        store::applications::insert(&mut tx, &row).await.unwrap();
        rows.push(row);
    }
    // Not on this queue: another year of birth, another state.
    let mut older = a_queued_application(town.id(), applicant, 20);
    older.child.birth_date = day("2021-12-31");
    store::applications::insert(&mut tx, &older).await.unwrap();
    let mut gone = a_queued_application(town.id(), applicant, 21);
    gone.state = ApplicationState::Withdrawn { at: now() };
    store::applications::insert(&mut tx, &gone).await.unwrap();

    rows.sort_by_key(Application::place);
    for (index, row) in rows.iter().enumerate() {
        let counts = store::queue::count(&mut tx, town.id(), 2022, row.place())
            .await
            .unwrap();
        assert_eq!(counts.iter().map(|count| count.total).sum::<i64>(), 12);
        for count in &counts {
            let before = rows[..index]
                .iter()
                .filter(|row| row.category() == count.category)
                .count();
            assert_eq!(
                usize::try_from(count.before),
                Ok(before),
                "{index} {count:?}"
            );
        }
    }
    let place = Place {
        category: Category::General,
        submitted_at: now(),
        id: ApplicationId::new(id()),
    };
    let unknown = LocalityId::new(id());
    assert!(
        store::queue::count(&mut tx, unknown, 2022, place)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn ended_stop_lists_are_found_at_their_moment(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mut rows = Vec::new();
    for (serial, until) in [(1, "2026-12-15"), (2, "2026-12-14"), (3, "2026-12-16")] {
        let row = application(&mut tx, town.id(), serial).await;
        let state = ApplicationState::StopListed { until: day(until) };
        move_to(&mut tx, &row, state, 1).await.unwrap();
        rows.push(row.id);
    }
    application(&mut tx, town.id(), 4).await;
    let mut found = async |moment: &str, limit| {
        let ended = store::applications::lock_ended_stop_lists(&mut tx, at(moment), limit).await;
        ended
            .unwrap()
            .into_iter()
            .map(|row| row.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("2026-12-14T18:59:59.999999Z", 10).await, []);
    assert_eq!(found("2026-12-14T19:00:00Z", 10).await, [rows[1]]);
    assert_eq!(found("2026-12-15T19:00:00Z", 10).await, [rows[1], rows[0]]);
    assert_eq!(found("2027-01-01T00:00:00Z", 2).await, [rows[1], rows[0]]);
}
