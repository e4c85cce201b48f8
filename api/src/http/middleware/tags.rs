//! Adds an `ETag` to what is shown, and answers a matching `If-None-Match` with 304.

use crate::http::versions;
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CONTENT_TYPE, ETAG, HeaderValue, TryIntoHeaderValue},
    },
    middleware::Next,
};

const API: &str = "/v1/";
const JSON: &str = "application/json";

/// See the module.
pub async fn tags(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let shown = request.method() == Method::GET && request.path().starts_with(API);
    let answered = next.call(request).await?.map_into_boxed_body();
    if !shown || answered.status() != StatusCode::OK || !is_untagged_json(answered.response()) {
        return Ok(answered);
    }
    let (request, response) = answered.into_parts();
    let (mut head, body) = response.into_parts();
    // What is written bit by bit is left as it is.
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(body) => return Ok(ServiceResponse::new(request, head.set_body(body))),
    };
    let tag = versions::tag(&body);
    let value = tag.clone().try_into_value().ok();
    let response = if versions::is_known(&request, &tag) {
        *head.status_mut() = StatusCode::NOT_MODIFIED;
        head.headers_mut().remove(CONTENT_TYPE);
        head.set_body(BoxBody::new(()))
    } else {
        head.set_body(BoxBody::new(body))
    };
    let mut response = response;
    if let Some(value) = value {
        response.headers_mut().insert(ETAG, value);
    }
    Ok(ServiceResponse::new(request, response))
}

fn is_untagged_json(response: &HttpResponse) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind: &HeaderValue| kind.to_str().ok());
    !response.headers().contains_key(ETAG) && kind.is_some_and(|kind| kind.starts_with(JSON))
}
