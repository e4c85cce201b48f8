//! The clock of a process: the moment of the database, taken at the start and again and again, and
//! in between the time that has passed since, which nobody can set. Processes on one server so have
//! one time, whatever the clocks of their machines say. SQLite has no time of its own; the clock of
//! the machine stands in for it, measured in the same way.

use crate::{
    clock::Clock,
    error::{Error, Result},
};
use balabaqsha_shared::time::to_micros;
use balabaqsha_store::{Db, ServerMoment};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A measurement that takes longer says too little and is repeated.
const LONGEST_MEASUREMENT: Duration = Duration::from_secs(1);
const ATTEMPTS: usize = 3;
/// A measurement that is further from what was expected is not believed before the next agrees.
const TOLERANCE: TimeDelta = TimeDelta::seconds(2);

/// Where the moments come from.
#[derive(Clone, Debug)]
enum Source {
    Server(Db),
    Machine(Arc<dyn Clock>),
}

/// A moment and when in the life of this process it was.
#[derive(Clone, Copy, Debug)]
struct Measured {
    moment: DateTime<Utc>,
    at: Instant,
}

impl Measured {
    fn extrapolated(self, to: Instant) -> DateTime<Utc> {
        let passed = to.saturating_duration_since(self.at);
        self.moment + TimeDelta::from_std(passed).unwrap_or(TimeDelta::MAX)
    }

    fn agrees_with(self, later: Self) -> bool {
        (self.extrapolated(later.at) - later.moment).abs() <= TOLERANCE
    }
}

#[derive(Debug)]
struct Time {
    base: Measured,
    /// The last measurement while measurements contradict what was expected.
    doubt: Option<Measured>,
    /// The latest moment given out: small corrections never lead back.
    latest: DateTime<Utc>,
}

impl Time {
    fn take(&mut self, measured: Measured) {
        match self.doubt {
            None if self.base.agrees_with(measured) => self.base = measured,
            Some(before) if before.agrees_with(measured) => {
                tracing::warn!(moment = %measured.moment, "two measurements of the time agree again");
                self.base = measured;
                self.latest = measured.moment;
                self.doubt = None;
            }
            _ => {
                let expected = self.base.extrapolated(measured.at);
                tracing::error!(
                    %expected,
                    measured = %measured.moment,
                    "the time is not what was expected: nothing is settled until two measurements agree"
                );
                self.doubt = Some(measured);
            }
        }
    }
}

/// See the module.
#[derive(Debug)]
pub struct Timekeeper {
    source: Source,
    time: Mutex<Time>,
}

impl Timekeeper {
    /// Takes the first moment: from the server, where the database has one, else from the machine.
    ///
    /// # Errors
    /// When the database does not answer, or not in time.
    pub async fn start(db: &Db, machine: Arc<dyn Clock>) -> Result<Self> {
        let source = match db {
            Db::Postgres(_) => Source::Server(db.clone()),
            Db::Sqlite { .. } => Source::Machine(machine),
        };
        let base = source.measure().await?;
        let time = Mutex::new(Time {
            base,
            doubt: None,
            latest: base.moment,
        });
        Ok(Self { source, time })
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Timekeeper {
    fn now(&self) -> DateTime<Utc> {
        let mut time = self.time();
        let now = to_micros(time.base.extrapolated(Instant::now()));
        time.latest = time.latest.max(now);
        time.latest
    }

    fn is_certain(&self) -> bool {
        self.time().doubt.is_none()
    }

    fn follow(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let measured = self.source.measure().await?;
            self.time().take(measured);
            Ok(())
        })
    }
}

impl Source {
    async fn measure(&self) -> Result<Measured> {
        for _ in 0..ATTEMPTS {
            if let Some(measured) = usable(self.ask().await?) {
                return Ok(measured);
            }
        }
        Err(Error::internal("measuring the time takes too long"))
    }

    async fn ask(&self) -> Result<ServerMoment> {
        match self {
            Self::Server(db) => db
                .moment()
                .await?
                .ok_or_else(|| Error::internal("the database has no time of its own")),
            Self::Machine(clock) => {
                let asked = Instant::now();
                Ok(ServerMoment {
                    moment: clock.now(),
                    asked,
                    answered: Instant::now(),
                })
            }
        }
    }
}

/// What was measured, unless it took too long.
fn usable(answer: ServerMoment) -> Option<Measured> {
    let taken = answer.answered.saturating_duration_since(answer.asked);
    (taken <= LONGEST_MEASUREMENT).then(|| Measured {
        moment: answer.moment,
        at: answer.asked + taken / 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ManualClock, TestClock};

    fn noon() -> DateTime<Utc> {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    async fn keeper(machine: &Arc<ManualClock>) -> Timekeeper {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("a.sqlite").display());
        let db = Db::connect(&url).await.unwrap();
        Timekeeper::start(&db, machine.clone()).await.unwrap()
    }

    fn is_about(keeper: &Timekeeper, moment: DateTime<Utc>) -> bool {
        // The test itself takes some time, but not a quarter of an hour.
        (TimeDelta::zero()..TimeDelta::minutes(15)).contains(&(keeper.now() - moment))
    }

    #[tokio::test]
    async fn between_measurements_the_clock_of_the_machine_is_not_read() {
        let machine = Arc::new(ManualClock::new(noon()));
        let keeper = keeper(&machine).await;
        machine.advance(TimeDelta::days(30));
        assert!(is_about(&keeper, noon()) && keeper.is_certain());
        let before = keeper.now();
        std::thread::sleep(Duration::from_millis(2));
        assert!(keeper.now() > before, "it goes on by itself");
    }

    #[tokio::test]
    async fn a_small_difference_is_taken_over_and_never_leads_back() {
        let machine = Arc::new(ManualClock::new(noon()));
        let keeper = keeper(&machine).await;
        machine.advance(TimeDelta::milliseconds(1_500));
        keeper.follow().await.unwrap();
        let ahead = keeper.now();
        assert!(ahead >= noon() + TimeDelta::milliseconds(1_500) && keeper.is_certain());
        machine.set(noon());
        keeper.follow().await.unwrap();
        assert!(keeper.is_certain() && keeper.now() >= ahead);
    }

    #[rstest::rstest]
    #[case(TimeDelta::seconds(600))]
    #[case(TimeDelta::days(365))]
    #[case(TimeDelta::days(-365))]
    #[tokio::test]
    async fn another_time_is_believed_when_two_measurements_in_a_row_agree(
        #[case] step: TimeDelta,
    ) {
        let machine = Arc::new(ManualClock::new(noon()));
        let keeper = Arc::new(keeper(&machine).await);
        let ahead = TestClock::new(keeper.clone());
        machine.advance(step);
        keeper.follow().await.unwrap();
        assert!(is_about(&keeper, noon()) && !keeper.is_certain() && !ahead.is_certain());
        ahead.follow().await.unwrap();
        assert!(is_about(&keeper, noon() + step) && keeper.is_certain() && ahead.is_certain());
    }

    #[tokio::test]
    async fn a_short_error_of_the_source_changes_nothing() {
        let machine = Arc::new(ManualClock::new(noon()));
        let keeper = keeper(&machine).await;
        machine.advance(TimeDelta::days(30));
        keeper.follow().await.unwrap();
        machine.set(noon());
        keeper.follow().await.unwrap();
        assert!(!keeper.is_certain(), "these two do not agree");
        keeper.follow().await.unwrap();
        assert!(is_about(&keeper, noon()) && keeper.is_certain());
    }

    #[test]
    fn a_slow_measurement_is_not_used() {
        let asked = Instant::now();
        let taking = |millis| ServerMoment {
            moment: noon(),
            asked,
            answered: asked + Duration::from_millis(millis),
        };
        let measured = usable(taking(1_000)).unwrap();
        assert_eq!(measured.at, asked + Duration::from_millis(500));
        assert!(usable(taking(1_001)).is_none());
    }
}
