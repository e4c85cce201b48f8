//! What has fallen due is settled before a rule looks at an application, so that a late background
//! job never lets anybody through: holds end (R8), referrals lapse (R11, R12), stop-lists end. What
//! people are told on their way, the reminders of a deadline, is due work like the rest.

use super::{
    error::{Error, Result},
    notices, places, views,
};
use crate::state::{App, Core};
use balabaqsha_shared::{
    application::ApplicationState, calendar::WorkingCalendar, code::Code, dto::EventKind, referral,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    applications::Application,
    holds::{Hold, HoldState},
    referrals::Referral,
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Rows settled in one transaction, so that a midnight with thousands of lapses never holds the
/// database for long.
const BATCH: i64 = 200;

/// Settles everything that is due by now; nothing while the time is not certain, since nothing of it
/// can be taken back.
pub async fn sweep(app: &App) -> Result<()> {
    if !app.clock.is_certain() {
        return Ok(());
    }
    while let Some(now) = due(app).await? {
        let mut tx = app.db.begin().await?;
        let holds = store::holds::lock_due(&mut tx, now, BATCH).await?;
        let referrals = store::referrals::lock_due(&mut tx, now, BATCH).await?;
        let reminders = store::notices::lock_due_reminders(&mut tx, now, BATCH).await?;
        let stopped = store::applications::lock_ended_stop_lists(&mut tx, now, BATCH).await?;
        let groups = holds.iter().map(|hold| hold.group_id);
        let groups = groups
            .chain(referrals.iter().map(|referral| referral.group_id))
            .collect();
        store::dialect::lock_groups(&mut tx, groups).await?;
        for hold in &holds {
            end_hold(&mut tx, app, hold, HoldState::Expired).await?;
        }
        let calendar = app.calendar.current(&mut tx).await?;
        for referral in &referrals {
            lapse(&mut tx, app, referral, &calendar, now).await?;
        }
        for application in &stopped {
            end_stop_list(&mut tx, app, application, now).await?;
        }
        // After the lapses: nobody is reminded of what is lost.
        for reminder in &reminders {
            notices::remind(&mut tx, app, *reminder, now).await?;
        }
        let settled = holds.len() + referrals.len() + stopped.len() + reminders.len();
        tx.commit().await?;
        if settled == 0 {
            // Another process holds the rest and is settling it.
            break;
        }
    }
    Ok(())
}

/// The moment at which something is due; none when nothing is. Every request asks this first, so
/// those that come together ask once.
async fn due(app: &App) -> Result<Option<DateTime<Utc>>> {
    let look = async || {
        let now = app.now();
        let mut tx = app.db.read().await?;
        let anything = store::due::anything(&mut tx, now).await?;
        Ok(anything.then_some(now))
    };
    app.due.ask((), look).await
}

/// Locks one application and settles what is due for it, in the caller's transaction. While the time
/// is not certain, nobody acts on an application for which something seems to be due.
pub async fn application(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    now: DateTime<Utc>,
) -> Result<Application> {
    let settle_now = || {
        if core.clock.is_certain() {
            Ok(())
        } else {
            Err(Error::refused(Code::Unavailable))
        }
    };
    if let Some(hold) = store::holds::live_of(tx, application.id).await?
        && now >= hold.expires_at
    {
        settle_now()?;
        end_hold(tx, core, &hold, HoldState::Expired).await?;
    }
    match application.state {
        ApplicationState::Referred { referral_id } => {
            if let Some(referral) = store::referrals::get(tx, referral_id).await?
                && referral.state.is_active()
                && referral::is_overdue(referral.deadline, now)
            {
                settle_now()?;
                let calendar = core.calendar.current(tx).await?;
                lapse(tx, core, &referral, &calendar, now).await?;
            }
        }
        ApplicationState::StopListed { .. }
            if application.state.settled(now) != application.state =>
        {
            settle_now()?;
            end_stop_list(tx, core, &application, now).await?;
        }
        _ => return Ok(application),
    }
    Ok(store::applications::require(tx, application.id).await?)
}

/// Gives a held place back. Whoever comes second finds the hold ended and changes nothing.
pub async fn end_hold(tx: &mut Tx, core: &Core, hold: &Hold, state: HoldState) -> Result<()> {
    if !store::holds::end(tx, hold.id, state).await? {
        return Ok(());
    }
    store::kindergartens::free_held_place(tx, hold.group_id).await?;
    let place = store::kindergartens::require_place(tx, hold.group_id).await?;
    let at = match state {
        HoldState::Expired => hold.expires_at,
        _ => core.now(),
    };
    views::journal(
        tx,
        core,
        hold.application_id,
        at,
        (EventKind::HoldReleased, "R8"),
        None,
        json!({"group_id": hold.group_id, "kindergarten": place.kindergarten.name}),
    )
    .await
}

/// R11, R12: nobody arrived in time.
async fn lapse(
    tx: &mut Tx,
    core: &Core,
    referral: &Referral,
    calendar: &WorkingCalendar,
    now: DateTime<Utc>,
) -> Result<()> {
    let at = time::end_of_day(referral.deadline);
    let ended = referral
        .state
        .lapse(at)
        .map_err(|error| store::Error::inconsistent("referrals", referral.id, error))?;
    if !store::referrals::end(tx, referral.id, ended).await? {
        return Ok(());
    }
    places::free_taken(tx, core, referral.group_id).await?;
    let application = store::applications::require(tx, referral.application_id).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    let lapsed = application
        .state
        .lapse(
            referral.deadline,
            application.lapses,
            &locality.rules,
            calendar,
        )?
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    store::applications::move_state(
        tx,
        application.id,
        application.state,
        lapsed.state,
        lapsed.lapses,
    )
    .await?;
    views::journal(
        tx,
        core,
        application.id,
        at,
        (EventKind::ReferralLapsed, "R11"),
        None,
        json!({"number": referral.number, "deadline": referral.deadline}),
    )
    .await?;
    let (kind, rule, data) = match lapsed.state {
        ApplicationState::StopListed { until } => {
            (EventKind::StopListed, "R11", json!({"until": until}))
        }
        _ => (
            EventKind::RemovedFromQueue,
            "R12",
            json!({"lapses": lapsed.lapses}),
        ),
    };
    views::journal(tx, core, application.id, at, (kind, rule), None, data).await?;
    // A stop-list that began long ago may be over as well.
    let application = store::applications::require(tx, application.id).await?;
    end_stop_list(tx, core, &application, now).await
}

/// R11: after the last day of the stop-list the child has its old place in the queue.
async fn end_stop_list(
    tx: &mut Tx,
    core: &Core,
    application: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    let ApplicationState::StopListed { until } = application.state else {
        return Ok(());
    };
    let settled = application.state.settled(now);
    if settled == application.state {
        return Ok(());
    }
    if store::applications::move_state(
        tx,
        application.id,
        application.state,
        settled,
        application.lapses,
    )
    .await?
    {
        views::journal(
            tx,
            core,
            application.id,
            time::end_of_day(until),
            (EventKind::StopListEnded, "R11"),
            None,
            json!({}),
        )
        .await?;
    }
    Ok(())
}
