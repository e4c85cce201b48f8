//! Arrival (R10): the program of a kindergarten sees whom it expects, confirms who arrived, and
//! takes a mistake back within its working day. Referrals to others do not exist for it.

use super::doors::{self, Program};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        life::{
            journal::{self, Cause},
            referral::{self, Locked, save_application, save_referral},
            settle,
        },
        paging::{page, to_read},
        telling::notices::{Referred, Subject},
    },
};
use balabaqsha_shared::{
    code::Code,
    dto,
    entity::Referral,
    event::Event,
    id::{ApplicationId, ReferralId},
    referral::ReferralState,
    rules::r10_arrival::{self, Arrival, Undoing},
};
use balabaqsha_store::{self as store, Tx, clients::Client};
use chrono::{DateTime, Utc};

/// One page of the active referrals to the kindergarten; the cursor is the last id of the page
/// before.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn expected(
    app: &App,
    program: &Program,
    after: Option<ReferralId>,
    limit: u16,
) -> Result<dto::Page<dto::ExpectedChild>> {
    doors::look(app, program, async |tx, client| {
        let rows = store::referrals::expected(tx, &client.bin, after, to_read(limit)).await?;
        let dto::Page {
            items: rows,
            next_cursor,
        } = page(rows, limit, |row| row.id);
        let seen: Vec<ApplicationId> = rows.iter().map(|row| row.application_id).collect();
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(expected_child(tx, row).await?);
        }
        let entry = Entry::look("list_expected_children").about(seen);
        Ok((dto::Page { items, next_cursor }, entry))
    })
    .await
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
#[tracing::instrument(level = "debug", skip_all)]
pub async fn enrol(app: &App, program: &Program, id: ReferralId) -> Result<dto::Enrolment> {
    doors::act(app, program, async |tx, client| {
        enrol_in(tx, app, client, id).await
    })
    .await
}

/// Takes a confirmation back; without one there is nothing to do. A deadline that has passed
/// meanwhile is settled at once.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn undo(app: &App, program: &Program, id: ReferralId) -> Result<()> {
    doors::act(app, program, async |tx, client| {
        undo_in(tx, app, client, id).await
    })
    .await
}

async fn enrol_in(
    tx: &mut Tx,
    app: &App,
    client: &Client,
    id: ReferralId,
) -> Result<Done<dto::Enrolment>> {
    let now = app.core.now();
    let found = lock_own(tx, app, client, id, now).await?;
    let referral = found.referral;
    if let (ReferralState::Enrolled { at }, Some(undoable_until)) =
        (referral.state, referral.undoable_until)
    {
        return Ok(Done::Unchanged(view(&referral, at, undoable_until)));
    }
    let violations = r10_arrival::violations(&Arrival {
        state: referral.state,
        deadline: referral.deadline,
        now,
    });
    if let Some(refusal) = Error::by_rule(violations) {
        return Err(refusal);
    }
    let calendar = app.core.calendar.current(tx).await?;
    let undoable_until = r10_arrival::undoable_until(now, &calendar)?;
    let referral = save_referral(tx, referral.enrol(now, undoable_until)?).await?;
    let application = save_application(tx, found.application.enrol(now)?).await?;
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &found.place,
        calendar: None,
    });
    let event = Event::Enrolled {
        number: referral.number.clone(),
        kindergarten: found.place.kindergarten.name.clone(),
    };
    journal::record(
        tx,
        &app.core,
        subject,
        now,
        Cause::Client(client.id),
        &event,
    )
    .await?;
    let entry = Entry::act("enrol_child").about([application.id]);
    Ok(Done::Recorded(view(&referral, now, undoable_until), entry))
}

async fn undo_in(tx: &mut Tx, app: &App, client: &Client, id: ReferralId) -> Result<Done<()>> {
    let now = app.core.now();
    let found = lock_own(tx, app, client, id, now).await?;
    let referral = found.referral;
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
        return Ok(Done::Unchanged(()));
    }
    let referral = referral.undo_enrolment()?;
    let application = found.application.undo_enrolment(id)?;
    // Meanwhile the child may have been queued or referred anew.
    let referral = save_referral(tx, referral)
        .await
        .map_err(|error| unless_taken(error, Code::ReferralActive))?;
    let application = save_application(tx, application)
        .await
        .map_err(|error| unless_taken(error, Code::ChildAlreadyQueued))?;
    let calendar = app.core.calendar.current(tx).await?;
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &found.place,
        calendar: Some(&calendar),
    });
    let event = Event::EnrolmentUndone {
        number: referral.number.clone(),
    };
    journal::record(
        tx,
        &app.core,
        subject,
        now,
        Cause::Client(client.id),
        &event,
    )
    .await?;
    let entry = Entry::act("undo_enrolment").about([application.id]);
    settle::application(tx, &app.core, application, now).await?;
    Ok(Done::Recorded((), entry))
}

/// The refusal with `code` where something with the same unique value exists already.
fn unless_taken(error: Error, code: Code) -> Error {
    match error {
        Error::Storage(error) if error.is_unique_violation() => Error::refused(code),
        other => other,
    }
}

/// A referral to a group of the client's own kindergarten.
async fn lock_own(
    tx: &mut Tx,
    app: &App,
    client: &Client,
    id: ReferralId,
    now: DateTime<Utc>,
) -> Result<Locked> {
    let refused = || Error::refused(Code::NotFound);
    let of = referral::belonging(tx, id).await?;
    let place = store::kindergartens::require_place(tx, of.group).await?;
    if place.kindergarten.bin != client.bin {
        return Err(refused());
    }
    let application = store::applications::lock(tx, of.application)
        .await?
        .ok_or_else(refused)?;
    referral::settled(tx, &app.core, id, application, place, now).await
}

fn view(referral: &Referral, at: DateTime<Utc>, undoable_until: DateTime<Utc>) -> dto::Enrolment {
    dto::Enrolment {
        referral_id: referral.id,
        number: referral.number.clone(),
        enrolled_at: at,
        undoable_until,
    }
}
