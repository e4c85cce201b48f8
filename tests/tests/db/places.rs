//! Localities, kindergartens, groups and the counting of places.

use super::rows::{application, begin, freed, now, same};
use balabaqsha_shared::{
    id::{GroupId, KindergartenId, LocalityId},
    kindergarten::{BirthYears, KindergartenKind},
};
use balabaqsha_store::{self as store, Db, kindergartens::Group};
use balabaqsha_tests::{
    builders::{Town, a_group, a_kindergarten, a_locality, id},
    on_both_engines,
};

on_both_engines!(on_database:
    localities_are_kept_and_listed_by_code,
    sums_count_free_places_under_the_order_and_queued_children,
    kindergartens_are_kept_and_listed_page_by_page,
    groups_belong_to_their_kindergarten,
    vacancies_are_free_places_under_the_order,
    a_place_moves_between_free_held_and_taken,
    no_place_is_held_that_is_not_free,
    places_never_get_lost_or_made,
    groups_are_locked_in_one_order,
);

async fn localities_are_kept_and_listed_by_code(db: &Db) {
    let mut tx = begin(db).await;
    let mut all = [a_locality(), a_locality(), a_locality()];
    for (locality, code) in all.iter_mut().zip(["shalkar", "alga", "emba"]) {
        locality.code = code.into();
        store::localities::insert(&mut tx, locality).await.unwrap();
    }
    all[0].rules.arrival_working_days = 10;
    let listed = store::localities::list(&mut tx).await.unwrap();
    let codes: Vec<_> = listed
        .iter()
        .map(|locality| locality.code.as_str())
        .collect();
    assert_eq!(codes, ["alga", "emba", "shalkar"]);
    let one = store::localities::get(&mut tx, all[1].id)
        .await
        .unwrap()
        .unwrap();
    same(&one, &all[1]);
    same(
        &store::localities::require(&mut tx, all[1].id)
            .await
            .unwrap(),
        &all[1],
    );
    let unknown = LocalityId::new(id());
    assert!(
        store::localities::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    let missing = store::localities::require(&mut tx, unknown)
        .await
        .unwrap_err();
    assert!(
        missing.to_string().contains(&unknown.to_string()),
        "{missing}"
    );
    let twice = store::localities::insert(&mut tx, &all[1])
        .await
        .unwrap_err();
    assert!(twice.is_unique_violation());
}

async fn sums_count_free_places_under_the_order_and_queued_children(db: &Db) {
    let (first, second) = (
        Town::with_free_places(3).store(db).await,
        Town::with_free_places(0).store(db).await,
    );
    let mut tx = begin(db).await;
    let mut paid = a_group(first.kindergarten.id, 5);
    paid.state_order = false;
    store::kindergartens::insert_group(&mut tx, &paid)
        .await
        .unwrap();
    store::kindergartens::insert_group(&mut tx, &a_group(first.kindergarten.id, 4))
        .await
        .unwrap();
    application(&mut tx, second.id(), 1).await;
    application(&mut tx, second.id(), 2).await;
    let sums = store::localities::sums(&mut tx, now()).await.unwrap();
    let of = |town: &Town| {
        let sum = sums
            .iter()
            .find(|sum| sum.locality_id == town.id())
            .unwrap();
        (sum.free_places, sum.queued_children)
    };
    assert_eq!((of(&first), of(&second)), ((7, 0), (0, 2)));
}

async fn kindergartens_are_kept_and_listed_page_by_page(db: &Db) {
    let (here, there) = (
        Town::with_free_places(1).store(db).await,
        Town::with_free_places(1).store(db).await,
    );
    let mut tx = begin(db).await;
    let mut all = vec![here.kindergarten.clone()];
    for kind in [KindergartenKind::Private, KindergartenKind::State] {
        let mut kindergarten = a_kindergarten(here.id());
        kindergarten.kind = kind;
        store::kindergartens::insert(&mut tx, &kindergarten)
            .await
            .unwrap();
        all.push(kindergarten);
    }
    all.sort_by_key(|kindergarten| kindergarten.id);
    let listed = store::kindergartens::list(&mut tx, Some(here.id()), None, 10)
        .await
        .unwrap();
    same(&listed, &all);
    let page = store::kindergartens::list(&mut tx, Some(here.id()), Some(all[0].id), 1)
        .await
        .unwrap();
    same(&page, &[&all[1]]);
    let everywhere = store::kindergartens::list(&mut tx, None, None, 10)
        .await
        .unwrap();
    assert_eq!(everywhere.len(), 4);
    let other = store::kindergartens::get(&mut tx, there.kindergarten.id)
        .await
        .unwrap();
    same(&other.unwrap(), &there.kindergarten);
    let unknown = KindergartenId::new(id());
    assert!(
        store::kindergartens::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
}

async fn groups_belong_to_their_kindergarten(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let second = a_group(town.kindergarten.id, 7);
    store::kindergartens::insert_group(&mut tx, &second)
        .await
        .unwrap();
    let mut all = [town.group.clone(), second];
    all.sort_by_key(|group| group.id);
    same(
        &store::kindergartens::groups(&mut tx, town.kindergarten.id, now())
            .await
            .unwrap(),
        &all,
    );
    let none = store::kindergartens::groups(&mut tx, KindergartenId::new(id()), now())
        .await
        .unwrap();
    assert!(none.is_empty());
    let place = store::kindergartens::place(&mut tx, town.group.id)
        .await
        .unwrap()
        .unwrap();
    same(&place.group, &town.group);
    same(&place.kindergarten, &town.kindergarten);
    let unknown = GroupId::new(id());
    assert!(
        store::kindergartens::place(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::kindergartens::require_place(&mut tx, unknown)
            .await
            .is_err()
    );
}

async fn vacancies_are_free_places_under_the_order(db: &Db) {
    let (here, there) = (
        Town::with_free_places(1).store(db).await,
        Town::with_free_places(1).store(db).await,
    );
    let mut tx = begin(db).await;
    let full = a_group(here.kindergarten.id, 0);
    let mut paid = a_group(here.kindergarten.id, 1);
    paid.state_order = false;
    let mut young = a_group(here.kindergarten.id, 1);
    young.birth_years = BirthYears {
        from: 2024,
        to: 2025,
    };
    for group in [&full, &paid, &young] {
        store::kindergartens::insert_group(&mut tx, group)
            .await
            .unwrap();
    }
    let mut state = a_kindergarten(here.id());
    state.kind = KindergartenKind::State;
    store::kindergartens::insert(&mut tx, &state).await.unwrap();
    store::kindergartens::insert_group(&mut tx, &a_group(state.id, 1))
        .await
        .unwrap();

    let mut found = async |locality, year| {
        let places = store::kindergartens::vacancies(&mut tx, locality, year, now())
            .await
            .unwrap();
        let mut ids: Vec<GroupId> = places.iter().map(|place| place.group.id).collect();
        ids.sort();
        ids
    };
    let sorted = |groups: &[&Group]| {
        let mut ids: Vec<GroupId> = groups.iter().map(|group| group.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(
        found(None, None).await,
        sorted(&[&here.group, &there.group, &young])
    );
    assert_eq!(
        found(Some(here.id()), None).await,
        sorted(&[&here.group, &young])
    );
    assert_eq!(
        found(Some(here.id()), Some(2023)).await,
        sorted(&[&here.group])
    );
    assert_eq!(
        found(None, Some(2024)).await,
        sorted(&[&here.group, &there.group, &young])
    );
    assert_eq!(found(None, Some(1999)).await, []);
    assert_eq!(found(Some(LocalityId::new(id())), None).await, []);
}

async fn a_place_moves_between_free_held_and_taken(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let group = town.group.id;
    let mut tx = begin(db).await;
    assert!(
        store::places::hold_place(&mut tx, group, now())
            .await
            .unwrap()
    );
    assert!(
        store::places::hold_place(&mut tx, group, now())
            .await
            .unwrap()
    );
    assert!(
        !store::places::hold_place(&mut tx, group, now())
            .await
            .unwrap()
    );
    store::places::take_held_place(&mut tx, group)
        .await
        .unwrap();
    store::places::free_held_place(&mut tx, &freed(group, now()))
        .await
        .unwrap();
    let place = store::kindergartens::require_place(&mut tx, group)
        .await
        .unwrap()
        .group;
    assert_eq!((place.free, place.held, place.taken), (1, 0, 24));
    store::places::free_taken_place(&mut tx, &freed(group, now()))
        .await
        .unwrap();
    let place = store::kindergartens::require_place(&mut tx, group)
        .await
        .unwrap()
        .group;
    assert_eq!((place.free, place.held, place.taken), (2, 0, 23));
}

async fn no_place_is_held_that_is_not_free(db: &Db) {
    let town = Town::with_free_places(5).store(db).await;
    let hold = async || {
        let mut tx = begin(db).await;
        let held = store::places::hold_place(&mut tx, town.group.id, now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        held
    };
    let held = futures_util::future::join_all((0..60).map(|_| hold())).await;
    assert_eq!(held.into_iter().filter(|held| *held).count(), 5);
    let unknown = GroupId::new(id());
    let mut tx = begin(db).await;
    assert!(
        !store::places::hold_place(&mut tx, unknown, now())
            .await
            .unwrap()
    );
}

async fn places_never_get_lost_or_made(db: &Db) {
    let town = Town::with_free_places(25).store(db).await;
    // Nobody holds and nobody has a place, so none can be given back.
    let mut tx = begin(db).await;
    assert!(
        store::places::free_held_place(&mut tx, &freed(town.group.id, now()))
            .await
            .is_err()
    );
    drop(tx);
    let mut tx = begin(db).await;
    assert!(
        store::places::take_held_place(&mut tx, town.group.id)
            .await
            .is_err()
    );
    drop(tx);
    let mut tx = begin(db).await;
    assert!(
        store::places::free_taken_place(&mut tx, &freed(town.group.id, now()))
            .await
            .is_err()
    );
    drop(tx);
    for (free, held, taken) in [(26, 0, -1), (-1, 0, 26), (30, -5, 0), (1, 1, 1)] {
        let wrong = Group {
            free,
            held,
            taken,
            ..a_group(town.kindergarten.id, 0)
        };
        let mut tx = begin(db).await;
        assert!(
            store::kindergartens::insert_group(&mut tx, &wrong)
                .await
                .is_err(),
            "{wrong:?}"
        );
    }
    let mut tx = begin(db).await;
    same(
        &store::kindergartens::require_place(&mut tx, town.group.id)
            .await
            .unwrap()
            .group,
        &town.group,
    );
}

async fn groups_are_locked_in_one_order(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let other = a_group(town.kindergarten.id, 1);
    balabaqsha_tests::builders::store_group(db, &other).await;
    let (a, b) = (town.group.id, other.id);
    // Named in both orders at once, again and again: a circle would be a deadlock.
    let lock = async |groups: Vec<GroupId>| {
        for _ in 0..10 {
            let mut tx = begin(db).await;
            store::dialect::lock_groups(&mut tx, groups.clone())
                .await
                .unwrap();
            tokio::task::yield_now().await;
            tx.commit().await.unwrap();
        }
    };
    futures_util::future::join(lock(vec![a, b, a]), lock(vec![b, a])).await;
    let mut tx = begin(db).await;
    store::dialect::lock_groups(&mut tx, vec![GroupId::new(id())])
        .await
        .unwrap();
}
