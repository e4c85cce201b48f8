//! Versions of what can be changed: the tag of an answer, and the condition that somebody still sees the
//! present one (RFC 9110, sections 8.8 and 13.1).

use super::problem::ApiError;
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{self, CONTENT_TYPE, ETag, EntityTag, Header},
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

/// The tag of the answer that a changer has seen: `If-Match`, without which nothing is changed. It is compared in the
/// transaction of the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenTag(Vec<EntityTag>);

impl FromRequest for SeenTag {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match IfMatch::of(request) {
            Ok(IfMatch(tags)) if tags.is_empty() => Err(Code::PreconditionRequired.into()),
            Ok(IfMatch(tags)) => Ok(Self(tags)),
            Err(refused) => Err(refused),
        })
    }
}

impl SeenTag {
    /// Whether this is what was seen.
    pub fn is_of<T: Serialize>(&self, present: &T) -> bool {
        let Ok(present) = serde_json::to_vec(present) else {
            return false;
        };
        let present = tag(&present);
        self.0.iter().any(|seen| seen.strong_eq(&present))
    }
}

/// The version of a thing that its changer has seen: `If-Match`, without which nothing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(pub i32);

impl FromRequest for Seen {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Seen {
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        if !request.headers().contains_key(header::IF_MATCH) {
            return Err(Code::PreconditionRequired.into());
        }
        let Ok(header::IfMatch::Items(tags)) = header::IfMatch::parse(request) else {
            return Err(Code::PreconditionRequired.into());
        };
        let version = |tag: &EntityTag| tag.tag().split('-').next()?.parse().ok();
        match tags.as_slice() {
            [tag] if !tag.weak => Ok(Self(version(tag).ok_or(Code::PreconditionFailed)?)),
            _ => Err(Code::PreconditionFailed.into()),
        }
    }
}

/// An answer whose tag begins with the version of the thing, for [`Seen`]. The rest of it changes with
/// everything that the answer shows.
///
/// # Errors
/// When the body has no JSON form.
pub fn tagged<T: Serialize>(
    request: &HttpRequest,
    version: u32,
    body: &T,
) -> Result<HttpResponse, ApiError> {
    let body = serde_json::to_vec(body).map_err(ApiError::internal)?;
    let tag = EntityTag::new_strong(format!("{version}-{}", tag(&body).tag()));
    let mut response = if is_known(request, &tag) {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response.insert_header(ETag(tag.clone()));
    if is_known(request, &tag) {
        return Ok(response.finish());
    }
    response.insert_header((CONTENT_TYPE, "application/json"));
    Ok(response.body(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[rstest::rstest]
    #[case(Some("\"7\""), Ok(7))]
    #[case(Some("\"7-aGFzaA\""), Ok(7))]
    #[case(Some("W/\"7\""), Err(Code::PreconditionFailed))]
    #[case(Some("\"7\", \"8\""), Err(Code::PreconditionFailed))]
    #[case(Some("\"seven\""), Err(Code::PreconditionFailed))]
    #[case(Some("*"), Err(Code::PreconditionRequired))]
    #[case(Some("7"), Err(Code::PreconditionFailed))]
    #[case(None, Err(Code::PreconditionRequired))]
    fn a_changer_says_which_version_was_seen(
        #[case] header: Option<&str>,
        #[case] expected: Result<i32, Code>,
    ) {
        let mut request = TestRequest::put();
        if let Some(value) = header {
            request = request.insert_header((header::IF_MATCH, value));
        }
        let seen = Seen::of(&request.to_http_request());
        match expected {
            Ok(version) => assert_eq!(seen.unwrap(), Seen(version)),
            Err(code) => {
                let refused = seen.unwrap_err();
                assert_eq!(
                    actix_web::ResponseError::status_code(&refused).as_u16(),
                    code.status()
                );
            }
        }
    }

    #[test]
    fn a_tag_changes_with_the_body_and_with_the_version() {
        let request = TestRequest::get().to_http_request();
        let tag_of = |version, body: &str| {
            let answer = tagged(&request, version, &body).unwrap();
            let tag = answer.headers().get(header::ETAG).unwrap();
            tag.to_str().unwrap().to_owned()
        };
        let tags = [tag_of(7, "a"), tag_of(7, "b"), tag_of(8, "a")];
        assert!(tags[0].starts_with("\"7-") && tags[2].starts_with("\"8-"));
        assert!(tags[0] != tags[1] && tags[0] != tags[2]);
        let again = TestRequest::get().insert_header((header::IF_NONE_MATCH, tags[0].as_str()));
        let known = tagged(&again.to_http_request(), 7, &"a").unwrap();
        assert_eq!(known.status().as_u16(), 304);
    }
}
