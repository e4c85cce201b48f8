//! Referrals: choosing a place, holding it while signing, and the public check of the paper.

use super::responses::{Always, OfOne, SignedIn, WithBody};
use crate::{
    http::{
        extract::{Actor, Json, PathId},
        problem::ApiError,
    },
    service::referrals,
    state::App,
};
use actix_web::{HttpResponse, delete, get, http::header::LOCATION, post, web};
use balabaqsha_shared::{
    dto, endpoint,
    id::{DraftId, ReferralId},
};

/// Draft a referral
///
/// Holds the chosen place (R8) and answers with the exact bytes to sign. Choosing the held group
/// again keeps the hold and its end; another group gives the old place back.
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_referral_draft",
    security(("bearer" = [])),
    request_body = dto::ReferralDraftRequest,
    responses(
        (status = 201, description = "The draft, with its hold.", body = dto::Draft),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referral-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    actor: Actor,
    request: Json<dto::ReferralDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = referrals::create_draft(&app, actor.person_id, &request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Give a held place back
#[utoipa::path(
    tag = "referrals",
    operation_id = "delete_referral_draft",
    security(("bearer" = [])),
    params(("id" = DraftId, Path, description = "The draft.")),
    responses(
        (status = 204, description = "The place is free again."),
        (status = 409, description = "The draft was signed already.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, SignedIn, OfOne
    )
)]
#[delete("/v1/referral-drafts/{id}")]
pub async fn delete_draft(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DraftId>,
) -> Result<HttpResponse, ApiError> {
    referrals::cancel_draft(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Issue a referral
///
/// Takes the held place and takes the child off the queue, all or nothing (R9).
#[utoipa::path(
    tag = "referrals",
    operation_id = "create_referral",
    security(("bearer" = [])),
    request_body = dto::SignedDraft,
    responses(
        (status = 201, description = "The referral.", body = dto::Referral,
            headers(("Location" = String, description = "Address of the referral."))),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/referrals")]
pub async fn create(
    app: web::Data<App>,
    actor: Actor,
    request: Json<dto::SignedDraft>,
) -> Result<HttpResponse, ApiError> {
    let referral = referrals::issue(&app, actor.person_id, request.0).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::referral(referral.id)))
        .json(referral))
}

/// Show a referral
#[utoipa::path(
    tag = "referrals",
    operation_id = "show_referral",
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral.")),
    responses(
        (status = 200, description = "The referral.", body = dto::Referral),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/referrals/{id}")]
pub async fn show(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ReferralId>,
) -> Result<web::Json<dto::Referral>, ApiError> {
    Ok(web::Json(
        referrals::get(&app, actor.person_id, id.0).await?,
    ))
}

/// Check a referral
///
/// Public: what the QR code of the paper leads to. Says whether the referral is valid; the name of
/// the child is masked (R17).
#[utoipa::path(
    tag = "referrals",
    operation_id = "verify_referral",
    params(("token" = String, Path, description = "The token of the QR code.")),
    responses(
        (status = 200, description = "The state of the referral.", body = dto::ReferralVerification),
        Always, OfOne
    )
)]
#[get("/v1/referral-verifications/{token}")]
pub async fn verification(
    app: web::Data<App>,
    token: web::Path<String>,
) -> Result<web::Json<dto::ReferralVerification>, ApiError> {
    Ok(web::Json(referrals::verification(&app, &token).await?))
}
