//! The bulletin of free places under the state order.

use super::responses::Always;
use crate::{
    http::{extract::Query, problem::ApiError},
    service::places,
    state::App,
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{CacheControl, CacheDirective, ETag, EntityTag, Header, IfNoneMatch},
    web,
};
use balabaqsha_shared::{dto, id::LocalityId};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only places of this locality.
    locality_id: Option<LocalityId>,
    /// Only groups that take children born in this year.
    #[param(minimum = 2000, maximum = 2100)]
    birth_year: Option<i32>,
}

/// List free places
///
/// Groups of private kindergartens under the state educational order that have a free place now.
/// The answer has an `ETag`; asking again with `If-None-Match` costs next to nothing while nothing
/// has changed.
#[utoipa::path(
    tag = "places",
    operation_id = "list_vacancies",
    params(Filter),
    responses(
        (status = 200, description = "The bulletin.", body = dto::VacancyList),
        (status = 304, description = "Nothing has changed."),
        Always
    )
)]
#[get("/v1/vacancies")]
pub async fn list(
    app: web::Data<App>,
    request: HttpRequest,
    filter: Query<Filter>,
) -> Result<HttpResponse, ApiError> {
    let list = places::vacancies(&app, filter.0.locality_id, filter.0.birth_year).await?;
    let body = serde_json::to_vec(&list).map_err(ApiError::internal)?;
    let tag = EntityTag::new_strong(BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&body)));
    let unchanged = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut response = if unchanged {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header(ETag(tag))
        .insert_header(CacheControl(vec![CacheDirective::NoCache]));
    Ok(if unchanged {
        response.finish()
    } else {
        response.content_type("application/json").body(body)
    })
}
