//! Appointments of officials and the audit log, and what officials search.

use super::rows::{begin, now, person};
use balabaqsha_shared::{
    appointment::Duty,
    audit::{AuditCapacity, AuditKind, SearchReason},
    comment::Comment,
    id::{ApplicationId, AppointmentId, AuditRecordId},
    language::Localized,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    appointments::{Appointment, By},
    audit::{Filter, Record},
    localities::Locality,
    persons::Person,
};
use balabaqsha_tests::{
    builders::{a_kindergarten, a_locality, id},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(on_database:
    an_appointment_is_in_force_between_its_moments,
    an_appointment_ends_once,
    a_chief_sees_those_of_the_same_localities,
    records_are_found_by_locality_actor_and_application,
    places_are_found_by_what_people_call_them,
);

fn operator() -> By {
    By::Operator(Comment::parse("А. Ахметова").unwrap())
}

fn an_appointment(who: &Person, locality: &Locality, duty: Duty) -> Appointment {
    Appointment {
        id: AppointmentId::new(id()),
        iin: who.iin.clone(),
        locality_id: locality.id,
        duty,
        begins_at: now(),
        ends_at: None,
        made_at: now(),
        made_by: operator(),
    }
}

async fn town(tx: &mut Tx) -> Locality {
    let locality = a_locality();
    store::localities::insert(tx, &locality).await.unwrap();
    locality
}

async fn an_appointment_is_in_force_between_its_moments(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let who = person(&mut tx).await;
    let end = now() + TimeDelta::days(1);
    let appointment = Appointment {
        ends_at: Some(end),
        made_by: By::Person(who.id),
        ..an_appointment(&who, &locality, Duty::Queue)
    };
    store::appointments::insert(&mut tx, &appointment)
        .await
        .unwrap();
    let kept = store::appointments::get(&mut tx, appointment.id)
        .await
        .unwrap();
    assert_eq!(kept.as_ref(), Some(&appointment));
    let moment = TimeDelta::microseconds(1);
    for (at, count) in [(now() - moment, 0), (now(), 1), (end - moment, 1), (end, 0)] {
        let found = store::appointments::in_force(&mut tx, who.id, at)
            .await
            .unwrap();
        assert_eq!(found.len(), count, "{at}");
        assert_eq!(appointment.in_force(at), count == 1, "{at}");
        assert_eq!(appointment.is_over(at), at >= end);
    }
    for (duty, at, count) in [
        (Duty::Queue, now() - moment, 1),
        (Duty::Queue, end, 0),
        (Duty::Audit, now(), 0),
    ] {
        let living = store::appointments::lock_living(&mut tx, &who.iin, locality.id, duty, at);
        assert_eq!(living.await.unwrap().len(), count, "{duty:?} {at}");
    }
    let all = store::appointments::list(&mut tx, None, 9).await.unwrap();
    assert_eq!(all.len(), 1);
    let rest = store::appointments::list(&mut tx, Some(appointment.id), 9).await;
    assert!(rest.unwrap().is_empty());
}

async fn an_appointment_ends_once(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let who = person(&mut tx).await;
    let present = an_appointment(&who, &locality, Duty::Audit);
    let future = Appointment {
        begins_at: now() + TimeDelta::days(9),
        ..an_appointment(&who, &locality, Duty::Registry)
    };
    let later = now() + TimeDelta::seconds(1);
    for appointment in [&present, &future] {
        store::appointments::insert(&mut tx, appointment)
            .await
            .unwrap();
        for expected in [true, false] {
            let ended = store::appointments::end(&mut tx, appointment.id, later, &operator()).await;
            assert_eq!(ended.unwrap(), expected);
        }
    }
    let ended = store::appointments::get(&mut tx, present.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended.ends_at, Some(later));
    // One that had not begun was never in force.
    let ended = store::appointments::get(&mut tx, future.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended.ends_at, Some(future.begins_at));
}

async fn a_chief_sees_those_of_the_same_localities(db: &Db) {
    let mut tx = begin(db).await;
    let (here, there) = (town(&mut tx).await, town(&mut tx).await);
    let (chief, other) = (person(&mut tx).await, person(&mut tx).await);
    for appointment in [
        an_appointment(&chief, &here, Duty::Appointments),
        an_appointment(&chief, &there, Duty::Audit),
        an_appointment(&other, &here, Duty::Queue),
        an_appointment(&other, &there, Duty::Queue),
    ] {
        store::appointments::insert(&mut tx, &appointment)
            .await
            .unwrap();
    }
    let duty = Duty::Appointments;
    let seen = store::appointments::list_under(&mut tx, chief.id, duty, now(), None, 9).await;
    let seen = seen.unwrap();
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|(one, name)| one.locality_id == here.id && name.is_some())
    );
    let after = Some(seen[0].0.id);
    let rest = store::appointments::list_under(&mut tx, chief.id, duty, now(), after, 9).await;
    assert_eq!(rest.unwrap().len(), 1);
}

fn a_record(locality: &Locality, actor: &str) -> Record {
    Record {
        id: AuditRecordId::new(id()),
        at: now(),
        capacity: AuditCapacity::Official,
        actor: actor.to_owned(),
        organisation: Localized::new("а", "б", "c"),
        locality_id: Some(locality.id),
        operation: "search_applications".into(),
        kind: AuditKind::Look,
        reason: Some(SearchReason::Complaint),
        address: Some("192.0.2.1".into()),
        request_id: None,
        facts: json!({"n": 1}),
    }
}

/// An appointment, and a record about an application.
pub async fn one_of_each(tx: &mut Tx) {
    let locality = town(tx).await;
    let who = person(tx).await;
    let appointment = an_appointment(&who, &locality, Duty::Queue);
    store::appointments::insert(tx, &appointment).await.unwrap();
    let subject = ApplicationId::new(id());
    store::audit::insert(tx, &a_record(&locality, "1"), &[subject])
        .await
        .unwrap();
}

async fn records_are_found_by_locality_actor_and_application(db: &Db) {
    let mut tx = begin(db).await;
    let (here, there) = (town(&mut tx).await, town(&mut tx).await);
    let child = ApplicationId::new(id());
    let mut records = vec![
        a_record(&here, "1"),
        a_record(&here, "2"),
        a_record(&there, "1"),
    ];
    records.sort_by_key(|record| std::cmp::Reverse(record.id));
    for record in &records {
        let subjects: &[_] = if record.actor == "1" {
            &[child, child]
        } else {
            &[]
        };
        store::audit::insert(&mut tx, record, subjects)
            .await
            .unwrap();
    }
    let of = |localities: &[&Locality]| Filter {
        localities: localities.iter().map(|locality| locality.id).collect(),
        ..Filter::default()
    };
    let all = store::audit::search(&mut tx, &of(&[&here, &there]), 9)
        .await
        .unwrap();
    assert_eq!(all, records);
    let first = store::audit::search(&mut tx, &of(&[&here, &there]), 1)
        .await
        .unwrap();
    assert_eq!(first, records[..1]);
    let rest = Filter {
        before: Some(records[0].id),
        ..of(&[&here, &there])
    };
    assert_eq!(
        store::audit::search(&mut tx, &rest, 9).await.unwrap(),
        records[1..]
    );
    let moment = records[0].at;
    let from_then_on = Filter {
        since: Some(moment),
        ..of(&[&here, &there])
    };
    let found = store::audit::search(&mut tx, &from_then_on, 9).await;
    assert_eq!(found.unwrap(), records);
    let before_then = Filter {
        until: Some(moment),
        ..of(&[&here, &there])
    };
    let found = store::audit::search(&mut tx, &before_then, 9).await;
    assert_eq!(found.unwrap(), []);
    let ones = Filter {
        actor: Some("1".into()),
        application: Some(child),
        ..of(&[&here])
    };
    let found = store::audit::search(&mut tx, &ones, 9).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        store::audit::subjects(&mut tx, found[0].id).await.unwrap(),
        [child]
    );
    let seen = store::audit::of_application(&mut tx, child, 9)
        .await
        .unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        store::audit::of_application(&mut tx, child, 1)
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn places_are_found_by_what_people_call_them(db: &Db) {
    let mut tx = begin(db).await;
    let locality = town(&mut tx).await;
    let kindergarten = a_kindergarten(locality.id);
    store::kindergartens::insert(&mut tx, &kindergarten)
        .await
        .unwrap();
    let found = store::localities::by_code(&mut tx, &locality.code)
        .await
        .unwrap();
    assert_eq!(found.unwrap().id, locality.id);
    assert!(
        store::localities::by_code(&mut tx, "nowhere")
            .await
            .unwrap()
            .is_none()
    );
    let found = store::kindergartens::by_bin(&mut tx, &kindergarten.bin)
        .await
        .unwrap();
    assert_eq!(found.unwrap().id, kindergarten.id);
    let other = a_kindergarten(locality.id).bin;
    assert!(
        store::kindergartens::by_bin(&mut tx, &other)
            .await
            .unwrap()
            .is_none()
    );
    let child = balabaqsha_tests::builders::iin("2022-05-10".parse().unwrap());
    let none = store::applications::of_child_in(&mut tx, &[locality.id], &child)
        .await
        .unwrap();
    assert!(none.is_empty());
}
