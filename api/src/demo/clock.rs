//! The test clock: demo mode lets anybody move it forward and watch what falls due. How far it is
//! ahead stands in the database, so that it survives a restart and all processes have the same;
//! they follow within a beat.

use crate::{
    app::App,
    clock::{Clock, TestClock},
    error::{Error, Result},
    service::{life::settle, people::renewal},
};
use balabaqsha_shared::{
    calendar::builtin,
    code::Code,
    dto::{DemoClock, DemoClockRequest},
    rules::Violation,
    time,
};
use balabaqsha_store::{self as store, Db, Tx};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// Microseconds ahead of the machine's clock.
const SETTING: &str = "demo clock ahead";
/// Room for the deadlines and stop-lists that begin at the latest moment.
const ROOM_IN_CALENDAR: Days = Days::new(120);

/// Puts a new clock where the database says.
pub async fn open(db: &Db, clock: &TestClock) -> Result<()> {
    let mut tx = db.read().await?;
    clock.put_ahead(stored(&mut tx).await?);
    Ok(())
}

/// Follows what another process has done with the clock.
pub async fn follow(app: &App) -> Result<()> {
    match &app.test_clock {
        Some(clock) => open(&app.core.db, clock).await,
        None => Ok(()),
    }
}

async fn stored(tx: &mut Tx) -> Result<TimeDelta> {
    match store::settings::get(tx, SETTING).await? {
        Some(text) => parse(&text),
        None => Ok(TimeDelta::zero()),
    }
}

fn parse(text: &str) -> Result<TimeDelta> {
    text.parse()
        .map(TimeDelta::microseconds)
        .map_err(Error::internal)
}

pub fn show(app: &App) -> Result<DemoClock> {
    Ok(DemoClock {
        now: app.core.now(),
        ahead_seconds: clock(app)?.ahead().num_seconds(),
        latest: latest(),
    })
}

/// Moves the clock. Sessions are carried along, so that nobody is thrown out by the passing of the
/// days: their time begins anew, and a client only has to renew its access token. What has fallen
/// due is settled before the answer.
pub async fn advance(app: &App, request: DemoClockRequest) -> Result<DemoClock> {
    let clock = clock(app)?;
    let ahead = app
        .core
        .db
        .transact(async |tx| advance_in(tx, clock, request).await)
        .await?;
    clock.put_ahead(ahead);
    tracing::info!(now = %app.core.now(), "the test clock was moved");
    settle::sweep(app).await?;
    show(app)
}

async fn advance_in(
    tx: &mut Tx,
    clock: &TestClock,
    request: DemoClockRequest,
) -> Result<TimeDelta> {
    let ahead = parse(&store::settings::lock(tx, SETTING, "0").await?)?;
    // Another process may have been here a moment ago.
    clock.put_ahead(ahead);
    let now = clock.now();
    let to = target(request, now, latest())?;
    let ahead = ahead + (to - now);
    let micros = ahead.num_microseconds().unwrap_or(0);
    store::settings::put(tx, SETTING, &micros.to_string()).await?;
    store::sessions::carry_along(tx, now, to + renewal::SESSION_LIFETIME).await?;
    Ok(ahead)
}

fn clock(app: &App) -> Result<&TestClock> {
    app.test_clock
        .as_deref()
        .ok_or_else(|| Error::refused(Code::NotFound))
}

/// The latest moment of the clock.
fn latest() -> DateTime<Utc> {
    time::start_of_day(builtin::kazakhstan().last_day() - ROOM_IN_CALENDAR)
}

/// The moment to go to.
fn target(
    request: DemoClockRequest,
    now: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let too_far = || Violation::new(Code::ClockTooFar).with("until", latest.to_rfc3339());
    let to = match (request.advance_seconds, request.to) {
        (Some(seconds), None) => TimeDelta::try_seconds(seconds)
            .and_then(|by| now.checked_add_signed(by))
            .map(Some)
            .ok_or_else(too_far)?,
        (None, Some(to)) => Some(time::to_micros(to)),
        _ => None,
    };
    match to.filter(|to| *to > now) {
        None => Err(Violation::new(Code::ClockNotForward)
            .with("now", now.to_rfc3339())
            .into()),
        Some(to) if to > latest => Err(too_far().into()),
        Some(to) => Ok(to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(seconds: Option<i64>, to: Option<&str>) -> std::result::Result<String, Code> {
        let request = DemoClockRequest {
            advance_seconds: seconds,
            to: to.map(|to| to.parse().unwrap()),
        };
        let now = "2026-11-23T05:00:00Z".parse().unwrap();
        let latest = "2030-09-02T00:00:00Z".parse().unwrap();
        match target(request, now, latest) {
            Ok(to) => Ok(to.to_rfc3339()),
            Err(Error::Refused(refusal)) => Err(refusal.code),
            Err(error) => panic!("{error}"),
        }
    }

    #[rstest::rstest]
    #[case(Some(1), None, Ok("2026-11-23T05:00:01+00:00"))]
    #[case(Some(0), None, Err(Code::ClockNotForward))]
    #[case(Some(-1), None, Err(Code::ClockNotForward))]
    #[case(Some(i64::MAX), None, Err(Code::ClockTooFar))]
    #[case(Some(i64::MIN), None, Err(Code::ClockTooFar))]
    #[case(
        None,
        Some("2026-11-23T05:00:00.000001Z"),
        Ok("2026-11-23T05:00:00.000001+00:00")
    )]
    #[case(None, Some("2026-11-23T05:00:00Z"), Err(Code::ClockNotForward))]
    #[case(None, Some("2030-09-02T00:00:00Z"), Ok("2030-09-02T00:00:00+00:00"))]
    #[case(None, Some("2030-09-02T00:00:00.000001Z"), Err(Code::ClockTooFar))]
    #[case(None, None, Err(Code::ClockNotForward))]
    #[case(Some(1), Some("2026-11-24T05:00:00Z"), Err(Code::ClockNotForward))]
    fn the_clock_goes_forward_and_not_beyond_the_calendar(
        #[case] seconds: Option<i64>,
        #[case] to: Option<&str>,
        #[case] expected: std::result::Result<&str, Code>,
    ) {
        assert_eq!(moved(seconds, to), expected.map(str::to_owned));
    }
}
