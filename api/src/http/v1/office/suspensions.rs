//! Times in which a locality issues no referrals (R24), by signed decisions.

use super::super::responses::{Always, InOffice, OfOne, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, SpokenJson},
        problem::ApiError,
    },
    service::office::{
        doors::{Official, Registry},
        suspensions,
    },
};
use actix_web::{HttpResponse, get, post, web};
use balabaqsha_shared::{appointment::Capacity, dto, id::SuspensionId};

/// List suspensions
///
/// Of the caller's localities, also those that are over; the newest first.
#[utoipa::path(
    tag = "office",
    operation_id = "list_suspensions",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The suspensions.", body = dto::OfficeSuspensionList),
        Always, InOffice
    )
)]
#[get("/v1/office/suspensions")]
pub async fn list(
    app: web::Data<App>,
    official: Official<Registry>,
) -> Result<web::Json<dto::OfficeSuspensionList>, ApiError> {
    Ok(web::Json(suspensions::list(&app, &official).await?))
}

/// Draft a suspension
///
/// Answers with the exact bytes to sign (R18).
#[utoipa::path(
    tag = "office",
    operation_id = "create_suspension_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SuspensionDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/suspension-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    official: Official<Registry>,
    request: SpokenJson<dto::SuspensionDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = suspensions::create_draft(&app, &official, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Suspend the issue of referrals
///
/// New holds are refused until the end; live ones are honoured, and deadlines run on (R24).
#[utoipa::path(
    tag = "office",
    operation_id = "suspend_issue",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 201, description = "The suspension.", body = dto::OfficeSuspension),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/suspensions")]
pub async fn create(
    app: web::Data<App>,
    official: Official<Registry>,
    request: Json<dto::SignedDraft>,
) -> Result<HttpResponse, ApiError> {
    let begun = suspensions::begin_signed(&app, &official, request.0).await?;
    Ok(HttpResponse::Created().json(begun))
}

/// Draft the ending of a suspension
///
/// Answers with the exact bytes to sign (R18).
#[utoipa::path(
    tag = "office",
    operation_id = "create_resumption_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = SuspensionId, Path, description = "The suspension."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::ActDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/suspensions/{id}/ending-drafts")]
pub async fn create_ending_draft(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<SuspensionId>,
    request: SpokenJson<dto::ActDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = suspensions::create_ending_draft(&app, &official, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// End a suspension
///
/// Referrals are issued again at once.
#[utoipa::path(
    tag = "office",
    operation_id = "resume_issue",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = SuspensionId, Path, description = "The suspension."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "The suspension, ended.", body = dto::OfficeSuspension),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/suspensions/{id}/ending")]
pub async fn end(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<SuspensionId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::OfficeSuspension>, ApiError> {
    Ok(web::Json(
        suspensions::end_signed(&app, &official, id.0, request.0).await?,
    ))
}
