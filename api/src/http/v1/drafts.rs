//! Drafts of all kinds, after their answers were lost.

use super::responses::{Always, OfOne, SignedIn};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, PathId},
        problem::ApiError,
    },
    service::reading::drafts,
};
use actix_web::{get, web};
use balabaqsha_shared::{dto, id::DraftId};

/// Show what has become of a draft
///
/// For whoever does not know whether the signature has arrived: `signed_at` says so, and the id of what
/// was made or changed stands beside it.
#[utoipa::path(
    tag = "applications",
    operation_id = "show_draft",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DraftId, Path, description = "The draft.")),
    responses(
        (status = 200, description = "What has become of it.", body = dto::DraftOutcome),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/drafts/{id}")]
pub async fn show(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DraftId>,
) -> Result<web::Json<dto::DraftOutcome>, ApiError> {
    Ok(web::Json(drafts::get(&app, actor.person_id, id.0).await?))
}
