//! Groups of kindergartens.

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
        doors::{Official, Registry},
        groups,
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::header::LOCATION, post, put, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto, endpoint,
    id::{GroupId, KindergartenId, RegistryChangeId},
};

/// Make a group
///
/// Its kindergarten publishes how many of its places are free.
#[utoipa::path(
    tag = "office",
    operation_id = "create_group",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::GroupRequest,
    responses(
        (status = 201, description = "The group.", body = dto::OfficeGroup,
            headers(("Location" = String, description = "Address of the group."))),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/kindergartens/{id}/groups")]
pub async fn create(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<KindergartenId>,
    language: ReaderLanguage,
    body: Json<dto::GroupRequest>,
) -> Result<HttpResponse, ApiError> {
    let made = groups::create(&app, &official, id.0, &body.0, language.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::office_group(made.id)))
        .json(made))
}

/// Show a group to its official
///
/// With how its places are used, and changes that are to come. The `ETag` begins with the version that a
/// change has to name.
#[utoipa::path(
    tag = "office",
    operation_id = "show_group",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The group.", body = dto::OfficeGroup),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/groups/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<GroupId>,
    language: ReaderLanguage,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let shown = groups::get(&app, &official, id.0, language.0).await?;
    versions::tagged(&request, shown.version, &shown)
}

/// Change a group
///
/// Says everything of it anew, at once or on a day to come. A capacity below what is held and taken is
/// refused with the referrals that stand against it.
#[utoipa::path(
    tag = "office",
    operation_id = "change_group",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::GroupRequest,
    responses(
        (status = 200, description = "The group.", body = dto::OfficeGroup),
        Always, InOffice, WithBody, OfOne
    )
)]
#[put("/v1/office/groups/{id}")]
pub async fn change(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<GroupId>,
    seen: Seen,
    language: ReaderLanguage,
    body: Json<dto::GroupRequest>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let changed = groups::change(&app, &official, id.0, seen.0, &body.0, language.0).await?;
    versions::tagged(&request, changed.version, &changed)
}

/// Preview a change of a group
///
/// What would be different, why it would be refused, which referrals are open, and how its places would be
/// used. Nothing is changed.
#[utoipa::path(
    tag = "office",
    operation_id = "preview_group_change",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::GroupRequest,
    responses(
        (status = 200, description = "What the change would do.", body = dto::ChangePreview),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/groups/{id}/change-previews")]
pub async fn preview(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<GroupId>,
    language: ReaderLanguage,
    body: Json<dto::GroupRequest>,
) -> Result<web::Json<dto::ChangePreview>, ApiError> {
    Ok(web::Json(
        groups::preview(&app, &official, id.0, &body.0, language.0).await?,
    ))
}

/// List the changes of a group
///
/// Also those of its free places; the newest first.
#[utoipa::path(
    tag = "office",
    operation_id = "list_group_changes",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = GroupId, Path, description = "The group."), Paging,
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "A page of changes.", body = dto::Page<dto::RegistryChange>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/groups/{id}/history")]
pub async fn history(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<GroupId>,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::RegistryChange>>, ApiError> {
    let Query(paging) = paging;
    let (before, limit) = (paging.after()?, paging.limit()?);
    let page = groups::history(&app, &official, id.0, before, limit).await?;
    Ok(web::Json(paging::of::<RegistryChangeId, _>(page)))
}

/// List the active referrals to a group
///
/// For a decision about each when the group closes or shrinks. Nothing is told of the children.
#[utoipa::path(
    tag = "office",
    operation_id = "list_group_referrals",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The referrals, the earliest deadline first.",
            body = dto::OpenReferralList),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/groups/{id}/referrals")]
pub async fn referrals(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<GroupId>,
) -> Result<web::Json<dto::OpenReferralList>, ApiError> {
    Ok(web::Json(groups::referrals(&app, &official, id.0).await?))
}
