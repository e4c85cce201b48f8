//! The pages that parents meet: a single-page app over the service's API.

mod api;
mod app;
mod browser;
mod components;
mod flows;
mod i18n;
mod lazy;
mod navigation;
mod pages;
mod remote;
mod routes;
mod saved;
mod signing;
mod state;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
