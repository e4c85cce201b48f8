//! The HTTP side: routes, extractors, problems, limits, the pages. It turns requests into calls of
//! `service` and their results into answers; it knows no storage.

mod assets;
mod auth;
mod browser_cookie;
pub mod connections;
mod context;
pub mod error_table;
pub mod extract;
mod fallback;
mod feed;
mod idempotency_key;
mod limits;
mod malformed;
mod middleware;
mod oauth;
pub mod openapi;
mod operations;
mod peer;
mod prepared;
pub mod problem;
mod routes;
mod security;
mod shape;
mod state;
mod stream_slots;
mod strict;
#[cfg(test)]
mod testing;
mod upload;
pub mod v1;
mod versions;

pub use context::RequestId;
pub use state::HttpState;

use crate::{access::tokens::Authenticator, app::App};
use actix_web::{
    Error,
    body::BoxBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use std::sync::Arc;
use utoipa_actix_web::AppExt;

/// What the workers share.
#[derive(Clone, Debug)]
pub struct Shared {
    app: web::Data<App>,
    authenticator: web::Data<Authenticator>,
    state: web::Data<HttpState>,
}

impl Shared {
    /// # Errors
    /// When the folder with the pages cannot be read.
    pub fn new(app: App) -> std::io::Result<Self> {
        let state = HttpState::new(&app.settings, app.core.clock.clone())?;
        Ok(Self {
            authenticator: web::Data::new(Authenticator::new(
                app.tokens.clone(),
                app.sessions.clone(),
                app.core.db.clone(),
                app.core.clock.clone(),
            )),
            state: web::Data::new(state),
            app: web::Data::new(app),
        })
    }
}

impl Shared {
    /// Who is connected.
    #[must_use]
    pub fn connections(&self) -> Arc<connections::Connections> {
        Arc::clone(&self.state.connections)
    }
}

/// The application of one worker; the same in the program and in tests.
pub fn application(
    shared: Shared,
) -> actix_web::App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = Error,
        InitError = (),
    >,
> {
    actix_web::App::new()
        .app_data(shared.app)
        .app_data(shared.authenticator)
        .app_data(shared.state)
        .into_utoipa_app()
        .configure(v1::configure)
        .into_app()
        .configure(operations::configure)
        .configure(oauth::configure)
        .default_service(web::to(fallback::fallback))
        .wrap(from_fn(middleware::tags::tags))
        .wrap(from_fn(middleware::idempotency::idempotency))
        .wrap(from_fn(middleware::rates::rates))
        .wrap(from_fn(middleware::edge::edge))
}
