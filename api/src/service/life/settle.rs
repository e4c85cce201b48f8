//! What has fallen due is settled before a rule looks at an application, so that a late background
//! job never lets anybody through: holds end (R8), referrals lapse (R11, R12), stop-lists end. What
//! people are told on their way, the reminders of a deadline, is due work like the rest.

use super::{
    benefits, claims, departures,
    freeing::{end_hold, free_taken},
    journal::{self, Cause},
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::telling::notices::{self, Referred, Subject},
};
use balabaqsha_shared::{
    application::ApplicationState,
    calendar::WorkingCalendar,
    code::Code,
    entity::{Application, Referral},
    event::Event,
    referral,
    rules::r11_lapses,
    time,
};
use balabaqsha_store::{self as store, Tx, holds::HoldState};
use chrono::{DateTime, Utc};
use std::ops::{Deref, DerefMut};

/// Rows settled in one transaction, so that a midnight with thousands of lapses never holds the
/// database for long.
const BATCH: i64 = 200;

/// A look at the data after everything that is due has been settled. Whoever looks at applications,
/// referrals or places has one of these.
#[derive(Debug)]
pub struct Settled(Tx);

impl Deref for Settled {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.0
    }
}

impl DerefMut for Settled {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.0
    }
}

/// Settles, then begins to read.
pub async fn read(app: &App) -> Result<Settled> {
    sweep(app).await?;
    Ok(Settled(app.core.db.read().await?))
}

/// Settles, then does the work of a request in one transaction.
pub async fn transact<T>(app: &App, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    sweep(app).await?;
    app.core.db.effect(work).await
}

/// Settles everything that is due by now; nothing while the time is not certain, since nothing of it
/// can be taken back.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn sweep(app: &App) -> Result<()> {
    if !app.core.clock.is_certain() {
        return Ok(());
    }
    while let Some(now) = due(app).await? {
        let settled = app
            .core
            .db
            .transact(async |tx| settle_batch(tx, &app.core, now).await)
            .await?;
        let departed = app
            .core
            .db
            .transact(async |tx| departures::settle(tx, &app.core, now).await)
            .await?;
        let expired = app
            .core
            .db
            .transact(async |tx| benefits::expire(tx, &app.core, now).await)
            .await?;
        if settled + departed + expired == 0 {
            // Another process holds the rest and is settling it.
            break;
        }
    }
    Ok(())
}

/// Says how many rows were settled.
async fn settle_batch(tx: &mut Tx, core: &Core, now: DateTime<Utc>) -> Result<usize> {
    let holds = store::holds::lock_due(tx, now, BATCH).await?;
    let referrals = store::referrals::lock_due(tx, now, BATCH).await?;
    let reminders = store::notices::lock_due_reminders(tx, now, BATCH).await?;
    let stopped = store::applications::lock_ended_stop_lists(tx, now, BATCH).await?;
    let claims = store::applications::lock_untold_claims(tx, BATCH).await?;
    let ending = store::benefits::to_remind(tx, now, BATCH).await?;
    let groups = holds.iter().map(|hold| hold.group_id);
    let groups = groups
        .chain(referrals.iter().map(|referral| referral.group_id))
        .collect();
    store::dialect::lock_groups(tx, groups).await?;
    let settled = holds.len()
        + referrals.len()
        + stopped.len()
        + reminders.len()
        + claims.len()
        + ending.len();
    for hold in &holds {
        end_hold(tx, core, hold, HoldState::Expired).await?;
    }
    let calendar = core.calendar.current(tx).await?;
    for referral in referrals {
        let application = store::applications::require(tx, referral.application_id).await?;
        lapse(tx, core, application, referral, &calendar, now).await?;
    }
    for application in stopped {
        end_stop_list(tx, core, application, now).await?;
    }
    for claim in claims {
        claims::tell(tx, core, claim, now).await?;
    }
    // After the lapses: nobody is reminded of what is lost.
    for reminder in reminders {
        notices::remind(tx, core, reminder, now).await?;
    }
    for claim in ending {
        benefits::remind(tx, core, claim).await?;
    }
    Ok(settled)
}

/// The moment at which something is due; none when nothing is. Every request asks this first, so
/// those that come together ask once.
async fn due(app: &App) -> Result<Option<DateTime<Utc>>> {
    let look = async || {
        let now = app.core.now();
        let mut tx = app.core.db.read().await?;
        let anything = store::due::anything(&mut tx, now).await?;
        Ok(anything.then_some(now))
    };
    app.due.ask((), look).await
}

/// Settles what is due for one application, which the caller has locked. While the time is not
/// certain, nobody acts on an application for which something seems to be due.
pub async fn application(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    now: DateTime<Utc>,
) -> Result<Application> {
    end_due_hold(tx, core, &application, now).await?;
    let ApplicationState::Referred { referral_id } = application.state else {
        return end_stop_list(tx, core, application, now).await;
    };
    match store::referrals::get(tx, referral_id).await? {
        Some(referral) => {
            let (application, _) = settle_referral(tx, core, application, referral, now).await?;
            Ok(application)
        }
        None => Ok(application),
    }
}

/// The same where one of its referrals was read after the application was locked.
pub async fn with_referral(
    tx: &mut Tx,
    core: &Core,
    of: Application,
    referral: Referral,
    now: DateTime<Utc>,
) -> Result<(Application, Referral)> {
    let by_this = ApplicationState::Referred {
        referral_id: referral.id,
    };
    if of.state == by_this {
        end_due_hold(tx, core, &of, now).await?;
        settle_referral(tx, core, of, referral, now).await
    } else {
        Ok((application(tx, core, of, now).await?, referral))
    }
}

fn only_in_time(core: &Core) -> Result<()> {
    if core.clock.is_certain() {
        Ok(())
    } else {
        Err(Error::refused(Code::Unavailable))
    }
}

async fn end_due_hold(
    tx: &mut Tx,
    core: &Core,
    application: &Application,
    now: DateTime<Utc>,
) -> Result<()> {
    match store::holds::live_of(tx, application.id).await? {
        Some(hold) if now >= hold.expires_at => {
            only_in_time(core)?;
            end_hold(tx, core, &hold, HoldState::Expired).await
        }
        _ => Ok(()),
    }
}

async fn settle_referral(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    referral: Referral,
    now: DateTime<Utc>,
) -> Result<(Application, Referral)> {
    if !referral.state.is_active() || !referral::is_overdue(referral.deadline, now) {
        return Ok((application, referral));
    }
    only_in_time(core)?;
    let calendar = core.calendar.current(tx).await?;
    lapse(tx, core, application, referral, &calendar, now).await
}

/// R11, R12: nobody arrived in time. Whoever comes second finds the referral ended and changes
/// nothing.
async fn lapse(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    referral: Referral,
    calendar: &WorkingCalendar,
    now: DateTime<Utc>,
) -> Result<(Application, Referral)> {
    let at = time::end_of_day(referral.deadline);
    let locality = store::localities::require(tx, application.locality_id).await?;
    // Stop-list and lapses belong to the child in the locality, whatever became of applications.
    let before =
        store::referrals::lapses_of(tx, application.locality_id, &application.child.iin).await?;
    let lapsed = application.clone().lapse(
        referral.deadline,
        r11_lapses::count(&before),
        &locality.rules,
        calendar,
    )?;
    let stop_listed_until = match lapsed.now().state {
        ApplicationState::StopListed { until } => Some(until),
        _ => None,
    };
    let ended = referral.lapse(stop_listed_until)?;
    if !store::referrals::save(tx, &ended).await? {
        return Ok((application, ended.into_now()));
    }
    let referral = ended.into_now();
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    free_taken(tx, core, &place, &locality).await?;
    if !store::applications::save(tx, &lapsed).await? {
        return Err(Error::internal("a locked application changed"));
    }
    let application = lapsed.into_now();
    let consequence = match application.state {
        ApplicationState::StopListed { until } => Event::StopListed { until },
        _ => Event::RemovedFromQueue {
            lapses: application.lapses,
        },
    };
    let lapse = Event::ReferralLapsed {
        number: referral.number.clone(),
        deadline: referral.deadline,
    };
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: Some(calendar),
    });
    for event in [lapse, consequence] {
        journal::record(tx, core, subject, at, Cause::Rules, &event).await?;
    }
    // A stop-list that began long ago may be over as well.
    let application = end_stop_list(tx, core, application, now).await?;
    Ok((application, referral))
}

/// R11: after the last day of the stop-list the child has its old place in the queue.
async fn end_stop_list(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    now: DateTime<Utc>,
) -> Result<Application> {
    let ApplicationState::StopListed { until } = application.state else {
        return Ok(application);
    };
    let Some(ended) = application.clone().end_stop_list(now) else {
        return Ok(application);
    };
    only_in_time(core)?;
    if !store::applications::save(tx, &ended).await? {
        return Err(Error::internal("a locked application changed"));
    }
    let subject = Subject::Application(ended.now());
    let at = time::end_of_day(until);
    let event = Event::StopListEnded {};
    journal::record(tx, core, subject, at, Cause::Rules, &event).await?;
    Ok(ended.into_now())
}
