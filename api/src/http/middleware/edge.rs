//! The outermost layer: gives the request an id, writes one line about it, keeps a panic from
//! being more than a failed request, turns errors into problems, and sets the headers that every
//! answer has. The log knows routes and ids of requests, never paths, addresses or bodies.

use super::security;
use crate::{
    clock,
    http::{
        context::{Context, REQUEST_ID},
        problem::{self, ApiError},
        state::HttpState,
    },
};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method,
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
    let route = answered_request
        .as_ref()
        .and_then(|request| request.match_pattern());
    tracing::info!(
        %method,
        route = route.as_deref().unwrap_or("-"),
        status = response.status().as_u16(),
        milliseconds = started.elapsed().as_millis(),
        "answered"
    );
    match answered_request {
        Some(request) => Ok(ServiceResponse::new(request, response)),
        // The request is lost with the layer that failed, and the answer travels as an error.
        None => Err(InternalError::from_response("failed before an answer", response).into()),
    }
}

fn finish(mut response: HttpResponse, context: &Context, state: &HttpState) -> HttpResponse {
    let headers = response.headers_mut();
    security::apply(headers, state.https);
    if let Ok(id) = HeaderValue::from_str(context.request_id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
    if context.path.starts_with(API) && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
