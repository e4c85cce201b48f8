//! Freed places, their publication (R16), and subscriptions.

use super::rows::{begin, freed, now, person, same};
use balabaqsha_shared::{
    id::{PersonId, VacancySubscriptionId},
    kindergarten::InstructionLanguage,
    vacancy::{Near, VacancyFilter},
};
use balabaqsha_store::{self as store, Db, Tx, subscriptions::Subscription};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};

on_both_engines!(on_database:
    a_freed_place_is_seen_and_had_from_its_publication_on,
    all_that_is_public_is_told_together_once,
    the_latest_freed_places_come_first,
    subscriptions_are_kept_and_ended_by_their_owner,
);

/// What anybody can see of the only group, wherever they look.
async fn seen(tx: &mut Tx, town: &Town, moment: DateTime<Utc>) -> i32 {
    let listed = store::kindergartens::vacancies(tx, Some(town.id()), Some(2022), moment)
        .await
        .unwrap()
        .first()
        .map_or(0, |place| place.group.free);
    let groups = store::kindergartens::groups(tx, town.kindergarten.id, moment)
        .await
        .unwrap();
    assert_eq!(groups[0].free, listed);
    let sums = store::localities::sums(tx, moment).await.unwrap();
    let sum = sums.iter().find(|sum| sum.locality_id == town.id());
    assert_eq!(sum.unwrap().free_places, i64::from(listed));
    listed
}

async fn a_freed_place_is_seen_and_had_from_its_publication_on(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let group = town.group.id;
    let public = now() + TimeDelta::hours(4);
    let before = public - TimeDelta::microseconds(1);
    let mut tx = begin(db).await;
    let freed = freed(group, public);
    store::places::free_taken_place(&mut tx, &freed)
        .await
        .unwrap();
    assert_eq!(seen(&mut tx, &town, before).await, 1);
    assert_eq!(seen(&mut tx, &town, public).await, 2);
    for expected in [true, false] {
        let held = store::places::hold_place(&mut tx, group, before).await;
        assert_eq!(held.unwrap(), expected);
    }
    assert_eq!(seen(&mut tx, &town, before).await, 0);
    let held = store::places::hold_place(&mut tx, group, public).await;
    assert!(held.unwrap());
    assert_eq!(seen(&mut tx, &town, public).await, 0);
}

async fn all_that_is_public_is_told_together_once(db: &Db) {
    let town = Town::with_free_places(5).store(db).await;
    let mut tx = begin(db).await;
    let early = freed(town.group.id, now());
    let late = freed(town.group.id, now() + TimeDelta::seconds(59));
    let hidden = freed(town.group.id, now() + TimeDelta::hours(1));
    for place in [&late, &early, &hidden] {
        store::freed::insert(&mut tx, place).await.unwrap();
    }
    let before = early.tell_at - TimeDelta::microseconds(1);
    let lease = early.tell_at + TimeDelta::minutes(5);
    let claim =
        async |tx: &mut Tx, moment| store::freed::claim_untold(tx, moment, lease).await.unwrap();
    let untold = async |tx: &mut Tx, moment| store::freed::is_untold(tx, moment).await.unwrap();
    assert!(!untold(&mut tx, before).await);
    assert_eq!(claim(&mut tx, before).await, []);
    assert!(untold(&mut tx, early.tell_at).await);
    same(&claim(&mut tx, early.tell_at).await, &[&early, &late]);
    // In somebody's hands until the lease is over.
    let last = lease - TimeDelta::microseconds(1);
    assert!(!untold(&mut tx, last).await);
    assert_eq!(claim(&mut tx, last).await, []);
    assert!(untold(&mut tx, lease).await);
    let untold = store::freed::claim_untold(&mut tx, lease, lease)
        .await
        .unwrap();
    same(&untold, &[&early, &late]);
    for place in &untold {
        store::freed::mark_told(&mut tx, place.id, early.tell_at)
            .await
            .unwrap();
    }
    assert!(!store::freed::is_untold(&mut tx, lease).await.unwrap());
    assert_eq!(claim(&mut tx, lease).await, []);
    let twice = store::freed::mark_told(&mut tx, early.id, now()).await;
    assert!(twice.is_err());
}

async fn the_latest_freed_places_come_first(db: &Db) {
    let (here, there) = (
        Town::with_free_places(5).store(db).await,
        Town::with_free_places(5).store(db).await,
    );
    let mut tx = begin(db).await;
    let old = freed(here.group.id, now());
    let new = freed(here.group.id, now() + TimeDelta::seconds(1));
    let elsewhere = freed(there.group.id, now());
    let hidden = freed(here.group.id, now() + TimeDelta::hours(1));
    for place in [&old, &new, &elsewhere, &hidden] {
        store::freed::insert(&mut tx, place).await.unwrap();
    }
    let moment = now() + TimeDelta::seconds(1);
    let mut latest = async |locality, year, limit| {
        store::freed::latest(&mut tx, locality, year, moment, limit)
            .await
            .unwrap()
            .into_iter()
            .map(|(freed, _)| freed.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        latest(Some(here.id()), Some(2022), 10).await,
        [new.id, old.id]
    );
    assert_eq!(latest(Some(here.id()), None, 1).await, [new.id]);
    assert!(latest(Some(here.id()), Some(2018), 10).await.is_empty());
    assert_eq!(latest(None, None, 10).await, [new.id, elsewhere.id, old.id]);
}

fn wish(person: PersonId, filter: VacancyFilter) -> Subscription {
    Subscription {
        id: VacancySubscriptionId::new(id()),
        person_id: person,
        filter,
        created_at: now(),
    }
}

async fn subscriptions_are_kept_and_ended_by_their_owner(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let (owner, other) = (person(&mut tx).await.id, person(&mut tx).await.id);
    let everything = wish(owner, VacancyFilter::default());
    let narrow = wish(
        owner,
        VacancyFilter {
            locality_id: Some(town.id()),
            instruction_language: Some(InstructionLanguage::Russian),
            birth_year: Some(2022),
            near: Some(Near {
                latitude: 49.47,
                longitude: 57.42,
                max_distance_km: 2.5,
            }),
        },
    );
    let of_other = wish(other, VacancyFilter::default());
    for wish in [&everything, &narrow, &of_other] {
        store::subscriptions::insert(&mut tx, wish).await.unwrap();
    }
    let list = store::subscriptions::list_of(&mut tx, owner).await.unwrap();
    assert_eq!(list, [everything, narrow]);
    let all = store::subscriptions::list(&mut tx).await.unwrap();
    assert_eq!(all.len(), 3);
    for (person, there) in [(other, false), (owner, true), (owner, false)] {
        let ended = store::subscriptions::delete(&mut tx, person, narrow.id).await;
        assert_eq!(ended.unwrap(), there);
    }
    let list = store::subscriptions::list_of(&mut tx, owner).await.unwrap();
    assert_eq!(list, [everything]);
}
