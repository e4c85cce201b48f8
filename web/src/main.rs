//! The pages that parents meet: a single-page app over the service's API.

mod api;
mod app;
mod browser;
mod changes;
mod clock;
mod components;
mod dom;
mod flows;
mod i18n;
mod json;
mod localities;
mod ncalayer;
mod notices;
mod pages;
mod remote;
mod router;
mod routes;
mod session;
mod signer;
mod signing;

fn main() {
    dom::mount(app::app);
}
