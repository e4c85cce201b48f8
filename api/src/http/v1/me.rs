//! The person who has logged in.

use super::responses::{Always, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, Newcomer, SpokenJson},
        problem::ApiError,
        versions::IfMatch,
    },
    service::people::{account, email},
};
use actix_web::{get, post, put, web};
use balabaqsha_shared::dto;

/// Show who has logged in
///
/// With the capacities in which the person may act (R18). A request names the chosen one in the header
/// `Capacity`; without it a person acts as a parent.
#[utoipa::path(
    tag = "session",
    operation_id = "show_me",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    responses((status = 200, description = "The person.", body = dto::Me), Always, SignedIn)
)]
#[get("/v1/me")]
pub async fn show(app: web::Data<App>, newcomer: Newcomer) -> Result<web::Json<dto::Me>, ApiError> {
    Ok(web::Json(
        account::me(&app, newcomer.person_id, newcomer.session).await?,
    ))
}

/// Set the e-mail address
///
/// A confirmation code is mailed to it, to be entered at once or later. The answer carries a new
/// access token: the first address opens the account (R1). Where an address is confirmed already, the
/// new one counts from its own confirmation on; the old one is told. An address is mailed three codes
/// an hour at most, whoever asks: 429 `rate-limited`.
#[utoipa::path(
    tag = "session",
    operation_id = "set_my_email",
    extensions(("x-rate-limit" = json!(Class::Email))),
    security(("bearer" = [])),
    request_body = dto::EmailRequest,
    responses(
        (status = 200, description = "The session.", body = dto::Session),
        Always, SignedIn, WithBody
    )
)]
#[put("/v1/me/email")]
pub async fn set_email(
    app: web::Data<App>,
    newcomer: Newcomer,
    if_match: IfMatch,
    request: SpokenJson<dto::EmailRequest>,
) -> Result<web::Json<dto::Session>, ApiError> {
    if_match
        .check(async || account::me(&app, newcomer.person_id, newcomer.session).await)
        .await?;
    Ok(web::Json(
        email::set(&app, newcomer.person_id, newcomer.session, &request.0).await?,
    ))
}

/// Confirm the e-mail address
#[utoipa::path(
    tag = "session",
    operation_id = "confirm_my_email",
    extensions(("x-rate-limit" = json!(Class::Email))),
    security(("bearer" = [])),
    request_body = dto::EmailConfirmation,
    responses(
        (status = 200, description = "The person.", body = dto::Person),
        Always, SignedIn, WithBody
    )
)]
#[post("/v1/me/email/confirmation")]
pub async fn confirm_email(
    app: web::Data<App>,
    newcomer: Newcomer,
    request: Json<dto::EmailConfirmation>,
) -> Result<web::Json<dto::Person>, ApiError> {
    Ok(web::Json(
        email::confirm(&app, newcomer.person_id, &request.0).await?,
    ))
}
