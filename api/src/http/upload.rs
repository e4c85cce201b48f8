//! A file that somebody sends as the body of a request: it is written into a file without a name, so that
//! nothing of it is left when the process ends, and refused as soon as it shows that it is too large.

use super::{malformed, problem::ApiError};
use actix_web::{
    HttpMessage, HttpRequest,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web,
};
use balabaqsha_shared::{code::Code, dto::TableFormat, rules::Violation};
use balabaqsha_tables::{Format, LARGEST_FILE};
use futures_util::StreamExt;
use std::{
    fs::File,
    io::{self, Seek, Write},
    sync::LazyLock,
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// Files that are received at once.
static RECEIVING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));
/// For a file of the largest size over a slow line.
const PATIENCE: Duration = Duration::from_secs(900);
/// So much is written at once.
const BATCH: usize = 1024 * 1024;
/// Lines of JSON.
const NDJSON: &str = "application/x-ndjson";

/// What the request says its body is.
///
/// # Errors
/// When it is no table, compressed on the wire, or says that it is too large.
pub fn announced(request: &HttpRequest) -> Result<Format, ApiError> {
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Code::TableFormatUnknown.into());
    }
    let kind = request.mime_type().ok().flatten();
    let format = kind.and_then(|mime| of(mime.essence_str()));
    let length = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if length.is_some_and(|length| length > LARGEST_FILE) {
        return Err(too_large());
    }
    format.ok_or_else(|| Code::TableFormatUnknown.into())
}

fn of(media_type: &str) -> Option<Format> {
    let is = |format: TableFormat| media_type.eq_ignore_ascii_case(format.media_type());
    if is(TableFormat::Csv) {
        Some(Format::Csv)
    } else if is(TableFormat::Xlsx) {
        Some(Format::Xlsx)
    } else if is(TableFormat::Json) || media_type.eq_ignore_ascii_case(NDJSON) {
        Some(Format::Json)
    } else {
        None
    }
}

fn too_large() -> ApiError {
    Violation::new(Code::TableTooLarge)
        .with("limit", LARGEST_FILE)
        .into()
}

/// The whole body as a file, which is at its beginning.
///
/// # Errors
/// When it is too large, too slow, breaks off, or cannot be kept.
pub async fn receive(payload: web::Payload) -> Result<File, ApiError> {
    let place = RECEIVING.try_acquire().map_err(|_| Code::Unavailable)?;
    let received = timeout(PATIENCE, write(payload)).await;
    drop(place);
    received.map_err(|_| ApiError::from(Code::RequestTimeout))?
}

async fn write(mut payload: web::Payload) -> Result<File, ApiError> {
    let mut file = blocking(tempfile::tempfile).await?;
    let mut waiting = Vec::with_capacity(BATCH);
    let mut length = 0;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => malformed::refusal("the body broke off"),
        })?;
        length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if length > LARGEST_FILE {
            return Err(too_large());
        }
        waiting.extend_from_slice(&chunk);
        if waiting.len() >= BATCH {
            let some = std::mem::replace(&mut waiting, Vec::with_capacity(BATCH));
            file = append(file, some).await?;
        }
    }
    let mut file = append(file, waiting).await?;
    file.rewind().map_err(ApiError::internal)?;
    Ok(file)
}

async fn append(mut file: File, bytes: Vec<u8>) -> Result<File, ApiError> {
    blocking(move || file.write_all(&bytes).map(|()| file)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    web::block(work)
        .await
        .map_err(ApiError::internal)?
        .map_err(ApiError::internal)
}

/// A file to write an answer into.
///
/// # Errors
/// When there is no room for it.
pub async fn scratch() -> Result<File, ApiError> {
    blocking(tempfile::tempfile).await
}

/// What was written into a file.
///
/// # Errors
/// When it cannot be read.
pub async fn written(mut file: File) -> Result<Vec<u8>, ApiError> {
    blocking(move || {
        let mut bytes = Vec::new();
        file.rewind()?;
        io::Read::read_to_end(&mut file, &mut bytes)?;
        Ok(bytes)
    })
    .await
}

/// How a table is written that somebody asks for.
#[must_use]
pub const fn format(asked: TableFormat) -> Format {
    match asked {
        TableFormat::Csv => Format::Csv,
        TableFormat::Xlsx => Format::Xlsx,
        TableFormat::Json => Format::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{ResponseError, http::header::CONTENT_TYPE, test::TestRequest};

    fn announce(kind: &str, length: &str) -> Result<Format, u16> {
        let request = TestRequest::post()
            .insert_header((CONTENT_TYPE, kind))
            .insert_header((CONTENT_LENGTH, length))
            .to_http_request();
        announced(&request).map_err(|error| error.status_code().as_u16())
    }

    #[test]
    fn a_request_says_what_it_brings() {
        assert_eq!(announce("text/csv; charset=utf-8", "1"), Ok(Format::Csv));
        assert_eq!(announce("application/x-ndjson", "1"), Ok(Format::Json));
        let xlsx = TableFormat::Xlsx.media_type();
        assert_eq!(announce(xlsx, "134217728"), Ok(Format::Xlsx));
        assert_eq!(announce(xlsx, "134217729"), Err(413));
        assert_eq!(announce("application/pdf", "1"), Err(415));
        let compressed = TestRequest::post()
            .insert_header((CONTENT_TYPE, "text/csv"))
            .insert_header((CONTENT_ENCODING, "gzip"))
            .to_http_request();
        assert!(announced(&compressed).is_err());
    }
}
