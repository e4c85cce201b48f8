//! Localities.

use super::responses::Always;
use crate::{http::problem::ApiError, service::places, state::App};
use actix_web::{get, web};
use balabaqsha_shared::dto;

/// List localities
///
/// All localities with their rules profile, free places and queued children.
#[utoipa::path(
    tag = "places",
    operation_id = "list_localities",
    responses((status = 200, description = "The localities.", body = dto::LocalityList), Always)
)]
#[get("/v1/localities")]
pub async fn list(app: web::Data<App>) -> Result<web::Json<dto::LocalityList>, ApiError> {
    Ok(web::Json(places::localities(&app).await?))
}
