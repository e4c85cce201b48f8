//! Arrival (R10): a kindergarten confirms who arrived, also the day after the deadline, and takes a mistake back within
//! its working day. Referrals to others do not exist for it. What was pressed while there was no network comes later: it
//! counts as far as nothing else was done meanwhile.

use super::doors::{self, Attendant, Authority, Outcome};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        life::{
            departures,
            freeing::free_taken,
            journal::{self, Cause},
            locking::lock_child_of,
            referral::{Locked, belonging, settled},
            restoring,
            saving::{save_application, save_referral},
            settle,
        },
        telling::notices::{Referred, Subject},
    },
};
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    dto::{self, EventKind},
    entity::{Application, Referral},
    event::Event,
    id::ReferralId,
    referral::{self, ReferralState},
    rules::r10_arrival::{self, Arrival, Undoing},
    time,
};
use balabaqsha_store::{self as store, Tx, kindergartens::Place};
use chrono::{DateTime, NaiveDate, Utc};

/// Confirms the arrival; once more changes nothing and answers the same.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn enrol(
    app: &App,
    attendant: &Attendant,
    id: ReferralId,
    request: dto::EnrolmentRequest,
) -> Result<dto::Enrolment> {
    doors::act(app, attendant, async |tx, authority| {
        let found = lock_own(tx, app, authority, id).await?;
        let kindergarten = found.place.kindergarten.id;
        let done = enrol_in(tx, app, authority, found, request).await?;
        Ok(Outcome::of(done, kindergarten))
    })
    .await
}

/// Takes a confirmation back; without one there is nothing to do. A deadline that has passed
/// meanwhile is settled at once.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn undo(
    app: &App,
    attendant: &Attendant,
    id: ReferralId,
    pressed_at: Option<DateTime<Utc>>,
) -> Result<()> {
    doors::act(app, attendant, async |tx, authority| {
        let found = lock_own(tx, app, authority, id).await?;
        let kindergarten = found.place.kindergarten.id;
        let done = undo_in(tx, app, authority, found, pressed_at).await?;
        Ok(Outcome::of(done, kindergarten))
    })
    .await
}

async fn enrol_in(
    tx: &mut Tx,
    app: &App,
    authority: &Authority,
    found: Locked,
    request: dto::EnrolmentRequest,
) -> Result<Done<dto::Enrolment>> {
    let now = authority.now;
    let referral = found.referral;
    if let (ReferralState::Enrolled { at }, Some(undoable_until)) =
        (referral.state, referral.undoable_until)
    {
        return Ok(Done::Unchanged(view(&referral, at, undoable_until)));
    }
    if let Some(pressed_at) = request.pressed_at {
        let undone = [EventKind::EnrolmentUndone, EventKind::LateEnrolmentUndone];
        let undone_at = store::events::last_of(tx, found.application.id, &undone).await?;
        refuse_delay(pressed_at, undone_at, now)?;
    }
    let calendar = app.core.calendar.current(tx).await?;
    let profile = &found.locality.rules;
    let late = match found.application.state {
        ApplicationState::StopListed { .. } | ApplicationState::Removed { .. }
            if referral.excused_at.is_none()
                && !found.application.discounted
                && store::upgrade::finished(tx).await? =>
        {
            Some(r10_arrival::late_until(
                referral.deadline,
                profile,
                &calendar,
            )?)
        }
        _ => None,
    };
    let arrived_on = request.arrived_on.or_else(|| {
        // On time the day does not matter.
        let late = referral::is_overdue(referral.deadline, now);
        request.pressed_at.filter(|_| late).map(time::local_date)
    });
    let violations = r10_arrival::violations(&Arrival {
        state: referral.state,
        issued_on: time::local_date(referral.issued_at),
        deadline: referral.deadline,
        late_until: late,
        arrived_on,
        now,
    });
    let pointer = |code| match code {
        Code::ArrivalDayRequired | Code::ArrivalDayInvalid => "/arrived_on",
        _ => "",
    };
    if let Some(refusal) = Error::by_rule_on(violations, pointer) {
        return Err(refusal);
    }
    let undoable_until = r10_arrival::undoable_until(now, &calendar)?;
    if let (ReferralState::Lapsed { .. }, Some(arrived_on)) = (referral.state, arrived_on) {
        let late = Late {
            cause: authority.cause(),
            arrived_on,
            undoable_until,
        };
        return enrol_late(tx, app, found.application, referral, &found.place, late).await;
    }
    let referral = save_referral(tx, referral.enrol(now, undoable_until)?).await?;
    let application = save_application(tx, found.application.enrol(now)?).await?;
    departures::plan(tx, &referral).await?;
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
    journal::record(tx, &app.core, subject, now, authority.cause(), &event).await?;
    let entry = Entry::act("enrol_child").about([application.id]);
    Ok(Done::Recorded(view(&referral, now, undoable_until), entry))
}

/// What is confirmed after the lapse.
struct Late {
    cause: Cause,
    arrived_on: NaiveDate,
    undoable_until: DateTime<Utc>,
}

/// R10: the child had arrived in time. The lapse is taken back while a place is free or rests.
async fn enrol_late(
    tx: &mut Tx,
    app: &App,
    application: Application,
    referral: Referral,
    place: &Place,
    late: Late,
) -> Result<Done<dto::Enrolment>> {
    let now = app.core.now();
    let stop_listed_until = match application.state {
        ApplicationState::StopListed { until } => Some(until),
        _ => None,
    };
    let referred_anew = restoring::supersede(tx, &app.core, &application, now).await?;
    if referred_anew.is_some() {
        return Err(Error::refused(Code::ReferralActive));
    }
    store::dialect::lock_groups(tx, vec![referral.group_id]).await?;
    if !store::places::take_free_or_resting(tx, referral.group_id, now).await? {
        return Err(Error::refused(Code::NoPlaceLeft));
    }
    let enrolled =
        referral.enrol_late(late.arrived_on, stop_listed_until, now, late.undoable_until)?;
    let referral = save_referral(tx, enrolled).await?;
    let application = save_application(tx, application.enrol_late(now)?).await?;
    departures::plan(tx, &referral).await?;
    let event = Event::EnrolledLate {
        number: referral.number.clone(),
        kindergarten: place.kindergarten.name.clone(),
        arrived_on: late.arrived_on,
    };
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place,
        calendar: None,
    });
    journal::record(tx, &app.core, subject, now, late.cause, &event).await?;
    let entry = Entry::act("enrol_child").about([application.id]);
    let enrolment = view(&referral, now, late.undoable_until);
    Ok(Done::Recorded(enrolment, entry))
}

/// Undoes a late confirmation: back to the lapse, which is no new one; the place is free again.
async fn undo_late(
    tx: &mut Tx,
    app: &App,
    authority: &Authority,
    found: Locked,
) -> Result<Done<()>> {
    let now = authority.now;
    let Locked {
        referral,
        application,
        locality,
        place,
    } = found;
    let (deadline, until) = (referral.deadline, referral.stop_listed_until);
    let referral = save_referral(tx, referral.undo_late_enrolment()?).await?;
    let undone = application.undo_late_enrolment(deadline, until, now)?;
    let application = save_application(tx, undone)
        .await
        .map_err(|error| unless_taken(error, Code::ChildAlreadyQueued))?;
    free_taken(tx, &app.core, &place, &locality).await?;
    let event = Event::LateEnrolmentUndone {
        number: referral.number.clone(),
    };
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: None,
    });
    journal::record(tx, &app.core, subject, now, authority.cause(), &event).await?;
    let entry = Entry::act("undo_enrolment").about([application.id]);
    Ok(Done::Recorded((), entry))
}

async fn undo_in(
    tx: &mut Tx,
    app: &App,
    authority: &Authority,
    found: Locked,
    pressed_at: Option<DateTime<Utc>>,
) -> Result<Done<()>> {
    let now = authority.now;
    let id = found.referral.id;
    let referral = found.referral;
    if let Some(pressed_at) = pressed_at {
        let enrolled_at = match referral.state {
            ReferralState::Enrolled { at } => Some(at),
            _ => None,
        };
        refuse_delay(pressed_at, enrolled_at, now)?;
    }
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
    store::departures::cancel(tx, id).await?;
    if referral.arrived_on.is_some() {
        return undo_late(tx, app, authority, Locked { referral, ..found }).await;
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
    journal::record(tx, &app.core, subject, now, authority.cause(), &event).await?;
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

/// Refuses what was pressed before something else was done.
fn refuse_delay(
    pressed_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    r10_arrival::delay_violation(pressed_at, done_at, now)
        .map_or(Ok(()), |violation| Err(violation.into()))
}

/// A referral to a group of the attendant's own kindergarten.
async fn lock_own(tx: &mut Tx, app: &App, authority: &Authority, id: ReferralId) -> Result<Locked> {
    let refused = || Error::refused(Code::NotFound);
    let of = belonging(tx, id).await?;
    let place = store::kindergartens::require_place(tx, of.group).await?;
    authority.require(place.kindergarten.id)?;
    lock_child_of(tx, of.application).await?;
    let application = store::applications::lock(tx, of.application)
        .await?
        .ok_or_else(refused)?;
    settled(tx, &app.core, id, application, place, authority.now).await
}

fn view(referral: &Referral, at: DateTime<Utc>, undoable_until: DateTime<Utc>) -> dto::Enrolment {
    dto::Enrolment {
        referral_id: referral.id,
        number: referral.number.clone(),
        enrolled_at: at,
        undoable_until,
    }
}
