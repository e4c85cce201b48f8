//! Claimed benefits and their proofs (R21), for officials whose duty is `queue`.

use super::super::{
    responses::{Always, InOffice, OfOne, WithBody},
    scan_files::{self, ScanPage},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Json, PathId, SpokenJson},
        problem::ApiError,
    },
    service::office::{
        benefits,
        doors::{Official, Queue},
        proofs,
    },
};
use actix_web::{HttpResponse, get, post, web};
use balabaqsha_shared::{
    appointment::Capacity,
    dto,
    id::{BenefitClaimId, ScanId},
};

/// List claimed benefits
///
/// Those that wait for an official in the localities of the caller: overdue ones in front, then by the
/// last day on which an official decides.
#[utoipa::path(
    tag = "office",
    operation_id = "list_office_benefit_claims",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The claims.", body = dto::OfficeBenefitClaimList),
        Always, InOffice
    )
)]
#[get("/v1/office/benefit-claims")]
pub async fn list(
    app: web::Data<App>,
    official: Official<Queue>,
) -> Result<web::Json<dto::OfficeBenefitClaimList>, ApiError> {
    Ok(web::Json(benefits::list(&app, &official).await?))
}

/// Show a claimed benefit
#[utoipa::path(
    tag = "office",
    operation_id = "show_office_benefit_claim",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = BenefitClaimId, Path, description = "The claim."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The claim.", body = dto::OfficeBenefitClaim),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/benefit-claims/{id}")]
pub async fn show(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<BenefitClaimId>,
) -> Result<web::Json<dto::OfficeBenefitClaim>, ApiError> {
    Ok(web::Json(benefits::show(&app, &official, id.0).await?))
}

/// Draft a decision about a benefit
///
/// Answers with the exact bytes to sign (R18). Nobody decides about an application of their own.
#[utoipa::path(
    tag = "office",
    operation_id = "create_benefit_decision_draft",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = BenefitClaimId, Path, description = "The claim."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::BenefitDecisionDraftRequest,
    responses(
        (status = 201, description = "The draft.", body = dto::Draft),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/benefit-claims/{id}/decision-drafts")]
pub async fn create_draft(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<BenefitClaimId>,
    request: SpokenJson<dto::BenefitDecisionDraftRequest>,
) -> Result<HttpResponse, ApiError> {
    let draft = benefits::create_draft(&app, &official, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(draft))
}

/// Decide about a benefit
///
/// A confirmed category counts from the original moment of submission. The parents are told, and read the
/// reason of a refusal (R21).
#[utoipa::path(
    tag = "office",
    operation_id = "decide_benefit_claim",
    extensions(("x-rate-limit" = json!(Class::Signature))),
    security(("bearer" = [])),
    params(("id" = BenefitClaimId, Path, description = "The claim."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::SignedDraft,
    responses(
        (status = 200, description = "What was done.", body = dto::BenefitDecision),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/benefit-claims/{id}/decision")]
pub async fn decide(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<BenefitClaimId>,
    request: Json<dto::SignedDraft>,
) -> Result<web::Json<dto::BenefitDecision>, ApiError> {
    Ok(web::Json(
        benefits::decide(&app, &official, id.0, request.0).await?,
    ))
}

/// Get a page of a proof
///
/// An image that was made of what was sent. Each look is recorded (R25).
#[utoipa::path(
    tag = "office",
    operation_id = "get_office_scan_page",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ScanId, Path, description = "The scan."), ("page" = u16, Path, description = "Counted from 1."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The image.", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 409, description = "Nobody has looked at it for viruses yet.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/scans/{id}/pages/{page}")]
pub async fn scan_page(
    app: web::Data<App>,
    official: Official<Queue>,
    of: ScanPage,
) -> Result<HttpResponse, ApiError> {
    let image = proofs::page(&app, &official, of.id, of.page).await?;
    Ok(scan_files::image(image))
}

/// Get a proof as it was sent
///
/// As an attachment: browsers keep it and do not open it.
#[utoipa::path(
    tag = "office",
    operation_id = "get_office_scan_original",
    extensions(("x-rate-limit" = json!(Class::Paper))),
    security(("bearer" = [])),
    params(("id" = ScanId, Path, description = "The scan."), ("Capacity" = Capacity, Header, description = "`official`.")),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 409, description = "Nobody has looked at it for viruses yet.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, InOffice, OfOne
    )
)]
#[get("/v1/office/scans/{id}/original")]
pub async fn scan_original(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ScanId>,
) -> Result<HttpResponse, ApiError> {
    let original = proofs::original(&app, &official, id.0).await?;
    Ok(scan_files::attachment(original.bytes, original.file_name))
}

/// Open an unchecked proof
///
/// Lets a scan open that the virus scanner has not looked at, with a reason that stays in the log.
#[utoipa::path(
    tag = "office",
    operation_id = "override_virus_check",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ScanId, Path, description = "The scan."), ("Capacity" = Capacity, Header, description = "`official`.")),
    request_body = dto::VirusCheckOverride,
    responses(
        (status = 200, description = "The scan.", body = dto::Scan),
        Always, InOffice, WithBody, OfOne
    )
)]
#[post("/v1/office/scans/{id}/virus-check-override")]
pub async fn override_virus_check(
    app: web::Data<App>,
    official: Official<Queue>,
    id: PathId<ScanId>,
    request: Json<dto::VirusCheckOverride>,
) -> Result<web::Json<dto::Scan>, ApiError> {
    Ok(web::Json(
        proofs::override_virus_check(&app, &official, id.0, &request.0).await?,
    ))
}
