//! Drafts, documents and the journal.

use super::rows::{a_referral, application, begin, draft, freed, hold, now, same};
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
use balabaqsha_store::{
    self as store, Db, Tx,
    attachments::Attachment,
    documents::Document,
    drafts::{DraftKind, Spent},
    events::Event,
    mails::NewMail,
    notices::{Notice, Reminder},
    sessions::Session,
    subscriptions::Subscription,
    token_keys::TokenKeyRow,
};
use balabaqsha_tests::{
    builders::{Town, id},
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
        &store::drafts::get(&mut tx, kept.id).await.unwrap().unwrap(),
        &kept,
    );
    let mut other = kept.clone();
    (other.id, other.kind, other.application_id) =
        (DraftId::new(id()), DraftKind::Application, None);
    store::drafts::insert(&mut tx, &other).await.unwrap();
    same(
        &store::drafts::get(&mut tx, other.id)
            .await
            .unwrap()
            .unwrap(),
        &other,
    );
    assert!(
        store::drafts::use_up(&mut tx, kept.id, now())
            .await
            .unwrap()
    );
    assert!(
        !store::drafts::use_up(&mut tx, kept.id, now() + TimeDelta::days(1))
            .await
            .unwrap()
    );
    kept.used_at = Some(now());
    same(
        &store::drafts::get(&mut tx, kept.id).await.unwrap().unwrap(),
        &kept,
    );
    let spent = Spent {
        led_to: id(),
        signature_digest: vec![1; 32],
        content_digest: vec![2; 32],
    };
    assert_eq!(store::drafts::spent(&mut tx, kept.id).await.unwrap(), None);
    store::drafts::spend(&mut tx, kept.id, &spent)
        .await
        .unwrap();
    assert_eq!(
        store::drafts::spent(&mut tx, kept.id).await.unwrap(),
        Some(spent.clone())
    );
    let left = store::drafts::get(&mut tx, kept.id).await.unwrap().unwrap();
    assert!(left.content.is_empty() && left.payload == json!({}));
    // Once, and not before it was used.
    for id in [kept.id, other.id] {
        assert!(store::drafts::spend(&mut tx, id, &spent).await.is_err());
    }
    let unknown = DraftId::new(id());
    assert!(
        store::drafts::get(&mut tx, unknown)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        !store::drafts::use_up(&mut tx, unknown, now())
            .await
            .unwrap()
    );
}

async fn drafts_that_nobody_signed_are_forgotten(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let just_before = now() - TimeDelta::microseconds(1);
    let forgotten = draft(&mut tx, &of, just_before).await;
    let used = draft(&mut tx, &of, just_before).await;
    store::drafts::use_up(&mut tx, used.id, now())
        .await
        .unwrap();
    let held = hold(&mut tx, &of, town.group.id, now() - TimeDelta::days(1)).await;
    let open = draft(&mut tx, &of, now()).await;
    assert_eq!(
        store::drafts::delete_expired(&mut tx, now()).await.unwrap(),
        1
    );
    assert!(
        store::drafts::get(&mut tx, forgotten.id)
            .await
            .unwrap()
            .is_none()
    );
    for id in [used.id, held.draft_id, open.id] {
        assert!(store::drafts::get(&mut tx, id).await.unwrap().is_some());
    }
}

async fn a_document_is_kept_byte_by_byte(db: &Db) {
    let town = Town::with_free_places(1).store(db).await;
    let mut tx = begin(db).await;
    let of = application(&mut tx, town.id(), 1).await;
    let referral = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &referral).await.unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    let first = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Application,
        application_id: Some(of.id),
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
        store::documents::insert(&mut tx, document).await.unwrap();
        assert_eq!(
            store::papers::get(&mut tx, document.id).await.unwrap(),
            None
        );
        for pdf in [b"one", b"two"] {
            store::papers::put(&mut tx, document.id, pdf).await.unwrap();
        }
        let kept = store::papers::get(&mut tx, document.id).await.unwrap();
        assert_eq!(kept.as_deref(), Some(b"one".as_slice()));
        same(
            &store::documents::get(&mut tx, document.id)
                .await
                .unwrap()
                .unwrap(),
            document,
        );
    }
    same(
        &store::documents::list_of(&mut tx, of.id).await.unwrap(),
        &[second, first],
    );
    assert!(
        store::documents::get(&mut tx, DocumentId::new(id()))
            .await
            .unwrap()
            .is_none()
    );
    let other = ApplicationId::new(id());
    assert!(
        store::documents::list_of(&mut tx, other)
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
        store::events::insert(&mut tx, &event).await.unwrap();
        told.insert(0, event);
    }
    same(
        &store::events::list_of(&mut tx, of.id).await.unwrap(),
        &told,
    );
    let other = application(&mut tx, town.id(), 2).await;
    assert!(
        store::events::list_of(&mut tx, other.id)
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
    assert!(!store::due::anything(&mut tx, far).await.unwrap());
    let held = hold(&mut tx, &of, town.group.id, now()).await;
    let just_before = held.expires_at - TimeDelta::microseconds(1);
    assert!(!store::due::anything(&mut tx, just_before).await.unwrap());
    assert!(
        store::due::anything(&mut tx, held.expires_at)
            .await
            .unwrap()
    );
    store::holds::end(&mut tx, held.id, store::holds::HoldState::Used, now())
        .await
        .unwrap();
    assert!(!store::due::anything(&mut tx, far).await.unwrap());
    let referral = a_referral(&of, town.group.id, 1);
    store::referrals::insert(&mut tx, &referral).await.unwrap();
    let over = balabaqsha_tests::at("2026-11-30T19:00:00Z");
    assert!(
        !store::due::anything(&mut tx, over - TimeDelta::microseconds(1))
            .await
            .unwrap()
    );
    assert!(store::due::anything(&mut tx, over).await.unwrap());
}

/// A row in every table, beside those of the town.
pub async fn one_of_everything(tx: &mut Tx, town: &Town) {
    let of = application(tx, town.id(), 1).await;
    hold(tx, &of, town.group.id, now()).await;
    let referral = a_referral(&of, town.group.id, 1);
    store::referrals::insert(tx, &referral).await.unwrap();
    let departure = store::departures::Departure {
        referral: referral.id,
        later: referral.id,
        due_at: now(),
    };
    store::departures::plan(tx, departure).await.unwrap();
    super::registry::planned(tx, of.applicant_id).await;
    super::benefits::some_of(tx, &of).await;
    let tried = store::attempts::Attempt::AboutAnother;
    store::attempts::add(tx, of.applicant_id, tried, now().date_naive())
        .await
        .unwrap();
    let document = Document {
        id: DocumentId::new(id()),
        kind: DocumentKind::Referral,
        application_id: Some(of.id),
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
    store::documents::insert(tx, &document).await.unwrap();
    store::papers::put(tx, document.id, b"pdf").await.unwrap();
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
    store::events::insert(tx, &event).await.unwrap();
    store::freed::insert(tx, &freed(town.group.id, now()))
        .await
        .unwrap();
    let subscription = Subscription {
        id: VacancySubscriptionId::new(id()),
        person_id: of.applicant_id,
        filter: VacancyFilter::default(),
        created_at: now(),
    };
    store::subscriptions::insert(tx, &subscription)
        .await
        .unwrap();
    store::queue::fold(tx, 10).await.unwrap();
    let submitted = EventKind::ApplicationSubmitted;
    let cause = store::queue::Cause {
        event: id(),
        leaving: id(),
        kind: submitted,
        at: now(),
    };
    store::queue::record_move(tx, of.id, cause).await.unwrap();
    application(tx, town.id(), 2).await;
    super::officials::one_of_each(tx).await;
    let head = super::rows::person(tx).await;
    super::desk::one_of_each(tx, town, &head).await;
    super::imports::one_of_each(tx).await;
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
    store::notices::insert(tx, &notice).await.unwrap();
    store::notices::switch(tx, of.applicant_id, notice.kind, false)
        .await
        .unwrap();
    let reminder = Reminder {
        id: id(),
        referral_id: referral.id,
        working_days_left: 1,
        due_at: now(),
    };
    store::notices::insert_reminder(tx, reminder).await.unwrap();
    let mail = NewMail {
        id: id(),
        recipient: "parent@example.kz".into(),
        subject: "a".into(),
        body: "b".into(),
        created_at: now(),
        notice_id: None,
    };
    store::mails::insert(tx, &mail).await.unwrap();
    store::challenges::insert(tx, ChallengeId::new(id()), b"c", now())
        .await
        .unwrap();
    let process = store::upgrade::Process {
        id: id(),
        version: "1".to_owned(),
        level: 1,
        seen_at: now(),
    };
    store::upgrade::register(tx, &process).await.unwrap();
    let keyed = store::idempotency::Keyed {
        caller: id(),
        key: "k".to_owned(),
        request_digest: vec![1],
    };
    let attempt = store::idempotency::Attempt {
        id: id(),
        begun_at: now(),
        ends_at: now(),
        forgotten: now(),
    };
    store::idempotency::begin(tx, &keyed, attempt)
        .await
        .unwrap();
    store::mailed_codes::insert(tx, id(), &[1; 32], now())
        .await
        .unwrap();
    store::persons::put_confirmation(tx, of.applicant_id, &[1; 32], now())
        .await
        .unwrap();
    let session = Session {
        id: SessionId::new(id()),
        person_id: of.applicant_id,
        expires_at: now(),
        ended_at: None,
    };
    store::sessions::insert(tx, &session, b"d", now())
        .await
        .unwrap();
    let key = TokenKeyRow {
        kid: "k".into(),
        secret: vec![0; 32],
        created_at: now(),
        retired_at: None,
    };
    store::token_keys::insert(tx, &key).await.unwrap();
    store::counters::next(tx, "a").await.unwrap();
    let attachment = Attachment {
        id: AttachmentId::new(id()),
        application_id: of.id,
        person_id: of.applicant_id,
        state: AttachmentState::Pending,
        requested_at: now(),
        claim_id: None,
    };
    store::attachments::insert(tx, &attachment).await.unwrap();
    let client = super::life::a_client(&town.kindergarten.bin);
    store::clients::insert(tx, &client).await.unwrap();
    let day = DecreeDay {
        day: now().date_naive(),
        kind: DayKind::Off,
        decree: "a".into(),
    };
    store::calendar::put(tx, &day, now()).await.unwrap();
    store::settings::put(tx, "a", "b").await.unwrap();
    super::signing_sessions::one_of_each(tx, of.applicant_id).await;
}
