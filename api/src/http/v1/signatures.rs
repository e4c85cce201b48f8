//! Verifying signatures for integrators.

use super::responses::{Always, WithBody};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{extract::Json, problem::ApiError},
    service::reading::signature_check,
};
use actix_web::{post, web};
use balabaqsha_shared::dto;

/// Verify a signature
///
/// Judges a signed document (CMS) by the authorities this service trusts: `PASSED`, `FAILED` or
/// `INDETERMINATE`, each with status 200, with a sub-indication of ETSI EN 319 102-1, the signer,
/// the chain, and what was and was not checked. Nothing is stored, and whose key it is gives no
/// rights here. Without `at` and `evidence` the services of the authority are asked about
/// revocation; with either, only the evidence given counts. Needs no token; limited per address.
#[utoipa::path(
    tag = "signatures",
    operation_id = "verify_signature",
    extensions(("x-rate-limit" = json!(Class::Verification))),
    request_body = dto::VerificationRequest,
    responses(
        (status = 200, description = "The verdict, whichever it is.", body = dto::VerificationReport),
        Always, WithBody
    )
)]
#[post("/v1/signatures/verification")]
pub async fn verify(
    app: web::Data<App>,
    request: Json<dto::VerificationRequest>,
) -> Result<web::Json<dto::VerificationReport>, ApiError> {
    Ok(web::Json(signature_check::verify(&app, request.0).await?))
}
