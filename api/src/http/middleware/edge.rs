//! The outermost layer: gives the request an id, writes one line about it, keeps a panic from
//! being more than a failed request, turns errors into problems, and sets the headers that every
//! answer has. The log knows routes and ids of requests, never paths, addresses or bodies.

use crate::{
    clock,
    http::{
        connections::Place,
        context::{Context, REQUEST_ID},
        problem::{self, ApiError},
        state::HttpState,
    },
};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{self, BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        ConnectionType, Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Instant};
use tracing::Instrument;

/// Requests below it are answered for their caller alone.
const API: &str = "/v1/";

pub async fn edge(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(state) = request.app_data::<web::Data<HttpState>>().cloned() else {
        return Err(ApiError::internal("the application has no HTTP state").into());
    };
    let context = Context::of(&request, || clock::new_id(state.clock.now()));
    let method = request.method().clone();
    if method == Method::HEAD {
        // Answered like GET; the connection leaves the body out.
        request.head_mut().method = Method::GET;
    }
    request.extensions_mut().insert(context.request_id.clone());
    let busy = request.conn_data::<Place>().map(Place::busy);
    let span = tracing::info_span!("request", id = context.request_id.as_str());
    let outcome = AssertUnwindSafe(next.call(request))
        .catch_unwind()
        .instrument(span.clone())
        .await;

    let _entered = span.enter();
    let (answered_request, response) = match outcome {
        Ok(Ok(response)) => {
            let (request, response) = response.into_parts();
            (Some(request), response.map_into_boxed_body())
        }
        Ok(Err(error)) => (None, HttpResponse::from_error(error)),
        // The panic hook has written where.
        Err(_) => (
            None,
            HttpResponse::from_error(ApiError::internal("a handler panicked")),
        ),
    };
    let response = finish(
        problem::dress(response, &context, &state.public_url),
        &context,
        &state,
    );
    // What is written bit by bit goes on.
    if let Some(busy) = busy.filter(|_| response.body().size() != BodySize::Stream) {
        busy.over();
    }
    let response = match response.body().size() {
        // Nobody reads it, and it would keep the connection for itself.
        BodySize::Stream if method == Method::HEAD => {
            response.set_body(BoxBody::new(body::None::new()))
        }
        _ => response,
    };
    let route = answered_request
        .as_ref()
        .and_then(|request| request.match_pattern());
    tracing::info!(
        %method,
        route = route.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    match answered_request {
        Some(request) => Ok(ServiceResponse::new(request, response)),
        // The request is lost with the layer that failed, and the answer travels as an error.
        None => Err(InternalError::from_response("failed before an answer", response).into()),
    }
}

fn finish(mut response: HttpResponse, context: &Context, state: &HttpState) -> HttpResponse {
    if state.connections.are_scarce() {
        // Somebody else needs it.
        response
            .head_mut()
            .set_connection_type(ConnectionType::Close);
    }
    let headers = response.headers_mut();
    state.security.apply(headers);
    if let Ok(id) = HeaderValue::from_str(context.request_id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    if context.path.starts_with(API) && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{
        RequestId,
        testing::{self, Answer, ask},
    };
    use actix_web::{HttpRequest, test::TestRequest, web::ServiceConfig};
    use balabaqsha_shared::code::Code;

    async fn fine() -> &'static str {
        "fine"
    }

    async fn cached() -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .body("fine")
    }

    async fn panics() -> &'static str {
        panic!("850715300013")
    }

    async fn refuses() -> Result<&'static str, ApiError> {
        Err(Code::NotInQueue.into())
    }

    async fn own_id(request: HttpRequest) -> String {
        request
            .extensions()
            .get::<RequestId>()
            .unwrap()
            .as_str()
            .to_owned()
    }

    fn routes(config: &mut ServiceConfig) {
        config
            .route("/v1/fine", web::get().to(fine))
            .route("/v1/cached", web::get().to(cached))
            .route("/v1/panics", web::get().to(panics))
            .route("/v1/refuses", web::get().to(refuses))
            .route("/id", web::get().to(own_id))
            .route("/page", web::get().to(fine));
    }

    async fn get(uri: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = TestRequest::get().uri(uri);
        for (name, value) in headers {
            request = request.append_header((name.clone(), *value));
        }
        ask(testing::state(|_| {}), routes, request).await
    }

    #[actix_web::test]
    async fn request_id_is_returned() {
        let answer = get("/id", &[(REQUEST_ID, "integrator-17")]).await;
        assert_eq!(answer.header(REQUEST_ID), Some("integrator-17"));
        assert_eq!(answer.body, "integrator-17");
    }

    #[actix_web::test]
    async fn unsafe_request_id_is_replaced() {
        for id in ["a b", "", "<script>"] {
            let answer = get("/id", &[(REQUEST_ID, id)]).await;
            let own = answer.header(REQUEST_ID).unwrap();
            assert!(uuid::Uuid::parse_str(own).is_ok(), "{own}");
            assert_eq!(answer.body, own.to_owned());
        }
    }

    #[actix_web::test]
    async fn panic_in_a_handler_is_answered_with_internal_error() {
        let answer = get("/v1/panics", &[(REQUEST_ID, "r-1")]).await;
        let problem = answer.problem();
        assert_eq!(
            (answer.status, problem.code.as_str()),
            (500, "internal-error")
        );
        assert_eq!(problem.request_id, "r-1");
        assert_eq!(problem.instance, "/v1/panics");
        assert!(!String::from_utf8_lossy(&answer.body).contains("850715300013"));
        assert_eq!(answer.header(REQUEST_ID), Some("r-1"));
        assert_eq!(
            answer.header(header::X_CONTENT_TYPE_OPTIONS),
            Some("nosniff")
        );
    }

    #[actix_web::test]
    async fn a_refusal_is_in_the_readers_language_and_leaves_the_query_out() {
        let kazakh = [(header::ACCEPT_LANGUAGE, "kk")];
        let problem = get("/v1/refuses?iin=850715300013", &kazakh).await.problem();
        assert_eq!(
            problem.title,
            Code::NotInQueue.title(balabaqsha_shared::Language::Kk)
        );
        assert_eq!(problem.instance, "/v1/refuses");
    }

    #[actix_web::test]
    async fn an_unknown_address_is_a_problem() {
        let answer = get("/v1/nothing", &[]).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "not-found")
        );
    }

    #[actix_web::test]
    async fn answers_of_the_api_are_not_stored_unless_they_say_so() {
        for (uri, expected) in [
            ("/v1/fine", Some("no-store")),
            ("/v1/refuses", Some("no-store")),
            ("/v1/panics", Some("no-store")),
            ("/v1/cached", Some("no-cache")),
            ("/page", None),
        ] {
            assert_eq!(
                get(uri, &[]).await.header(header::CACHE_CONTROL),
                expected,
                "{uri}"
            );
        }
    }

    #[actix_web::test]
    async fn every_answer_has_the_security_headers() {
        for uri in [
            "/v1/fine",
            "/v1/refuses",
            "/v1/panics",
            "/v1/nothing",
            "/page",
        ] {
            let answer = get(uri, &[]).await;
            for name in [
                header::CONTENT_SECURITY_POLICY,
                header::X_CONTENT_TYPE_OPTIONS,
                header::REFERRER_POLICY,
                header::PERMISSIONS_POLICY,
                header::CROSS_ORIGIN_OPENER_POLICY,
                header::CROSS_ORIGIN_RESOURCE_POLICY,
                header::STRICT_TRANSPORT_SECURITY,
            ] {
                assert!(answer.header(name.clone()).is_some(), "{uri}: {name}");
            }
            let policy = answer.header(header::CONTENT_SECURITY_POLICY).unwrap();
            assert!(
                policy.contains("script-src 'self' 'wasm-unsafe-eval';"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe-inline"), "{policy}");
        }
    }

    #[actix_web::test]
    async fn hsts_is_not_sent_over_plain_http() {
        let state = testing::state(|settings| settings.public_url = "http://127.0.0.1".into());
        let answer = ask(state, routes, TestRequest::get().uri("/page")).await;
        assert_eq!(answer.header(header::STRICT_TRANSPORT_SECURITY), None);
    }

    #[actix_web::test]
    async fn head_is_answered_like_get() {
        let request = TestRequest::default().method(Method::HEAD).uri("/page");
        assert_eq!(
            ask(testing::state(|_| {}), routes, request).await.status,
            200
        );
    }
}
