//! Signed decisions of officials (R17, R18).

use super::super::documents::as_file;
use super::super::responses::{Always, InOffice, OfOne};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::PathId, problem::ApiError},
    service::office::{
        decisions,
        doors::{Decisions, Official},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use balabaqsha_shared::{appointment::Capacity, dto, id::DocumentId};

/// Show a decision
///
/// Whose signature it has and what the verification said.
#[utoipa::path(
    tag = "office",
    operation_id = "show_decision",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The decision."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The decision.", body = dto::Decision),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/decisions/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Decisions>,
    id: PathId<DocumentId>,
) -> Result<web::Json<dto::Decision>, ApiError> {
    Ok(web::Json(decisions::get(&app, &official, id.0).await?))
}

/// Get the paper of a decision
///
/// A PDF in Kazakh and Russian.
#[utoipa::path(
    tag = "office",
    operation_id = "get_decision_pdf",
    extensions(("x-rate-limit" = json!(Class::Paper))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The decision."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The paper.", body = Vec<u8>, content_type = "application/pdf"),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/decisions/{id}/pdf")]
pub async fn pdf(
    app: web::Data<App>,
    official: Official<Decisions>,
    request: HttpRequest,
    id: PathId<DocumentId>,
) -> Result<HttpResponse, ApiError> {
    as_file(decisions::pdf(&app, &official, id.0).await?, &request)
}
