//! Scans on the wire: what comes in is small enough to be held in memory, what goes out is never run.

use super::files::named;
use crate::http::{malformed, problem::ApiError};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    error::PayloadError,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, DispositionType},
    web,
};
use balabaqsha_shared::{benefit::LARGEST_SCAN, code::Code, id::ScanId, rules::Violation};
use futures_util::StreamExt;
use std::{
    future::{Ready, ready},
    sync::LazyLock,
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// Scans that are received at once.
static RECEIVING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(16));
/// For a file of the largest size over a slow line.
const PATIENCE: Duration = Duration::from_secs(300);

/// The `{id}` and the `{page}` of the path. What cannot be one names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct ScanPage {
    pub id: ScanId,
    pub page: u16,
}

impl FromRequest for ScanPage {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let part = |name| request.match_info().get(name);
        let id = part("id").and_then(|text| text.parse().ok());
        let page = part("page").and_then(|text| text.parse().ok());
        let named = id.zip(page).map(|(id, page)| Self { id, page });
        ready(named.ok_or_else(|| Code::NotFound.into()))
    }
}

fn too_large() -> ApiError {
    Violation::new(Code::ScanTooLarge)
        .with("limit", LARGEST_SCAN)
        .into()
}

/// Refuses what says of itself that it cannot be taken.
///
/// # Errors
/// When it is compressed on the wire, or says that it is too large.
pub fn announced(request: &HttpRequest) -> Result<(), ApiError> {
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Code::ScanFormatUnknown.into());
    }
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LARGEST_SCAN) {
        return Err(too_large());
    }
    Ok(())
}

/// The whole body.
///
/// # Errors
/// When it is too large, too slow, or breaks off.
pub async fn receive(payload: web::Payload) -> Result<Vec<u8>, ApiError> {
    let place = RECEIVING.try_acquire().map_err(|_| Code::Unavailable)?;
    let received = timeout(PATIENCE, read(payload)).await;
    drop(place);
    received.map_err(|_| ApiError::from(Code::RequestTimeout))?
}

async fn read(mut payload: web::Payload) -> Result<Vec<u8>, ApiError> {
    let mut content = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => malformed::refusal("the body broke off"),
        })?;
        if content.len() + chunk.len() > LARGEST_SCAN {
            return Err(too_large());
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// The image of a page, for whoever has asked and nobody else.
#[must_use]
pub fn image(bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/jpeg")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(bytes)
}

/// A file that browsers keep and do not open.
#[must_use]
pub fn attachment(bytes: Vec<u8>, file_name: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(named(DispositionType::Attachment, file_name))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(bytes)
}
