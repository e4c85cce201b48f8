//! How often one may ask: a bucket per address and per person, refilled evenly. Answers say what
//! is left (IETF draft `ratelimit-headers`), refusals when to come back.

use super::peer;
use crate::{
    config::{Rate, Rates},
    http::{auth, problem::ApiError, state::HttpState},
};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    },
    middleware::Next,
    web,
};
use balabaqsha_shared::{code::Code, endpoint, id::PersonId, rules::Violation};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock, clock::DefaultClock,
    middleware::StateInformationMiddleware,
};
use std::{
    fmt,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const MINUTE: Duration = Duration::from_secs(60);
/// Buckets that are full again are forgotten after this many requests.
const CLEANING_PAUSE: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    Address(IpAddr),
    Person(PersonId),
}

/// One kind of bucket.
struct Limit {
    name: &'static str,
    burst: u32,
    /// Time in which one request more becomes possible.
    interval: Duration,
    buckets: DefaultKeyedRateLimiter<Client, StateInformationMiddleware>,
}

/// What a bucket says to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Granted { remaining: u32 },
    Refused { wait: Duration },
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

    fn check(&self, client: Client) -> Verdict {
        match self.buckets.check_key(&client) {
            Ok(state) => Verdict::Granted {
                remaining: state.remaining_burst_capacity(),
            },
            Err(refusal) => Verdict::Refused {
                wait: refusal.wait_time_from(DefaultClock::default().now()),
            },
        }
    }

    fn policy(&self) -> String {
        let window = whole_seconds(self.interval.saturating_mul(self.burst));
        format!("\"{}\";q={};w={window}", self.name, self.burst)
    }

    /// What is left, and after how many seconds everything is back.
    fn state(&self, verdict: Verdict) -> String {
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

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// The buckets of this process.
pub struct RateLimits {
    address: Limit,
    login: Limit,
    person: Limit,
    email: Limit,
    signature: Limit,
    until_cleaning: AtomicU32,
}

impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}

impl RateLimits {
    #[must_use]
    pub fn new(rates: &Rates) -> Self {
        Self {
            address: Limit::new("address", rates.address),
            login: Limit::new("login", rates.login),
            person: Limit::new("person", rates.person),
            email: Limit::new("email", rates.email),
            signature: Limit::new("signature", rates.signature),
            until_cleaning: AtomicU32::new(CLEANING_PAUSE),
        }
    }

    fn all(&self) -> [&Limit; 5] {
        [
            &self.address,
            &self.login,
            &self.person,
            &self.email,
            &self.signature,
        ]
    }

    /// The limits on what an address may ask for.
    fn of_address(&self, method: &Method, path: &str) -> Vec<&Limit> {
        let login =
            method == Method::POST && [endpoint::CHALLENGES, endpoint::SESSIONS].contains(&path);
        if login {
            vec![&self.address, &self.login]
        } else {
            vec![&self.address]
        }
    }

    /// The limits on what a person may ask for.
    fn of_person(&self, method: &Method, path: &str) -> Vec<&Limit> {
        const SIGNED: [&str; 4] = [
            endpoint::APPLICATION_DRAFTS,
            endpoint::APPLICATIONS,
            endpoint::REFERRAL_DRAFTS,
            endpoint::REFERRALS,
        ];
        let email = (method == Method::PUT && path == endpoint::MY_EMAIL)
            || (method == Method::POST && path == endpoint::MY_EMAIL_CONFIRMATION);
        let signature = method == Method::POST && SIGNED.contains(&path);
        let mut limits = vec![&self.person];
        limits.extend(email.then_some(&self.email));
        limits.extend(signature.then_some(&self.signature));
        limits
    }

    fn clean(&self) {
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

/// The headers of an answer, gathered while its limits are asked.
#[derive(Default)]
struct Told {
    policies: Vec<String>,
    states: Vec<String>,
    /// The longest wait of the limits that refuse.
    wait: Option<Duration>,
}

impl Told {
    fn ask(&mut self, limits: Vec<&Limit>, client: Client) {
        for limit in limits {
            let verdict = limit.check(client);
            self.policies.push(limit.policy());
            self.states.push(limit.state(verdict));
            if let Verdict::Refused { wait } = verdict {
                self.wait = self.wait.max(Some(wait));
            }
        }
    }

    fn write(&self, headers: &mut HeaderMap) {
        for (name, values) in [(POLICY, &self.policies), (STATE, &self.states)] {
            if let Ok(value) = HeaderValue::from_str(&values.join(", ")) {
                headers.insert(name, value);
            }
        }
    }

    /// The refusal, when a limit refused.
    fn refusal(&self) -> Option<HttpResponse> {
        let seconds = whole_seconds(self.wait?).max(1);
        let violation = Violation::new(Code::RateLimited).with("retry_after", seconds);
        let mut response = HttpResponse::from_error(ApiError::from(violation));
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
        self.write(response.headers_mut());
        Some(response)
    }
}

/// Counts the request, and refuses it when there were too many.
pub async fn rates(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<HttpState>>().cloned();
    let limits = state
        .as_ref()
        .and_then(|state| Some((state, state.rates.as_ref()?)));
    let Some((state, limits)) = limits.filter(|_| request.path().starts_with("/v1/")) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    limits.clean();
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let mut told = Told::default();
    let address = Client::Address(peer::client(&request, &state.trusted_proxies));
    told.ask(limits.of_address(&method, &path), address);
    if told.wait.is_none()
        && let Ok(claims) = auth::claims(request.request()).await
    {
        told.ask(
            limits.of_person(&method, &path),
            Client::Person(claims.person_id),
        );
    }
    if let Some(refusal) = told.refusal() {
        return Ok(request.into_response(refusal));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    told.write(response.headers_mut());
    Ok(response)
}
