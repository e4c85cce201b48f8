//! What handlers ask of a request: the body, the query, an id of the path, the reader's language,
//! and who is asking. A handler that takes an [`Actor`] cannot be reached without one.

use super::{
    auth, context, context::RequestId, malformed, peer, problem::ApiError, shape, state::HttpState,
};
use crate::{
    access::caller::{Caller, Scopes, SessionAt},
    service::{
        audit::Origin,
        desk::doors::{Attendant, Program, Staff},
        office::doors::{Office, Official},
    },
};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH},
    web,
};
use balabaqsha_shared::{
    Language,
    appointment::Capacity,
    code::Code,
    dto::Spoken,
    id::{PersonId, SessionId},
    rules::Violation,
};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use std::{
    future::{Ready, ready},
    marker::PhantomData,
    str::FromStr,
};

/// The name that an id has in the path of a route.
const ID: &str = "id";

/// A body in JSON: 415 for another type, 413 for too much, 408 for too slow, 400 for another shape.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move { shape::body(&json_body(&request, payload).await?).map(Self) })
    }
}

/// A JSON body that names a language; without one it is that of `Accept-Language`.
#[derive(Debug)]
pub struct SpokenJson<T>(pub T);

impl<T: DeserializeOwned + Spoken> FromRequest for SpokenJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        #[derive(Deserialize)]
        struct Named {
            language: Option<IgnoredAny>,
        }

        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let body = json_body(&request, payload).await?;
            let mut read: T = shape::body(&body)?;
            let named: Result<Named, _> = serde_json::from_slice(&body);
            if named.is_ok_and(|named| named.language.is_none()) {
                read.speak(context::language(request.headers()));
            }
            Ok(Self(read))
        })
    }
}

/// The same where the body may be left out.
#[derive(Clone, Copy, Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest for OptionalJson<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let body = body(&request, payload).await?;
            if body.is_empty() {
                return Ok(Self(T::default()));
            }
            if !is_json(&request) {
                return Err(Code::UnsupportedMediaType.into());
            }
            serde_json::from_slice(&body)
                .map(Self)
                .map_err(|error| malformed::json(&error))
        })
    }
}

async fn json_body(request: &HttpRequest, payload: Payload) -> Result<web::BytesMut, ApiError> {
    if is_json(request) {
        body(request, payload).await
    } else {
        Err(Code::UnsupportedMediaType.into())
    }
}

fn is_json(request: &HttpRequest) -> bool {
    is_of_type(request, "application/json")
}

fn is_of_type(request: &HttpRequest, kind: &str) -> bool {
    let plain = !request.headers().contains_key(CONTENT_ENCODING);
    let fits = request
        .mime_type()
        .ok()
        .flatten()
        .is_some_and(|mime| mime.essence_str().eq_ignore_ascii_case(kind));
    plain && fits
}

/// The whole body: 413 for too much, 408 when it takes too long to arrive.
pub(super) async fn body(
    request: &HttpRequest,
    payload: Payload,
) -> Result<web::BytesMut, ApiError> {
    let limits = &HttpState::of(request)?.limits;
    let reading = read(request, payload, limits.max_body_bytes);
    tokio::time::timeout(limits.body_timeout_seconds, reading)
        .await
        .map_err(|_| ApiError::from(Code::RequestTimeout))?
}

async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<web::BytesMut, ApiError> {
    let too_large = || {
        Violation::new(Code::PayloadTooLarge)
            .with("limit", limit)
            .into()
    };
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => malformed::refusal("the body broke off"),
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The query string: 400 for another shape.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(shape::query(request.query_string()).map(Self))
    }
}

/// The `{id}` of the path. What cannot be an id names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get(ID)
            .and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| Code::NotFound.into()))
    }
}

/// The language that the reader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderLanguage(pub Language);

impl FromRequest for ReaderLanguage {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(context::language(request.headers()))))
    }
}

/// A person who has logged in; a program is none. `COMPLETE` demands that the first login was
/// completed with an e-mail address (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoggedIn<const COMPLETE: bool> {
    pub person_id: PersonId,
    pub session: SessionAt,
}

/// Somebody who perhaps has not given an e-mail address yet.
pub type Newcomer = LoggedIn<false>;
/// Somebody who may do all that parents do.
pub type Actor = LoggedIn<true>;

impl<const COMPLETE: bool> FromRequest for LoggedIn<COMPLETE> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = auth::claims(&request).await?.caller;
            if COMPLETE && capacity(&request)? != Capacity::Parent {
                return Err(Code::ParentCapacityRequired.into());
            }
            match caller {
                Caller::Person {
                    has_email: false, ..
                } if COMPLETE => Err(Code::EmailRequired.into()),
                Caller::Person { session, .. } if COMPLETE && session.only_staff => {
                    Err(Code::StaffOnly.into())
                }
                Caller::Person {
                    person_id, session, ..
                } => Ok(Self { person_id, session }),
                Caller::Client { .. } => Err(Code::InsufficientScope.into()),
            }
        })
    }
}

/// Anybody; a parent where a valid token says so. A token that is not valid any more is refused, so
/// that its holder does not wait in vain for what only a parent is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    pub account: Option<(PersonId, SessionId)>,
    /// When the token ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl FromRequest for Visitor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            if !request.headers().contains_key(AUTHORIZATION) {
                return Ok(Self::default());
            }
            let claims = auth::claims(&request).await?;
            let account = match claims.caller {
                Caller::Person {
                    person_id, session, ..
                } if !session.only_staff => Some((person_id, session.id)),
                Caller::Person { .. } | Caller::Client { .. } => None,
            };
            Ok(Self {
                account,
                expires_at: Some(claims.expires_at),
            })
        })
    }
}

/// The capacity that the request names; a parent's where it names none.
fn capacity(request: &HttpRequest) -> Result<Capacity, ApiError> {
    let mut named = request.headers().get_all(Capacity::HEADER);
    match (named.next(), named.next()) {
        (None, _) => Ok(Capacity::default()),
        (Some(value), None) => {
            let known = value.to_str().ok().and_then(Capacity::from_name);
            known.ok_or_else(|| malformed::refusal(Capacity::HEADER))
        }
        (Some(_), Some(_)) => Err(malformed::refusal(Capacity::HEADER)),
    }
}

/// Where the request came from, for the audit log.
fn origin(request: &HttpRequest) -> Result<Origin, ApiError> {
    let trusted = &HttpState::of(request)?.trusted_proxies;
    let id = request.extensions().get::<RequestId>().cloned();
    Ok(Origin {
        address: Some(peer::client(request, trusted)),
        request_id: id.map(|id| id.as_str().to_owned()),
    })
}

/// A person who has logged in and chosen to act as an official (R18). What they are appointed for, the
/// doors of the office look up in their transaction.
impl<D: Office> FromRequest for Official<D> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match auth::claims(&request).await?.caller {
                Caller::Person {
                    has_email: false, ..
                } => Err(Code::EmailRequired.into()),
                Caller::Person { session, .. } if session.only_staff => Err(Code::StaffOnly.into()),
                Caller::Person { person_id, .. } => match capacity(&request)? {
                    Capacity::Official => Ok(Self::new(person_id, origin(&request)?)),
                    Capacity::Parent | Capacity::Staff => {
                        Err(Code::OfficialCapacityRequired.into())
                    }
                },
                Caller::Client { .. } => Err(Code::InsufficientScope.into()),
            }
        })
    }
}

/// A person who has logged in and chosen to act as staff of a kindergarten (R19). For which one they work, the doors of
/// the desk look up in their transaction.
impl FromRequest for Staff {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = auth::claims(&request).await?.caller;
            staff(&request, caller)
        })
    }
}

fn staff(request: &HttpRequest, caller: Caller) -> Result<Staff, ApiError> {
    match caller {
        Caller::Person {
            has_email: false, ..
        } => Err(Code::EmailRequired.into()),
        Caller::Person {
            person_id, session, ..
        } => match capacity(request)? {
            Capacity::Staff => Ok(Staff::new(person_id, session.id, origin(request)?)),
            Capacity::Parent | Capacity::Official => Err(Code::StaffCapacityRequired.into()),
        },
        Caller::Client { .. } => Err(Code::InsufficientScope.into()),
    }
}

/// What a program must be allowed to do, in the type of a handler's argument.
pub trait Scope {
    fn is_in(scopes: Scopes) -> bool;
}

/// Seeing whom a kindergarten expects, and confirming who arrived (R10).
#[derive(Clone, Copy, Debug)]
pub enum Enrolments {}

impl Scope for Enrolments {
    fn is_in(scopes: Scopes) -> bool {
        scopes.enrolments
    }
}

/// Publishing free places and taking them back (R20).
#[derive(Clone, Copy, Debug)]
pub enum FreePlacesScope {}

impl Scope for FreePlacesScope {
    fn is_in(scopes: Scopes) -> bool {
        scopes.places
    }
}

/// Whoever attends to a kindergarten: its staff, or its program with the scope `S`.
#[derive(Clone, Debug)]
pub struct Attending<S> {
    pub attendant: Attendant,
    scope: PhantomData<S>,
}

impl<S: Scope> FromRequest for Attending<S> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let attendant = match auth::claims(&request).await?.caller {
                Caller::Client { client_id, scopes } if S::is_in(scopes) => {
                    Attendant::Program(Program::new(client_id, origin(&request)?))
                }
                Caller::Client { .. } => return Err(Code::InsufficientScope.into()),
                person @ Caller::Person { .. } => staff(&request, person)?.into(),
            };
            Ok(Self {
                attendant,
                scope: PhantomData,
            })
        })
    }
}

/// A body as forms send it: the text of all fields. None when it is of another type.
#[derive(Clone, Debug)]
pub struct FormText(pub Option<String>);

impl FromRequest for FormText {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            if !is_of_type(&request, "application/x-www-form-urlencoded") {
                return Ok(Self(None));
            }
            let body = body(&request, payload).await?;
            Ok(Self(String::from_utf8(body.to_vec()).ok()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::tokens::testing::{Keys, person, session_of},
        http::testing::{self, Answer, PUBLIC_URL, ask},
    };
    use actix_web::{
        HttpResponse,
        http::header::{self, CONTENT_TYPE},
        test::TestRequest,
        web::ServiceConfig,
    };
    use balabaqsha_shared::id::ApplicationId;
    use chrono::TimeDelta;
    use serde::Deserialize;
    use uuid::Uuid;

    #[derive(Deserialize)]
    struct Body {
        years: u8,
    }

    async fn echo(body: Json<Body>) -> HttpResponse {
        HttpResponse::Ok().body(body.0.years.to_string())
    }

    async fn sought(query: Query<Body>) -> HttpResponse {
        HttpResponse::Ok().body(query.0.years.to_string())
    }

    async fn one(id: PathId<ApplicationId>) -> HttpResponse {
        HttpResponse::Ok().body(id.0.to_string())
    }

    async fn language(language: ReaderLanguage) -> &'static str {
        language.0.tag()
    }

    async fn newcomer(newcomer: Newcomer) -> HttpResponse {
        HttpResponse::Ok().body(newcomer.person_id.to_string())
    }

    async fn actor(actor: Actor) -> HttpResponse {
        HttpResponse::Ok().body(format!("{} {}", actor.person_id, actor.session.id))
    }

    fn routes(config: &mut ServiceConfig) {
        config
            .route("/echo", web::post().to(echo))
            .route("/sought", web::get().to(sought))
            .route("/one/{id}", web::get().to(one))
            .route("/language", web::get().to(language))
            .route("/newcomer", web::get().to(newcomer))
            .route("/actor", web::get().to(actor));
    }

    async fn post(kind: &str, body: impl Into<web::Bytes>) -> Answer {
        let state = testing::state(|settings| settings.limits.max_body_bytes = 64);
        let request = TestRequest::post()
            .uri("/echo")
            .insert_header((CONTENT_TYPE, kind))
            .set_payload(body);
        ask(state, routes, request).await
    }

    #[rstest::rstest]
    #[actix_web::test]
    async fn json_content_type_is_matched_without_case_and_parameters(
        #[values(
            "application/json",
            "Application/JSON",
            "application/json; charset=utf-8"
        )]
        kind: &str,
    ) {
        let answer = post(kind, "{\"years\":3,\"more\":[]}").await;
        assert_eq!(
            (answer.status, answer.body.as_ref()),
            (200, b"3".as_slice())
        );
    }

    #[rstest::rstest]
    #[actix_web::test]
    async fn other_content_type_is_rejected(
        #[values(
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "json",
            ""
        )]
        kind: &str,
    ) {
        let answer = post(kind, "{\"years\":3}").await;
        assert_eq!(answer.status, 415);
        assert_eq!(answer.problem().code, "unsupported-media-type");
    }

    #[actix_web::test]
    async fn a_compressed_body_is_refused() {
        let request = TestRequest::post()
            .uri("/echo")
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CONTENT_ENCODING, "gzip"))
            .set_payload("{\"years\":3}");
        assert_eq!(
            ask(testing::state(|_| {}), routes, request).await.status,
            415
        );
    }

    #[actix_web::test]
    async fn body_over_the_limit_is_rejected_with_payload_too_large() {
        let body = |length: usize| format!("{{\"years\":3{}}}", " ".repeat(length - 11));
        assert_eq!(body(64).len(), 64);
        assert_eq!(post("application/json", body(64)).await.status, 200);
        let answer = post("application/json", body(65)).await;
        let problem = answer.problem();
        assert_eq!(
            (answer.status, problem.code.as_str()),
            (413, "payload-too-large")
        );
        assert_eq!(problem.members["limit"], 64);
    }

    #[actix_web::test]
    async fn chunked_body_over_the_limit_is_rejected() {
        let state = testing::state(|settings| settings.limits.max_body_bytes = 64);
        let request = TestRequest::post()
            .uri("/echo")
            .insert_header((CONTENT_TYPE, "application/json"))
            .set_payload(vec![b' '; 1_000])
            .insert_header((CONTENT_LENGTH, "10"));
        assert_eq!(ask(state, routes, request).await.status, 413);
    }

    #[rstest::rstest]
    #[actix_web::test]
    async fn body_of_another_shape_is_rejected_without_echoing_it(
        #[values(
            "",
            "{",
            "[]",
            "null",
            "{\"years\":\"850715300013\"}",
            "{\"years\":850715300013}",
            "{\"years\":3}850715300013",
            "850715300013"
        )]
        body: &'static str,
    ) {
        let answer = post("application/json", body).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (400, "malformed-request")
        );
        assert!(!String::from_utf8_lossy(&answer.body).contains("850715300013"));
    }

    #[actix_web::test]
    async fn deep_nesting_is_refused() {
        let state = testing::state(|_| {});
        let request = TestRequest::post()
            .uri("/echo")
            .insert_header((CONTENT_TYPE, "application/json"))
            .set_payload("[".repeat(100_000));
        assert_eq!(ask(state, routes, request).await.status, 400);
    }

    #[rstest::rstest]
    #[case("/sought?years=3", 200)]
    #[case("/sought", 400)]
    #[case("/sought?years=850715300013", 400)]
    #[case("/sought?years=3&years=4", 400)]
    #[actix_web::test]
    async fn malformed_query_is_rejected(#[case] uri: &str, #[case] status: u16) {
        let answer = ask(testing::state(|_| {}), routes, TestRequest::get().uri(uri)).await;
        assert_eq!(answer.status, status);
        if status != 200 {
            assert_eq!(answer.problem().code, "malformed-request");
            assert!(!String::from_utf8_lossy(&answer.body).contains("850715300013"));
        }
    }

    #[actix_web::test]
    async fn malformed_path_id_is_not_found() {
        let id = Uuid::from_u128(7).to_string();
        let get = |id: &str| TestRequest::get().uri(&format!("/one/{id}"));
        let answer = ask(testing::state(|_| {}), routes, get(&id)).await;
        assert_eq!((answer.status, answer.body.as_ref()), (200, id.as_bytes()));
        for id in ["1", "..", "%00", "zzzzzzzz-0000-0000-0000-000000000000"] {
            let answer = ask(testing::state(|_| {}), routes, get(id)).await;
            assert_eq!(
                (answer.status, answer.problem().code.as_str()),
                (404, "not-found"),
                "{id}"
            );
        }
    }

    #[rstest::rstest]
    #[case("kk-KZ, ru;q=0.9", "kk")]
    #[case("de, en;q=0.5", "en")]
    #[case("de", "ru")]
    #[actix_web::test]
    async fn accept_language_chooses_the_language(#[case] accepted: &str, #[case] expected: &str) {
        let request = TestRequest::get()
            .uri("/language")
            .insert_header((header::ACCEPT_LANGUAGE, accepted));
        assert_eq!(
            ask(testing::state(|_| {}), routes, request).await.body,
            expected
        );
    }

    async fn keys() -> Keys {
        crate::access::tokens::testing::keys(PUBLIC_URL, testing::now()).await
    }

    async fn as_bearer(keys: &Keys, uri: &str, authorization: &[&str]) -> Answer {
        let authenticator = web::Data::new(keys.authenticator.clone());
        let mut request = TestRequest::get().uri(uri);
        for value in authorization {
            request = request.append_header((AUTHORIZATION, *value));
        }
        let routes = |config: &mut ServiceConfig| {
            config.app_data(authenticator);
            routes(config);
        };
        ask(testing::state(|_| {}), routes, request).await
    }

    fn token(keys: &Keys, has_email: bool) -> String {
        keys.tokens
            .issue(
                person(1),
                SessionAt::login(session_of(1)),
                has_email,
                testing::now(),
            )
            .unwrap()
            .token
    }

    #[actix_web::test]
    async fn bearer_token_identifies_the_caller() {
        let keys = keys().await;
        let token = token(&keys, true);
        for scheme in ["Bearer", "bearer"] {
            let answer = as_bearer(&keys, "/actor", &[&format!("{scheme} {token}")]).await;
            let expected = format!("{} {}", person(1), session_of(1));
            assert_eq!(
                (answer.status, answer.body.as_ref()),
                (200, expected.as_bytes())
            );
        }
    }

    #[actix_web::test]
    async fn caller_without_email_is_rejected_with_email_required() {
        let keys = keys().await;
        let authorization = format!("Bearer {}", token(&keys, false));
        assert_eq!(
            as_bearer(&keys, "/newcomer", &[&authorization])
                .await
                .status,
            200
        );
        let answer = as_bearer(&keys, "/actor", &[&authorization]).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (403, "email-required")
        );
    }

    #[actix_web::test]
    async fn missing_malformed_or_foreign_tokens_are_rejected_with_not_authenticated() {
        let keys = keys().await;
        let good = format!("Bearer {}", token(&keys, true));
        let stranger = format!("Bearer {}", token(&self::keys().await, true));
        let refused: [&[&str]; 7] = [
            &[],
            &["Bearer"],
            &["Bearer "],
            &["Basic dXNlcjpwYXNz"],
            &["Bearer a.b.c"],
            &[&stranger],
            &[&good, &good],
        ];
        for authorization in refused {
            for uri in ["/actor", "/newcomer"] {
                let answer = as_bearer(&keys, uri, authorization).await;
                let code = answer.problem().code;
                assert_eq!((answer.status, code.as_str()), (401, "not-authenticated"));
                let challenge = answer.header(header::WWW_AUTHENTICATE).unwrap();
                assert_eq!(challenge, "Bearer realm=\"balabaqsha\"");
            }
        }
    }

    #[actix_web::test]
    async fn expired_token_is_rejected_with_session_expired() {
        let keys = keys().await;
        let token = token(&keys, true);
        keys.clock.advance(TimeDelta::minutes(10));
        let answer = as_bearer(&keys, "/actor", &[&format!("Bearer {token}")]).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (401, "session-expired")
        );
        let challenge = answer.header(header::WWW_AUTHENTICATE).unwrap();
        assert!(challenge.contains("invalid_token"), "{challenge}");
    }
}
