//! The key of a request that may be sent again, and where it counts.

use super::problem::ApiError;
use actix_web::http::{Method, header::HeaderMap};
use balabaqsha_shared::{code::Code, endpoint};

pub const NAME: &str = "idempotency-key";
pub const LONGEST: usize = 255;
/// Logins, and what makes nothing. A search is a look, and each leaves its record (R25).
const WITHOUT: [&str; 7] = [
    endpoint::CHALLENGES,
    endpoint::SESSIONS,
    // A new one ends the one before, and the way to it is told once.
    endpoint::SIGNING_SESSIONS,
    endpoint::TOKEN,
    endpoint::SIGNATURE_VERIFICATION,
    endpoint::APPLICATION_SEARCHES,
    // The digest of the file does the same, and 128 MiB are not kept in memory.
    endpoint::IMPORTS,
];

/// A scan is known again by its content, and 10 MiB are not kept in memory.
const SCANS: &str = "/scans";
/// What only looks at what a change would do.
const PREVIEWS: &str = "/change-previews";

/// Whether a key counts for what is asked.
pub fn counts(method: &Method, path: &str) -> bool {
    method == Method::POST
        && !WITHOUT.contains(&path)
        && !path.ends_with(PREVIEWS)
        && !path.ends_with(endpoint::CHALLENGE_SIGNING_SESSION)
        && !path.ends_with(SCANS)
}

/// The key: visible ASCII, once.
pub fn read(headers: &HeaderMap) -> Result<String, ApiError> {
    let mut given = headers.get_all(NAME);
    let (Some(key), None) = (given.next(), given.next()) else {
        return Err(Code::IdempotencyKeyInvalid.into());
    };
    let visible = |key: &&str| {
        (1..=LONGEST).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = key.to_str().ok().filter(visible);
    Ok(key.ok_or(Code::IdempotencyKeyInvalid)?.to_owned())
}
