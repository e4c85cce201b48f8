//! Annulments of referrals (R22), by signed decisions.

use super::super::responses::{Always, InOffice, OfOne, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, SpokenJson},
        problem::ApiError,
    },
    service::office::{
        annulments,
        doors::{Official, Queue},
    },
};
use actix_web::{HttpResponse, post, web};
use balabaqsha_shared::{appointment::Capacity, dto, id::ReferralId};

/// Draft an annulment
///
/// Answers with the exact bytes to sign (R18). Nobody annuls a referral of their own.
#[utoipa::path(
    tag = "office",
    operation_id = "create_annulment_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::AnnulmentDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/referrals/{id}/annulment-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ReferralId>,
    request: SpokenJson<dto::AnnulmentDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = annulments::create_draft(&app, &official, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Annul a referral
///
/// The place is free again, the child stands at its old place in the queue, and the parents are told the
/// reason (R22).
#[utoipa::path(
    tag = "office",
    operation_id = "annul_referral",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = ReferralId, Path, description = "The referral."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "What was done.", body = dto::Annulment),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/referrals/{id}/annulment")]
pub async fn annul(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ReferralId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::Annulment>, ApiError> {
    Ok(web::Json(
        annulments::annul(&app, &official, id.0, request.0).await?,
    ))
}
