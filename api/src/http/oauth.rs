//! Access tokens for programs of organisations: OAuth 2.0 client credentials (RFC 6749, section
//! 4.4). Refusals have the form of that standard, not of a problem.

use super::{
    extract::FormText,
    problem::{ApiError, AsIs},
};
use crate::{
    app::App,
    service::programs::clients::{self, Grant, Refused},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA, WWW_AUTHENTICATE},
    },
    web::{self, ServiceConfig},
};
use balabaqsha_shared::endpoint;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::json;

pub fn configure(config: &mut ServiceConfig) {
    config.service(
        web::resource(endpoint::TOKEN)
            .guard(actix_web::guard::Post())
            .to(token),
    );
}

/// The fields of a request (RFC 6749, sections 2.3.1 and 4.4.2). A field that comes twice is not
/// read (section 3.2).
#[derive(Deserialize)]
struct Form {
    grant_type: String,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
}

async fn token(
    app: web::Data<App>,
    request: HttpRequest,
    body: FormText,
) -> Result<HttpResponse, ApiError> {
    let Some(grant) = read(&request, body) else {
        return Ok(refusal("invalid_request", StatusCode::BAD_REQUEST));
    };
    Ok(match clients::issue_token(&app, &grant).await? {
        Ok(issued) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"))
            .json(json!({
                "access_token": issued.token,
                "token_type": "Bearer",
                "expires_in": issued.seconds,
                "scope": issued.scope,
            })),
        Err(Refused::Client) => refusal("invalid_client", StatusCode::UNAUTHORIZED),
        Err(Refused::Scope) => refusal("invalid_scope", StatusCode::BAD_REQUEST),
        Err(Refused::GrantType) => refusal("unsupported_grant_type", StatusCode::BAD_REQUEST),
    })
}

/// The request, with the credentials from the header or from the form, never from both.
fn read(request: &HttpRequest, body: FormText) -> Option<Grant> {
    let form = web::Query::<Form>::from_query(&body.0?).ok()?.into_inner();
    let presented = request.headers().get(AUTHORIZATION);
    let (client_id, client_secret) = match (presented, form.client_secret) {
        (None, secret) => (form.client_id?, secret?),
        (Some(value), None) => {
            let (id, secret) = basic(value.to_str().ok()?)?;
            if form.client_id.is_some_and(|named| named != id) {
                return None;
            }
            (id, secret)
        }
        (Some(_), Some(_)) => return None,
    };
    Some(Grant {
        grant_type: form.grant_type,
        scope: form.scope,
        client_id,
        client_secret: client_secret.into(),
    })
}

/// `Authorization: Basic …`. Ids and secrets have no characters that a form would encode.
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// RFC 6749, section 5.2.
fn refusal(error: &str, status: StatusCode) -> HttpResponse {
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store"));
    if status == StatusCode::UNAUTHORIZED {
        builder.insert_header((WWW_AUTHENTICATE, "Basic realm=\"balabaqsha\""));
    }
    let mut response = builder.json(json!({"error": error}));
    response.extensions_mut().insert(AsIs);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        let encoded = BASE64_STANDARD.encode("id:se:cret");
        let expected = Some(("id".to_owned(), "se:cret".to_owned()));
        assert_eq!(basic(&format!("Basic {encoded}")), expected);
        assert_eq!(basic(&format!("basic  {encoded}")), expected);
        for wrong in ["Basic", "Basic !", "Bearer a.b.c", "Basic aWQ="] {
            assert_eq!(basic(wrong), None, "{wrong}");
        }
    }
}
