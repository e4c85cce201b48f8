//! `Idempotency-Key` (IETF draft `idempotency-key-header`): a POST that is sent again under the same key
//! gets the answer of the first time and does nothing. The key is optional, and belongs to its sender.

use crate::{
    access::caller::Caller,
    app::App,
    http::{auth, extract, idempotency_key, problem::ApiError},
    service::idempotency::{self, Answer, Begun, Effect, Request, Running},
};
use actix_web::{
    Error, HttpRequest, HttpResponse,
    body::{self, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION},
    },
    middleware::Next,
    web,
};
use sha2::{Digest, Sha256};

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// See the module.
pub async fn idempotency(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let bears_key = request.headers().contains_key(idempotency_key::NAME);
    if !bears_key || !idempotency_key::counts(request.method(), request.path()) {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    // Without a caller nothing is done, which the handler says.
    let Ok(claims) = auth::claims(request.request()).await else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let Some(app) = request.app_data::<web::Data<App>>().cloned() else {
        return Err(ApiError::internal("the application has no parts").into());
    };
    let (request, payload) = request.into_parts();
    let (body, asked) = match prepare(&request, payload, claims.caller).await {
        Ok(prepared) => prepared,
        Err(error) => return Ok(ServiceResponse::from_err(error, request)),
    };
    let running = match idempotency::begin(&app, asked).await {
        Ok(Begun::Now(running)) => running,
        Ok(Begun::Before(answer)) => {
            let response = replayed(answer).unwrap_or_else(HttpResponse::from_error);
            return Ok(ServiceResponse::new(request, response));
        }
        Err(error) => return Ok(ServiceResponse::from_err(ApiError::from(error), request)),
    };
    // No other part of the request may be kept here: routing needs it alone.
    let request = ServiceRequest::from_parts(request, Payload::from(body));
    let (answered, effect) = idempotency::run(next.call(request)).await;
    let (request, response) = answered?.into_parts();
    let response = end(running, effect, response.map_into_boxed_body()).await;
    let response = response.unwrap_or_else(HttpResponse::from_error);
    Ok(ServiceResponse::new(request, response))
}

/// Lets happen what the request has done, and keeps its answer when it has done it.
async fn end(
    running: Running,
    effect: Effect,
    response: HttpResponse,
) -> Result<HttpResponse, ApiError> {
    if !response.status().is_success() {
        running.fail(effect).await?;
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = body::to_bytes(body)
        .await
        .map_err(|_| ApiError::internal("an answer could not be read"))?;
    let text = |name| {
        let value = head.headers().get(name);
        let value = value.and_then(|value: &HeaderValue| value.to_str().ok());
        value.map(str::to_owned)
    };
    let answer = Answer {
        status: head.status().as_u16(),
        content_type: text(CONTENT_TYPE),
        location: text(LOCATION),
        body: body.to_vec(),
    };
    running.succeed(effect, &answer).await?;
    Ok(head.set_body(BoxBody::new(body)))
}

/// The body, and what is asked with it.
async fn prepare(
    request: &HttpRequest,
    payload: Payload,
    caller: Caller,
) -> Result<(web::Bytes, Request), ApiError> {
    let key = idempotency_key::read(request.headers())?;
    let body = extract::body(request, payload).await?.freeze();
    let digest = Sha256::new()
        .chain_update(request.path())
        .chain_update([0])
        .chain_update(request.query_string())
        .chain_update([0])
        .chain_update(&body)
        .finalize();
    let caller = match caller {
        Caller::Person { person_id, .. } => person_id.uuid(),
        Caller::Client { client_id, .. } => client_id.uuid(),
    };
    let asked = Request {
        caller,
        key,
        digest: digest.into(),
    };
    Ok((body, asked))
}

/// The answer of the first time.
fn replayed(answer: Answer) -> Result<HttpResponse, ApiError> {
    let status = StatusCode::from_u16(answer.status).map_err(ApiError::internal)?;
    let mut response = HttpResponse::build(status);
    response.insert_header((REPLAYED, HeaderValue::from_static("true")));
    if let Some(kind) = answer.content_type {
        response.insert_header((CONTENT_TYPE, kind));
    }
    if let Some(place) = answer.location {
        response.insert_header((LOCATION, place));
    }
    Ok(response.body(answer.body))
}
