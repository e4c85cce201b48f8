//! One-time texts to sign for a login.

use super::responses::{Always, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::SpokenJson, problem::ApiError},
    service::people::login,
};
use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use balabaqsha_shared::dto;

/// Create a login challenge
///
/// Sign exactly `content` (CMS, detached) with a key for logging in: RSA with clientAuth, or
/// GOST512. A challenge is good for one login within five minutes.
#[utoipa::path(
    tag = "session",
    operation_id = "create_challenge",
    extensions(("x-rate-limit" = json!(Class::Login))),
    request_body = dto::ChallengeRequest,
    responses((status = 201, description = "The challenge.", body = dto::Challenge), Always, WithBody)
)]
#[post("/v1/challenges")]
pub async fn create(
    app: web::Data<App>,
    asked: HttpRequest,
    request: SpokenJson<dto::ChallengeRequest>,
) -> Result<HttpResponse, ApiError> {
    let user_agent = asked.headers().get(header::USER_AGENT);
    let user_agent = user_agent.and_then(|name| name.to_str().ok());
    let user_agent = user_agent.unwrap_or_default();
    let challenge = login::create_challenge(&app, &request.0, user_agent).await?;
    Ok(HttpResponse::Created().json(challenge))
}
