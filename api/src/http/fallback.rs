//! What no route answers: files of the pages, the page of the app for its own routes, 405 for a
//! known address with another method, 404 for all else.

use super::{openapi, operations, problem::ApiError, state::HttpState};
use actix_web::{
    HttpRequest, HttpResponse,
    dev::ResourceDef,
    http::{
        Method,
        header::{self, HeaderValue},
    },
    web,
};
use balabaqsha_shared::code::Code;
use utoipa::openapi::PathItem;

/// Addresses below these are never pages.
const NO_PAGES: [&str; 3] = ["/v1", "/assets", "/.well-known"];

/// The addresses that are known, with the methods that each has.
#[derive(Debug)]
pub struct Routes(Vec<(ResourceDef, String)>);

impl Routes {
    /// All operations of the API and all addresses beside it.
    #[must_use]
    pub fn known() -> Self {
        let api = openapi::document().paths.paths;
        let api = api.into_iter().map(|(path, item)| (path, methods(&item)));
        let beside = operations::PATHS.map(|path| (path.to_owned(), allow(&["GET"])));
        Self(
            api.chain(beside)
                .map(|(path, allow)| (ResourceDef::new(path), allow))
                .collect(),
        )
    }

    /// The methods of an address, as `Allow` lists them.
    fn allowed(&self, path: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(route, _)| route.is_match(path))
            .map(|(_, allow)| allow.as_str())
    }
}

fn methods(item: &PathItem) -> String {
    let all = [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("PATCH", &item.patch),
    ];
    let present: Vec<&str> = all
        .iter()
        .filter(|(_, operation)| operation.is_some())
        .map(|(name, _)| *name)
        .collect();
    allow(&present)
}

/// What answers GET answers HEAD.
fn allow(methods: &[&str]) -> String {
    let head = methods.contains(&"GET").then_some("HEAD");
    methods
        .iter()
        .copied()
        .chain(head)
        .collect::<Vec<_>>()
        .join(", ")
}

pub async fn fallback(
    request: HttpRequest,
    state: web::Data<HttpState>,
    routes: web::Data<Routes>,
) -> HttpResponse {
    let assets = state
        .assets
        .as_ref()
        .filter(|_| request.method() == Method::GET);
    if let Some(file) = assets.and_then(|assets| assets.file(&request)) {
        return file;
    }
    if let Some(allowed) = routes.allowed(request.path()) {
        return wrong_method(allowed);
    }
    assets
        .filter(|_| is_page(&request))
        .map(|assets| assets.index(&request))
        .unwrap_or_else(|| HttpResponse::from_error(ApiError::new(Code::NotFound)))
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
