//! Asking a time-stamping authority (RFC 3161).

use super::fetch::{Deadline, FetchError, Fetcher, MediaTypes};
use balabaqsha_pki::{
    Digest,
    tsp::{self, TimestampError},
};

/// RFC 3161, section 3.4.
const TIME_STAMP: MediaTypes = MediaTypes {
    request: "application/timestamp-query",
    response: "application/timestamp-reply",
};

/// Why there is no time stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Answer(#[from] TimestampError),
}

/// Asks for a time stamp over these octets. The token is not judged by this.
pub async fn stamp(
    fetcher: &Fetcher,
    address: &str,
    octets: &[u8],
    nonce: &[u8],
) -> Result<Vec<u8>, StampError> {
    let question = tsp::request(octets, Digest::Sha256, nonce);
    let deadline = Deadline::after(fetcher.settings().timeout_seconds);
    let answer = fetcher
        .post(address, question, TIME_STAMP, deadline)
        .await?;
    Ok(tsp::token(&answer)?)
}
