//! The service's clock as this page knows it. Deadlines and countdowns are the service's; the
//! clock of the parent's computer may be wrong and is used only for the time that passes.

use crate::browser;
use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;
use std::time::Duration;

/// A clock that is wrong by less harms nobody.
const WRONG_MS: f64 = 5.0 * 60_000.0;

#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// How far the service is ahead, in milliseconds.
    ahead_ms: RwSignal<f64>,
    /// Whether the service has told its time.
    known: RwSignal<bool>,
    /// How far this computer's clock is wrong, in milliseconds; the clock of a demo, which can be
    /// moved, has nothing to do with it.
    wrong_by_ms: RwSignal<f64>,
    /// Changes each second, for what is shown running.
    tick: RwSignal<()>,
    /// Changes when somebody moved the clock of the demo.
    moves: RwSignal<()>,
}

impl Clock {
    pub fn provide() -> Self {
        let clock = Self {
            ahead_ms: RwSignal::new(0.0),
            known: RwSignal::new(false),
            wrong_by_ms: RwSignal::new(0.0),
            tick: RwSignal::new(()),
            moves: RwSignal::new(()),
        };
        set_interval(move || clock.tick.set(()), Duration::from_secs(1));
        provide_context(clock);
        clock
    }

    /// Takes over the time that the service has told when asked at a time of this computer. The
    /// answer may have been on its way ever since: no countdown shows more than there is.
    pub fn told(self, service_now: DateTime<Utc>, asked_at_ms: f64) {
        self.ahead_ms.set(millis(service_now) - asked_at_ms);
        self.known.set(true);
    }

    /// Compares this computer's clock with that of the server's machine.
    pub fn compare(self, server_ms: f64, asked_at_ms: f64) {
        self.wrong_by_ms.set(asked_at_ms - server_ms);
    }

    /// Whether this computer's clock is so wrong that people should know.
    pub fn is_wrong(self) -> bool {
        self.wrong_by_ms.get().abs() >= WRONG_MS
    }

    /// Before, times of the service say nothing.
    pub fn is_known(self) -> bool {
        self.known.get_untracked()
    }

    /// The clock of the demo was moved: whatever depends on the time is asked for anew.
    pub fn moved_to(self, now: DateTime<Utc>) {
        self.told(now, browser::now_ms());
        self.moves.set(());
    }

    /// An effect that reads it runs again when the clock was moved.
    pub fn follow_moves(self) {
        self.moves.track();
    }

    pub fn now(self) -> DateTime<Utc> {
        let ms = browser::now_ms() + self.ahead_ms.get_untracked();
        from_millis(ms)
    }

    /// As [`Self::now`]; what reads it is shown anew each second.
    pub fn ticking(self) -> DateTime<Utc> {
        self.tick.track();
        self.ahead_ms.track();
        self.now()
    }

    /// Seconds left, running.
    pub fn seconds_until(self, end: DateTime<Utc>) -> i64 {
        let left = end - self.ticking();
        // A started second is shown whole, so that zero means over.
        (left + TimeDelta::milliseconds(999)).num_seconds()
    }
}

pub fn use_clock() -> Clock {
    expect_context()
}

fn millis(at: DateTime<Utc>) -> f64 {
    let minutes = i32::try_from(at.timestamp() / 60).unwrap_or(i32::MAX);
    let rest = i32::try_from(at.timestamp_millis() - i64::from(minutes) * 60_000).unwrap_or(0);
    f64::from(minutes) * 60_000.0 + f64::from(rest)
}

fn from_millis(ms: f64) -> DateTime<Utc> {
    // Whole minutes fit 32 bits for the next four thousand years; `Duration` takes any float.
    let since = Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default();
    TimeDelta::from_std(since).map_or(DateTime::UNIX_EPOCH, |since| DateTime::UNIX_EPOCH + since)
}
