//! Sessions: a short access token, and a refresh token in an HttpOnly cookie.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        browser_cookie,
        extract::{Json, Newcomer, PathId, ReaderLanguage},
        problem::ApiError,
    },
    service::people::{
        login::{self, Browser, LoggedIn},
        sessions::{self, EndedFrom},
    },
};
use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    cookie::{Cookie, SameSite, time::Duration},
    delete, get,
    http::header,
    post, put, web,
};
use balabaqsha_shared::{code::Code, dto, endpoint, id::SessionId};

/// The cookie of the refresh token. Over HTTPS browsers guard the prefix: no other host of the domain
/// can set it (RFC 6265bis, section 4.1.3.2).
const GUARDED: &str = "__Host-balabaqsha_refresh";
const COOKIE: &str = "balabaqsha_refresh";

/// Log in
///
/// Opens a session for the person whom the certificate names (R1). The refresh token comes as a
/// cookie; a session that the cookie of this request has is over. When `person.email` is absent,
/// `PUT /v1/me/email` must come next.
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
    asked: HttpRequest,
    request: Json<dto::SessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let device = asked.headers().get(header::USER_AGENT);
    let refresh = presented(&asked);
    let browser = Browser {
        language: language.0,
        device: device
            .and_then(|name| name.to_str().ok())
            .unwrap_or_default(),
        refresh: refresh.as_deref(),
        number: browser_cookie::presented(&asked),
    };
    let logged_in = login::log_in(&app, request.0, browser).await?;
    Ok(answer(&app, HttpResponse::Created(), logged_in))
}

/// Renew the session
///
/// Gives a new access token for the refresh cookie, and a new cookie. Whose answer was lost asks again
/// with the same cookie and gets the same new one, as long as nobody has used it. A session lives for
/// seven days at most.
#[utoipa::path(
    tag = "session",
    operation_id = "renew_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    responses((status = 200, description = "The session.", body = dto::Session), Always, SignedIn)
)]
#[put("/v1/sessions/current")]
pub async fn renew(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let token = presented(&request).ok_or(Code::NotAuthenticated)?;
    let logged_in = sessions::renew(&app, &token).await?;
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
        sessions::log_out(&app, &token).await?;
    }
    let gone = refresh_cookie(&app, String::new(), Duration::ZERO);
    let mut response = HttpResponse::NoContent();
    response.cookie(gone).cookie(earlier());
    Ok(response.finish())
}

/// List my sessions
///
/// Where this person is logged in, the latest used first.
#[utoipa::path(
    tag = "session",
    operation_id = "list_my_sessions",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    responses((status = 200, description = "The sessions.", body = dto::SessionList), Always, SignedIn)
)]
#[get("/v1/sessions")]
pub async fn list(
    app: web::Data<App>,
    newcomer: Newcomer,
) -> Result<web::Json<dto::SessionList>, ApiError> {
    Ok(web::Json(
        sessions::list(&app, newcomer.person_id, newcomer.session.id).await?,
    ))
}

/// End one of my sessions
///
/// Its access tokens, its cookie and its streams are over at once, in every process within a second.
#[utoipa::path(
    tag = "session",
    operation_id = "end_my_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = SessionId, Path, description = "The session.")),
    responses((status = 204, description = "The session is over."), Always, SignedIn, OfOne)
)]
#[delete("/v1/sessions/{id}")]
pub async fn end_one(
    app: web::Data<App>,
    newcomer: Newcomer,
    asked: HttpRequest,
    id: PathId<SessionId>,
) -> Result<HttpResponse, ApiError> {
    let at = EndedFrom {
        session: newcomer.session.id,
        browser: browser_cookie::presented(&asked),
    };
    sessions::end(&app, newcomer.person_id, at, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn presented(request: &HttpRequest) -> Option<String> {
    request
        .cookie(GUARDED)
        .or_else(|| request.cookie(COOKIE))
        .map(|cookie| cookie.value().to_owned())
}

fn answer(app: &App, mut response: HttpResponseBuilder, logged_in: LoggedIn) -> HttpResponse {
    if let Some((token, expires_at)) = logged_in.refresh {
        let age = Duration::seconds((expires_at - app.core.now()).num_seconds());
        response
            .cookie(refresh_cookie(app, token, age))
            .cookie(earlier());
    }
    response.json(logged_in.session)
}

fn refresh_cookie(app: &App, token: String, age: Duration) -> Cookie<'static> {
    let guarded = app.settings.secure_cookies;
    // The prefix demands the path of the whole host.
    let (name, path) = if guarded {
        (GUARDED, "/")
    } else {
        (COOKIE, endpoint::SESSIONS)
    };
    Cookie::build(name, token)
        .path(path)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(guarded)
        .max_age(age)
        .finish()
}

/// Takes the cookie of earlier releases away, which had another path and would come first.
fn earlier() -> Cookie<'static> {
    Cookie::build(COOKIE, "")
        .path(endpoint::CURRENT_SESSION)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(Duration::ZERO)
        .finish()
}
