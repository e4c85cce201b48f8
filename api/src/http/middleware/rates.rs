//! Counts each request, and refuses when there were too many. Answers say what is left (IETF draft
//! `ratelimit-headers`), refusals when to come back.

use crate::{
    access::caller::Caller,
    http::{
        auth,
        limits::{Client, Limit, Verdict, whole_seconds},
        operations, peer,
        problem::ApiError,
        routes::Routes,
        state::HttpState,
    },
};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    middleware::Next,
    web,
};
use balabaqsha_shared::{code::Code, endpoint, rules::Violation};
use std::time::Duration;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

fn is_limited(path: &str) -> bool {
    path.starts_with("/v1/") || path == endpoint::TOKEN || operations::is_limited(path)
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
    let class = Routes::known().class(request.method(), request.path());
    let mut told = Told::default();
    let address = Client::Address(peer::client(request.request(), &state.trusted_proxies));
    told.ask(limits.of_address(class), address);
    if told.wait.is_none()
        && let Ok(claims) = auth::claims(request.request()).await
    {
        let caller = match claims.caller {
            Caller::Person { person_id, .. } => Client::Person(person_id),
            Caller::Client { client_id, .. } => Client::Program(client_id),
        };
        told.ask(limits.of_person(class), caller);
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
        access::{
            caller::SessionAt,
            tokens::testing::{Keys, keys, person, session_of},
        },
        config::{Rate, Rates, Settings},
        http::testing::{self, Answer, PUBLIC_URL, ask_all},
    };
    use actix_web::{
        http::{
            Method,
            header::{AUTHORIZATION, X_FORWARDED_FOR},
        },
        test::TestRequest,
        web::ServiceConfig,
    };
    use std::{net::SocketAddr, num::NonZeroU32};

    /// So slow that nothing is refilled while a test runs.
    fn rate(burst: u32) -> Rate {
        Rate {
            burst: NonZeroU32::new(burst).unwrap(),
            per_minute: NonZeroU32::MIN,
        }
    }

    fn few(settings: &mut Settings) {
        settings.limits.rates = Rates {
            enabled: true,
            address: rate(4),
            login: rate(1),
            person: rate(3),
            email: rate(1),
            signature: rate(2),
            verification: rate(1),
            attachment: rate(1),
            paper: rate(2),
        };
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
    async fn address_over_its_rate_is_rejected_and_told_when_to_retry() {
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
    async fn rate_limits_are_counted_per_address() {
        let asked = (0..8).map(|n| from(&format!("203.0.113.{n}"), get("/v1/service")));
        let asked = asked.collect::<Vec<_>>();
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200; 8]);
    }

    #[actix_web::test]
    async fn rate_limits_use_the_forwarded_address_of_a_trusted_proxy() {
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
    async fn logins_have_a_lower_rate_limit() {
        for uri in [endpoint::CHALLENGES, endpoint::SESSIONS, endpoint::TOKEN] {
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
    async fn verifications_have_a_lower_rate_limit() {
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
                SessionAt::login(session_of(number)),
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
            settings.limits.rates.address = rate(100);
        });
        statuses(&ask_all(state, routes, requests(&keys)).await)
    }

    #[actix_web::test]
    async fn callers_behind_one_address_are_limited_per_person() {
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
    async fn signatures_and_mails_have_lower_rate_limits(
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
    async fn pages_and_health_checks_have_no_rate_limit() {
        let asked = (0..8).map(|_| get("/healthz"));
        let answers = ask_all(testing::state(few), routes, asked).await;
        assert_eq!(statuses(&answers), [200; 8]);
        assert_eq!(answers[0].header(POLICY), None);
    }

    #[actix_web::test]
    async fn rate_limits_that_are_off_limit_nothing() {
        let state = testing::state(|settings| settings.limits.rates.enabled = false);
        let answers = ask_all(state, routes, (0..8).map(|_| get("/v1/service"))).await;
        assert_eq!(statuses(&answers), [200; 8]);
        assert_eq!(answers[0].header(STATE), None);
    }
}
