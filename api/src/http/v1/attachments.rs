//! Attaching an application to a second parent.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, Json, PathId},
        problem::ApiError,
    },
    service::{
        acts::{attaching, detaching},
        reading::attachments,
    },
};
use actix_web::{HttpResponse, get, post, put, web};
use balabaqsha_shared::{dto, id::AttachmentId};

/// Draft a request to attach an application
///
/// For a second parent who knows the child's IIN and the number of the application (R3). A pair that
/// does not belong together is refused like one that does not exist.
#[utoipa::path(
    tag = "attachments",
    operation_id = "create_attachment_draft",
    extensions(("x-rate-limit" = json!(Class::Attachment))),
    security(("bearer" = [])),
    request_body = dto::AttachmentDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/attachment-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    actor: Actor,
    request: Json<dto::AttachmentDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = attaching::create_draft(&app, actor.person_id, &request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Ask to attach an application
///
/// The registry of parents may confirm it at once; otherwise it waits for the applicant. Nothing is
/// visible until then.
#[utoipa::path(
    tag = "attachments",
    operation_id = "create_attachment",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::SignedDraft,
    responses(
        (status = 201, description = "The request.", body = dto::Attachment),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/attachments")]
pub async fn create(
    app: web::Data<App>,
    actor: Actor,
    request: Json<dto::SignedDraft>,
) -> Result<HttpResponse, ApiError> {
    let attachment = attaching::request(&app, actor.person_id, request.0).await?;
    Ok(HttpResponse::Created().json(attachment))
}

/// List requests to attach applications
///
/// What the reader asked for, what waits for the reader's decision, and who is attached to the reader's
/// applications.
#[utoipa::path(
    tag = "attachments",
    operation_id = "list_attachments",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The requests.", body = dto::AttachmentList),
        Always, SignedIn
    )
)]
#[get("/v1/attachments")]
pub async fn list(
    app: web::Data<App>,
    actor: Actor,
) -> Result<web::Json<dto::AttachmentList>, ApiError> {
    Ok(web::Json(attachments::list(&app, actor.person_id).await?))
}

/// Decide on a request to attach an application
///
/// For the applicant. The same decision once more changes nothing.
#[utoipa::path(
    tag = "attachments",
    operation_id = "decide_attachment",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = AttachmentId, Path, description = "The request.")),
    request_body = dto::AttachmentDecision,
    responses(
        (status = 204, description = "It is decided."),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[put("/v1/attachments/{id}/decision")]
pub async fn decide(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<AttachmentId>,
    request: Json<dto::AttachmentDecision>,
) -> Result<HttpResponse, ApiError> {
    attaching::decide(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Draft the ending of an attachment
///
/// For the applicant and for the attached person (R3).
#[utoipa::path(
    tag = "attachments",
    operation_id = "create_detachment_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = AttachmentId, Path, description = "The attachment.")),
    request_body = dto::ActDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/attachments/{id}/detachment-drafts")]
pub async fn create_detachment_draft(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<AttachmentId>,
    request: Json<dto::ActDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = detaching::create_draft(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// End an attachment
///
/// The attached person does not see the application from then on.
#[utoipa::path(
    tag = "attachments",
    operation_id = "end_attachment",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = AttachmentId, Path, description = "The attachment.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "The attachment that has ended.", body = dto::Attachment),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/attachments/{id}/detachment")]
pub async fn end(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<AttachmentId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::Attachment>, ApiError> {
    Ok(web::Json(
        detaching::end(&app, actor.person_id, id.0, request.0).await?,
    ))
}
