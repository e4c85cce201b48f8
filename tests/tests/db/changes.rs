//! What has changed lately for whom.

use super::rows::{application, begin, now, person};
use balabaqsha_shared::{
    attachment::AttachmentState,
    dto::EventKind,
    id::{ApplicationId, AttachmentId, EventId, NoticeId, PersonId},
    notice::NoticeKind,
};
use balabaqsha_store::{
    self as store, Db, attachments::Attachment, changes::Change, events::Event, notices::Notice,
};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use serde_json::json;
use std::collections::HashSet;

on_both_engines!(on_database: everybody_who_sees_it_is_named_from_an_id_on);

fn event(application: ApplicationId) -> Event {
    Event {
        id: EventId::new(id()),
        application_id: application,
        at: now(),
        kind: EventKind::ApplicationSubmitted,
        rule: "R4".into(),
        actor_id: None,
        client_id: None,
        official: None,
        data: json!({}),
    }
}

fn notice(person: PersonId) -> Notice {
    Notice {
        id: NoticeId::new(id()),
        person_id: person,
        application_id: None,
        cause_id: id(),
        kind: NoticeKind::PlaceAvailable,
        at: now(),
        facts: json!({}),
        read_at: None,
    }
}

async fn everybody_who_sees_it_is_named_from_an_id_on(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mine = application(&mut tx, town.id(), 1).await;
    let (attached, waiting) = (person(&mut tx).await.id, person(&mut tx).await.id);
    for (person, state) in [
        (attached, AttachmentState::Attached { at: now() }),
        (waiting, AttachmentState::Pending),
    ] {
        let attachment = Attachment {
            id: AttachmentId::new(id()),
            application_id: mine.id,
            person_id: person,
            state,
            requested_at: now(),
            claim_id: None,
        };
        store::attachments::insert(&mut tx, &attachment)
            .await
            .unwrap();
    }
    let (first, second) = (event(mine.id), event(mine.id));
    let told = notice(waiting);
    store::events::insert(&mut tx, &first).await.unwrap();
    store::events::insert(&mut tx, &second).await.unwrap();
    assert!(store::notices::insert(&mut tx, &told).await.unwrap());

    let of = |id, person| Change { id, person };
    let both = |event: &Event| {
        [
            of(event.id.uuid(), mine.applicant_id),
            of(event.id.uuid(), attached),
        ]
    };
    let all: Vec<_> = [both(&first), both(&second)].concat();
    let by_notice = of(told.id.uuid(), waiting);
    let found = store::changes::since(&mut tx, uuid::Uuid::nil())
        .await
        .unwrap();
    assert_eq!(found.len(), 5);
    let found: HashSet<_> = found.into_iter().collect();
    let expected: HashSet<_> = all.into_iter().chain([by_notice]).collect();
    assert_eq!(found, expected);

    let later = store::changes::since(&mut tx, first.id.uuid())
        .await
        .unwrap();
    let later: HashSet<_> = later.into_iter().collect();
    let expected: HashSet<_> = both(&second).into_iter().chain([by_notice]).collect();
    assert_eq!(later, expected);
    assert_eq!(
        store::changes::since(&mut tx, told.id.uuid())
            .await
            .unwrap(),
        []
    );
}
