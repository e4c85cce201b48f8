//! What people are told.

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
    service::{people::notice_preferences, reading::notices},
};
use actix_web::{HttpResponse, get, put, web};
use balabaqsha_shared::{dto, id::NoticeId};

/// List notices
///
/// What has happened, what comes next, and until when; the newest first, with the number of unread
/// ones. The words are in the reader's language.
#[utoipa::path(
    tag = "notices",
    operation_id = "list_notices",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Paging),
    responses(
        (status = 200, description = "A page of notices.", body = dto::NoticePage),
        Always, SignedIn
    )
)]
#[get("/v1/notices")]
pub async fn list(
    app: web::Data<App>,
    actor: Actor,
    language: ReaderLanguage,
    paging: Query<Paging>,
) -> Result<web::Json<dto::NoticePage>, ApiError> {
    let Query(paging) = paging;
    let page = notices::list(
        &app,
        actor.person_id,
        paging.after()?,
        paging.limit()?,
        language.0,
    )
    .await?;
    Ok(web::Json(paging::of_notices(page)))
}

/// Mark a notice as read
#[utoipa::path(
    tag = "notices",
    operation_id = "read_notice",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = NoticeId, Path, description = "The notice.")),
    responses((status = 204, description = "It is read."), Always, SignedIn, OfOne)
)]
#[put("/v1/notices/{id}/reading")]
pub async fn read(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<NoticeId>,
) -> Result<HttpResponse, ApiError> {
    notices::mark_read(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Show which notices are mailed
///
/// All kinds, with those that cannot be switched off. In the account all notices are shown.
#[utoipa::path(
    tag = "notices",
    operation_id = "show_notice_preferences",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The preferences.", body = dto::NoticePreferences),
        Always, SignedIn
    )
)]
#[get("/v1/me/notice-preferences")]
pub async fn preferences(
    app: web::Data<App>,
    actor: Actor,
) -> Result<web::Json<dto::NoticePreferences>, ApiError> {
    Ok(web::Json(
        notice_preferences::preferences(&app, actor.person_id).await?,
    ))
}

/// Choose which notices are mailed
///
/// A kind that is left out stays as it is; an obligatory one cannot be switched off.
#[utoipa::path(
    tag = "notices",
    operation_id = "set_notice_preferences",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    request_body = dto::NoticePreferences,
    responses(
        (status = 200, description = "The preferences.", body = dto::NoticePreferences),
        Always, SignedIn, WithBody
    )
)]
#[put("/v1/me/notice-preferences")]
pub async fn set_preferences(
    app: web::Data<App>,
    actor: Actor,
    if_match: IfMatch,
    request: Json<dto::NoticePreferences>,
) -> Result<web::Json<dto::NoticePreferences>, ApiError> {
    if_match
        .check(async || notice_preferences::preferences(&app, actor.person_id).await)
        .await?;
    Ok(web::Json(
        notice_preferences::set_preferences(&app, actor.person_id, &request.0).await?,
    ))
}
