//! Changes of the registry that are to come.

use super::super::responses::{Always, InOffice, OfOne};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::PathId, problem::ApiError},
    service::office::{
        doors::{Official, Registry},
        planned,
    },
};
use actix_web::{HttpResponse, delete, web};
use balabaqsha_shared::{appointment::Capacity, id::RegistryChangeId};

/// Take back a change that is to come
///
/// Also one that was refused on its day.
#[utoipa::path(
    tag = "office",
    operation_id = "take_planned_change_back",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = RegistryChangeId, Path, description = "The change."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 204, description = "It will not take effect."),
        Always, InOffice, OfOne
    )
)]
#[delete("/v1/office/planned-changes/{id}")]
pub async fn take_back(
    app: web::Data<App>,
    official: Official<Registry>,
    id: PathId<RegistryChangeId>,
) -> Result<HttpResponse, ApiError> {
    planned::take_back(&app, &official, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
