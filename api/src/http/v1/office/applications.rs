//! Applications for officials whose duty is `queue`.

use super::super::responses::{Always, InOffice, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::Json, problem::ApiError},
    service::office::{
        doors::{Official, Queue},
        searching,
    },
};
use actix_web::{post, web};
use balabaqsha_shared::{appointment::Capacity, dto};

/// Search applications
///
/// By number or by the child, with a reason. The parents see who has searched and why (R25).
#[utoipa::path(
    tag = "office",
    operation_id = "search_applications",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::ApplicationSearch,
    responses(
        (status = 200, description = "What fits, in the localities of the caller.",
            body = dto::FoundApplications),
        Always, InOffice, WithBody
    )
)]
#[post("/v1/office/application-searches")]
pub async fn search(
    app: web::Data<App>,
    official: Official<Queue>,
    request: Json<dto::ApplicationSearch>,
) -> Result<web::Json<dto::FoundApplications>, ApiError> {
    Ok(web::Json(
        searching::search(&app, &official, &request.0).await?,
    ))
}
