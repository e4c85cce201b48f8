//! What handlers ask of a request: the body, the query, an id of the path, the reader's language,
//! and who is asking. A handler that takes an [`Actor`] cannot be reached without one.

use super::{auth, context, malformed, problem::ApiError, state::HttpState};
use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web,
};
use balabaqsha_shared::{
    Language,
    code::Code,
    id::{PersonId, SessionId},
    rules::Violation,
};
use futures_util::{StreamExt, future::LocalBoxFuture};
use serde::de::DeserializeOwned;
use std::{
    future::{Ready, ready},
    str::FromStr,
};

/// The name that an id has in the path of a route.
const ID: &str = "id";

/// A body in JSON: 415 for another type, 413 for too much, 400 for another shape.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            if !is_json(&request) {
                return Err(Code::UnsupportedMediaType.into());
            }
            let limits = &HttpState::of(&request)?.limits;
            let body = tokio::time::timeout(
                limits.body_timeout,
                read(&request, payload, limits.max_body_bytes),
            )
            .await
            .map_err(|_| malformed::refusal("the body did not arrive in time"))??;
            serde_json::from_slice(&body)
                .map(Self)
                .map_err(|error| malformed::json(&error))
        })
    }
}

fn is_json(request: &HttpRequest) -> bool {
    let plain = !request.headers().contains_key(CONTENT_ENCODING);
    let json = request
        .mime_type()
        .ok()
        .flatten()
        .is_some_and(|mime| mime.essence_str().eq_ignore_ascii_case("application/json"));
    plain && json
}

async fn read(
    request: &HttpRequest,
    mut payload: Payload,
    limit: usize,
) -> Result<web::BytesMut, ApiError> {
    let too_large = || {
        Violation::new(Code::PayloadTooLarge)
            .with("limit", limit)
            .into()
    };
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| match error {
            PayloadError::Overflow => too_large(),
            _ => malformed::refusal("the body broke off"),
        })?;
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The query string: 400 for another shape.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            web::Query::<T>::from_query(request.query_string())
                .map(|query| Self(query.into_inner()))
                .map_err(|error| match error {
                    actix_web::error::QueryPayloadError::Deserialize(error) => {
                        malformed::query(&error.to_string())
                    }
                    _ => malformed::query(""),
                }),
        )
    }
}

/// The `{id}` of the path. What cannot be an id names nothing: 404.
#[derive(Clone, Copy, Debug)]
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request
            .match_info()
            .get(ID)
            .and_then(|text| text.parse().ok());
        ready(id.map(Self).ok_or_else(|| Code::NotFound.into()))
    }
}

/// The language that the reader asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderLanguage(pub Language);

impl FromRequest for ReaderLanguage {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(context::language(request.headers()))))
    }
}

/// Somebody who has logged in, but perhaps has not given an e-mail address yet (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newcomer {
    pub person_id: PersonId,
    pub session_id: SessionId,
}

impl FromRequest for Newcomer {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let claims = auth::claims(&request).await?;
            Ok(Self {
                person_id: claims.person_id,
                session_id: claims.session_id,
            })
        })
    }
}

/// Somebody who has logged in and completed the first login with an e-mail address (R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor {
    pub person_id: PersonId,
    pub session_id: SessionId,
}

impl FromRequest for Actor {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let claims = auth::claims(&request).await?;
            if claims.has_email {
                Ok(Self {
                    person_id: claims.person_id,
                    session_id: claims.session_id,
                })
            } else {
                Err(Code::EmailRequired.into())
            }
        })
    }
}
