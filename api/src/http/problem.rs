//! Errors as the wire shows them: problem details (RFC 9457) in the language of the reader. What
//! went wrong inside is for the log only.

use super::context::Context;
use crate::{
    error::{self, Refusal},
    push::single_flight::FailedForAll,
};
use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        ConnectionType, StatusCode,
        header::{self, HeaderValue},
    },
};
use balabaqsha_shared::{
    Language,
    code::{Code, Params},
    dto::{Problem, ProblemError},
    endpoint,
    rules::Violation,
    time,
};
use chrono::NaiveDate;
use serde_json::Value;
use std::fmt;

pub const CONTENT_TYPE: &str = "application/problem+json";
/// The page that explains all codes, each at `#<code>`.
pub const ERRORS_PATH: &str = "/errors";
const BEARER: &str = r#"Bearer realm="balabaqsha""#;
const BEARER_EXPIRED: &str = r#"Bearer realm="balabaqsha", error="invalid_token""#;
/// Members that every problem has; a parameter of that name is not repeated.
const STANDARD_MEMBERS: [&str; 8] = [
    "type",
    "title",
    "status",
    "detail",
    "instance",
    "code",
    "request_id",
    "errors",
];

/// The error of every handler. It becomes a problem at the edge, which alone knows the reader's
/// language and the request's id.
pub struct ApiError(error::Error);

impl ApiError {
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self(error::Error::refused(code))
    }

    pub fn internal(error: impl fmt::Display) -> Self {
        Self(error::Error::internal(error))
    }

    /// What is told in the form of another standard.
    pub fn told(&self, language: Language) -> Told {
        let refusal = self.refusal();
        if refusal.code.status() >= 500 {
            tracing::error!(error = %self, "request failed");
        }
        Told {
            detail: refusal.code.detail(language, &refusal.params),
            code: refusal.code,
        }
    }

    /// What the caller is told. Only a refusal says more than its code.
    fn refusal(&self) -> Refusal {
        match &self.0 {
            error::Error::Refused(refusal) => Refusal::clone(refusal),
            error::Error::Storage(error) if error.is_transient() => bare(Code::Unavailable),
            error::Error::Storage(_)
            | error::Error::Calendar(_)
            | error::Error::Transition(_)
            | error::Error::Internal(_) => bare(Code::Internal),
        }
    }
}

impl From<error::Error> for ApiError {
    fn from(error: error::Error) -> Self {
        Self(error)
    }
}

impl From<FailedForAll> for ApiError {
    fn from(error: FailedForAll) -> Self {
        Self(error.into())
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<Violation> for ApiError {
    fn from(violation: Violation) -> Self {
        Self(violation.into())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        status(self.refusal().code)
    }

    /// Bare: the edge writes the body.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// A code and its sentence.
#[derive(Debug)]
pub struct Told {
    pub code: Code,
    pub detail: String,
}

fn bare(code: Code) -> Refusal {
    Refusal {
        code,
        params: Params::new(),
        errors: Vec::new(),
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Marks a refusal whose form another standard prescribes.
#[derive(Clone, Copy, Debug)]
pub struct AsIs;

/// Gives a response that reports an error the body of a problem. Headers that its maker has set,
/// such as `Allow` or `Retry-After`, stay.
pub fn dress(response: HttpResponse, context: &Context, public_url: &str) -> HttpResponse {
    let as_is = response.extensions().contains::<AsIs>();
    if response.status().as_u16() < 400 || as_is || is_problem(&response) {
        return response;
    }
    let known = response
        .error()
        .and_then(|error| error.as_error::<ApiError>());
    let refusal = known.map_or_else(|| foreign(response.status()), ApiError::refusal);
    if refusal.code.status() >= 500 {
        log_failure(&response, context);
    }
    let problem = problem(&refusal, context, public_url);
    write(response, refusal.code, context, &problem)
}

fn is_problem(response: &HttpResponse) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(CONTENT_TYPE.as_bytes()))
}

/// An error that the web framework made. Its own words are not repeated: they are in one language
/// and may quote what was sent.
fn foreign(status: StatusCode) -> Refusal {
    let code = match status {
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::SERVICE_UNAVAILABLE => Code::Unavailable,
        status if status.is_client_error() => Code::MalformedRequest,
        _ => Code::Internal,
    };
    let mut refusal = bare(code);
    if code == Code::MalformedRequest {
        let reason = status.canonical_reason().unwrap_or("Bad Request");
        refusal.params.insert("reason", reason.to_ascii_lowercase());
    }
    refusal
}

fn problem(refusal: &Refusal, context: &Context, public_url: &str) -> Problem {
    let Refusal {
        code,
        params,
        errors,
    } = refusal;
    let request_id = context.request_id.as_str();
    let mut words = params.clone();
    words.insert("request_id", request_id.to_owned());
    Problem {
        type_uri: format!("{public_url}{ERRORS_PATH}#{code}"),
        title: code.title(context.language).to_owned(),
        status: code.status(),
        detail: code.detail(context.language, &words),
        instance: context.path.clone(),
        code: code.as_str().to_owned(),
        request_id: request_id.to_owned(),
        errors: errors
            .iter()
            .map(|located| ProblemError {
                pointer: located.pointer.clone(),
                code: located.violation.code.as_str().to_owned(),
                detail: located.violation.sentence(context.language),
            })
            .collect(),
        members: params
            .iter()
            .filter(|(name, _)| !STANDARD_MEMBERS.contains(name))
            .map(|(name, value)| ((*name).to_owned(), member(value)))
            .collect(),
    }
}

/// Sentences say `24.11.2026`; programs read `2026-11-24`, moments as RFC 3339, and numbers as
/// numbers.
fn member(value: &str) -> Value {
    if let Ok(day) = NaiveDate::parse_from_str(value, "%d.%m.%Y") {
        return day.to_string().into();
    }
    if let Some(moment) = time::parse_moment(value) {
        return moment.to_rfc3339().into();
    }
    match value.parse::<u32>() {
        Ok(number) if number.to_string() == value => number.into(),
        _ => value.into(),
    }
}

/// Where the thing is that a member names.
fn made(problem: &Problem) -> Option<String> {
    let named = |name: &str| problem.members.get(name).and_then(Value::as_str);
    if let Some(id) = named("application_id") {
        return Some(format!("{}/{id}", endpoint::APPLICATIONS));
    }
    if let Some(id) = named("referral_id") {
        return Some(format!("{}/{id}", endpoint::REFERRALS));
    }
    named("attachment_id").map(|_| endpoint::ATTACHMENTS.to_owned())
}

fn write(response: HttpResponse, code: Code, context: &Context, problem: &Problem) -> HttpResponse {
    // A problem is made of strings and numbers, which always can be written.
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = response.set_body(BoxBody::new(body));
    *response.status_mut() = status(code);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(context.language.tag()),
    );
    headers.remove(header::ETAG);
    match code {
        Code::NotAuthenticated => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(BEARER));
        }
        Code::SessionExpired | Code::SessionEnded => {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(BEARER_EXPIRED),
            );
        }
        Code::Unavailable | Code::RequestRunning if !headers.contains_key(header::RETRY_AFTER) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        // RFC 9110, section 15.5.9: nobody waits for the rest of the body.
        Code::RequestTimeout => {
            response
                .head_mut()
                .set_connection_type(ConnectionType::Close);
        }
        Code::RateLimited if !headers.contains_key(header::RETRY_AFTER) => {
            let seconds = problem.members.get("retry_after").and_then(Value::as_u64);
            if let Some(seconds) = seconds {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
        // What was made of it.
        Code::DraftUsed => {
            if let Some(place) = made(problem).and_then(|place| HeaderValue::from_str(&place).ok())
            {
                headers.insert(header::LOCATION, place);
            }
        }
        // A responder that is asked again at once has nothing new to say.
        Code::SignatureUndetermined => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("30"));
        }
        _ => {}
    }
    response
}

fn log_failure(response: &HttpResponse, context: &Context) {
    let request_id = context.request_id.as_str();
    match response.error() {
        Some(error) => tracing::error!(request_id, %error, "request failed"),
        None => tracing::error!(
            request_id,
            status = response.status().as_u16(),
            "request failed"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Located, http::context::RequestId};
    use actix_web::{body::to_bytes, error};
    use balabaqsha_shared::Language;

    const PUBLIC_URL: &str = "https://queue.example.kz";

    fn context(language: Language) -> Context {
        Context {
            request_id: RequestId::parse("req-1").unwrap(),
            path: "/v1/applications".into(),
            language,
        }
    }

    async fn dressed(
        error: impl Into<actix_web::Error>,
        language: Language,
    ) -> (HttpResponse<()>, Problem) {
        let response = dress(
            HttpResponse::from_error(error),
            &context(language),
            PUBLIC_URL,
        );
        let (response, body) = response.into_parts();
        let body = to_bytes(body).await.unwrap();
        (response, serde_json::from_slice(&body).unwrap())
    }

    fn too_young() -> ApiError {
        Violation::new(Code::ChildTooYoung)
            .with("from", "24.11.2026")
            .with("years", 3)
            .into()
    }

    #[actix_web::test]
    async fn problem_is_in_the_readers_language() {
        for language in Language::ALL {
            let (response, problem) = dressed(too_young(), language).await;
            let params = Params::from([("from", "24.11.2026".into()), ("years", "3".into())]);
            assert_eq!(problem.title, Code::ChildTooYoung.title(language));
            assert_eq!(
                problem.detail,
                Code::ChildTooYoung.detail(language, &params)
            );
            let told = response.headers().get(header::CONTENT_LANGUAGE).unwrap();
            assert_eq!(told, language.tag());
        }
    }

    #[actix_web::test]
    async fn problem_has_all_members() {
        let (response, problem) = dressed(too_young(), Language::En).await;
        assert_eq!(
            response.headers().get(header::CONTENT_TYPE).unwrap(),
            CONTENT_TYPE
        );
        assert_eq!(response.status().as_u16(), Code::ChildTooYoung.status());
        assert_eq!(
            problem.type_uri,
            "https://queue.example.kz/errors#child-too-young"
        );
        assert_eq!(problem.instance, "/v1/applications");
        assert_eq!(problem.request_id, "req-1");
        assert_eq!(problem.status, Code::ChildTooYoung.status());
        assert_eq!(problem.members["from"], "2026-11-24");
        assert_eq!(problem.members["years"], 3);
    }

    #[actix_web::test]
    async fn problem_lists_all_violations() {
        let error = crate::error::Error::invalid(vec![
            Located {
                pointer: "/child/iin".into(),
                violation: Violation::new(Code::IinInvalid),
            },
            Located {
                pointer: "/child/name".into(),
                violation: Violation::new(Code::FieldTooLong).with("limit", 60),
            },
        ]);
        let (_, problem) = dressed(ApiError::from(error), Language::Kk).await;
        assert_eq!(problem.code, "validation-failed");
        let [first, second] = problem.errors.as_slice() else {
            panic!("{:?}", problem.errors)
        };
        assert_eq!(
            (first.pointer.as_str(), first.code.as_str()),
            ("/child/iin", "iin-invalid")
        );
        assert_eq!(
            first.detail,
            Code::IinInvalid.detail(Language::Kk, &Params::new())
        );
        assert!(second.detail.contains("60"), "{}", second.detail);
    }

    #[actix_web::test]
    async fn internal_error_reveals_no_details() {
        let (response, problem) = dressed(
            ApiError::internal("table persons: 850715300013"),
            Language::Ru,
        )
        .await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(problem.code, "internal-error");
        assert!(problem.detail.contains("req-1"), "{}", problem.detail);
        let wire = serde_json::to_string(&problem).unwrap();
        assert!(
            !wire.contains("persons") && !wire.contains("850715300013"),
            "{wire}"
        );
    }

    #[rstest::rstest]
    #[case(error::ErrorNotFound("x"), "not-found")]
    #[case(error::ErrorMethodNotAllowed("x"), "method-not-allowed")]
    #[case(error::ErrorRequestTimeout("x"), "request-timeout")]
    #[case(error::ErrorUnsupportedMediaType("x"), "unsupported-media-type")]
    #[case(error::ErrorBadRequest("850715300013"), "malformed-request")]
    #[case(error::ErrorConflict("x"), "malformed-request")]
    #[case(error::ErrorServiceUnavailable("x"), "service-unavailable")]
    #[case(error::ErrorInternalServerError("850715300013"), "internal-error")]
    #[actix_web::test]
    async fn errors_of_the_framework_become_problems(
        #[case] error: actix_web::Error,
        #[case] code: &str,
    ) {
        let (response, problem) = dressed(error, Language::En).await;
        assert_eq!(problem.code, code);
        assert_eq!(problem.status, response.status().as_u16());
        let wire = serde_json::to_string(&problem).unwrap();
        assert!(
            !problem.detail.contains('{') && !wire.contains("850715300013"),
            "{wire}"
        );
    }

    #[actix_web::test]
    async fn a_problem_says_how_to_authenticate_or_when_to_come_back() {
        let headers = async |code: Code| dressed(ApiError::new(code), Language::En).await.0;
        let missing = headers(Code::NotAuthenticated).await;
        assert_eq!(
            missing.headers().get(header::WWW_AUTHENTICATE).unwrap(),
            BEARER
        );
        let expired = headers(Code::SessionExpired).await;
        assert_eq!(
            expired.headers().get(header::WWW_AUTHENTICATE).unwrap(),
            BEARER_EXPIRED
        );
        let unavailable = headers(Code::Unavailable).await;
        assert_eq!(unavailable.headers().get(header::RETRY_AFTER).unwrap(), "1");
    }

    #[actix_web::test]
    async fn headers_of_the_error_are_kept() {
        let mut response = HttpResponse::from_error(ApiError::new(Code::MethodNotAllowed));
        response
            .headers_mut()
            .insert(header::ALLOW, HeaderValue::from_static("GET"));
        let response = dress(response, &context(Language::En), PUBLIC_URL);
        assert_eq!(response.headers().get(header::ALLOW).unwrap(), "GET");
    }

    #[rstest::rstest]
    #[case("24.11.2026", Value::from("2026-11-24"))]
    #[case("5", Value::from(5))]
    #[case("007", Value::from("007"))]
    #[case("+7", Value::from("+7"))]
    #[case("PASSED", Value::from("PASSED"))]
    fn problem_members_are_typed_json(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(member(text), expected);
    }
}
