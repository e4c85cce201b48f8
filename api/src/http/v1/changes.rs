//! Being told instead of asking.

use super::responses::Always;
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::Visitor, peer, problem::ApiError, state::HttpState},
    push::hub::{Heard, Listener},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{HeaderName, HeaderValue},
    web::{self, Bytes},
};
use balabaqsha_shared::code::Code;
use futures_util::{StreamExt, stream};
use serde_json::json;
use std::{convert::Infallible, time::Duration};
use tokio::time::{Instant, timeout};

/// A comment is sent when there was nothing to say for so long: proxies close what is silent.
const SILENCE: Duration = Duration::from_secs(15);
/// Afterwards the listener comes again, perhaps to another process.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// Tells nginx not to collect the answer.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Follow changes
///
/// A stream of server-sent events (WHATWG HTML, section 9.2). It says that something has changed
/// and never what: ask for it. `event: vacancies` with `{"locality_ids": […]}`: the bulletin of free
/// places has changed there. `event: account` with `{}`, with a parent's token only: an application,
/// a referral, a request or a notice of the account has changed. Changes that come close together
/// are told once. A comment comes every 15 seconds of silence. The stream ends with the token or its
/// session, after 15 minutes, or when the service stops: connect again, and ask for what you show, since nothing is
/// repeated. 503 when the service has no connection left for you: ask every so often instead.
#[utoipa::path(
    tag = "places",
    operation_id = "follow_changes",
    extensions(("x-rate-limit" = json!(Class::General))),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "The stream.", body = String, content_type = "text/event-stream",
            example = "event: vacancies\ndata: {\"locality_ids\":[\"0193569a-7b7e-7c41-8f0e-0f6d3a4c9d21\"]}\n\n"),
        (status = 401, description = "The access token is not valid any more.",
            body = balabaqsha_shared::dto::Problem, content_type = "application/problem+json"),
        Always
    )
)]
#[get("/v1/changes")]
pub async fn follow(
    app: web::Data<App>,
    request: HttpRequest,
    visitor: Visitor,
) -> Result<HttpResponse, ApiError> {
    let state = HttpState::of(&request)?;
    let address = peer::client(&request, &state.trusted_proxies);
    let slot = state.stream_slots.take(address).ok_or(Code::Unavailable)?;
    let left = visitor.expires_at.map_or(LONGEST, |end| {
        (end - app.core.now())
            .to_std()
            .unwrap_or_default()
            .min(LONGEST)
    });
    let following = Following {
        listener: app.changes.listen(visitor.account),
        end: Instant::now() + left,
    };
    // The headers travel with the first line.
    let first = stream::once(async { Bytes::from_static(b":\n\n") });
    let events = first.chain(stream::unfold(following, Following::next));
    let events = events.map(move |text| {
        let _until_the_stream_ends = &slot;
        Ok::<_, Infallible>(text)
    });
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((BUFFERING, HeaderValue::from_static("no")))
        .streaming(events))
}

struct Following {
    listener: Listener,
    end: Instant,
}

impl Following {
    async fn next(mut self) -> Option<(Bytes, Self)> {
        let left = self.end.checked_duration_since(Instant::now())?;
        let text = match timeout(left.min(SILENCE), self.listener.next()).await {
            Ok(heard) => event(&heard?),
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((text, self))
    }
}

fn event(heard: &Heard) -> Bytes {
    let (name, data) = match heard {
        Heard::Places(localities) => ("vacancies", json!({ "locality_ids": localities })),
        Heard::Account => ("account", json!({})),
    };
    format!("event: {name}\ndata: {data}\n\n").into()
}
