//! Rows to work with. Ids come from [`balabaqsha_tests::builders::id`], moments are given.

use balabaqsha_shared::{
    Language,
    application::{ApplicationState, Benefit, Category, Standing, Verification},
    child::{Child, NamePart},
    entity::Changed,
    id::{ApplicationId, DraftId, GroupId, HoldId, LocalityId, PersonId, ReferralId},
    number::{ApplicationNumber, ReferralNumber},
    phone::Phone,
    referral::ReferralState,
};
use balabaqsha_store::{
    self as store, Db, Tx,
    applications::Application,
    drafts::{Draft, DraftKind},
    freed::FreedPlace,
    holds::{Hold, HoldState},
    persons::Person,
    referrals::Referral,
};
use balabaqsha_tests::{
    at,
    builders::{day, id, iin},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// A moment that has every digit both engines can keep.
pub fn now() -> DateTime<Utc> {
    at("2026-11-23T05:06:07.890123Z")
}

pub async fn begin(db: &Db) -> Tx {
    db.begin().await.unwrap()
}

pub async fn person(tx: &mut Tx) -> Person {
    let number = iin(day("1985-07-15"));
    let new = PersonId::new(id());
    store::persons::log_in(tx, new, &number, "СЕРИКОВ ДАНИЯР", Language::Kk, now())
        .await
        .unwrap()
}

pub fn a_queued_application(locality: LocalityId, applicant: PersonId, serial: u32) -> Application {
    let birth_date = day("2022-05-10");
    Application {
        id: ApplicationId::new(id()),
        number: ApplicationNumber::new("АКТ", 2026, serial),
        locality_id: locality,
        applicant_id: applicant,
        child: Child {
            iin: iin(birth_date),
            surname: NamePart::parse("Әбдірахманова").unwrap(),
            given_name: NamePart::parse("Айлин").unwrap(),
            patronymic: None,
            birth_date,
        },
        benefit: None,
        contact_phone: Phone::parse("+77011234567").unwrap(),
        submitted_at: now(),
        state: ApplicationState::Queued,
        standing: Standing::TakesPart,
        verification: Verification::Unanswered,
        discounted: false,
        lapses: 0,
    }
}

/// A benefit that an official has confirmed; none for the general category.
pub fn confirmed(category: Category) -> Option<Benefit> {
    Benefit::claim(category).map(|benefit| benefit.confirm().unwrap())
}

pub async fn application(tx: &mut Tx, locality: LocalityId, serial: u32) -> Application {
    let applicant = person(tx).await;
    let application = a_queued_application(locality, applicant.id, serial);
    store::applications::insert(tx, &application).await.unwrap();
    application
}

/// Saves an application in another state, wherever it may come from.
pub async fn move_to(
    tx: &mut Tx,
    before: &Application,
    state: ApplicationState,
    lapses: u16,
) -> store::Result<bool> {
    let now = Application {
        state,
        lapses,
        ..before.clone()
    };
    store::applications::save(tx, &Changed::for_tests(before.clone(), now)).await
}

/// Saves what has become of a referral that was `before`.
pub async fn save(tx: &mut Tx, before: &Referral, now: Referral) -> store::Result<bool> {
    store::referrals::save(tx, &Changed::for_tests(before.clone(), now)).await
}

/// Saves a referral that has ended.
pub async fn end(tx: &mut Tx, before: &Referral, state: ReferralState) -> store::Result<bool> {
    let now = Referral {
        state,
        ..before.clone()
    };
    save(tx, before, now).await
}

pub async fn draft(tx: &mut Tx, application: &Application, expires_at: DateTime<Utc>) -> Draft {
    let draft = Draft {
        id: DraftId::new(id()),
        person_id: application.applicant_id,
        kind: DraftKind::Referral,
        application_id: Some(application.id),
        payload: json!({"a": [1, 2.5, null, "ә"], "b": {"c": true}}),
        content: "Прошу выдать направление\0".into(),
        created_at: now(),
        expires_at,
        used_at: None,
    };
    store::drafts::insert(tx, &draft).await.unwrap();
    draft
}

pub async fn hold(
    tx: &mut Tx,
    application: &Application,
    group: GroupId,
    created_at: DateTime<Utc>,
) -> Hold {
    let expires_at = created_at + TimeDelta::minutes(10);
    let draft = draft(tx, application, expires_at).await;
    let hold = Hold {
        id: HoldId::new(id()),
        draft_id: draft.id,
        application_id: application.id,
        group_id: group,
        state: HoldState::Live,
        created_at,
        expires_at,
        regained_from: None,
        joint_step: None,
    };
    store::holds::insert(tx, &hold, &application.child.iin)
        .await
        .unwrap();
    hold
}

pub fn a_referral(application: &Application, group: GroupId, serial: u32) -> Referral {
    Referral {
        id: ReferralId::new(id()),
        number: ReferralNumber::new("АКТ", 2026, serial),
        application_id: application.id,
        child_iin: application.child.iin.clone(),
        group_id: group,
        state: ReferralState::NEW,
        issued_at: now(),
        deadline: day("2026-11-30"),
        revocable_until: now() + TimeDelta::hours(24),
        extension: None,
        undoable_until: None,
        stop_listed_until: None,
        arrived_on: None,
        excused_at: None,
        verification_token: format!("token-{serial}"),
    }
}

/// A place that becomes free now and public later.
pub fn freed(group: GroupId, public_from: DateTime<Utc>) -> FreedPlace {
    FreedPlace {
        id: id(),
        group_id: group.uuid(),
        freed_at: now(),
        public_from,
        tell_at: public_from + TimeDelta::minutes(1),
        hold_id: None,
    }
}

/// Two rows are the same when they print the same: every field is in it.
#[track_caller]
pub fn same(left: &impl std::fmt::Debug, right: &impl std::fmt::Debug) {
    assert_eq!(format!("{left:?}"), format!("{right:?}"));
}
