//! How often one may ask: a bucket per address and per person, refilled evenly. Answers say what
//! is left (IETF draft `ratelimit-headers`), refusals when to come back.

use super::peer;
use crate::{
    config::{Rate, Rates},
    http::{auth, problem::ApiError, state::HttpState},
    service::tokens::Caller,
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
use balabaqsha_shared::{
    code::Code,
    endpoint,
    id::{ClientId, PersonId},
    rules::Violation,
};
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
/// Where secrets or signatures could be guessed.
const LOGINS: [&str; 3] = [endpoint::CHALLENGES, endpoint::SESSIONS, endpoint::TOKEN];
/// Buckets that are full again are forgotten after this many requests.
const CLEANING_PAUSE: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Client {
    Address(IpAddr),
    Person(PersonId),
    Program(ClientId),
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
    #[must_use]
    pub fn new(rates: &Rates) -> Self {
        Self {
            address: Limit::new("address", rates.address),
            login: Limit::new("login", rates.login),
            person: Limit::new("person", rates.person),
            email: Limit::new("email", rates.email),
            signature: Limit::new("signature", rates.signature),
            verification: Limit::new("verification", rates.verification),
            attachment: Limit::new("attachment", rates.attachment),
            paper: Limit::new("paper", rates.paper),
            until_cleaning: AtomicU32::new(CLEANING_PAUSE),
        }
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
    fn of_address(&self, method: &Method, path: &str) -> Vec<&Limit> {
        let mut limits = vec![&self.address];
        if method == Method::POST {
            let login = LOGINS.contains(&path);
            let verification = path == endpoint::SIGNATURE_VERIFICATION;
            limits.extend(login.then_some(&self.login));
            limits.extend(verification.then_some(&self.verification));
        }
        limits
    }

    /// The limits on what a person may ask for.
    fn of_person(&self, method: &Method, path: &str) -> Vec<&Limit> {
        let email = (method == Method::PUT && path == endpoint::MY_EMAIL)
            || (method == Method::POST && path == endpoint::MY_EMAIL_CONFIRMATION);
        let signature = method == Method::POST && is_signed(path);
        let mut limits = vec![&self.person];
        limits.extend(email.then_some(&self.email));
        limits.extend(signature.then_some(&self.signature));
        let attachment = method == Method::POST && path == endpoint::ATTACHMENT_DRAFTS;
        limits.extend(attachment.then_some(&self.attachment));
        let paper = path.starts_with(endpoint::DOCUMENTS) && path.ends_with("/pdf");
        limits.extend(paper.then_some(&self.paper));
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

fn is_limited(path: &str) -> bool {
    path.starts_with("/v1/") || path == endpoint::TOKEN
}

/// Whether something is drafted or signed here. An act on a thing has the address of the thing
/// before its own.
fn is_signed(path: &str) -> bool {
    const ACTS: [&str; 4] = [
        endpoint::APPLICATIONS,
        endpoint::REFERRALS,
        endpoint::ATTACHMENT_DRAFTS,
        endpoint::ATTACHMENTS,
    ];
    const OF_ONE: [&str; 3] = ["/extension", "/revocation", "/withdrawal"];
    path.ends_with("-drafts")
        || ACTS.contains(&path)
        || OF_ONE.iter().any(|act| path.ends_with(act))
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
    let Some((state, limits)) = limits.filter(|_| is_limited(request.path())) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    limits.clean();
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let mut told = Told::default();
    let address = Client::Address(peer::client(request.request(), &state.trusted_proxies));
    told.ask(limits.of_address(&method, &path), address);
    if told.wait.is_none()
        && let Ok(claims) = auth::claims(request.request()).await
    {
        let caller = match claims.caller {
            Caller::Person { person_id, .. } => Client::Person(person_id),
            Caller::Client { client_id, .. } => Client::Program(client_id),
        };
        told.ask(limits.of_person(&method, &path), caller);
    }
    if let Some(refusal) = told.refusal() {
        // `into_response` would drop the error, and with it the words of the refusal.
        let (request, _) = request.into_parts();
        return Ok(ServiceResponse::new(request, refusal));
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    told.write(response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Settings,
        http::testing::{self, Answer, PUBLIC_URL, ask_all},
        service::tokens::testing::{Keys, keys, person, session_of},
    };
    use actix_web::{
        http::header::{AUTHORIZATION, X_FORWARDED_FOR},
        test::TestRequest,
        web::ServiceConfig,
    };
    use std::net::SocketAddr;

    /// So slow that nothing is refilled while a test runs.
    fn rate(burst: u32) -> Rate {
        Rate {
            burst: NonZeroU32::new(burst).unwrap(),
            per_minute: NonZeroU32::MIN,
        }
    }

    fn few(settings: &mut Settings) {
        settings.limits.rates = Some(Rates {
            address: rate(4),
            login: rate(1),
            person: rate(3),
            email: rate(1),
            signature: rate(2),
            verification: rate(1),
            attachment: rate(1),
            paper: rate(2),
        });
    }

    async fn fine() -> &'static str {
        "fine"
    }

    fn routes(config: &mut ServiceConfig) {
        config.default_service(web::to(fine));
    }

    fn from(address: &str, request: TestRequest) -> TestRequest {
        request.peer_addr(SocketAddr::new(address.parse().unwrap(), 4000))
    }

    fn get(uri: &str) -> TestRequest {
        from("203.0.113.5", TestRequest::get().uri(uri))
    }

    fn statuses(answers: &[Answer]) -> Vec<u16> {
        answers.iter().map(|answer| answer.status).collect()
    }

    #[actix_web::test]
    async fn an_address_gets_so_much_and_is_told() {
        let asked = (0..5).map(|_| get("/v1/service"));
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200, 200, 200, 200, 429]);
        assert_eq!(answers[0].header(POLICY), Some("\"address\";q=4;w=240"));
        assert_eq!(answers[0].header(STATE), Some("\"address\";r=3;t=60"));
        assert_eq!(answers[3].header(STATE), Some("\"address\";r=0;t=240"));

        let refused = &answers[4];
        let wait: u64 = refused.header(RETRY_AFTER).unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        assert_eq!(refused.header(POLICY), Some("\"address\";q=4;w=240"));
        assert_eq!(
            refused.header(STATE),
            Some(format!("\"address\";r=0;t={wait}").as_str())
        );
        let problem = refused.problem();
        assert_eq!(problem.code, "rate-limited");
        assert_eq!(problem.members["retry_after"], wait);
    }

    #[actix_web::test]
    async fn every_address_has_its_own() {
        let asked = (0..8).map(|n| from(&format!("203.0.113.{n}"), get("/v1/service")));
        let asked = asked.collect::<Vec<_>>();
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200; 8]);
    }

    #[actix_web::test]
    async fn behind_a_trusted_proxy_the_client_counts() {
        let state = testing::state(|settings| {
            few(settings);
            settings.trusted_proxies = vec!["203.0.113.5".parse().unwrap()];
        });
        let asked = (0..8).map(|n| {
            get("/v1/service").insert_header((X_FORWARDED_FOR, format!("198.51.100.{n}")))
        });
        let answers = ask_all(state, routes, asked).await;
        assert_eq!(statuses(&answers), [200; 8]);
    }

    #[actix_web::test]
    async fn logins_are_scarcer() {
        for uri in LOGINS {
            let asked = [
                from("203.0.113.5", TestRequest::post().uri(uri)),
                from("203.0.113.5", TestRequest::post().uri(uri)),
                get(endpoint::SERVICE),
            ];
            let answers = ask_all(testing::state(few), routes, asked).await;
            assert_eq!(statuses(&answers), [200, 429, 200], "{uri}");
            let state = answers[1].header(STATE).unwrap();
            assert!(
                state.contains("\"address\";r=2") && state.contains("\"login\";r=0"),
                "{state}"
            );
        }
    }

    #[actix_web::test]
    async fn verifications_are_scarcer() {
        let ask = || TestRequest::post().uri(endpoint::SIGNATURE_VERIFICATION);
        let asked = [
            from("203.0.113.5", ask()),
            from("203.0.113.5", ask()),
            from("203.0.113.6", ask()),
        ];
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200, 429, 200]);
    }

    fn as_person(keys: &Keys, number: u128, request: TestRequest) -> TestRequest {
        let token = keys
            .tokens
            .issue(
                person(number),
                (session_of(number), 0),
                true,
                testing::now(),
            )
            .unwrap()
            .token;
        request.insert_header((AUTHORIZATION, format!("Bearer {token}")))
    }

    async fn ask_signed_in(requests: impl Fn(&Keys) -> Vec<TestRequest>) -> Vec<u16> {
        let keys = keys(PUBLIC_URL, testing::now()).await;
        let authenticator = web::Data::new(keys.authenticator.clone());
        let routes = |config: &mut ServiceConfig| {
            config.app_data(authenticator);
            routes(config);
        };
        let state = testing::state(|settings| {
            few(settings);
            if let Some(rates) = &mut settings.limits.rates {
                rates.address = rate(100);
            }
        });
        statuses(&ask_all(state, routes, requests(&keys)).await)
    }

    #[actix_web::test]
    async fn an_office_behind_one_address_is_told_apart_by_person() {
        let asked = ask_signed_in(|keys| {
            (0..12)
                .map(|n| as_person(keys, n % 4, get(endpoint::ME)))
                .collect()
        });
        assert_eq!(asked.await, [200; 12]);
        let asked = ask_signed_in(|keys| {
            (0..4)
                .map(|_| as_person(keys, 1, get(endpoint::ME)))
                .collect()
        });
        assert_eq!(asked.await, [200, 200, 200, 429]);
    }

    #[rstest::rstest]
    #[case(Method::POST, endpoint::APPLICATION_DRAFTS, &[200, 200, 429])]
    #[case(Method::POST, endpoint::APPLICATIONS, &[200, 200, 429])]
    #[case(Method::POST, endpoint::REFERRAL_DRAFTS, &[200, 200, 429])]
    #[case(Method::POST, endpoint::REFERRALS, &[200, 200, 429])]
    #[case(Method::POST, "/v1/referrals/7/extension-drafts", &[200, 200, 429])]
    #[case(Method::POST, "/v1/referrals/7/extension", &[200, 200, 429])]
    #[case(Method::POST, "/v1/referrals/7/revocation", &[200, 200, 429])]
    #[case(Method::POST, "/v1/applications/7/withdrawal", &[200, 200, 429])]
    #[case(Method::POST, endpoint::ATTACHMENTS, &[200, 200, 429])]
    #[case(Method::POST, endpoint::ATTACHMENT_DRAFTS, &[200, 429, 429])]
    #[case(Method::GET, endpoint::APPLICATIONS, &[200, 200, 200])]
    #[case(Method::GET, "/v1/documents/7/pdf", &[200, 200, 429])]
    #[case(Method::GET, "/v1/documents/7/content", &[200, 200, 200])]
    #[case(Method::PUT, endpoint::MY_EMAIL, &[200, 429, 429])]
    #[case(Method::POST, endpoint::MY_EMAIL_CONFIRMATION, &[200, 429, 429])]
    #[actix_web::test]
    async fn signatures_and_mails_are_scarcer(
        #[case] method: Method,
        #[case] uri: &str,
        #[case] expected: &[u16],
    ) {
        let asked = ask_signed_in(|keys| {
            (0..3)
                .map(|_| {
                    let request = TestRequest::default().method(method.clone()).uri(uri);
                    as_person(keys, 1, from("203.0.113.5", request))
                })
                .collect()
        });
        assert_eq!(asked.await, expected);
    }

    #[actix_web::test]
    async fn pages_and_health_are_not_counted() {
        let asked = (0..8).map(|_| get("/healthz"));
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200; 8]);
        assert_eq!(answers[0].header(POLICY), None);
    }

    #[actix_web::test]
    async fn limits_can_be_off() {
        let state = testing::state(|settings| settings.limits.rates = None);
        let answers = ask_all(state, routes, (0..8).map(|_| get("/v1/service"))).await;
        assert_eq!(statuses(&answers), [200; 8]);
        assert_eq!(answers[0].header(STATE), None);
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let fast = Rate {
            burst: NonZeroU32::MIN,
            per_minute: NonZeroU32::MAX,
        };
        let limits = RateLimits::new(&Rates {
            address: fast,
            login: fast,
            person: fast,
            email: fast,
            signature: fast,
            verification: fast,
            attachment: fast,
            paper: fast,
        });
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
