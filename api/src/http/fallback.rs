//! What no route answers: files of the pages, the page of the app for its own routes, 405 for a
//! known address with another method, 404 for all else.

use super::{assets, problem::ApiError, routes::Routes, state::HttpState};
use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    web,
};
use balabaqsha_shared::code::Code;

/// Addresses below these are never pages.
const NO_PAGES: [&str; 4] = ["/v1", "/oauth", "/assets", "/.well-known"];

pub async fn fallback(request: HttpRequest, state: web::Data<HttpState>) -> HttpResponse {
    let pages = state
        .assets
        .as_ref()
        .filter(|_| request.method() == Method::GET);
    if let Some(file) = pages.and_then(|pages| pages.file(&request)) {
        return file;
    }
    if pages.is_some() && assets::is_of_a_release(request.path()) {
        return release_gone();
    }
    if let Some(allowed) = Routes::known().allowed(request.path()) {
        return wrong_method(allowed);
    }
    pages
        .filter(|_| is_page(&request))
        .map(|pages| pages.index(&request))
        .unwrap_or_else(|| HttpResponse::from_error(ApiError::new(Code::NotFound)))
}

/// An asset of a release that is no longer kept: the page that asks is older than a day.
fn release_gone() -> HttpResponse {
    let mut response = HttpResponse::from_error(ApiError::new(Code::ReleaseGone));
    // Another process may have it, and the release may come back.
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, value);
    response
}

fn wrong_method(allowed: &str) -> HttpResponse {
    let mut response = HttpResponse::from_error(ApiError::new(Code::MethodNotAllowed));
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Whether a browser is going to a page, which the app then finds by itself.
fn is_page(request: &HttpRequest) -> bool {
    let elsewhere = NO_PAGES.iter().any(|folder| {
        request
            .path()
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    let wants_html = request
        .headers()
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .any(|accepted| accepted.contains("text/html"));
    wants_html && !elsewhere
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::testing::{self, Answer, ask};
    use actix_web::{test::TestRequest, web::ServiceConfig};
    use balabaqsha_shared::endpoint;

    fn routes(config: &mut ServiceConfig) {
        config.default_service(web::to(fallback));
    }

    async fn asked(method: Method, uri: &str, accept: &str) -> Answer {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("assets")).unwrap();
        std::fs::write(folder.path().join("index.html"), "page").unwrap();
        std::fs::write(folder.path().join("assets/app.0f.js"), "script").unwrap();
        let state = testing::state(|settings| settings.web_dir = Some(folder.path().to_owned()));
        let request = TestRequest::default()
            .method(method)
            .uri(uri)
            .insert_header((header::ACCEPT, accept));
        ask(state, routes, request).await
    }

    const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

    #[rstest::rstest]
    #[case("/", "page")]
    #[case("/login", "page")]
    #[case("/applications/0193569a/choose", "page")]
    #[case("/v1ew", "page")]
    #[case("/assets/app.0f.js", "script")]
    #[actix_web::test]
    async fn a_browser_gets_the_app_on_its_own_routes(
        #[case] uri: &str,
        #[case] body: &'static str,
    ) {
        for method in [Method::GET, Method::HEAD] {
            let answer = asked(method, uri, BROWSER).await;
            assert_eq!(
                (answer.status, answer.body.as_ref()),
                (200, body.as_bytes()),
                "{uri}"
            );
        }
    }

    #[rstest::rstest]
    #[case(Method::GET, "/v1/nothing", BROWSER)]
    #[case(Method::GET, "/v1", BROWSER)]
    #[case(Method::GET, "/assets/app.gone.js", BROWSER)]
    #[case(Method::GET, "/.well-known/nothing", BROWSER)]
    #[case(Method::GET, "/login", "application/json")]
    #[case(Method::POST, "/login", BROWSER)]
    #[case(Method::GET, "/../secret", "*/*")]
    #[actix_web::test]
    async fn unknown_addresses_are_not_found(
        #[case] method: Method,
        #[case] uri: &str,
        #[case] accept: &str,
    ) {
        let answer = asked(method, uri, accept).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (404, "not-found")
        );
    }

    #[actix_web::test]
    async fn asset_of_an_earlier_release_is_said_to_be_gone() {
        for method in [Method::GET, Method::HEAD] {
            let answer = asked(method, "/assets/0123456789abcdef/app.js", "*/*").await;
            assert_eq!(
                (answer.status, answer.problem().code.as_str()),
                (404, "release-gone")
            );
            assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        }
    }

    #[rstest::rstest]
    #[case(Method::DELETE, endpoint::LOCALITIES, "GET, HEAD")]
    #[case(Method::GET, endpoint::CHALLENGES, "POST")]
    #[case(Method::GET, endpoint::CURRENT_SESSION, "PUT, DELETE")]
    #[case(Method::OPTIONS, endpoint::APPLICATIONS, "GET, POST, HEAD")]
    #[case(Method::PATCH, "/v1/applications/0193569a", "GET, HEAD")]
    #[case(Method::POST, "/healthz", "GET, HEAD")]
    #[actix_web::test]
    async fn wrong_method_is_answered_with_allow(
        #[case] method: Method,
        #[case] uri: &str,
        #[case] allowed: &str,
    ) {
        let answer = asked(method, uri, BROWSER).await;
        assert_eq!(
            (answer.status, answer.problem().code.as_str()),
            (405, "method-not-allowed")
        );
        assert_eq!(answer.header(header::ALLOW), Some(allowed));
    }

    #[actix_web::test]
    async fn without_pages_there_is_only_the_api() {
        let request = TestRequest::get()
            .uri("/login")
            .insert_header((header::ACCEPT, BROWSER));
        assert_eq!(
            ask(testing::state(|_| {}), routes, request).await.status,
            404
        );
    }
}
