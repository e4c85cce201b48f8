//! Applications for officials whose duty is `queue`.

use super::super::responses::{Always, InOffice, OfOne, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, SpokenJson},
        problem::ApiError,
    },
    service::office::{
        applications, deciding,
        doors::{Official, Queue},
        searching,
    },
};
use actix_web::{HttpResponse, get, post, web};
use balabaqsha_shared::{appointment::Capacity, dto, id::ApplicationId};

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

/// List applications that wait for an official
///
/// Disputes, claims, children that nobody has verified, and birth dates that the IIN contradicts (R27), in the
/// localities of the caller: overdue ones in front, then the oldest.
#[utoipa::path(
    tag = "office",
    operation_id = "list_waiting_applications",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The applications.", body = dto::WaitingApplicationList),
        Always, InOffice
    )
)]
#[get("/v1/office/waiting-applications")]
pub async fn waiting(
    app: web::Data<App>,
    official: Official<Queue>,
) -> Result<web::Json<dto::WaitingApplicationList>, ApiError> {
    Ok(web::Json(applications::waiting(&app, &official).await?))
}

/// Show an application to an official
///
/// With its history, with who has looked at it, and with what can be decided. Each look is recorded (R25).
#[utoipa::path(
    tag = "office",
    operation_id = "show_office_application",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The application.", body = dto::OfficeApplication),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/applications/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::OfficeApplication>, ApiError> {
    Ok(web::Json(applications::show(&app, &official, id.0).await?))
}

/// Draft a decision about an application
///
/// Answers with the exact bytes to sign (R18), after the decision was tried out. Nobody decides about an application
/// of their own.
#[utoipa::path(
    tag = "office",
    operation_id = "create_application_decision_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::ApplicationDecisionDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/applications/{id}/decision-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ApplicationId>,
    request: SpokenJson<dto::ApplicationDecisionDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = deciding::create_draft(&app, &official, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Decide about an application
///
/// What was decided takes effect at once, and the parents are told the reason (R22, R27).
#[utoipa::path(
    tag = "office",
    operation_id = "decide_application",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "What was done.", body = dto::DecidedApplication),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/applications/{id}/decision")]
pub async fn decide(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ApplicationId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::DecidedApplication>, ApiError> {
    Ok(web::Json(
        deciding::decide(&app, &official, id.0, request.0).await?,
    ))
}
