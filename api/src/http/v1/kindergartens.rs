//! Kindergartens and their groups.

use super::{
    paging::{self, Paging},
    responses::{Always, OfOne},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{PathId, Query},
        problem::ApiError,
    },
    service::reading::places,
};
use actix_web::{get, web};
use balabaqsha_shared::{
    dto,
    id::{KindergartenId, LocalityId},
};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Only kindergartens of this locality.
    locality_id: Option<LocalityId>,
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
}

/// List kindergartens
///
/// Kindergartens with their groups, in a stable order.
#[utoipa::path(
    tag = "places",
    operation_id = "list_kindergartens",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(Filter),
    responses(
        (status = 200, description = "A page of kindergartens.", body = dto::Page<dto::Kindergarten>),
        Always
    )
)]
#[get("/v1/kindergartens")]
pub async fn list(
    app: web::Data<App>,
    filter: Query<Filter>,
) -> Result<web::Json<dto::Page<dto::Kindergarten>>, ApiError> {
    let Filter {
        locality_id,
        cursor,
        limit,
    } = filter.0;
    let paging = Paging { cursor, limit };
    let page = places::kindergartens(&app, locality_id, paging.after()?, paging.limit()?).await?;
    Ok(web::Json(paging::of::<KindergartenId, _>(page)))
}

/// Show a kindergarten
#[utoipa::path(
    tag = "places",
    operation_id = "show_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(("id" = KindergartenId, Path, description = "The kindergarten.")),
    responses((status = 200, description = "The kindergarten.", body = dto::Kindergarten), Always, OfOne)
)]
#[get("/v1/kindergartens/{id}")]
pub async fn show(
    app: web::Data<App>,
    id: PathId<KindergartenId>,
) -> Result<web::Json<dto::Kindergarten>, ApiError> {
    Ok(web::Json(places::kindergarten(&app, id.0).await?))
}
