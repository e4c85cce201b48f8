//! How often one may ask: a bucket per address and per person, refilled evenly. Each operation
//! declares its class as `x-rate-limit` in its description.

use crate::config::{Rate, Rates};
use balabaqsha_shared::id::{ClientId, PersonId};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock,
    middleware::StateInformationMiddleware,
};
use serde::{Deserialize, Serialize};
use std::{
    fmt,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use utoipa::openapi::path::Operation;

/// Member of the description of an operation.
const DECLARATION: &str = "x-rate-limit";
const MINUTE: Duration = Duration::from_secs(60);
/// Full buckets are removed after this many requests.
const CLEANING_PAUSE: u32 = 4096;

/// The rate limit class of an operation. All are limited by address and by person; some are limited further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    General,
    /// Where secrets could be guessed: further by address.
    Login,
    /// Judging signatures of others: further by address.
    Verification,
    /// Sends a mail, or tries its code: further by person.
    Email,
    /// Drafts or signs: further by person.
    Signature,
    /// The same where applications of others could be guessed: still further by person.
    Attachment,
    /// Draws a paper: further by person.
    Paper,
}

/// What an operation declares; none where it declares nothing that is known.
pub fn declared(operation: &Operation) -> Option<Class> {
    let value = operation.extensions.as_ref()?.get(DECLARATION)?;
    serde_json::from_value(value.clone()).ok()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    Address(IpAddr),
    Person(PersonId),
    Program(ClientId),
}

/// One kind of bucket.
pub struct Limit {
    name: &'static str,
    burst: u32,
    /// Time in which one request more becomes possible.
    interval: Duration,
    buckets: DefaultKeyedRateLimiter<Client, StateInformationMiddleware>,
}

/// The outcome of one request for a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Granted { remaining: u32 },
    Refused { wait: Duration },
}

impl fmt::Debug for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limit")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Limit {
    fn new(name: &'static str, rate: Rate) -> Self {
        let interval = MINUTE / rate.per_minute.get();
        let quota = Quota::with_period(interval)
            .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
            .allow_burst(rate.burst);
        Self {
            name,
            burst: rate.burst.get(),
            interval,
            buckets: RateLimiter::keyed(quota).with_middleware(),
        }
    }

    pub fn check(&self, client: Client) -> Verdict {
        match self.buckets.check_key(&client) {
            Ok(state) => Verdict::Granted {
                remaining: state.remaining_burst_capacity(),
            },
            Err(refusal) => Verdict::Refused {
                wait: refusal.wait_time_from(DefaultClock::default().now()),
            },
        }
    }

    pub fn policy(&self) -> String {
        let window = whole_seconds(self.interval.saturating_mul(self.burst));
        format!("\"{}\";q={};w={window}", self.name, self.burst)
    }

    /// What is left, and after how many seconds everything is back.
    pub fn state(&self, verdict: Verdict) -> String {
        let (remaining, reset) = match verdict {
            Verdict::Granted { remaining } => {
                let used = self.burst.saturating_sub(remaining);
                (remaining, self.interval.saturating_mul(used))
            }
            Verdict::Refused { wait } => (0, wait),
        };
        format!("\"{}\";r={remaining};t={}", self.name, whole_seconds(reset))
    }
}

/// Rounded up.
pub fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// The buckets of this process.
pub struct RateLimits {
    address: Limit,
    login: Limit,
    person: Limit,
    email: Limit,
    signature: Limit,
    verification: Limit,
    attachment: Limit,
    paper: Limit,
    until_cleaning: AtomicU32,
}

impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}

impl RateLimits {
    /// The limits, unless they are switched off.
    #[must_use]
    pub fn of(rates: &Rates) -> Option<Self> {
        rates.enabled.then(|| Self {
            address: Limit::new("address", rates.address),
            login: Limit::new("login", rates.login),
            person: Limit::new("person", rates.person),
            email: Limit::new("email", rates.email),
            signature: Limit::new("signature", rates.signature),
            verification: Limit::new("verification", rates.verification),
            attachment: Limit::new("attachment", rates.attachment),
            paper: Limit::new("paper", rates.paper),
            until_cleaning: AtomicU32::new(CLEANING_PAUSE),
        })
    }

    fn all(&self) -> [&Limit; 8] {
        [
            &self.address,
            &self.login,
            &self.person,
            &self.email,
            &self.signature,
            &self.verification,
            &self.attachment,
            &self.paper,
        ]
    }

    /// The limits on what an address may ask for.
    pub fn of_address(&self, class: Class) -> Vec<&Limit> {
        let mut limits = vec![&self.address];
        match class {
            Class::Login => limits.push(&self.login),
            Class::Verification => limits.push(&self.verification),
            Class::General | Class::Email | Class::Signature | Class::Attachment | Class::Paper => {
            }
        }
        limits
    }

    /// The limits on what a person may ask for.
    pub fn of_person(&self, class: Class) -> Vec<&Limit> {
        let mut limits = vec![&self.person];
        match class {
            Class::Email => limits.push(&self.email),
            Class::Signature => limits.push(&self.signature),
            Class::Attachment => limits.extend([&self.signature, &self.attachment]),
            Class::Paper => limits.push(&self.paper),
            Class::General | Class::Login | Class::Verification => {}
        }
        limits
    }

    /// Removes full buckets once in [`CLEANING_PAUSE`] requests.
    pub fn clean(&self) {
        let before = self.until_cleaning.fetch_sub(1, Ordering::Relaxed);
        if before == 0 {
            self.until_cleaning.store(CLEANING_PAUSE, Ordering::Relaxed);
            for limit in self.all() {
                limit.buckets.retain_recent();
                limit.buckets.shrink_to_fit();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_rate_limit_buckets_are_removed() {
        let fast = Rate {
            burst: NonZeroU32::MIN,
            per_minute: NonZeroU32::MAX,
        };
        let limits = RateLimits::of(&Rates {
            enabled: true,
            address: fast,
            login: fast,
            person: fast,
            email: fast,
            signature: fast,
            verification: fast,
            attachment: fast,
            paper: fast,
        })
        .unwrap();
        for n in 0..10_000_u32 {
            let address = IpAddr::V4(n.into());
            limits.address.check(Client::Address(address));
            limits.clean();
        }
        assert!(
            limits.address.buckets.len() < 10_000,
            "{}",
            limits.address.buckets.len()
        );
    }
}
