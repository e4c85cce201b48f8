//! Appointments of officials.

use super::super::{
    paging::{self, Paging},
    responses::{Always, InOffice, OfOne, WithBody},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, Query},
        problem::ApiError,
    },
    service::office::{
        appointments,
        doors::{Appointments, Official},
    },
};
use actix_web::{HttpResponse, get, post, web};
use balabaqsha_shared::{appointment::Capacity, dto, id::AppointmentId};

/// List appointments
///
/// Those of the localities in which the caller has the duty `appointments`, also those that are over.
#[utoipa::path(
    tag = "office",
    operation_id = "list_appointments",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(Paging, ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "A page of appointments.", body = dto::Page<dto::Appointment>),
        Always, InOffice
    )
)]
#[get("/v1/office/appointments")]
pub async fn list(
    app: web::Data<App>,
    official: Official<Appointments>,
    paging: Query<Paging>,
) -> Result<web::Json<dto::Page<dto::Appointment>>, ApiError> {
    let Query(paging) = paging;
    let page = appointments::list(&app, &official, paging.after()?, paging.limit()?).await?;
    Ok(web::Json(paging::of::<AppointmentId, _>(page)))
}

/// Appoint an official
///
/// Nobody appoints themselves.
#[utoipa::path(
    tag = "office",
    operation_id = "create_appointment",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::AppointmentRequest,
    responses(
        (status = 201, description = "The appointment.", body = dto::Appointment),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/appointments")]
pub async fn create(
    app: web::Data<App>,
    official: Official<Appointments>,
    request: Json<dto::AppointmentRequest>,
) -> Result<HttpResponse, ApiError> {
    let appointment = appointments::appoint(&app, &official, &request.0).await?;
    Ok(HttpResponse::Created().json(appointment))
}

/// End an appointment
///
/// At once; requests of the person are refused from then on.
#[utoipa::path(
    tag = "office",
    operation_id = "end_appointment",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(
        ("id" = AppointmentId, Path, description = "The appointment."),
        ("Capacity" = Capacity, Header, description = "`official`.")
    ),
    responses(
        (status = 200, description = "The appointment.", body = dto::Appointment),
        (status = 409, description = "It is over already.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[post("/v1/office/appointments/{id}/ending")]
pub async fn end(
    app: web::Data<App>,
    official: Official<Appointments>,
    id: PathId<AppointmentId>,
) -> Result<web::Json<dto::Appointment>, ApiError> {
    Ok(web::Json(appointments::end(&app, &official, id.0).await?))
}
