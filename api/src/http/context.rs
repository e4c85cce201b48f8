//! What is known of a request before it is routed, and is still needed when it is answered: its
//! id, where it went, the reader's language.

use actix_web::{
    dev::ServiceRequest,
    http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderName},
};
use balabaqsha_shared::Language;
use std::sync::Arc;

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer request ids are replaced.
const LONGEST_REQUEST_ID: usize = 64;

/// The id of a request: the caller's own, when it is usable, or a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Takes over what is safe in logs and headers: letters, digits, `-`, `_` and `.`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let safe = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        (!text.is_empty() && text.len() <= LONGEST_REQUEST_ID && text.bytes().all(safe))
            .then(|| Self(text.into()))
    }

    pub fn new(id: uuid::Uuid) -> Self {
        Self(id.hyphenated().to_string().into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The context of a request.
#[derive(Clone, Debug)]
pub struct Context {
    pub request_id: RequestId,
    /// Path without the query, which may carry personal data.
    pub path: String,
    pub language: Language,
}

impl Context {
    /// Reads the request; `new_id` is the id of a request that brings none.
    pub fn of(request: &ServiceRequest, new_id: impl FnOnce() -> uuid::Uuid) -> Self {
        let request_id = request
            .headers()
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .and_then(RequestId::parse)
            .unwrap_or_else(|| RequestId::new(new_id()));
        Self {
            request_id,
            path: request.path().to_owned(),
            language: language(request.headers()),
        }
    }
}

/// The language of `Accept-Language`; Russian when it names none of ours.
pub fn language(headers: &HeaderMap) -> Language {
    headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .and_then(Language::negotiate)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("0191-abc_DEF.7", true)]
    #[case("", false)]
    #[case("two words", false)]
    #[case("a\"b", false)]
    #[case("жұмыс", false)]
    fn request_id_of_safe_characters_is_taken_over(#[case] id: &str, #[case] taken: bool) {
        assert_eq!(RequestId::parse(id).is_some(), taken);
        assert!(RequestId::parse(&"a".repeat(65)).is_none());
    }
}
