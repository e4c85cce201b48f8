//! What the life of a referral needs of the storage: extensions, enrolments, attachments, programs
//! and imported days.

use super::rows::{a_referral, application, begin, end, now, person, same, save};
use balabaqsha_shared::{
    attachment::AttachmentState,
    calendar::{DayKind, decrees::DecreeDay},
    comment::Comment,
    dto::EventKind,
    id::{AttachmentId, ClientId, EventId, PersonId},
    iin::Bin,
    number::ApplicationNumber,
    referral::{ExtensionReason, ReferralState},
    time,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    applications::Application,
    attachments::Attachment,
    calendar,
    clients::Client,
    events::Event,
    referrals::{Extension, Referral, Wanted},
};
use balabaqsha_tests::{
    builders::{Town, a_kindergarten, day, id},
    on_both_engines,
};
use chrono::{NaiveDate, TimeDelta};

on_both_engines!(on_database:
    a_referral_is_extended_once,
    an_enrolment_is_kept_and_undone,
    a_kindergarten_expects_its_own_active_referrals,
    an_application_is_found_by_its_number,
    an_attachment_is_decided_once,
    one_live_attachment_for_a_person,
    an_attached_application_is_seen_by_both,
    programs_are_kept_used_and_ended,
    imported_days_replace_earlier_ones,
);

fn extension() -> Extension {
    Extension {
        at: now(),
        previous_deadline: day("2026-11-30"),
        reason: ExtensionReason::Other,
        comment: Some(Comment::parse("едем к бабушке").unwrap()),
    }
}

async fn a_referral_is_extended_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let mut kept = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &kept).await.unwrap();
    let mut stale = extension();
    stale.previous_deadline = day("2026-11-29");
    let until = day("2026-12-20");
    let id = kept.id;
    assert!(!extend(&mut tx, &kept, until, &stale).await.unwrap());
    let first = extend(&mut tx, &kept, until, &extension()).await;
    assert!(first.unwrap());
    kept.extension = Some(extension());
    kept.deadline = until;
    kept.state = ReferralState::Active {
        extended: Some(extension().extended()),
    };
    same(
        &store::referrals::get(&mut tx, id).await.unwrap().unwrap(),
        &kept,
    );
    let mut again = extension();
    again.previous_deadline = until;
    let later = day("2026-12-25");
    let unextended = Referral {
        extension: None,
        ..kept.clone()
    };
    assert!(!extend(&mut tx, &unextended, later, &again).await.unwrap());
    // It falls due with its new deadline.
    let before = time::end_of_day(until) - TimeDelta::microseconds(1);
    assert!(
        store::referrals::lock_due(&mut tx, before, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let due = store::referrals::lock_due(&mut tx, time::end_of_day(until), 9).await;
    assert_eq!(due.unwrap().len(), 1);
    // An extension is kept with a new row as well.
    let other = application(&mut tx, town.id(), 2).await;
    let inserted = Referral {
        extension: Some(extension()),
        state: ReferralState::Lapsed { at: now() },
        ..a_referral(&other, town.group.id, 2)
    };
    store::referrals::insert(&mut tx, &inserted).await.unwrap();
    let read = store::referrals::get(&mut tx, inserted.id)
        .await
        .unwrap()
        .unwrap();
    same(&read, &inserted);
    let active = Referral {
        state: ReferralState::NEW,
        ..inserted
    };
    let extended = extend(&mut tx, &active, until, &extension()).await;
    assert!(!extended.unwrap());
}

/// Saves an extension of a referral that is thought to have the deadline before it.
async fn extend(
    tx: &mut Tx,
    before: &Referral,
    until: NaiveDate,
    extension: &Extension,
) -> store::Result<bool> {
    let before = Referral {
        deadline: extension.previous_deadline,
        ..before.clone()
    };
    let now = Referral {
        deadline: until,
        extension: Some(extension.clone()),
        ..before.clone()
    };
    save(tx, &before, now).await
}

async fn an_enrolment_is_kept_and_undone(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let kept = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &kept).await.unwrap();
    let until = now() + TimeDelta::hours(9);
    let enrolled = Referral {
        state: ReferralState::Enrolled { at: now() },
        undoable_until: Some(until),
        ..kept.clone()
    };
    let undone = save(&mut tx, &enrolled, kept.clone()).await;
    assert!(!undone.unwrap());
    let first = save(&mut tx, &kept, enrolled.clone()).await;
    assert!(first.unwrap());
    let again = save(&mut tx, &kept, enrolled.clone()).await;
    assert!(!again.unwrap());
    let read = store::referrals::get(&mut tx, kept.id)
        .await
        .unwrap()
        .unwrap();
    same(&read, &enrolled);
    let undone = save(&mut tx, &enrolled, kept.clone()).await;
    assert!(undone.unwrap());
    let read = store::referrals::get(&mut tx, kept.id)
        .await
        .unwrap()
        .unwrap();
    same(&read, &kept);
}

async fn a_kindergarten_expects_its_own_active_referrals(db: &Db) {
    let here = Town::with_free_places(1).store(db).await;
    let there = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let mut kept = Vec::new();
    for (serial, town) in (1..).zip([&here, &here, &there, &here]) {
        let of = application(&mut tx, town.id(), serial).await;
        let referral = a_referral(&of, town.group.id, serial);
        store::referrals::insert(&mut tx, &referral).await.unwrap();
        kept.push(referral);
    }
    end(&mut tx, &kept[1], ReferralState::Revoked { at: now() })
        .await
        .unwrap();
    let bin = &here.kindergarten.bin;
    let wanted = Wanted {
        kindergarten: here.kindergarten.id,
        state: Some("active"),
        deadline_from: None,
        deadline_to: None,
        updated_since: None,
        after: None,
        limit: 9,
    };
    let listed = async |tx: &mut Tx, wanted: Wanted| {
        let rows = store::referrals::list_for(tx, &wanted).await.unwrap();
        rows.into_iter().map(|(row, _)| row).collect::<Vec<_>>()
    };
    let all = listed(&mut tx, wanted).await;
    same(&all, &vec![kept[0].clone(), kept[3].clone()]);
    let first = listed(&mut tx, Wanted { limit: 1, ..wanted }).await;
    same(&first, &vec![kept[0].clone()]);
    let after = Some(kept[0].id);
    let next = listed(&mut tx, Wanted { after, ..wanted }).await;
    same(&next, &vec![kept[3].clone()]);
    let state = None;
    assert_eq!(listed(&mut tx, Wanted { state, ..wanted }).await.len(), 3);
    let deadline = kept[0].deadline;
    for (from, to, count) in [
        (Some(deadline), Some(deadline), 2),
        (deadline.succ_opt(), None, 0),
        (None, deadline.pred_opt(), 0),
    ] {
        let within = Wanted {
            deadline_from: from,
            deadline_to: to,
            ..wanted
        };
        assert_eq!(listed(&mut tx, within).await.len(), count);
    }
    // Something has happened to the last one.
    let at = now() + TimeDelta::hours(1);
    let event = Event {
        id: EventId::new(id()),
        application_id: kept[3].application_id,
        at,
        kind: EventKind::EnrolmentUndone,
        rule: "R10".into(),
        actor_id: None,
        client_id: None,
        official: None,
        data: serde_json::json!({}),
    };
    store::events::insert(&mut tx, &event).await.unwrap();
    let updated_since = Some(at);
    let changed = Wanted {
        updated_since,
        ..wanted
    };
    let rows = store::referrals::list_for(&mut tx, &changed).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].0.id, rows[0].1), (kept[3].id, at));
    let last = async |tx: &mut Tx, kind| {
        store::events::last_of(tx, kept[3].application_id, &[kind])
            .await
            .unwrap()
    };
    assert_eq!(last(&mut tx, EventKind::EnrolmentUndone).await, Some(at));
    assert_eq!(last(&mut tx, EventKind::Enrolled).await, None);
    let nobody = a_kindergarten(here.id()).bin;
    assert!(store::kindergartens::is_known(&mut tx, bin).await.unwrap());
    assert!(
        !store::kindergartens::is_known(&mut tx, &nobody)
            .await
            .unwrap()
    );
}

async fn an_application_is_found_by_its_number(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let kept = application(&mut tx, town.id(), 1).await;
    let found = store::applications::by_number(&mut tx, &kept.number)
        .await
        .unwrap();
    same(&found.unwrap(), &kept);
    let unknown = ApplicationNumber::new("АКТ", 2026, 99);
    assert!(
        store::applications::by_number(&mut tx, &unknown)
            .await
            .unwrap()
            .is_none()
    );
}

async fn an_attachment_is_decided_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let (second, third) = (person(&mut tx).await, person(&mut tx).await);
    let mut first = Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: second.id,
        state: AttachmentState::Pending,
        requested_at: now(),
        claim_id: None,
    };
    let other = Attachment {
        id: AttachmentId::new(id()),
        person_id: third.id,
        requested_at: now() + TimeDelta::seconds(1),
        ..first.clone()
    };
    store::attachments::insert(&mut tx, &first).await.unwrap();
    store::attachments::insert(&mut tx, &other).await.unwrap();
    let waiting = store::attachments::waiting_for(&mut tx, of.applicant_id, 9).await;
    same(&waiting.unwrap(), &vec![first.clone(), other.clone()]);
    assert!(
        store::attachments::waiting_for(&mut tx, second.id, 9)
            .await
            .unwrap()
            .is_empty()
    );

    let attached = AttachmentState::Attached { at: now() };
    let by = Some(of.applicant_id);
    assert!(
        store::attachments::decide(&mut tx, first.id, attached, by)
            .await
            .unwrap()
    );
    let declined = AttachmentState::Declined { at: now() };
    assert!(
        !store::attachments::decide(&mut tx, first.id, declined, None)
            .await
            .unwrap()
    );
    first.state = attached;
    same(
        &store::attachments::get(&mut tx, first.id)
            .await
            .unwrap()
            .unwrap(),
        &first,
    );
    let live = store::attachments::live_of(&mut tx, of.id, second.id)
        .await
        .unwrap();
    same(&live.unwrap(), &first);
    // Who has it attached decides about nobody.
    let waiting = store::attachments::waiting_for(&mut tx, second.id, 9).await;
    assert!(waiting.unwrap().is_empty());
    assert!(
        store::attachments::decide(&mut tx, other.id, declined, by)
            .await
            .unwrap()
    );
    assert!(
        store::attachments::live_of(&mut tx, of.id, third.id)
            .await
            .unwrap()
            .is_none()
    );
    let mine = store::attachments::list_of(&mut tx, second.id, 9)
        .await
        .unwrap();
    same(&mine, &vec![first]);
}

async fn one_live_attachment_for_a_person(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let second = person(&mut tx).await;
    let of_state = |state| Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: second.id,
        state,
        requested_at: now(),
        claim_id: None,
    };
    for state in [
        AttachmentState::Declined { at: now() },
        AttachmentState::Declined { at: now() },
        AttachmentState::Pending,
    ] {
        store::attachments::insert(&mut tx, &of_state(state))
            .await
            .unwrap();
    }
    let twice = of_state(AttachmentState::Attached { at: now() });
    let error = store::attachments::insert(&mut tx, &twice)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
}

async fn readers(tx: &mut Tx, of: &Application) -> Vec<PersonId> {
    let readers = store::persons::readers(tx, of.id).await.unwrap();
    readers.into_iter().map(|reader| reader.id).collect()
}

async fn an_attached_application_is_seen_by_both(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let second = person(&mut tx).await;
    let request = Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: second.id,
        state: AttachmentState::Pending,
        requested_at: now(),
        claim_id: None,
    };
    store::attachments::insert(&mut tx, &request).await.unwrap();
    let journal = store::applications::list_of(&mut tx, second.id, None, 9).await;
    assert!(journal.unwrap().is_empty());
    assert_eq!(readers(&mut tx, &of).await, [of.applicant_id]);
    let attached = AttachmentState::Attached { at: now() };
    store::attachments::decide(&mut tx, request.id, attached, None)
        .await
        .unwrap();
    let readers = readers(&mut tx, &of).await;
    let mut expected = [of.applicant_id, second.id];
    expected.sort();
    assert_eq!(readers, expected);
    let journal = store::applications::list_of(&mut tx, second.id, None, 9).await;
    same(&journal.unwrap(), &vec![of]);
}

pub fn a_client(bin: &Bin) -> Client {
    Client {
        id: ClientId::new(id()),
        bin: bin.clone(),
        name: "Күншуақ".into(),
        scopes: "enrolments".into(),
        secret_hash: vec![7; 32],
        created_at: now(),
        last_used_at: None,
        revoked_at: None,
    }
}

async fn programs_are_kept_used_and_ended(db: &Db) {
    let bin = a_kindergarten(Town::with_free_places(1).id()).bin;
    let mut tx = begin(db).await;
    let client = a_client(&bin);
    store::clients::insert(&mut tx, &client).await.unwrap();
    let unknown = ClientId::new(id());
    assert!(
        store::clients::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    store::clients::touch(&mut tx, client.id, now())
        .await
        .unwrap();
    let read = store::clients::get(&mut tx, client.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (&read.bin, &read.name, &read.scopes, &read.secret_hash),
        (&bin, &client.name, &client.scopes, &client.secret_hash)
    );
    assert_eq!(
        (read.created_at, read.last_used_at, read.revoked_at),
        (now(), Some(now()), None)
    );
    let shown = format!("Client {{ id: {:?}, .. }}", client.id);
    assert_eq!(format!("{read:?}"), shown, "the secret is not shown");
    assert!(
        !store::clients::revoke(&mut tx, unknown, now())
            .await
            .unwrap()
    );
    assert!(
        store::clients::revoke(&mut tx, client.id, now())
            .await
            .unwrap()
    );
    assert!(
        !store::clients::revoke(&mut tx, client.id, now())
            .await
            .unwrap()
    );
    let listed = store::clients::list(&mut tx).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].revoked_at, Some(now()));
}

async fn imported_days_replace_earlier_ones(db: &Db) {
    let mut tx = begin(db).await;
    assert!(calendar::days(&mut tx).await.unwrap().is_empty());
    assert_eq!(calendar::version(&mut tx).await.unwrap(), None);
    let of = |text: &str, kind, decree: &str| DecreeDay {
        day: day(text),
        kind,
        decree: decree.into(),
    };
    let first = of("2026-03-20", DayKind::Off, "№ 1");
    let second = of("2026-03-14", DayKind::Work, "№ 1");
    for one in [&first, &second] {
        calendar::put(&mut tx, one, now()).await.unwrap();
    }
    assert_eq!(
        calendar::days(&mut tx).await.unwrap(),
        [second.clone(), first]
    );
    let changed = of("2026-03-20", DayKind::Work, "№ 2");
    calendar::put(&mut tx, &changed, now()).await.unwrap();
    assert_eq!(calendar::days(&mut tx).await.unwrap(), [second, changed]);
    for version in [id(), id()] {
        calendar::put_version(&mut tx, version).await.unwrap();
        let read = calendar::version(&mut tx).await.unwrap();
        assert_eq!(read, Some(version.to_string()));
    }
}
