//! The staff of kindergartens, and what they publish.

use super::rows::{application, begin, freed, hold, now, person};
use balabaqsha_shared::{
    id::{SessionId, StaffMemberId},
    language::Localized,
    staff::StaffRole,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    kindergartens::Description,
    persons::Person,
    places::Published,
    sessions::Session,
    staff::{Ground, StaffMember},
};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use chrono::TimeDelta;

on_both_engines!(on_database:
    a_membership_counts_between_its_moments,
    a_membership_by_key_counts_in_its_session_alone,
    places_are_published_and_taken_back,
    a_description_is_a_new_version,
);

fn a_member(town: &Town, who: &Person, ground: Ground) -> StaffMember {
    StaffMember {
        id: StaffMemberId::new(id()),
        kindergarten_id: town.kindergarten.id,
        iin: who.iin.clone(),
        role: StaffRole::Employee,
        ground,
        begins_at: now(),
        ends_at: None,
        ended_by: None,
    }
}

/// Of every table of the desk.
pub async fn one_of_each(tx: &mut Tx, town: &Town, who: &Person) {
    let member = a_member(town, who, Ground::Appointed(who.id));
    store::staff::insert(tx, &member).await.unwrap();
}

async fn session(tx: &mut Tx, who: &Person) -> SessionId {
    let session = Session {
        id: SessionId::new(id()),
        person_id: who.id,
        expires_at: now() + TimeDelta::hours(1),
        ended_at: None,
    };
    let hash = session.id.uuid();
    store::sessions::insert(tx, &session, hash.as_bytes(), now())
        .await
        .unwrap();
    session.id
}

async fn a_membership_counts_between_its_moments(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let (head, who) = (person(&mut tx).await, person(&mut tx).await);
    let session = session(&mut tx, &who).await;
    let member = a_member(&town, &who, Ground::Appointed(head.id));
    store::staff::insert(&mut tx, &member).await.unwrap();
    let counts = async |tx: &mut Tx, at| {
        let known = store::staff::in_force(tx, who.id, session, at).await;
        known.unwrap().len()
    };
    let moment = TimeDelta::microseconds(1);
    assert_eq!(counts(&mut tx, now() - moment).await, 0);
    assert_eq!(counts(&mut tx, now()).await, 1);
    let read = store::staff::get(&mut tx, member.id).await.unwrap();
    assert_eq!(read.as_ref(), Some(&member));
    let locked = store::staff::lock_of_person(&mut tx, town.kindergarten.id, &who.iin);
    assert_eq!(locked.await.unwrap(), std::slice::from_ref(&member));
    let listed = store::staff::list(&mut tx, town.kindergarten.id, 9).await;
    let listed = listed.unwrap();
    assert_eq!(listed, [(member.clone(), Some(who.full_name.clone()))]);
    let end = now() + TimeDelta::hours(1);
    assert!(
        store::staff::end(&mut tx, member.id, end, head.id)
            .await
            .unwrap()
    );
    assert!(
        !store::staff::end(&mut tx, member.id, end, head.id)
            .await
            .unwrap()
    );
    assert_eq!(counts(&mut tx, end - moment).await, 1);
    assert_eq!(counts(&mut tx, end).await, 0);
    let ended = store::staff::get(&mut tx, member.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((ended.ends_at, ended.ended_by), (Some(end), Some(head.id)));
}

async fn a_membership_by_key_counts_in_its_session_alone(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let who = person(&mut tx).await;
    let (of_key, of_person) = (session(&mut tx, &who).await, session(&mut tx, &who).await);
    let member = a_member(&town, &who, Ground::Key(now()));
    store::staff::insert(&mut tx, &member).await.unwrap();
    store::staff::begin_session(&mut tx, of_key, member.id)
        .await
        .unwrap();
    for (session, count) in [(of_key, 1), (of_person, 0)] {
        let known = store::staff::in_force(&mut tx, who.id, session, now()).await;
        assert_eq!(known.unwrap().len(), count);
        let renewal = store::renewals::get(&mut tx, session).await.unwrap();
        assert_eq!(renewal.unwrap().of_organisation, count == 1);
    }
}

async fn places_are_published_and_taken_back(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let group = town.group.id;
    let mut tx = begin(db).await;
    let places = async |tx: &mut Tx| {
        let group = store::kindergartens::require_place(tx, group)
            .await
            .unwrap()
            .group;
        (group.capacity, group.free)
    };
    assert!(
        store::places::take_back(&mut tx, group, now())
            .await
            .unwrap()
    );
    assert_eq!(places(&mut tx).await, (25, 1));
    // One that rests and that somebody may go back to is left alone.
    let later = now() + TimeDelta::minutes(1);
    let mut resting = freed(group, later);
    let of = application(&mut tx, town.id(), 1).await;
    let ended = hold(&mut tx, &of, group, now()).await;
    resting.hold_id = Some(ended.id.uuid());
    store::freed::insert(&mut tx, &resting).await.unwrap();
    assert!(
        !store::places::take_back(&mut tx, group, now())
            .await
            .unwrap()
    );
    let none = store::freed::take_resting_of_nobody(&mut tx, group, now());
    assert!(!none.await.unwrap());
    assert!(
        store::places::take_back(&mut tx, group, later)
            .await
            .unwrap()
    );
    assert_eq!(places(&mut tx).await, (25, 0));
    assert!(
        store::places::publish(&mut tx, group, 3)
            .await
            .unwrap()
            .is_none()
    );
    let published = store::places::publish(&mut tx, group, 1).await.unwrap();
    assert_eq!(published, Some(Published { again: 1 }));
    // One that nobody may go back to.
    store::freed::insert(&mut tx, &freed(group, later + TimeDelta::minutes(1)))
        .await
        .unwrap();
    assert!(
        store::places::take_back(&mut tx, group, later)
            .await
            .unwrap()
    );
    assert_eq!(places(&mut tx).await, (25, 0));
}

async fn a_description_is_a_new_version(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let about = Localized::new("а", "б", "c");
    let description = Description {
        phone: "+7 713 33 99 99",
        schedule: "07:30–19:00",
        about: &about,
    };
    let id = town.kindergarten.id;
    store::kindergartens::describe(&mut tx, id, description)
        .await
        .unwrap();
    let shown = store::kindergartens::get(&mut tx, id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (&shown.about, shown.phone.as_str()),
        (&about, description.phone)
    );
    assert_eq!(shown.schedule, description.schedule);
    let reading = store::registry::entries::Reading::Only;
    let known = store::registry::entries::kindergarten(&mut tx, id, reading).await;
    assert_eq!(known.unwrap().unwrap().version, 2);
}
