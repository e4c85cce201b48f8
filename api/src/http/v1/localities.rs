//! Localities.

use super::responses::Always;
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        prepared::Prepared,
        problem::ApiError,
        state::{Bulletin, HttpState},
    },
    service::reading::places,
};
use actix_web::{HttpRequest, HttpResponse, get, web};
use balabaqsha_shared::dto;

/// List localities
///
/// All localities with their rules profile, free places and queued children. The answer has an
/// `ETag`.
#[utoipa::path(
    tag = "places",
    operation_id = "list_localities",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses(
        (status = 200, description = "The localities.", body = dto::LocalityList),
        (status = 304, description = "Nothing has changed."),
        Always
    )
)]
#[get("/v1/localities")]
pub async fn list(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let look = async || Prepared::json(&places::localities(&app).await?);
    let state = HttpState::of(&request)?;
    let list = state.bulletins.ask(Bulletin::Localities, look).await?;
    Ok(list.unless_known(&request))
}
