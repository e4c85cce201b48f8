//! Kindergartens of the registry.

use super::super::{
    paging::{self, Paging},
    responses::{Always, InOffice, OfOne, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, Query, ReaderLanguage},
        malformed,
        problem::ApiError,
        versions::{self, Seen},
    },
    service::office::{
        doors::{Official, Registry},
        kindergartens::{self, Sorting, Wish},
    },
};
use actix_web::{HttpRequest, HttpResponse, get, http::header::LOCATION, post, put, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto, endpoint,
    id::{KindergartenId, LocalityId, RegistryChangeId},
    kindergarten::KindergartenKind,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// By what a list is sorted; with a minus from the end.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
pub enum Order {
    #[default]
    #[serde(rename = "name")]
    Name,
    #[serde(rename = "-name")]
    NameFromEnd,
    #[serde(rename = "bin")]
    Bin,
    #[serde(rename = "-bin")]
    BinFromEnd,
}

/// Which kindergartens are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// All localities of the caller when absent.
    locality_id: Option<LocalityId>,
    kind: Option<KindergartenKind>,
    /// A part of the name in any language, or the beginning of the BIN.
    #[param(max_length = 100)]
    search: Option<String>,
    #[param(inline)]
    sort: Option<Order>,
    /// `next_cursor` of the page before, of the same list.
    cursor: Option<String>,
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u16>,
}

/// So long is what somebody looks for.
const LONGEST_SEARCH: usize = 100;

/// List kindergartens of the registry
///
/// Those of the caller's localities, with the places of their groups together.
#[utoipa::path(
    tag = "office",
    operation_id = "list_office_kindergartens",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Filter, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "A page of kindergartens.",
            body = dto::Page<dto::KindergartenSummary>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/kindergartens")]
pub async fn list(
    app: web::Data<App>,
    official: Official<Registry>,
    filter: Query<Filter>,
) -> Result<web::Json<dto::Page<dto::KindergartenSummary>>, ApiError> {
    let filter = filter.0;
    let length = filter
        .search
        .as_ref()
        .map_or(0, |text| text.chars().count());
    if length > LONGEST_SEARCH {
        return Err(malformed::refusal("search"));
    }
    let paging = Paging {
        cursor: filter.cursor,
        limit: filter.limit,
    };
    let (sorting, descending) = match filter.sort.unwrap_or_default() {
        Order::Name => (Sorting::Name, false),
        Order::NameFromEnd => (Sorting::Name, true),
        Order::Bin => (Sorting::Bin, false),
        Order::BinFromEnd => (Sorting::Bin, true),
    };
    let wish = Wish {
        locality: filter.locality_id,
        kind: filter.kind,
        search: filter.search,
        sorting,
        descending,
        after: paging.after()?,
    };
    let page = kindergartens::list(&app, &official, wish, paging.limit()?).await?;
    Ok(web::Json(paging::of::<KindergartenId, _>(page)))
}

/// Make a kindergarten
///
/// In a locality of the caller.
#[utoipa::path(
    tag = "office",
    operation_id = "create_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::KindergartenRequest,
    responses(
        (status = 201, description = "The kindergarten.", body = dto::OfficeKindergarten,
            headers(("Location" = String, description = "Address of the kindergarten."))),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/kindergartens")]
pub async fn create(
    app: web::Data<App>,
    official: Official<Registry>,
    language: ReaderLanguage,
    body: Json<dto::KindergartenRequest>,
) -> Result<HttpResponse, ApiError> {
    let made = kindergartens::create(&app, &official, &body.0, language.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::office_kindergarten(made.id)))
        .json(made))
}

/// Show a kindergarten to its official
///
/// With its groups, how their places are used, and changes that are to come. The `ETag` begins with the
/// version that a change has to name.
#[utoipa::path(
    tag = "office",
    operation_id = "show_office_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The kindergarten.", body = dto::OfficeKindergarten),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/kindergartens/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<KindergartenId>,
    language: ReaderLanguage,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let shown = kindergartens::get(&app, &official, id.0, language.0).await?;
    versions::tagged(&request, shown.version, &shown)
}

/// Change a kindergarten
///
/// Says everything of it anew, at once or on a day to come. Its locality stays.
#[utoipa::path(
    tag = "office",
    operation_id = "change_kindergarten",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::KindergartenRequest,
    responses(
        (status = 200, description = "The kindergarten.", body = dto::OfficeKindergarten),
        Always, InOffice, WithBody, OfOne
    )
)]
#[put("/v1/office/kindergartens/{id}")]
pub async fn change(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<KindergartenId>,
    seen: Seen,
    language: ReaderLanguage,
    body: Json<dto::KindergartenRequest>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let changed = kindergartens::change(&app, &official, id.0, seen.0, &body.0, language.0).await?;
    versions::tagged(&request, changed.version, &changed)
}

/// Preview a change of a kindergarten
///
/// What would be different, why it would be refused, and which referrals are open. Nothing is changed.
#[utoipa::path(
    tag = "office",
    operation_id = "preview_kindergarten_change",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    request_body = dto::KindergartenRequest,
    responses(
        (status = 200, description = "What the change would do.", body = dto::ChangePreview),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/kindergartens/{id}/change-previews")]
pub async fn preview(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<KindergartenId>,
    language: ReaderLanguage,
    body: Json<dto::KindergartenRequest>,
) -> Result<web::Json<dto::ChangePreview>, ApiError> {
    Ok(web::Json(
        kindergartens::preview(&app, &official, id.0, &body.0, language.0).await?,
    ))
}

/// List the changes of a kindergarten
///
/// The newest first.
#[utoipa::path(
    tag = "office",
    operation_id = "list_kindergarten_changes",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = KindergartenId, Path, description = "The kindergarten."), Paging,
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "A page of changes.", body = dto::Page<dto::RegistryChange>),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/kindergartens/{id}/history")]
pub async fn history(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<KindergartenId>,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::RegistryChange>>, ApiError> {
    let Query(paging) = paging;
    let (before, limit) = (paging.after()?, paging.limit()?);
    let page = kindergartens::history(&app, &official, id.0, before, limit).await?;
    Ok(web::Json(paging::of::<RegistryChangeId, _>(page)))
}
