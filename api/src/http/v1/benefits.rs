//! Benefits and the scans that prove them (R21), for parents.

use super::{
    responses::{Always, OfOne, SignedIn, WithBody},
    scan_files::{self, ScanPage},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, Json, PathId, Query},
        problem::ApiError,
    },
    service::people::{benefits, proofs},
};
use actix_web::{HttpRequest, HttpResponse, delete, get, http::header::LOCATION, post, web};
use balabaqsha_shared::{
    dto, endpoint,
    id::{ApplicationId, LocalityId, ScanId},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Whose grounds are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Of {
    locality_id: LocalityId,
}

/// List the grounds of benefits
///
/// What a locality gives benefits for, with the article of the law and for how long a proof holds (R21).
#[utoipa::path(
    tag = "places",
    operation_id = "list_benefit_grounds",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(Of),
    responses(
        (status = 200, description = "The grounds; none of a locality that is not known.",
            body = dto::BenefitGroundList),
        Always
    )
)]
#[get("/v1/benefit-grounds")]
pub async fn grounds(
    app: web::Data<App>,
    of: Query<Of>,
) -> Result<web::Json<dto::BenefitGroundList>, ApiError> {
    Ok(web::Json(
        benefits::list_grounds(&app, of.0.locality_id).await?,
    ))
}

/// List the claims to a benefit
///
/// What counts now, all claims with what became of them, and scans that were sent with none yet.
#[utoipa::path(
    tag = "applications",
    operation_id = "list_benefit_claims",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    responses(
        (status = 200, description = "The claims.", body = dto::BenefitClaimList),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/applications/{id}/benefit-claims")]
pub async fn list(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
) -> Result<web::Json<dto::BenefitClaimList>, ApiError> {
    Ok(web::Json(
        benefits::list(&app, actor.person_id, id.0).await?,
    ))
}

/// Claim a benefit
///
/// On a ground of the locality, with scans that were uploaded before. An official decides within five
/// working days; until then the application stands in the general category, or in the one that was
/// confirmed before.
#[utoipa::path(
    tag = "applications",
    operation_id = "claim_benefit",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body = dto::BenefitClaimRequest,
    responses(
        (status = 201, description = "All claims, the new one first.", body = dto::BenefitClaimList),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/applications/{id}/benefit-claims")]
pub async fn claim(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
    request: Json<dto::BenefitClaimRequest>,
) -> Result<HttpResponse, ApiError> {
    let claims = benefits::claim(&app, actor.person_id, id.0, request.0).await?;
    Ok(HttpResponse::Created().json(claims))
}

/// Upload a scan
///
/// The body is the file: JPEG, PNG or PDF, at most 10 MiB, known by its content. It is shown only as
/// images made of it, and kept encrypted. The same content that was sent with no claim yet is known again.
#[utoipa::path(
    tag = "applications",
    operation_id = "upload_scan",
    extensions(("x-rate-limit" = json!(Class::Paper))),
    security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application.")),
    request_body(content(
        ("image/jpeg"),
        ("image/png"),
        ("application/pdf"),
        ("application/octet-stream"),
    ), description = "The file."),
    responses(
        (status = 201, description = "The scan.", body = dto::Scan,
            headers(("Location" = String, description = "Address of its first page."))),
        Always, SignedIn, WithBody, OfOne
    )
)]
#[post("/v1/applications/{id}/scans")]
pub async fn upload(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ApplicationId>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    scan_files::announced(&request)?;
    // Before anything is taken of the body.
    benefits::list(&app, actor.person_id, id.0).await?;
    let content = scan_files::receive(payload).await?;
    let scan = proofs::upload(&app, actor.person_id, id.0, content).await?;
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, endpoint::scan_page(scan.id, 1)))
        .json(scan))
}

/// Remove a scan
///
/// One that was sent with no claim.
#[utoipa::path(
    tag = "applications",
    operation_id = "remove_scan",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ScanId, Path, description = "The scan.")),
    responses(
        (status = 204, description = "It is gone."),
        Always, SignedIn, OfOne
    )
)]
#[delete("/v1/scans/{id}")]
pub async fn remove(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<ScanId>,
) -> Result<HttpResponse, ApiError> {
    proofs::remove(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Get a page of a scan
///
/// An image that was made of what was sent.
#[utoipa::path(
    tag = "applications",
    operation_id = "get_scan_page",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = ScanId, Path, description = "The scan."), ("page" = u16, Path, description = "Counted from 1.")),
    responses(
        (status = 200, description = "The image.", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 409, description = "Nobody has looked at it for viruses yet.", body = dto::Problem,
            content_type = "application/problem+json"),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/scans/{id}/pages/{page}")]
pub async fn page(
    app: web::Data<App>,
    actor: Actor,
    of: ScanPage,
) -> Result<HttpResponse, ApiError> {
    let image = proofs::page(&app, actor.person_id, of.id, of.page).await?;
    Ok(scan_files::image(image))
}
