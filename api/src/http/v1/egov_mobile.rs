//! What the national application eGov Mobile calls (API №1 and №2 of its documentation). Names, statuses and the
//! form of refusals are the application's: it shows `message`.

use super::responses::Always;
use crate::http::limits::Class;
use crate::{
    app::App,
    http::{
        extract::{ReaderLanguage, body},
        problem::{ApiError, AsIs},
        shape,
    },
    service::phone::conversation,
};
use actix_web::{
    HttpRequest, HttpResponse,
    dev::Payload,
    get,
    http::{
        StatusCode,
        header::{AUTHORIZATION, CONTENT_LANGUAGE, RETRY_AFTER},
    },
    put, web,
};
use balabaqsha_shared::{Language, code::Code, dto, id::SigningSessionId};
use futures_util::future::LocalBoxFuture;

/// How long the application waits before it asks again.
const LATER_SECONDS: u32 = 30;

/// Read who asks for a signature (eGov Mobile, API №1)
///
/// Called by the application eGov Mobile, which reads this address from the QR code. From then on the session is
/// `scanned`.
#[utoipa::path(
    tag = "phone",
    operation_id = "egov_mobile_invitation",
    extensions(("x-rate-limit" = json!(Class::General))),
    params(("code" = String, Path, description = "The code of the address.", min_length = 43, max_length = 43)),
    responses(
        (status = 200, description = "Who asks, and where the texts are.", body = dto::PhoneInvitation),
        (status = 404, description = "No such session.", body = dto::PhoneVerdict),
        (status = 410, description = "The session is over.", body = dto::PhoneVerdict),
        Always
    )
)]
#[get("/v1/egov-mobile/invitations/{code}")]
pub async fn invitation(
    app: web::Data<App>,
    language: ReaderLanguage,
    code: web::Path<String>,
) -> HttpResponse {
    match conversation::invite(&app, &code, language.0).await {
        Ok(invitation) => HttpResponse::Ok().json(invitation),
        Err(error) => refusal(&error.into(), language.0),
    }
}

/// Read the texts to sign (eGov Mobile, API №2)
///
/// Called by the application with the token that the invitation has named.
#[utoipa::path(
    tag = "phone",
    operation_id = "egov_mobile_documents",
    extensions(("x-rate-limit" = json!(Class::General))),
    security(("phone_token" = [])),
    params(("id" = SigningSessionId, Path, description = "The session.")),
    responses(
        (status = 200, description = "The texts.", body = dto::PhoneDocuments),
        (status = 404, description = "No such session, or not this token's.", body = dto::PhoneVerdict),
        (status = 410, description = "The session is over.", body = dto::PhoneVerdict),
        Always
    )
)]
#[get("/v1/egov-mobile/documents/{id}")]
pub async fn documents(
    app: web::Data<App>,
    language: ReaderLanguage,
    phone: Phone,
) -> HttpResponse {
    let Phone { session, token } = phone;
    let Some(session) = session else {
        return refusal(&Code::NotFound.into(), language.0);
    };
    match conversation::documents(&app, session, &token, language.0).await {
        Ok(documents) => HttpResponse::Ok().json(documents),
        Err(error) => refusal(&error.into(), language.0),
    }
}

/// Bring the signatures (eGov Mobile, API №2)
///
/// Called by the application with the JSON that it has read, the signature (CMS, Base64) in the place of each text.
/// The same once more is answered the same. After three that do not pass the session is `rejected`.
#[utoipa::path(
    tag = "phone",
    operation_id = "egov_mobile_signatures",
    extensions(("x-rate-limit" = json!(Class::Verification))),
    security(("phone_token" = [])),
    params(("id" = SigningSessionId, Path, description = "The session.")),
    request_body = dto::PhoneDocuments,
    responses(
        (status = 200, description = "The signatures have passed.", body = dto::PhoneVerdict),
        (status = 403, description = "A signature did not pass; `message` says why.", body = dto::PhoneVerdict),
        (status = 404, description = "No such session, or not this token's.", body = dto::PhoneVerdict),
        (status = 408, description = "The body took too long.", body = dto::PhoneVerdict),
        (status = 410, description = "The session is over.", body = dto::PhoneVerdict),
        (status = 413, description = "The body is too large.", body = dto::PhoneVerdict),
        Always
    )
)]
#[put("/v1/egov-mobile/documents/{id}")]
pub async fn signatures(
    app: web::Data<App>,
    language: ReaderLanguage,
    phone: Phone,
    answer: PhoneBody,
) -> HttpResponse {
    let Phone { session, token } = phone;
    let Some(session) = session else {
        return refusal(&Code::NotFound.into(), language.0);
    };
    let answer = match answer.0 {
        Ok(answer) => answer,
        Err(error) => return refusal(&error, language.0),
    };
    match conversation::take(&app, session, &token, answer).await {
        Ok(()) => HttpResponse::Ok().json(dto::PhoneVerdict {
            code: "200".to_owned(),
            message: "success".to_owned(),
        }),
        Err(error) => refusal(&error.into(), language.0),
    }
}

/// The session and the token that the application names.
#[derive(Clone)]
pub struct Phone {
    session: Option<SigningSessionId>,
    token: String,
}

impl actix_web::FromRequest for Phone {
    type Error = ApiError;
    type Future = std::future::Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let session = request.match_info().get("id");
        let header = request.headers().get(AUTHORIZATION);
        let header = header.and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer "));
        std::future::ready(Ok(Self {
            session: session.and_then(|id| id.parse().ok()),
            token: token.unwrap_or_default().to_owned(),
        }))
    }
}

/// The body, read by whatever name of its type: none where it is no answer to the texts.
pub struct PhoneBody(Result<Option<dto::PhoneDocuments>, ApiError>);

impl actix_web::FromRequest for PhoneBody {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let read = body(&request, payload).await;
            Ok(Self(read.map(|body| shape::body(&body).ok())))
        })
    }
}

/// A refusal as the application reads it.
fn refusal(error: &ApiError, language: Language) -> HttpResponse {
    let told = error.told(language);
    let status = match told.code.status() {
        known @ (404 | 408 | 410 | 413 | 429) => known,
        failure if failure >= 500 => failure,
        _ => 403,
    };
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
    let mut response = HttpResponse::build(code);
    response.insert_header((CONTENT_LANGUAGE, language.tag()));
    if status == 503 {
        response.insert_header((RETRY_AFTER, LATER_SECONDS));
    }
    if status == 408 {
        // Nobody waits for the rest of the body.
        response.force_close();
    }
    let mut response = response.json(dto::PhoneVerdict {
        code: status.to_string(),
        message: told.detail,
    });
    response.extensions_mut().insert(AsIs);
    response
}
