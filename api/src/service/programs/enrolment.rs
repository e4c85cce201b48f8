//! Arrival (R10): the program of a kindergarten sees whom it expects, confirms who arrived, and
//! takes a mistake back within its working day. Referrals to others do not exist for it.

use super::clients;
use crate::{
    app::App,
    error::{Error, Result},
    service::life::{
        journal::{self, Cause},
        referral::{self, move_to},
        settle,
    },
};
use balabaqsha_shared::{
    code::Code,
    dto::{self, EventKind},
    id::{ClientId, ReferralId},
    referral::ReferralState,
    rules::r10_arrival::{self, Arrival, Undoing},
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, kindergartens::Place, referrals::Referral,
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// One page of the active referrals to the kindergarten; the cursor is the last id of the page
/// before.
pub async fn expected(
    app: &App,
    client: ClientId,
    after: Option<ReferralId>,
    limit: u16,
) -> Result<dto::Page<dto::ExpectedChild>> {
    settle::sweep(app).await?;
    let mut tx = app.db.read().await?;
    let client = clients::require(&mut tx, client).await?;
    let mut rows =
        store::referrals::expected(&mut tx, &client.bin, after, i64::from(limit) + 1).await?;
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let next_cursor = rows.last().filter(|_| more).map(|last| last.id.to_string());
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(expected_child(&mut tx, row).await?);
    }
    Ok(dto::Page { items, next_cursor })
}

async fn expected_child(tx: &mut Tx, referral: Referral) -> Result<dto::ExpectedChild> {
    let application = store::applications::require(tx, referral.application_id).await?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    Ok(dto::ExpectedChild {
        referral_id: referral.id,
        number: referral.number,
        child_name: application.child.full_name(),
        birth_date: application.child.birth_date,
        child_iin_masked: application.child.iin.masked(),
        group_id: place.group.id,
        group_name: place.group.name,
        issued_at: referral.issued_at,
        deadline: referral.deadline,
    })
}

/// Confirms the arrival; once more changes nothing and answers the same.
pub async fn enrol(app: &App, client: ClientId, id: ReferralId) -> Result<dto::Enrolment> {
    settle::sweep(app).await?;
    app.db
        .transact(async |tx| enrol_in(tx, app, client, id).await)
        .await
}

async fn enrol_in(
    tx: &mut Tx,
    app: &App,
    client: ClientId,
    id: ReferralId,
) -> Result<dto::Enrolment> {
    let now = app.now();
    let (referral, application, place) = lock_own(tx, app, client, id, now).await?;
    if let (ReferralState::Enrolled { at }, Some(undoable_until)) =
        (referral.state, referral.undoable_until)
    {
        return Ok(view(&referral, at, undoable_until));
    }
    let violations = r10_arrival::violations(&Arrival {
        state: referral.state,
        deadline: referral.deadline,
        now,
    });
    if let Some(refusal) = Error::by_rule(violations) {
        return Err(refusal);
    }
    referral
        .state
        .enrol(now)
        .map_err(|error| store::Error::inconsistent("referrals", id, error))?;
    let enrolled = application
        .state
        .enrol(now)
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    let calendar = app.calendar.current(tx).await?;
    let undoable_until = r10_arrival::undoable_until(now, &calendar)?;
    if !store::referrals::enrol(tx, id, now, undoable_until).await? {
        return Err(Error::internal("a locked referral changed"));
    }
    move_to(tx, &application, enrolled).await?;
    journal::record(
        tx,
        app,
        application.id,
        now,
        (EventKind::Enrolled, "R10"),
        Cause::Client(client),
        json!({"number": referral.number, "kindergarten": place.kindergarten.name}),
    )
    .await?;
    Ok(view(&referral, now, undoable_until))
}

/// Takes a confirmation back; without one there is nothing to do. A deadline that has passed
/// meanwhile is settled at once.
pub async fn undo(app: &App, client: ClientId, id: ReferralId) -> Result<()> {
    settle::sweep(app).await?;
    app.db
        .transact(async |tx| undo_in(tx, app, client, id).await)
        .await
}

async fn undo_in(tx: &mut Tx, app: &App, client: ClientId, id: ReferralId) -> Result<()> {
    let now = app.now();
    let (referral, application, _) = lock_own(tx, app, client, id, now).await?;
    let violations = r10_arrival::undo_violations(&Undoing {
        state: referral.state,
        deadline: referral.deadline,
        undoable_until: referral.undoable_until.unwrap_or(now),
        now,
    });
    if let Some(refusal) = Error::by_rule(violations) {
        return Err(refusal);
    }
    if referral.state.is_active() {
        return Ok(());
    }
    let extended = referral.extension.as_ref().map(|known| known.extended());
    referral
        .state
        .undo_enrolment(extended)
        .map_err(|error| store::Error::inconsistent("referrals", id, error))?;
    let referred = application
        .state
        .undo_enrolment(id)
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    // Meanwhile the child may have been queued or referred anew.
    let unless_taken = |code: Code| {
        move |error: store::Error| {
            if error.is_unique_violation() {
                Error::refused(code)
            } else {
                error.into()
            }
        }
    };
    let moved = store::referrals::undo_enrolment(tx, id)
        .await
        .map_err(unless_taken(Code::ReferralActive))?
        && store::applications::move_state(
            tx,
            application.id,
            application.state,
            referred,
            application.lapses,
        )
        .await
        .map_err(unless_taken(Code::ChildAlreadyQueued))?;
    if !moved {
        return Err(Error::internal("a locked application changed"));
    }
    journal::record(
        tx,
        app,
        application.id,
        now,
        (EventKind::EnrolmentUndone, "R10"),
        Cause::Client(client),
        json!({"number": referral.number}),
    )
    .await?;
    let application = store::applications::require(tx, application.id).await?;
    settle::application(tx, app, application, now).await?;
    Ok(())
}

/// A referral to a group of the client's own kindergarten, with its application locked and settled.
async fn lock_own(
    tx: &mut Tx,
    app: &App,
    client: ClientId,
    id: ReferralId,
    now: DateTime<Utc>,
) -> Result<(Referral, Application, Place)> {
    let refused = || Error::refused(Code::NotFound);
    let client = clients::require(tx, client).await?;
    let known = referral::require(tx, id).await?;
    let place = store::kindergartens::require_place(tx, known.group_id).await?;
    if place.kindergarten.bin != client.bin {
        return Err(refused());
    }
    let application = store::applications::lock(tx, known.application_id)
        .await?
        .ok_or_else(refused)?;
    let (referral, application) = referral::settled(tx, app, id, application, now).await?;
    Ok((referral, application, place))
}

fn view(referral: &Referral, at: DateTime<Utc>, undoable_until: DateTime<Utc>) -> dto::Enrolment {
    dto::Enrolment {
        referral_id: referral.id,
        number: referral.number.clone(),
        enrolled_at: at,
        undoable_until,
    }
}
