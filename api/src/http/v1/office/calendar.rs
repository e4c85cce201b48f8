//! The working calendar for officials.

use super::super::responses::{Always, InOffice, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, Query},
        problem::ApiError,
    },
    service::office::{
        calendar,
        doors::{Official, Registry},
    },
};
use actix_web::{HttpResponse, get, post, web};
use balabaqsha_shared::{appointment::Capacity, dto};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// The present one when absent.
    year: Option<i32>,
}

/// Show the working calendar
///
/// Days of a year that are not what their day of the week says; those of imported decrees with the decree.
#[utoipa::path(
    tag = "office",
    operation_id = "show_calendar",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Filter, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The year.", body = dto::CalendarYear),
        Always, InOffice
    )
)]
#[get("/v1/office/calendar")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Registry>,
    filter: Query<Filter>,
) -> Result<web::Json<dto::CalendarYear>, ApiError> {
    Ok(web::Json(
        calendar::show(&app, &official, filter.0.year).await?,
    ))
}

/// Import days of a decree
///
/// All or nothing; what was imported of the same day before is replaced. Deadlines that are fixed stay
/// (R10). The calendar is that of all localities.
#[utoipa::path(
    tag = "office",
    operation_id = "import_calendar_days",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::CalendarImport,
    responses(
        (status = 204, description = "They count from now on."),
        Always, InOffice, WithBody
    )
)]
#[post("/v1/office/calendar")]
pub async fn import(
    app: web::Data<App>,
    official: Official<Registry>,
    body: Json<dto::CalendarImport>,
) -> Result<HttpResponse, ApiError> {
    calendar::import(&app, &official, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
