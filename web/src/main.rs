//! The pages that parents meet: a single-page app over the service's API.

mod api;
mod app;
mod browser;
mod clock;
mod components;
mod flows;
mod i18n;
mod localities;
mod pages;
mod remote;
mod router;
mod routes;
mod session;
mod signer;
mod signing;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
