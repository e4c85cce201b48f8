//! Signed acts: the bytes, the signature, the verdict and the paper (R17).

use super::{
    files::named,
    responses::{Always, OfOne, SignedIn},
};
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{Actor, PathId},
        prepared::Prepared,
        problem::ApiError,
    },
    service::reading::{documents, evidence as proofs},
};
use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{
        CACHE_CONTROL, CONTENT_DISPOSITION, DispositionType, HeaderValue, TryIntoHeaderValue,
    },
    web,
};
use balabaqsha_shared::{dto, id::DocumentId};

/// Show a document
///
/// Whose signature it has and what the verification said.
#[utoipa::path(
    tag = "documents",
    operation_id = "show_document",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "The document.", body = dto::Document),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/documents/{id}")]
pub async fn show(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DocumentId>,
) -> Result<web::Json<dto::Document>, ApiError> {
    Ok(web::Json(
        documents::get(&app, actor.person_id, id.0).await?,
    ))
}

/// Get the signed bytes
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_content",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "Exactly the bytes that were signed: text in UTF-8.",
            body = String, content_type = "text/plain"),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/documents/{id}/content")]
pub async fn content(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DocumentId>,
) -> Result<HttpResponse, ApiError> {
    let bytes = documents::content(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(bytes))
}

/// Get the signature
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_signature",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "The detached CMS (RFC 5652), DER.",
            body = Vec<u8>, content_type = "application/pkcs7-signature"),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/documents/{id}/signature")]
pub async fn signature(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DocumentId>,
) -> Result<HttpResponse, ApiError> {
    let bytes = documents::signature(&app, actor.person_id, id.0).await?;
    Ok(HttpResponse::Ok()
        .content_type("application/pkcs7-signature")
        .body(bytes))
}

/// Get the paper
///
/// PDF in Kazakh and Russian; a referral has a QR code that leads to its public check. It never
/// changes: the answer has an `ETag`, and asking again with `If-None-Match` costs next to nothing.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_pdf",
    extensions(("x-rate-limit" = json!(Class::Paper))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "The PDF.", body = Vec<u8>, content_type = "application/pdf"),
        (status = 304, description = "It is the known one."),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/documents/{id}/pdf")]
pub async fn pdf(
    app: web::Data<App>,
    actor: Actor,
    request: HttpRequest,
    id: PathId<DocumentId>,
) -> Result<HttpResponse, ApiError> {
    let paper = documents::pdf(&app, actor.person_id, id.0).await?;
    as_file(paper, &request)
}

/// A paper under its name.
pub(super) fn as_file(
    paper: documents::Pdf,
    request: &HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let file_name = named(DispositionType::Inline, paper.file_name);
    let mut answer = Prepared::new("application/pdf", paper.bytes).unless_known(request);
    let headers = answer.headers_mut();
    headers.insert(
        CONTENT_DISPOSITION,
        file_name.try_into_value().map_err(ApiError::internal)?,
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// Get the evidence
///
/// What the verdict rests on, as it was at that moment: the certificates up to the trusted
/// authority, the answers about revocation, and, once it is there, a time stamp over the
/// signature. With it, the content and the signature, the act can be verified years later without
/// asking anybody.
#[utoipa::path(
    tag = "documents",
    operation_id = "get_document_evidence",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("bearer" = [])),
    params(("id" = DocumentId, Path, description = "The document.")),
    responses(
        (status = 200, description = "The evidence.", body = dto::DocumentEvidence),
        Always, SignedIn, OfOne
    )
)]
#[get("/v1/documents/{id}/evidence")]
pub async fn evidence(
    app: web::Data<App>,
    actor: Actor,
    id: PathId<DocumentId>,
) -> Result<web::Json<dto::DocumentEvidence>, ApiError> {
    Ok(web::Json(
        proofs::of_document(&app, actor.person_id, id.0).await?,
    ))
}
