//! The cookie with the number of the browser.

use crate::{access::browser::BrowserNumber, app::App, service::people::browsers};
use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};

/// Over HTTPS browsers guard the prefix: no other host of the domain can set it (RFC 6265bis, section
/// 4.1.3.2).
const GUARDED: &str = "__Host-balabaqsha_browser";
const COOKIE: &str = "balabaqsha_browser";
/// The API; the prefix demands the path of the whole host.
const PATH: &str = "/v1";

pub fn presented(request: &HttpRequest) -> Option<BrowserNumber> {
    let cookie = request.cookie(GUARDED).or_else(|| request.cookie(COOKIE))?;
    BrowserNumber::read(cookie.value())
}

pub fn of(app: &App, number: BrowserNumber) -> Cookie<'static> {
    let guarded = app.settings.secure_cookies;
    let (name, path) = if guarded {
        (GUARDED, "/")
    } else {
        (COOKIE, PATH)
    };
    Cookie::build(name, number.written())
        .path(path)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(guarded)
        .max_age(Duration::seconds(browsers::LIFETIME.num_seconds()))
        .finish()
}
