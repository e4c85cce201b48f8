//! What operators, integrators' tools and researchers look for at known addresses. Not part of
//! the versioned API.

use super::{
    context, error_table, openapi,
    prepared::Prepared,
    problem::{self, ApiError},
    state::HttpState,
};
use crate::app::App;
use actix_web::{
    HttpRequest, HttpResponse, Resource, guard,
    http::header::{self, CacheControl, CacheDirective, HeaderValue},
    web::{self, ServiceConfig},
};
use balabaqsha_shared::code::Code;
use chrono::{Days, NaiveTime};
use std::sync::OnceLock;

const HEALTH: &str = "/healthz";
const READINESS: &str = "/readyz";
const KEYS: &str = "/.well-known/jwks.json";
const SECURITY: &str = "/.well-known/security.txt";
const DESCRIPTION: &str = "/openapi.yaml";

/// All of them answer GET.
pub const PATHS: [&str; 6] = [
    HEALTH,
    READINESS,
    KEYS,
    SECURITY,
    DESCRIPTION,
    problem::ERRORS_PATH,
];

/// Whether one may ask for it only so often. That the process is alive is always told.
pub fn is_limited(path: &str) -> bool {
    path != HEALTH && PATHS.contains(&path)
}

/// After this time somebody must have looked at the contact again (RFC 9116, section 2.5.5).
const SECURITY_TXT_DAYS: Days = Days::new(180);

pub fn configure(config: &mut ServiceConfig) {
    config
        .service(get(HEALTH).to(health))
        .service(get(READINESS).to(readiness))
        .service(get(KEYS).to(keys))
        .service(get(SECURITY).to(security))
        .service(get(DESCRIPTION).to(description))
        .service(get(problem::ERRORS_PATH).to(errors));
}

fn get(path: &str) -> Resource {
    web::resource(path.to_owned()).guard(guard::Get())
}

/// Liveness: the process answers.
async fn health() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ok\n")
}

/// Readiness: the database answers and takes changes.
async fn readiness(
    app: web::Data<App>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    if !app.core.clock.is_certain() || !state.readiness.look(&app.core.db).await {
        return Err(Code::Unavailable.into());
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("ready\n"))
}

async fn keys(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(CacheControl(vec![
            CacheDirective::Public,
            CacheDirective::MaxAge(300),
        ]))
        .json(app.tokens.jwks(app.core.now()))
}

/// RFC 9116.
async fn security(app: web::Data<App>, state: web::Data<HttpState>) -> HttpResponse {
    let Some(contact) = &app.settings.security_contact else {
        return HttpResponse::from_error(ApiError::new(Code::NotFound));
    };
    let today = app.core.now().date_naive();
    let expires = today.checked_add_days(SECURITY_TXT_DAYS).unwrap_or(today);
    let text = format!(
        "Contact: {contact}\nExpires: {}\nPreferred-Languages: kk, ru, en\n\
         Canonical: {}{SECURITY}\n",
        expires.and_time(NaiveTime::MIN).and_utc().to_rfc3339(),
        state.public_url,
    );
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body(text)
}

/// The same for everybody as long as the process runs, so it is written once.
async fn description(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    static WRITTEN: OnceLock<Prepared> = OnceLock::new();
    let written = match WRITTEN.get() {
        Some(written) => written,
        None => {
            let yaml = openapi::yaml().map_err(ApiError::internal)?;
            WRITTEN.get_or_init(|| Prepared::new("application/yaml", yaml.into()))
        }
    };
    Ok(written.unless_known(&request))
}

async fn errors(request: HttpRequest) -> HttpResponse {
    static WRITTEN: [OnceLock<Prepared>; 3] = [const { OnceLock::new() }; 3];
    let language = context::language(request.headers());
    let [kk, ru, en] = &WRITTEN;
    let place = language.pick(kk, ru, en);
    let written = place.get_or_init(|| {
        Prepared::new(
            "text/html; charset=utf-8",
            error_table::html(language).into(),
        )
    });
    let mut answer = written.unless_known(&request);
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.tag()),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-language"));
    answer
}
