//! Sessions: a short access token, and a refresh token in an HttpOnly cookie.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, ReaderLanguage},
        problem::ApiError,
    },
    service::people::login::{self, LoggedIn},
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::{Cookie, SameSite, time::Duration},
    delete, post, put, web,
};
use balabaqsha_shared::{code::Code, dto, endpoint};

const COOKIE: &str = "balabaqsha_refresh";

/// Log in
///
/// Opens a session for the person whom the certificate names (R1). The refresh token comes as a
/// cookie. When `person.email` is absent, `PUT /v1/me/email` must come next.
#[utoipa::path(
    tag = "session",
    operation_id = "create_session",
    extensions(("x-rate-limit" = json!(Class::Login))),
    request_body = dto::SessionRequest,
    responses(
        (status = 201, description = "The session.", body = dto::Session),
        Always, WithBody, OfOne
    )
)]
#[post("/v1/sessions")]
pub async fn create(
    app: web::Data<App>,
    language: ReaderLanguage,
    request: Json<dto::SessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let logged_in = login::log_in(&app, request.0, language.0).await?;
    Ok(answer(&app, HttpResponse::Created(), logged_in))
}

/// Renew the session
///
/// Gives a new access token for the refresh cookie, and a new cookie.
#[utoipa::path(
    tag = "session",
    operation_id = "renew_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The session.", body = dto::Session), Always, SignedIn)
)]
#[put("/v1/sessions/current")]
pub async fn renew(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let token = presented(&request).ok_or(Code::NotAuthenticated)?;
    let logged_in = login::renew(&app, &token).await?;
    Ok(answer(&app, HttpResponse::Ok(), logged_in))
}

/// Log out
#[utoipa::path(
    tag = "session",
    operation_id = "end_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 204, description = "The session is over."), Always)
)]
#[delete("/v1/sessions/current")]
pub async fn end(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if let Some(token) = presented(&request) {
        login::log_out(&app, &token).await?;
    }
    let gone = refresh_cookie(&app, String::new(), Duration::ZERO);
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

fn presented(request: &HttpRequest) -> Option<String> {
    request
        .cookie(COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

fn answer(app: &App, mut response: HttpResponseBuilder, logged_in: LoggedIn) -> HttpResponse {
    if let Some((token, expires_at)) = logged_in.refresh {
        let age = Duration::seconds((expires_at - app.core.now()).num_seconds());
        response.cookie(refresh_cookie(app, token, age));
    }
    response.json(logged_in.session)
}

fn refresh_cookie(app: &App, token: String, age: Duration) -> Cookie<'static> {
    Cookie::build(COOKIE, token)
        .path(endpoint::CURRENT_SESSION)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.settings.secure_cookies)
        .max_age(age)
        .finish()
}
