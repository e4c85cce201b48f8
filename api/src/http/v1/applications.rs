//! Applications: one child in the queue of one locality.

use super::{
    paging::{self, Paging},
    responses::{Always, OfOne, SignedIn, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, Json, PathId, Query, ReaderLanguage},
        problem::ApiError,
        versions::IfMatch,
    },
    service::{
        acts::{queueing, withdrawal},
        reading::{applications, audit as log, documents as papers, position},
    },
};
use actix_web::{HttpResponse, get, http::header::LOCATION, post, web};
use balabaqsha_shared::{dto, endpoint, id::ApplicationId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

/// Draft an application
///
/// Checks the data of the child (R4) and answers with the exact bytes to sign. All violations are
/// named at once.
#[utoipa::path(
    tag = "applications",
    operation_id = "create_application_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::ApplicationDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody
    )
)]
#[post("/v1/application-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    actor: Actor,
    request: Json<dto::ApplicationDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = queueing::create_draft(&app, actor.person_id, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Submit an application
///
/// Queues the child whose signed draft this is. Sign with a key for signing: RSA with
/// nonRepudiation, or GOST512.
#[utoipa::path(
    tag = "applications",
    operation_id = "create_application",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::SignedDraft,
    responses(
        (status = 201, description = "The application.", body = dto::Application,
            headers(("Location" = String, description = "Address of the application."))),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/applications")]
pub async fn create(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    request: Json<dto::SignedDraft>,
) -> Result<HttpResponse, ApiError> {
    let application = queueing::submit(&app, actor.person_id, request.0, language.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::application(application.id)))
        .json(application))
}

/// List applications
///
/// The journal of applications of the person who has logged in, the newest first (R2).
#[utoipa::path(
    tag = "applications",
    operation_id = "list_applications",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "A page of the journal.", body = dto::Page<dto::ApplicationSummary>),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications")]
pub async fn list(
    app: web::Data<App>,
    actor: Actor,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::ApplicationSummary>>, ApiError> {
    let Query(paging) = paging;
    let page = applications::list(&app, actor.person_id, paging.after()?, paging.limit()?).await?;
    Ok(web::Json(paging::of::<ApplicationId, _>(page)))
}

/// Show an application
///
/// With its place in the queue and what stands before it (R5), and whether a private kindergarten
/// can be chosen, or why not (R6).
#[utoipa::path(
    tag = "applications",
    operation_id = "show_application",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The application.", body = dto::Application),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}")]
pub async fn show(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::Application>, ApiError> {
    Ok(web::Json(
        applications::get(&app, actor.person_id, id.0, language.0).await?,
    ))
}

/// List who has looked at the data of an application
///
/// Officials, kindergartens and programs with their capacity, organisation, moment and reason (R25); the
/// newest first.
#[utoipa::path(
    tag = "applications",
    operation_id = "list_application_looks",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The looks and acts.", body = dto::LookList),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/audit")]
pub async fn audit(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::LookList>, ApiError> {
    Ok(web::Json(log::looks(&app, actor.person_id, id.0).await?))
}

/// Show the history of an application
///
/// What happened, when, and by which rule; the newest first.
#[utoipa::path(
    tag = "applications",
    operation_id = "show_application_history",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The history.", body = dto::History),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/history")]
pub async fn history(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::History>, ApiError> {
    Ok(web::Json(
        applications::history(&app, actor.person_id, id.0).await?,
    ))
}

/// What is asked of a number in the queue.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The changes since this moment, such as the last look, are summed up.
    since: Option<DateTime<Utc>>,
    /// So many days are told one by one.
    #[param(minimum = 1, maximum = 92, default = 30)]
    days: Option<u16>,
}

/// Explain the number in the queue
///
/// Which children before this one have left the queue, which have come before it and why, since a
/// moment and day by day (R5); and a forecast of when it will stand first, with its uncertainty
/// and what it rests on.
#[utoipa::path(
    tag = "applications",
    operation_id = "show_position_history",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application."), Period),
    responses(
        (status = 200, description = "The explanation.", body = dto::PositionHistory),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/position-history")]
pub async fn position_history(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
    period: Query<Period>,
) -> Result<web::Json<dto::PositionHistory>, ApiError> {
    let days = paging::within("/days", period.0.days.unwrap_or(30), 1..=92)?;
    Ok(web::Json(
        position::history(&app, actor.person_id, id.0, period.0.since, days).await?,
    ))
}

/// List free places that fit
///
/// Free places under the state order in the locality, for the child's year of birth.
#[utoipa::path(
    tag = "applications",
    operation_id = "list_application_vacancies",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The free places.", body = dto::VacancyList),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/vacancies")]
pub async fn vacancies(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::VacancyList>, ApiError> {
    Ok(web::Json(
        applications::vacancies(&app, actor.person_id, id.0).await?,
    ))
}

/// Draft a withdrawal
///
/// Answers with the exact bytes to sign (R15).
#[utoipa::path(
    tag = "applications",
    operation_id = "create_withdrawal_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body = dto::ActDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/applications/{id}/withdrawal-drafts")]
pub async fn create_withdrawal_draft(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    if_match: IfMatch,
    id: PathId<ApplicationId>,
    request: Json<dto::ActDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    if_match
        .check(async || applications::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    let draft = withdrawal::create_draft(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Withdraw an application
///
/// Takes the child off the queue or the stop-list for good (R15). A held place is free again.
#[utoipa::path(
    tag = "applications",
    operation_id = "withdraw_application",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "The withdrawn application.", body = dto::Application),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/applications/{id}/withdrawal")]
pub async fn withdraw(
    app: web::Data<App>,
    actor: Actor,
    if_match: IfMatch,
    language: ReaderLanguage,
    id: PathId<ApplicationId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::Application>, ApiError> {
    if_match
        .check(async || applications::get(&app, actor.person_id, id.0, language.0).await)
        .await?;
    Ok(web::Json(
        withdrawal::withdraw(&app, actor.person_id, id.0, request.0, language.0).await?,
    ))
}

/// List the documents of an application
///
/// The signed acts (R17), the newest first.
#[utoipa::path(
    tag = "documents",
    operation_id = "list_application_documents",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The documents.", body = dto::DocumentList),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/documents")]
pub async fn documents(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::DocumentList>, ApiError> {
    Ok(web::Json(papers::list(&app, actor.person_id, id.0).await?))
}
