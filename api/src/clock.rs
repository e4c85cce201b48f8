//! Time and randomness, injected: the only place of the service that asks the machine for either.

use crate::error;
use balabaqsha_shared::time::to_micros;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use rand::{RngCore, rngs::OsRng};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};
use uuid::{ContextV7, Timestamp, Uuid};

/// Where the service takes the time from. Moments have microseconds.
pub trait Clock: Send + Sync + std::fmt::Debug {
    fn now(&self) -> DateTime<Utc>;

    /// Whether nothing speaks against it. What a wrong time would do for good waits until it is.
    fn is_certain(&self) -> bool {
        true
    }

    /// Compares with where the time comes from.
    fn follow(&self) -> BoxFuture<'_, error::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the adapter to the machine's clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        to_micros(Utc::now())
    }
}

/// A clock that stands still until it is moved: for tests.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    #[must_use]
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(at.timestamp_micros()))
    }

    pub fn advance(&self, by: TimeDelta) {
        self.0
            .fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }

    pub fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap_or_default()
    }
}

/// A clock that is ahead of another: demo mode moves it forward, so that anybody can watch days
/// pass. It never goes back.
#[derive(Debug)]
pub struct TestClock {
    base: Arc<dyn Clock>,
    ahead_micros: AtomicI64,
}

impl TestClock {
    #[must_use]
    pub fn new(base: Arc<dyn Clock>) -> Self {
        Self {
            base,
            ahead_micros: AtomicI64::new(0),
        }
    }

    /// How far it is ahead.
    #[must_use]
    pub fn ahead(&self) -> TimeDelta {
        TimeDelta::microseconds(self.ahead_micros.load(Ordering::SeqCst))
    }

    /// Puts it ahead by `ahead`; less than it is already changes nothing.
    pub fn put_ahead(&self, ahead: TimeDelta) {
        self.ahead_micros
            .fetch_max(ahead.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.base.now() + self.ahead()
    }

    fn is_certain(&self) -> bool {
        self.base.is_certain()
    }

    fn follow(&self) -> BoxFuture<'_, error::Result<()>> {
        self.base.follow()
    }
}

/// Bytes from the operating system's generator.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::TryRngCore::unwrap_err(OsRng).fill_bytes(&mut bytes);
    bytes
}

/// A new UUIDv7 (RFC 9562, section 5.7) of the given moment. Ids of one process grow in the order
/// in which they are made (section 6.2), so events of the same moment keep their order.
#[must_use]
pub fn new_id(at: DateTime<Utc>) -> Uuid {
    static ORDER: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let order = ORDER.lock().unwrap_or_else(PoisonError::into_inner);
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(
        &*order,
        seconds,
        at.timestamp_subsec_nanos(),
    ))
}

/// The UUIDv7 of a moment and given random bytes.
#[must_use]
pub fn id_from(at: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_keep_their_order() {
        let at = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let ids: Vec<Uuid> = (0..1000).map(|_| new_id(at)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert_eq!(ids[0].get_version_num(), 7);
    }

    #[test]
    fn a_test_clock_goes_on_with_its_base_and_never_back() {
        let base = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
        let clock = TestClock::new(base.clone());
        clock.put_ahead(TimeDelta::days(5));
        clock.put_ahead(TimeDelta::days(4));
        base.advance(TimeDelta::seconds(1));
        assert_eq!(clock.ahead(), TimeDelta::days(5));
        assert_eq!(
            clock.now(),
            DateTime::UNIX_EPOCH + TimeDelta::days(5) + TimeDelta::seconds(1)
        );
    }

    #[test]
    fn a_manual_clock_moves_only_when_it_is_moved() {
        let clock = ManualClock::new(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
        clock.advance(TimeDelta::microseconds(1));
        assert_eq!(clock.now().timestamp_micros(), 1);
    }
}
