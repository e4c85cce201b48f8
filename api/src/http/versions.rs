//! Versions of what can be changed: the tag of an answer, and the condition that somebody still sees the
//! present one (RFC 9110, sections 8.8 and 13.1).

use super::problem::ApiError;
use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, EntityTag, Header},
};
use balabaqsha_shared::code::Code;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::future::{Ready, ready};

/// The tag of an answer with this body.
#[must_use]
pub fn tag(body: &[u8]) -> EntityTag {
    EntityTag::new_strong(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body)))
}

/// Whether the reader has the answer with this tag already.
#[must_use]
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match header::IfNoneMatch::parse(request) {
        Ok(header::IfNoneMatch::Any) => true,
        Ok(header::IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// The `If-Match` of a request, which is optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch(Vec<EntityTag>);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl IfMatch {
    /// An unreadable `If-Match` matches nothing, so the request is refused.
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        if !request.headers().contains_key(header::IF_MATCH) {
            return Ok(Self(Vec::new()));
        }
        match header::IfMatch::parse(request) {
            Ok(header::IfMatch::Any) => Ok(Self(Vec::new())),
            Ok(header::IfMatch::Items(tags)) if !tags.is_empty() => Ok(Self(tags)),
            _ => Err(Code::PreconditionFailed.into()),
        }
    }

    /// Refuses when what `show` answers is not what the client has seen.
    ///
    /// # Errors
    /// 412, or what `show` fails with.
    pub async fn check<T: Serialize, E: Into<ApiError>>(
        &self,
        show: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<(), ApiError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let present = show().await.map_err(Into::into)?;
        let present = tag(&serde_json::to_vec(&present).map_err(ApiError::internal)?);
        if self.0.iter().any(|seen| seen.strong_eq(&present)) {
            Ok(())
        } else {
            Err(Code::PreconditionFailed.into())
        }
    }
}
