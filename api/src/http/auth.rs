//! From the `Authorization` header to the claims of the caller.

use super::problem::ApiError;
use crate::access::{
    caller::Claims,
    tokens::{Authenticator, TokenError},
};
use actix_web::{HttpMessage, HttpRequest, http::header::AUTHORIZATION, web};
use balabaqsha_shared::code::Code;

/// Verified once per request.
#[derive(Clone, Copy)]
struct Verified(Result<Claims, TokenError>);

/// What the bearer token says.
///
/// # Errors
/// `not-authenticated` without a token or with one that is not ours, `session-expired` with an old
/// one or one whose session is over.
pub async fn claims(request: &HttpRequest) -> Result<Claims, ApiError> {
    let known = request.extensions().get::<Verified>().copied();
    let verified = match known {
        Some(verified) => verified,
        None => {
            let token = bearer(request).ok_or(Code::NotAuthenticated)?;
            let authenticator = request
                .app_data::<web::Data<Authenticator>>()
                .ok_or_else(|| ApiError::internal("the application has no authenticator"))?;
            let verified = Verified(authenticator.authenticate(token).await?);
            request.extensions_mut().insert(verified);
            verified
        }
    };
    verified.0.map_err(|error| match error {
        TokenError::Expired | TokenError::SessionOver => Code::SessionExpired.into(),
        TokenError::Malformed | TokenError::UnknownKey | TokenError::Untrusted => {
            Code::NotAuthenticated.into()
        }
    })
}

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1). More than one header is none.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut headers = request.headers().get_all(AUTHORIZATION);
    let (Some(value), None) = (headers.next(), headers.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
