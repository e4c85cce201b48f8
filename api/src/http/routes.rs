//! The known routes, with the methods of each and the rate limit class of each operation.

use super::{
    limits::{self, Class},
    openapi, operations,
};
use actix_web::{dev::ResourceDef, http::Method};
use balabaqsha_shared::endpoint;
use std::sync::LazyLock;
use utoipa::openapi::PathItem;

/// All operations of the API and all addresses beside it.
#[derive(Debug)]
pub struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    address: ResourceDef,
    operations: Vec<(Method, Class)>,
    /// The methods, as `Allow` lists them.
    allow: String,
}

impl Route {
    fn new(path: String, operations: Vec<(Method, Class)>) -> Self {
        // What answers GET answers HEAD.
        let head = operations.iter().any(|(method, _)| method == Method::GET);
        let head = head.then_some(Method::HEAD.as_str());
        let methods = operations.iter().map(|(method, _)| method.as_str());
        let allow = methods.chain(head).collect::<Vec<_>>().join(", ");
        Self {
            address: ResourceDef::new(path),
            operations,
            allow,
        }
    }
}

impl Routes {
    /// Read from the OpenAPI description once.
    pub fn known() -> &'static Self {
        static KNOWN: LazyLock<Routes> = LazyLock::new(Routes::read);
        &KNOWN
    }

    fn read() -> Self {
        let api = openapi::document().paths.paths;
        let api = api
            .into_iter()
            .map(|(path, item)| Route::new(path, operations(&item)));
        let beside = operations::PATHS
            .map(|path| Route::new(path.to_owned(), vec![(Method::GET, Class::General)]));
        let token = Route::new(
            endpoint::TOKEN.to_owned(),
            vec![(Method::POST, Class::Login)],
        );
        Self(api.chain(beside).chain([token]).collect())
    }

    fn route(&self, path: &str) -> Option<&Route> {
        self.0.iter().find(|route| route.address.is_match(path))
    }

    /// The methods of an address, as `Allow` lists them.
    pub fn allowed(&self, path: &str) -> Option<&str> {
        self.route(path).map(|route| route.allow.as_str())
    }

    /// The rate limit class of the operation; the usual one for an unknown operation.
    pub fn class(&self, method: &Method, path: &str) -> Class {
        self.route(path)
            .and_then(|route| route.operations.iter().find(|(known, _)| known == method))
            .map_or(Class::General, |(_, class)| *class)
    }
}

fn operations(item: &PathItem) -> Vec<(Method, Class)> {
    let all = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| {
            let operation = operation.as_ref()?;
            // One that declares nothing is noticed soon, and by a test sooner.
            Some((method, limits::declared(operation).unwrap_or(Class::Login)))
        })
        .collect()
}
