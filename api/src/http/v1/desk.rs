//! The kindergarten's desk (R19): places, what parents see, and the staff. Its referrals are in `referrals`.

use super::responses::{Always, AtDesk, OfOne, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Attending, FreePlacesScope, Json, PathId},
        problem::ApiError,
        versions::{Seen, SeenTag, tagged},
    },
    service::desk::{colleagues, description, doors::Staff, places},
};
use actix_web::{HttpRequest, HttpResponse, get, post, put, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto,
    id::{GroupId, KindergartenId, StaffMemberId},
};

/// Show a kindergarten with its places
///
/// For its staff and its programs.
#[utoipa::path(
    tag = "desk",
    operation_id = "show_desk_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["places"])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")
    ),
    responses(
        (status = 200, description = "The kindergarten.", body = dto::DeskKindergarten,
            headers(("ETag" = String, description = "For changing what describes it."))),
        Always, AtDesk, OfOne
    )
)]
#[get("/v1/desk/kindergartens/{id}")]
pub async fn show(
    app: web::Data<App>,
    request: HttpRequest,
    attending: Attending<FreePlacesScope>,
    id: PathId<KindergartenId>,
) -> Result<HttpResponse, ApiError> {
    let shown = places::kindergarten(&app, &attending.attendant, id.0).await?;
    tagged(&request, shown.version, &shown)
}

/// Say what parents see
///
/// Telephone, opening hours and a text in three languages.
#[utoipa::path(
    tag = "desk",
    operation_id = "describe_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`staff`.")
    ),
    request_body = dto::KindergartenDescription,
    responses(
        (status = 200, description = "The kindergarten.", body = dto::DeskKindergarten),
        Always, AtDesk, WithBody, OfOne
    )
)]
#[put("/v1/desk/kindergartens/{id}/description")]
pub async fn describe(
    app: web::Data<App>,
    request: HttpRequest,
    staff: Staff,
    seen: Seen,
    id: PathId<KindergartenId>,
    body: Json<dto::KindergartenDescription>,
) -> Result<HttpResponse, ApiError> {
    let shown = description::describe(&app, staff, id.0, seen.0, &body.0).await?;
    tagged(&request, shown.version, &shown)
}

/// Show a group with its places
#[utoipa::path(
    tag = "desk",
    operation_id = "show_desk_group",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["places"])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")
    ),
    responses(
        (status = 200, description = "The group.", body = dto::DeskGroup),
        Always, AtDesk, OfOne
    )
)]
#[get("/v1/desk/groups/{id}")]
pub async fn show_group(
    app: web::Data<App>,
    attending: Attending<FreePlacesScope>,
    id: PathId<GroupId>,
) -> Result<web::Json<dto::DeskGroup>, ApiError> {
    Ok(web::Json(
        places::group(&app, &attending.attendant, id.0).await?,
    ))
}

/// Publish free places, or take them back
///
/// Says how many places are to be free, public and resting together. More are published, as far as the capacity has room
/// that nobody holds or has taken; fewer are taken back, as far as they are free. A place that was taken back rests when it
/// is published again (R16).
#[utoipa::path(
    tag = "desk",
    operation_id = "set_free_places",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = []), ("client_credentials" = ["places"])),
    params(
        ("id" = GroupId, Path, description = "The group."),
        ("Capacity" = Option<Capacity>, Header, description = "`staff`, of a person.")
    ),
    request_body = dto::FreePlaces,
    responses(
        (status = 200, description = "The group.", body = dto::DeskGroup),
        Always, AtDesk, WithBody, OfOne
    )
)]
#[put("/v1/desk/groups/{id}/free-places")]
pub async fn set_free(
    app: web::Data<App>,
    attending: Attending<FreePlacesScope>,
    seen: SeenTag,
    id: PathId<GroupId>,
    body: Json<dto::FreePlaces>,
) -> Result<web::Json<dto::DeskGroup>, ApiError> {
    let is_as_seen = |group: &dto::DeskGroup| seen.is_of(group);
    Ok(web::Json(
        places::set_free(&app, &attending.attendant, id.0, body.0, is_as_seen).await?,
    ))
}

/// List the staff of a kindergarten
///
/// For its head, also those who have left.
#[utoipa::path(
    tag = "desk",
    operation_id = "list_staff",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`staff`.")
    ),
    responses(
        (status = 200, description = "The staff.", body = dto::StaffList),
        Always, AtDesk, OfOne
    )
)]
#[get("/v1/desk/kindergartens/{id}/staff")]
pub async fn list_staff(
    app: web::Data<App>,
    staff: Staff,
    id: PathId<KindergartenId>,
) -> Result<web::Json<dto::StaffList>, ApiError> {
    Ok(web::Json(colleagues::list(&app, staff, id.0).await?))
}

/// Appoint an employee
///
/// By the head; the person logs in with a key of their own.
#[utoipa::path(
    tag = "desk",
    operation_id = "appoint_staff",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`staff`.")
    ),
    request_body = dto::StaffRequest,
    responses(
        (status = 201, description = "The employee.", body = dto::StaffMember),
        Always, AtDesk, WithBody, OfOne
    )
)]
#[post("/v1/desk/kindergartens/{id}/staff")]
pub async fn appoint(
    app: web::Data<App>,
    staff: Staff,
    id: PathId<KindergartenId>,
    body: Json<dto::StaffRequest>,
) -> Result<HttpResponse, ApiError> {
    let member = colleagues::appoint(&app, staff, id.0, &body.0).await?;
    Ok(HttpResponse::Created().json(member))
}

/// End somebody's work for a kindergarten
///
/// By the head, at once. The key of the organisation that the person has does not log them in any more.
#[utoipa::path(
    tag = "desk",
    operation_id = "end_staff",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = StaffMemberId, Path, description = "Of the list of the staff."),
        ("Capacity" = Capacity, Header, description = "`staff`.")
    ),
    responses(
        (status = 200, description = "The work that is over.", body = dto::StaffMember),
        (status = 409, description = "It is over already, or one's own.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, AtDesk, OfOne
    )
)]
#[post("/v1/desk/staff/{id}/ending")]
pub async fn end(
    app: web::Data<App>,
    staff: Staff,
    id: PathId<StaffMemberId>,
) -> Result<web::Json<dto::StaffMember>, ApiError> {
    Ok(web::Json(colleagues::end(&app, staff, id.0).await?))
}
