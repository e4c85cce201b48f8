//! Notices, what is switched off, and reminders.

use super::rows::{a_referral, application, begin, now, person, same};
use balabaqsha_shared::{
    id::{NoticeId, PersonId, ReferralId},
    notice::NoticeKind,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    mails::NewMail,
    notices::{Notice, Reminder},
    settings,
};
use balabaqsha_tests::{
    builders::{Town, id},
    on_both_engines,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

on_both_engines!(on_database:
    a_notice_is_written_once_for_each_cause_kind_and_person,
    notices_are_listed_page_by_page_and_read_by_their_owner,
    every_kind_can_be_stored,
    a_notice_has_one_mail,
    kinds_are_switched_off_and_on,
    reminders_are_taken_once_and_cancelled_together,
    a_fact_is_put_where_there_is_none_yet,
    sessions_that_are_alive_are_carried_along,
);

fn notice(person: PersonId, cause_id: Uuid, kind: NoticeKind) -> Notice {
    Notice {
        id: NoticeId::new(id()),
        person_id: person,
        application_id: None,
        cause_id,
        kind,
        at: now(),
        facts: json!({"child": "Айлин"}),
        read_at: None,
    }
}

async fn a_notice_is_written_once_for_each_cause_kind_and_person(db: &Db) {
    let mut tx = begin(db).await;
    let (one, other) = (person(&mut tx).await.id, person(&mut tx).await.id);
    let cause = id();
    let (issued, lapsed) = (NoticeKind::ReferralIssued, NoticeKind::ReferralLapsed);
    for (notice, is_new) in [
        (notice(one, cause, issued), true),
        (notice(one, cause, issued), false),
        (notice(other, cause, issued), true),
        (notice(one, cause, lapsed), true),
        (notice(one, id(), issued), true),
    ] {
        assert_eq!(
            store::notices::insert(&mut tx, &notice).await.unwrap(),
            is_new
        );
    }
}

async fn notices_are_listed_page_by_page_and_read_by_their_owner(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let about = application(&mut tx, town.id(), 1).await;
    let (owner, other) = (about.applicant_id, person(&mut tx).await.id);
    let mut all = Vec::new();
    for kind in [NoticeKind::ReferralIssued, NoticeKind::Enrolled] {
        let mut notice = notice(owner, id(), kind);
        notice.application_id = Some(about.id);
        store::notices::insert(&mut tx, &notice).await.unwrap();
        all.insert(0, notice);
    }
    let list = store::notices::list_of(&mut tx, owner, None, 10)
        .await
        .unwrap();
    same(&list, &all);
    let page = store::notices::list_of(&mut tx, owner, Some(all[0].id), 10)
        .await
        .unwrap();
    same(&page, &[&all[1]]);
    let page = store::notices::list_of(&mut tx, owner, None, 1)
        .await
        .unwrap();
    same(&page, &[&all[0]]);

    let read = now() + TimeDelta::hours(1);
    let by_stranger = store::notices::mark_read(&mut tx, other, all[0].id, read).await;
    assert!(!by_stranger.unwrap());
    assert_eq!(
        store::notices::count_unread(&mut tx, owner).await.unwrap(),
        2
    );
    for moment in [read, read + TimeDelta::hours(1)] {
        let by_owner = store::notices::mark_read(&mut tx, owner, all[0].id, moment).await;
        assert!(by_owner.unwrap());
    }
    assert_eq!(
        store::notices::count_unread(&mut tx, owner).await.unwrap(),
        1
    );
    assert_eq!(
        store::notices::count_unread(&mut tx, other).await.unwrap(),
        0
    );
    let list = store::notices::list_of(&mut tx, owner, None, 1)
        .await
        .unwrap();
    assert_eq!(list[0].read_at, Some(read), "the first reading counts");
}

async fn every_kind_can_be_stored(db: &Db) {
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    for kind in NoticeKind::ALL {
        let notice = notice(person, id(), kind);
        store::notices::insert(&mut tx, &notice).await.unwrap();
        let stored = store::notices::list_of(&mut tx, person, None, 1)
            .await
            .unwrap();
        same(&stored, &[notice]);
    }
}

async fn a_notice_has_one_mail(db: &Db) {
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let notice = notice(person, id(), NoticeKind::ReferralIssued);
    store::notices::insert(&mut tx, &notice).await.unwrap();
    let mail = || NewMail {
        id: id(),
        recipient: "parent@example.kz".into(),
        subject: "a".into(),
        body: "b".into(),
        created_at: now(),
        notice_id: Some(notice.id),
    };
    store::mails::insert(&mut tx, &mail()).await.unwrap();
    let second = store::mails::insert(&mut tx, &mail()).await.unwrap_err();
    assert!(second.is_unique_violation());
}

async fn kinds_are_switched_off_and_on(db: &Db) {
    let mut tx = begin(db).await;
    let (one, other) = (person(&mut tx).await.id, person(&mut tx).await.id);
    let kind = NoticeKind::Enrolled;
    for (mail, off) in [(false, true), (false, true), (true, false), (true, false)] {
        store::notices::switch(&mut tx, one, kind, mail)
            .await
            .unwrap();
        let stored = store::notices::switched_off(&mut tx, one).await.unwrap();
        assert_eq!(stored.contains(&kind), off);
        assert!(
            store::notices::switched_off(&mut tx, other)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

async fn due(tx: &mut Tx, moment: DateTime<Utc>) -> Vec<Reminder> {
    store::notices::lock_due_reminders(tx, moment, 10)
        .await
        .unwrap()
}

async fn reminders_are_taken_once_and_cancelled_together(db: &Db) {
    let town = Town::with_free_places(2).store(db).await;
    let mut tx = begin(db).await;
    let mut referrals = Vec::new();
    for serial in [1, 2] {
        let application = application(&mut tx, town.id(), serial).await;
        let referral = a_referral(&application, town.group.id, serial);
        store::referrals::insert(&mut tx, &referral).await.unwrap();
        referrals.push(referral.id);
    }
    let reminder = |referral: ReferralId, working_days_left, hours| Reminder {
        id: id(),
        referral_id: referral,
        working_days_left,
        due_at: now() + TimeDelta::hours(hours),
    };
    let first = reminder(referrals[0], 2, 1);
    let second = reminder(referrals[0], 1, 2);
    let other = reminder(referrals[1], 2, 2);
    for reminder in [first, second, other] {
        store::notices::insert_reminder(&mut tx, reminder)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = begin(db).await;
    let before = first.due_at - TimeDelta::microseconds(1);
    assert_eq!(due(&mut tx, before).await, []);
    assert!(!store::due::anything(&mut tx, before).await.unwrap());
    assert!(store::due::anything(&mut tx, first.due_at).await.unwrap());
    assert_eq!(due(&mut tx, first.due_at).await, [first]);
    assert!(
        store::notices::take_reminder(&mut tx, first.id)
            .await
            .unwrap()
    );
    assert!(
        !store::notices::take_reminder(&mut tx, first.id)
            .await
            .unwrap()
    );
    store::notices::cancel_reminders(&mut tx, referrals[0])
        .await
        .unwrap();
    assert_eq!(due(&mut tx, second.due_at).await, [other]);
}

async fn a_fact_is_put_where_there_is_none_yet(db: &Db) {
    let mut tx = begin(db).await;
    assert_eq!(settings::lock(&mut tx, "clock", "0").await.unwrap(), "0");
    settings::put(&mut tx, "clock", "5").await.unwrap();
    assert_eq!(settings::lock(&mut tx, "clock", "0").await.unwrap(), "5");
}

async fn sessions_that_are_alive_are_carried_along(db: &Db) {
    let mut tx = begin(db).await;
    let person = person(&mut tx).await.id;
    let mut ends = Vec::new();
    for (hash, hours) in [([1; 32], 1), ([2; 32], -1)] {
        let session = store::sessions::Session {
            id: balabaqsha_shared::id::SessionId::new(id()),
            person_id: person,
            expires_at: now() + TimeDelta::hours(hours),
            ended_at: None,
        };
        store::sessions::insert(&mut tx, &session, &hash, now())
            .await
            .unwrap();
        ends.push(session);
    }
    let later = now() + TimeDelta::days(30);
    store::sessions::carry_along(&mut tx, now(), later)
        .await
        .unwrap();
    for (session, expected) in ends.iter().zip([later, ends[1].expires_at]) {
        let stored = store::sessions::get(&mut tx, session.id).await.unwrap();
        assert_eq!(stored.unwrap().expires_at, expected);
    }
}
