//! Signing with a phone: the sessions that pages and programs begin and follow.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::http::limits::Class;
use crate::{
    access::browser::BrowserNumber,
    app::App,
    http::{
        browser_cookie,
        extract::{Json, Newcomer, PathId, ReaderLanguage, Visitor},
        problem::ApiError,
    },
    service::phone::{
        beginning,
        watching::{self, Watcher},
    },
};
use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use balabaqsha_shared::{
    dto,
    id::{ChallengeId, SigningSessionId},
};

/// Begin to sign a login with a phone
///
/// Answers with what the QR code says, the QR code, and the links that open the application on the phone itself.
/// The session belongs to the browser, by an HttpOnly cookie: only with it the session is shown, and only with
/// it `POST /v1/sessions` takes the signature. A new session for the same challenge ends the one before.
#[utoipa::path(
    tag = "phone",
    operation_id = "begin_to_sign_challenge",
    extensions(("x-rate-limit" = json!(Class::Login))),
    params(("id" = ChallengeId, Path, description = "The challenge.")),
    responses(
        (status = 201, description = "The session.", body = dto::BegunSigningSession),
        Always, WithBody, OfOne
    )
)]
#[post("/v1/challenges/{id}/signing-session")]
pub async fn begin_login(
    app: web::Data<App>,
    language: ReaderLanguage,
    asked: HttpRequest,
    id: PathId<ChallengeId>,
) -> Result<HttpResponse, ApiError> {
    let browser = browser_cookie::presented(&asked).unwrap_or_else(BrowserNumber::random);
    let begun = beginning::for_login(&app, id.0, browser, language.0).await?;
    Ok(HttpResponse::Created()
        .cookie(browser_cookie::of(&app, browser))
        .json(begun))
}

/// Begin to sign drafts with a phone
///
/// For drafts of the person who has logged in, whoever has made them: a page, or a program that acts for the
/// person. Ask for the session every so often, or follow `GET /v1/changes`; when it is `signed`, send each
/// signature to where a signature of a key file goes. A new session for the same draft ends the one before.
#[utoipa::path(
    tag = "phone",
    operation_id = "begin_to_sign_drafts",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    request_body = dto::SigningSessionRequest,
    responses(
        (status = 201, description = "The session.", body = dto::BegunSigningSession),
        Always, WithBody, SignedIn, OfOne
    )
)]
#[post("/v1/signing-sessions")]
pub async fn begin(
    app: web::Data<App>,
    newcomer: Newcomer,
    language: ReaderLanguage,
    request: Json<dto::SigningSessionRequest>,
) -> Result<HttpResponse, ApiError> {
    let begun = beginning::for_drafts(&app, newcomer.person_id, &request.0, language.0).await?;
    Ok(HttpResponse::Created().json(begun))
}

/// Show a session for signing with a phone
///
/// To whoever has begun it: the person of the token, or the browser of the cookie.
#[utoipa::path(
    tag = "phone",
    operation_id = "show_signing_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    security((), ("bearer" = [])),
    params(("id" = SigningSessionId, Path, description = "The session.")),
    responses(
        (status = 200, description = "The session.", body = dto::SigningSession),
        (status = 401, description = "The access token is not valid any more.",
            body = dto::Problem, content_type = "application/problem+json"),
        Always, OfOne
    )
)]
#[get("/v1/signing-sessions/{id}")]
pub async fn show(
    app: web::Data<App>,
    visitor: Visitor,
    language: ReaderLanguage,
    asked: HttpRequest,
    id: PathId<SigningSessionId>,
) -> Result<web::Json<dto::SigningSession>, ApiError> {
    let watcher = watcher(visitor, &asked);
    Ok(web::Json(
        watching::show(&app, watcher, id.0, language.0).await?,
    ))
}

/// Cancel a session for signing with a phone
///
/// The phone can no longer sign. A session that was over stays what it was: look at its state.
#[utoipa::path(
    tag = "phone",
    operation_id = "cancel_signing_session",
    extensions(("x-rate-limit" = json!(Class::General))),
    security((), ("bearer" = [])),
    params(("id" = SigningSessionId, Path, description = "The session.")),
    responses(
        (status = 200, description = "The session.", body = dto::SigningSession),
        (status = 401, description = "The access token is not valid any more.",
            body = dto::Problem, content_type = "application/problem+json"),
        Always, OfOne
    )
)]
#[delete("/v1/signing-sessions/{id}")]
pub async fn cancel(
    app: web::Data<App>,
    visitor: Visitor,
    language: ReaderLanguage,
    asked: HttpRequest,
    id: PathId<SigningSessionId>,
) -> Result<web::Json<dto::SigningSession>, ApiError> {
    let watcher = watcher(visitor, &asked);
    Ok(web::Json(
        watching::cancel(&app, watcher, id.0, language.0).await?,
    ))
}

fn watcher(visitor: Visitor, asked: &HttpRequest) -> Watcher {
    Watcher {
        person: visitor.account.map(|(person, _)| person),
        browser: browser_cookie::presented(asked),
    }
}
