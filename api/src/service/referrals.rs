//! Choosing a private kindergarten under the state order (R6), holding the place while its draft
//! is signed (R8), and issuing the referral (R9).

use super::{
    access::{locked, visible},
    again::Sending,
    applications::{self, draft_view, open_draft},
    documents::SignedAct,
    error::{Error, Result},
    places, settle, views,
};
use crate::{
    clock,
    state::{App, Core},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto::{self, EventKind},
    id::{ApplicationId, DraftId, HoldId, PersonId, ReferralId},
    kindergarten::KindergartenKind,
    mask,
    number::ReferralNumber,
    referral::{ReferralState, Terms},
    rules::{Violation, r06_choosing, r08_hold},
    statement::Statement,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    applications::Application,
    drafts::{Draft, DraftKind},
    holds::{Hold, HoldState},
    kindergartens::Place,
    localities::Locality,
    referrals::Referral,
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};

/// In what a draft keeps: the hold for which it was made.
const HOLD: &str = "hold_id";

/// Holds the chosen place and answers with the text to sign.
///
/// Choosing the group again that is already held keeps the hold and its end; another group gives
/// the old place back. When the new place cannot be had, the old hold stays.
pub async fn create_draft(
    app: &App,
    person: PersonId,
    request: &dto::ReferralDraftRequest,
) -> Result<dto::Draft> {
    settle::sweep(app).await?;
    app.db
        .transact(async |tx| create_draft_in(tx, app, person, request).await)
        .await
}

async fn create_draft_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    request: &dto::ReferralDraftRequest,
) -> Result<dto::Draft> {
    let now = app.now();
    let (application, locality) =
        lock_settled(tx, app, person, request.application_id, now).await?;
    check_choosing(&application, &locality, now)?;
    let place = store::kindergartens::place(tx, request.group_id)
        .await?
        .filter(|place| fits(place, &application))
        .ok_or_else(|| {
            Error::invalid(vec![super::error::Located {
                pointer: "/group_id".into(),
                violation: Violation::new(Code::GroupUnsuitable),
            }])
        })?;

    let old = store::holds::live_of(tx, application.id).await?;
    let kept = old.as_ref().filter(|hold| hold.group_id == place.group.id);
    let expires_at = match kept {
        Some(hold) => hold.expires_at,
        None => r08_hold::expires_at(now, &locality.rules),
    };
    let hold_id = match kept {
        Some(hold) => hold.id,
        None => HoldId::new(app.new_id()),
    };
    let draft = new_draft(
        app,
        person,
        request,
        &application,
        &locality,
        &place,
        (hold_id, now, expires_at),
    );
    store::drafts::insert(tx, &draft).await?;
    match kept {
        Some(hold) => store::holds::repoint(tx, hold.id, draft.id).await?,
        None => {
            replace_hold(
                tx,
                app,
                person,
                &locality,
                &place,
                old,
                (&draft, hold_id, expires_at),
            )
            .await?;
        }
    }
    Ok(dto::Draft {
        hold: Some(dto::Hold {
            group_id: place.group.id,
            expires_at,
        }),
        ..draft_view(&draft)
    })
}

fn new_draft(
    app: &App,
    person: PersonId,
    request: &dto::ReferralDraftRequest,
    application: &Application,
    locality: &Locality,
    place: &Place,
    (hold_id, now, expires_at): (HoldId, DateTime<Utc>, DateTime<Utc>),
) -> Draft {
    let id = DraftId::new(app.new_id());
    let text = Statement::Referral {
        draft: id,
        child: &application.child,
        application: application.number.as_str(),
        kindergarten: &place.kindergarten.name,
        address: &place.kindergarten.address,
        group: &place.group.name,
        instruction: place.group.instruction_language,
        arrival_working_days: locality.rules.arrival_working_days,
    }
    .text(request.language, now);
    Draft {
        id,
        person_id: person,
        kind: DraftKind::Referral,
        application_id: Some(application.id),
        // Several drafts may be signed for one hold; whoever is first uses it.
        payload: json!({HOLD: hold_id}),
        content: text.into_bytes(),
        created_at: now,
        expires_at,
        used_at: None,
    }
}

/// R8: takes the place for signing and gives the old one back.
async fn replace_hold(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    locality: &Locality,
    place: &Place,
    old: Option<Hold>,
    (draft, hold_id, expires_at): (&Draft, HoldId, DateTime<Utc>),
) -> Result<()> {
    let now = draft.created_at;
    let application = draft
        .application_id
        .ok_or_else(|| Error::internal("draft has no application"))?;
    let today = time::start_of_day(time::local_date(now));
    let unused = store::holds::count_unused(tx, application, today).await?;
    if let Some(violation) = r08_hold::violation(views::count(unused), now, &locality.rules) {
        return Err(violation.into());
    }
    let mut groups = vec![place.group.id];
    groups.extend(old.as_ref().map(|hold| hold.group_id));
    store::dialect::lock_groups(tx, groups).await?;
    if !store::kindergartens::hold_place(tx, place.group.id, now).await? {
        return Err(Error::refused(Code::PlaceTaken));
    }
    if let Some(old) = old {
        settle::end_hold(tx, app, &old, HoldState::Released).await?;
    }
    let hold = Hold {
        id: hold_id,
        draft_id: draft.id,
        application_id: application,
        group_id: place.group.id,
        state: HoldState::Live,
        created_at: now,
        expires_at,
    };
    store::holds::insert(tx, &hold).await?;
    views::journal(
        tx,
        app,
        application,
        now,
        (EventKind::PlaceHeld, "R8"),
        Some(person),
        json!({
            "group_id": hold.group_id,
            "kindergarten": place.kindergarten.name,
            "expires_at": expires_at,
        }),
    )
    .await
}

/// Gives the held place back before its time is over.
pub async fn cancel_draft(app: &App, person: PersonId, id: DraftId) -> Result<()> {
    let draft = open_draft(app, person, id, DraftKind::Referral).await?;
    let mut tx = app.db.begin().await?;
    if let Some(hold) = hold_of(&mut tx, id, &draft.payload).await? {
        settle::end_hold(&mut tx, app, &hold, HoldState::Released).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The hold for which a draft was made. Drafts of before name none and are named by it.
async fn hold_of(tx: &mut Tx, draft: DraftId, payload: &Value) -> Result<Option<Hold>> {
    let named = payload.get(HOLD).and_then(Value::as_str);
    match named.and_then(|id| id.parse().ok()) {
        Some(id) => Ok(store::holds::get(tx, id).await?),
        None => Ok(store::holds::of_draft(tx, draft).await?),
    }
}

/// R9: issues the referral, takes the place and takes the child off the queue, all or nothing.
pub async fn issue(
    app: &App,
    person: PersonId,
    request: dto::SignedDraft,
    language: Language,
) -> Result<dto::Referral> {
    let sending = Sending::of(person, DraftKind::Referral, &request);
    let act = async || {
        let now = app.now();
        let draft = open_draft(app, person, request.draft_id, DraftKind::Referral).await?;
        let application_id = draft
            .application_id
            .ok_or_else(|| Error::internal("draft has no application"))?;
        let act = SignedAct::judge(app, person, draft.content, request.cms, now).await?;
        app.db
            .transact(async |tx| {
                let drafted = (draft.id, &draft.payload, application_id);
                let referral = issue_in(tx, app, person, drafted, act, now).await?;
                sending.spend(tx, referral.id.uuid()).await?;
                views::referral(tx, app, referral, language).await
            })
            .await
    };
    let show = async |id| get(app, person, ReferralId::new(id), language).await;
    sending.once(app, None, act, show).await
}

async fn issue_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    (draft_id, payload, application_id): (DraftId, &Value, ApplicationId),
    act: SignedAct,
    now: DateTime<Utc>,
) -> Result<Referral> {
    let (application, locality) = lock_settled(tx, app, person, application_id, now).await?;
    let hold_is_over = || {
        Violation::new(Code::HoldExpired)
            .with("minutes", locality.rules.hold_minutes)
            .into()
    };
    // Using the draft up first makes a second request with the same signature wait here.
    if !store::drafts::use_up(tx, draft_id, now).await? {
        return Err(Error::refused(Code::DraftUsed));
    }
    let hold = hold_of(tx, draft_id, payload)
        .await?
        .filter(|hold| now < hold.expires_at)
        .ok_or_else(hold_is_over)?;
    check_choosing(&application, &locality, now)?;
    if store::referrals::has_active(tx, &application.child.iin).await? {
        return Err(Error::refused(Code::ReferralActive));
    }
    if !store::holds::end(tx, hold.id, HoldState::Used).await? {
        return Err(hold_is_over());
    }
    store::kindergartens::take_held_place(tx, hold.group_id).await?;
    let place = store::kindergartens::require_place(tx, hold.group_id).await?;

    let calendar = app.calendar.current(tx).await?;
    let terms = Terms::at_issue(now, &locality.rules, &calendar)?;
    let year = time::local_date(now).year();
    let region = &locality.number_region;
    let serial = store::counters::next(tx, &format!("referral {region} {year}")).await?;
    let referral = Referral {
        id: ReferralId::new(app.new_id()),
        number: ReferralNumber::new(region, year, serial),
        application_id: application.id,
        child_iin: application.child.iin.clone(),
        group_id: hold.group_id,
        state: ReferralState::NEW,
        issued_at: terms.issued_at,
        deadline: terms.deadline,
        revocable_until: terms.revocable_until,
        extension: None,
        undoable_until: None,
        verification_token: new_token(),
    };
    store::referrals::insert(tx, &referral)
        .await
        .map_err(|error| {
            if error.is_unique_violation() {
                Error::refused(Code::ReferralActive)
            } else {
                error.into()
            }
        })?;
    let referred = application
        .state
        .refer(referral.id)
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    if !store::applications::move_state(
        tx,
        application.id,
        application.state,
        referred,
        application.lapses,
    )
    .await?
    {
        return Err(Error::refused(Code::NotInQueue));
    }
    let of = (&application, &locality);
    act.keep_referral(tx, app, of, (&referral, &place)).await?;
    views::journal(
        tx,
        app,
        application.id,
        now,
        (EventKind::ReferralIssued, "R9"),
        Some(person),
        json!({
            "number": referral.number,
            "kindergarten": place.kindergarten.name,
            "deadline": referral.deadline,
        }),
    )
    .await?;
    Ok(referral)
}

pub async fn get(
    app: &App,
    person: PersonId,
    id: ReferralId,
    language: Language,
) -> Result<dto::Referral> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let referral = require(&mut tx, id).await?;
    visible(&mut tx, person, referral.application_id).await?;
    views::referral(&mut tx, app, referral, language).await
}

/// R17: what the public page behind the QR code says.
pub async fn verification(app: &App, token: &str) -> Result<dto::ReferralVerification> {
    if !is_token(token) {
        return Err(Error::refused(Code::NotFound));
    }
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let referral = store::referrals::by_token(&mut tx, token)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(&mut tx, referral.application_id).await?;
    let place = store::kindergartens::require_place(&mut tx, referral.group_id).await?;
    Ok(dto::ReferralVerification {
        number: referral.number,
        state: referral.state,
        child_name_masked: mask::name(&application.child.full_name()),
        kindergarten_name: place.kindergarten.name,
        address: place.kindergarten.address,
        issued_at: referral.issued_at,
        deadline: referral.deadline,
        checked_at: app.now(),
    })
}

/// The unguessable part of the address behind the QR code: 128 random bits.
fn new_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(clock::random::<16>())
}

fn is_token(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 16)
}

/// The application of this person, locked and settled, with its locality.
pub(super) async fn lock_settled(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ApplicationId,
    now: DateTime<Utc>,
) -> Result<(Application, Locality)> {
    let application = locked(tx, person, id).await?;
    let application = settle::application(tx, app, application, now).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    Ok((application, locality))
}

/// A referral of this person, with its application locked and settled.
pub(super) async fn lock_referral(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    now: DateTime<Utc>,
) -> Result<(Referral, Application, Locality)> {
    let known = require(tx, id).await?;
    let application = locked(tx, person, known.application_id).await?;
    let (referral, application) = settled(tx, app, id, application, now).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    Ok((referral, application, locality))
}

pub(super) async fn require(tx: &mut Tx, id: ReferralId) -> Result<Referral> {
    store::referrals::get(tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))
}

/// A referral as it is once its application, locked by the caller, is settled: it may have ended or
/// been extended in between.
pub(super) async fn settled(
    tx: &mut Tx,
    core: &Core,
    id: ReferralId,
    application: Application,
    now: DateTime<Utc>,
) -> Result<(Referral, Application)> {
    let application = settle::application(tx, core, application, now).await?;
    Ok((require(tx, id).await?, application))
}

/// Ends an active referral before its time: its place is free again, and the child stands where it
/// stood.
pub(super) async fn give_back(
    tx: &mut Tx,
    core: &Core,
    (referral, application): (&Referral, &Application),
    ended: ReferralState,
) -> Result<()> {
    let queued = application
        .state
        .return_to_queue()
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    if !store::referrals::end(tx, referral.id, ended).await? {
        return Err(Error::internal("a locked referral changed"));
    }
    applications::move_to(tx, application, queued).await?;
    places::free_taken(tx, core, referral.group_id).await
}

/// R6 (a) and (b); condition (c), a free place, is answered by holding the chosen one.
fn check_choosing(
    application: &Application,
    locality: &Locality,
    now: DateTime<Utc>,
) -> Result<()> {
    let violations = r06_choosing::violations(&r06_choosing::Choosing {
        state: application.state,
        birth_date: application.child.birth_date,
        today: time::local_date(now),
        profile: &locality.rules,
        free_places: 1,
    });
    Error::by_rule(violations).map_or(Ok(()), Err)
}

fn fits(place: &Place, application: &Application) -> bool {
    place.group.state_order
        && place.kindergarten.kind == KindergartenKind::PrivateStateOrder
        && place.kindergarten.locality_id == application.locality_id
        && place.group.birth_years.take(application.child.birth_date)
}
