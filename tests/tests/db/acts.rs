//! Drafts, documents and the journal.

use super::rows::{a_referral, application, begin, draft, freed, hold, now, same};
use balabaqsha_api::db::{
    self, Db, Tx,
    attachments::Attachment,
    documents::Document,
    drafts::DraftKind,
    events::Event,
    mails::NewMail,
    notices::{Notice, Reminder},
    sessions::Session,
    subscriptions::Subscription,
    token_keys::TokenKeyRow,
};
use balabaqsha_shared::{
    attachment::AttachmentState,
    calendar::{DayKind, decrees::DecreeDay},
    comment::Comment,
    dto::{DocumentKind, EventKind},
    id::{
        ApplicationId, AttachmentId, ChallengeId, DocumentId, DraftId, EventId, NoticeId,
        ReferralId, SessionId, VacancySubscriptionId,
    },
    notice::NoticeKind,
    vacancy::VacancyFilter,
};
use balabaqsha_tests::{
    builders::{Town, day, id},
    on_both_engines,
};
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(on_database:
    a_draft_is_kept_and_used_once,
    drafts_that_nobody_signed_are_forgotten,
    a_document_is_kept_byte_by_byte,
    the_journal_is_told_newest_first,
    something_is_due_from_its_moment_on,
);

async fn a_draft_is_kept_and_used_once(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let mut kept = draft(&mut tx, &of, now()).await;
    same(
        &db::drafts::get(&mut tx, kept.id).await.unwrap().unwrap(),
        &kept,
    );
    let mut other = kept.clone();
    (other.id, other.kind, other.application_id) =
        (DraftId::new(id()), DraftKind::Application, None);
    db::drafts::insert(&mut tx, &other).await.unwrap();
    same(
        &db::drafts::get(&mut tx, other.id).await.unwrap().unwrap(),
        &other,
    );
    assert!(db::drafts::use_up(&mut tx, kept.id, now()).await.unwrap());
    assert!(
        !db::drafts::use_up(&mut tx, kept.id, now() + TimeDelta::days(1))
            .await
            .unwrap()
    );
    kept.used_at = Some(now());
    same(
        &db::drafts::get(&mut tx, kept.id).await.unwrap().unwrap(),
        &kept,
    );
    let unknown = DraftId::new(id());
    assert!(db::drafts::get(&mut tx, unknown).await.unwrap().is_none());
    assert!(!db::drafts::use_up(&mut tx, unknown, now()).await.unwrap());
}

async fn drafts_that_nobody_signed_are_forgotten(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let just_before = now() - TimeDelta::microseconds(1);
    let forgotten = draft(&mut tx, &of, just_before).await;
    let used = draft(&mut tx, &of, just_before).await;
    db::drafts::use_up(&mut tx, used.id, now()).await.unwrap();
    let held = hold(&mut tx, &of, town.group.id, now() - TimeDelta::days(1)).await;
    let open = draft(&mut tx, &of, now()).await;
    assert_eq!(db::drafts::delete_expired(&mut tx, now()).await.unwrap(), 1);
    assert!(
        db::drafts::get(&mut tx, forgotten.id)
            .await
            .unwrap()
            .is_none()
    );
    for id in [used.id, held.draft_id, open.id] {
        assert!(db::drafts::get(&mut tx, id).await.unwrap().is_some());
    }
}

async fn a_document_is_kept_byte_by_byte(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let referral = a_referral(&of, town.group.id, 1);
    db::referrals::insert(&mut tx, &referral).await.unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    let first = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Application,
        application_id: of.id,
        referral_id: None,
        signer_id: of.applicant_id,
        number: "АКТ-2026-000001".into(),
        content: bytes.clone(),
        cms: bytes.iter().rev().copied().collect(),
        certificate: vec![],
        report: json!({"verdict": "PASSED", "chain": [{"n": 1}], "none": null}),
        facts: json!({"ә": "«Күншуақ»", "f": 0.5}),
        signed_at: now(),
    };
    let second = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Referral,
        referral_id: Some(referral.id),
        signed_at: now() + TimeDelta::microseconds(1),
        ..first.clone()
    };
    for document in [&first, &second] {
        db::documents::insert(&mut tx, document).await.unwrap();
        same(
            &db::documents::get(&mut tx, document.id)
                .await
                .unwrap()
                .unwrap(),
            document,
        );
    }
    same(
        &db::documents::list_of(&mut tx, of.id).await.unwrap(),
        &[second, first],
    );
    assert!(
        db::documents::get(&mut tx, DocumentId::new(id()))
            .await
            .unwrap()
            .is_none()
    );
    let other = ApplicationId::new(id());
    assert!(
        db::documents::list_of(&mut tx, other)
            .await
            .unwrap()
            .is_empty()
    );
}

const KINDS: [EventKind; 17] = [
    EventKind::ApplicationSubmitted,
    EventKind::PlaceHeld,
    EventKind::HoldReleased,
    EventKind::ReferralIssued,
    EventKind::ReferralLapsed,
    EventKind::StopListed,
    EventKind::StopListEnded,
    EventKind::RemovedFromQueue,
    EventKind::ReferralExtended,
    EventKind::ReferralRevoked,
    EventKind::ReferralAnnulled,
    EventKind::Enrolled,
    EventKind::EnrolmentUndone,
    EventKind::Withdrawn,
    EventKind::AttachmentRequested,
    EventKind::Attached,
    EventKind::AttachmentDeclined,
];

async fn the_journal_is_told_newest_first(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let mut told = Vec::new();
    for (seconds, kind) in (0..).zip(KINDS) {
        let event = Event {
            id: EventId::new(id()),
            application_id: of.id,
            at: now() + TimeDelta::seconds(seconds),
            kind,
            rule: "R9".into(),
            actor_id: (seconds % 2 == 0).then_some(of.applicant_id),
            client_id: None,
            official: (seconds % 2 == 1).then(|| Comment::parse("А. Ахметова").unwrap()),
            data: json!({"seconds": seconds}),
        };
        db::events::insert(&mut tx, &event).await.unwrap();
        told.insert(0, event);
    }
    same(&db::events::list_of(&mut tx, of.id).await.unwrap(), &told);
    let other = application(&mut tx, town.id(), 2).await;
    assert!(
        db::events::list_of(&mut tx, other.id)
            .await
            .unwrap()
            .is_empty()
    );
}

async fn something_is_due_from_its_moment_on(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let far = now() + TimeDelta::days(1000);
    assert!(!db::due::anything(&mut tx, far).await.unwrap());
    let held = hold(&mut tx, &of, town.group.id, now()).await;
    let just_before = held.expires_at - TimeDelta::microseconds(1);
    assert!(!db::due::anything(&mut tx, just_before).await.unwrap());
    assert!(db::due::anything(&mut tx, held.expires_at).await.unwrap());
    db::holds::end(&mut tx, held.id, db::holds::HoldState::Used)
        .await
        .unwrap();
    assert!(!db::due::anything(&mut tx, far).await.unwrap());
    let referral = a_referral(&of, town.group.id, 1);
    db::referrals::insert(&mut tx, &referral).await.unwrap();
    let over = balabaqsha_tests::at("2026-11-30T19:00:00Z");
    assert!(
        !db::due::anything(&mut tx, over - TimeDelta::microseconds(1))
            .await
            .unwrap()
    );
    assert!(db::due::anything(&mut tx, over).await.unwrap());
}

/// A row in every table, beside those of the town.
pub async fn one_of_everything(tx: &mut Tx, town: &Town) {
    let of = application(tx, town.id(), 1).await;
    hold(tx, &of, town.group.id, now()).await;
    let referral = a_referral(&of, town.group.id, 1);
    db::referrals::insert(tx, &referral).await.unwrap();
    let document = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Referral,
        application_id: of.id,
        referral_id: Some(ReferralId::new(referral.id.uuid())),
        signer_id: of.applicant_id,
        number: referral.number.to_string(),
        content: vec![1],
        cms: vec![2],
        certificate: vec![3],
        report: json!({}),
        facts: json!({}),
        signed_at: now(),
    };
    db::documents::insert(tx, &document).await.unwrap();
    super::evidence::some_of(tx, document.id).await;
    let event = Event {
        id: EventId::new(id()),
        application_id: of.id,
        at: now(),
        kind: EventKind::PlaceHeld,
        rule: "R8".into(),
        actor_id: None,
        client_id: None,
        official: None,
        data: json!({}),
    };
    db::events::insert(tx, &event).await.unwrap();
    db::freed::insert(tx, &freed(town.group.id, now()))
        .await
        .unwrap();
    let subscription = Subscription {
        id: VacancySubscriptionId::new(id()),
        person_id: of.applicant_id,
        filter: VacancyFilter::default(),
        created_at: now(),
    };
    db::subscriptions::insert(tx, &subscription).await.unwrap();
    db::queue::fold(tx, 10).await.unwrap();
    let submitted = EventKind::ApplicationSubmitted;
    db::queue::record_move(tx, of.id, id(), submitted, (now(), day("2026-11-23")))
        .await
        .unwrap();
    application(tx, town.id(), 2).await;
    let notice = Notice {
        id: NoticeId::new(id()),
        person_id: of.applicant_id,
        application_id: Some(of.id),
        cause_id: id(),
        kind: NoticeKind::Enrolled,
        at: now(),
        facts: json!({}),
        read_at: None,
    };
    db::notices::insert(tx, &notice).await.unwrap();
    db::notices::switch(tx, of.applicant_id, notice.kind, false)
        .await
        .unwrap();
    let reminder = Reminder {
        id: id(),
        referral_id: referral.id,
        working_days_left: 1,
        due_at: now(),
    };
    db::notices::insert_reminder(tx, reminder).await.unwrap();
    let mail = NewMail {
        id: id(),
        recipient: "parent@example.kz".into(),
        subject: "a".into(),
        body: "b".into(),
        created_at: now(),
        notice_id: None,
    };
    db::mails::insert(tx, &mail).await.unwrap();
    db::challenges::insert(tx, ChallengeId::new(id()), b"c", now())
        .await
        .unwrap();
    db::persons::put_confirmation(tx, of.applicant_id, &[1; 32], now())
        .await
        .unwrap();
    let session = Session {
        id: SessionId::new(id()),
        person_id: of.applicant_id,
        expires_at: now(),
        ended_at: None,
    };
    db::sessions::insert(tx, &session, b"d", now())
        .await
        .unwrap();
    let key = TokenKeyRow {
        kid: "k".into(),
        secret: vec![0; 32],
        created_at: now(),
        retired_at: None,
    };
    db::token_keys::insert(tx, &key).await.unwrap();
    db::counters::next(tx, "a").await.unwrap();
    let attachment = Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: of.applicant_id,
        state: AttachmentState::Pending,
        requested_at: now(),
    };
    db::attachments::insert(tx, &attachment).await.unwrap();
    let client = super::life::a_client(&town.kindergarten.bin);
    db::clients::insert(tx, &client).await.unwrap();
    let day = DecreeDay {
        day: now().date_naive(),
        kind: DayKind::Off,
        decree: "a".into(),
    };
    db::calendar::put(tx, &day, now()).await.unwrap();
    db::settings::put(tx, "a", "b").await.unwrap();
}
