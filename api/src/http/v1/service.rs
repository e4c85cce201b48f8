//! What the service says of itself.

use super::responses::Always;
use crate::http::limits::Class;
use crate::{app::App, http::problem::ApiError, service::reading::service};
use actix_web::{get, web};
use balabaqsha_shared::dto;

/// The service
///
/// Name, version, mode, clock, and sums over all localities.
#[utoipa::path(
    tag = "service",
    operation_id = "show_service",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The service.", body = dto::Service), Always)
)]
#[get("/v1/service")]
pub async fn show(app: web::Data<App>) -> Result<web::Json<dto::Service>, ApiError> {
    Ok(web::Json(service::show(&app).await?))
}
