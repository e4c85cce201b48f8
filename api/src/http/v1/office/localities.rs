//! Localities of officials with their rules profile.

use super::super::{
    paging::{self, Paging},
    responses::{Always, InOffice, OfOne, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, Query, ReaderLanguage},
        problem::ApiError,
        versions::{self, Seen},
    },
    service::office::{
        doors::{AnyDuty, Official, Registry},
        localities,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, patch, post, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto,
    id::{LocalityId, RegistryChangeId},
};

/// List localities of the caller
///
/// Those in which the caller has any duty, with their rules profile.
#[utoipa::path(
    tag = "office",
    operation_id = "list_office_localities",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The localities.", body = dto::OfficeLocalityList),
        Always, InOffice
    )
)]
#[get("/v1/office/localities")]
pub async fn list(
    app: web::Data<App>,
    official: Official<AnyDuty>,
    language: ReaderLanguage,
) -> Result<web::Json<dto::OfficeLocalityList>, ApiError> {
    Ok(web::Json(
        localities::list(&app, &official, language.0).await?,
    ))
}

/// Show a locality to its official
///
/// With its rules profile, and who changed it last. The `ETag` begins with the version that a change has to
/// name.
#[utoipa::path(
    tag = "office",
    operation_id = "show_office_locality",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = LocalityId, Path, description = "The locality."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The locality.", body = dto::OfficeLocality),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/localities/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<AnyDuty>,
    id: PathId<LocalityId>,
    language: ReaderLanguage,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let locality = localities::get(&app, &official, id.0, language.0).await?;
    versions::tagged(&request, locality.version, &locality)
}

/// Change the rules profile of a locality
///
/// At once, or on a day to come. Deadlines that were fixed before stay (R10). When the check of children is
/// switched on, applications that take part count as verified (R27).
#[utoipa::path(
    tag = "office",
    operation_id = "change_locality",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = LocalityId, Path, description = "The locality."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::LocalityChange,
    responses(
        (status = 200, description = "The locality.", body = dto::OfficeLocality),
        Always, InOffice, WithBody, OfOne
    )
)]
#[patch("/v1/office/localities/{id}")]
pub async fn change(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<LocalityId>,
    seen: Seen,
    language: ReaderLanguage,
    body: Json<dto::LocalityChange>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let locality = localities::change(&app, &official, id.0, seen.0, &body.0, language.0).await?;
    versions::tagged(&request, locality.version, &locality)
}

/// Preview a change of the rules profile
///
/// What would be different, why it would be refused, and whom it concerns. Nothing is changed.
#[utoipa::path(
    tag = "office",
    operation_id = "preview_locality_change",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = LocalityId, Path, description = "The locality."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::LocalityChange,
    responses(
        (status = 200, description = "What the change would do.", body = dto::ChangePreview),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/localities/{id}/change-previews")]
pub async fn preview(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<LocalityId>,
    language: ReaderLanguage,
    body: Json<dto::LocalityChange>,
) -> Result<web::Json<dto::ChangePreview>, ApiError> {
    Ok(web::Json(
        localities::preview(&app, &official, id.0, &body.0, language.0).await?,
    ))
}

/// List the changes of a locality
///
/// The newest first.
#[utoipa::path(
    tag = "office",
    operation_id = "list_locality_changes",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = LocalityId, Path, description = "The locality."), Paging,
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "A page of changes.", body = dto::Page<dto::RegistryChange>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/localities/{id}/history")]
pub async fn history(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<LocalityId>,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::RegistryChange>>, ApiError> {
    let Query(paging) = paging;
    let (before, limit) = (paging.after()?, paging.limit()?);
    let page = localities::history(&app, &official, id.0, before, limit).await?;
    Ok(web::Json(paging::of::<RegistryChangeId, _>(page)))
}
