//! Headers that keep the pages and the data of parents to themselves.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// `connect-src` names NCALayer's address on the parent's own computer; PDFs are shown from blobs.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; \
    img-src 'self' data: blob:; \
    connect-src 'self' wss://127.0.0.1:13579; \
    worker-src 'self'; \
    frame-src blob:; \
    object-src blob:; \
    font-src 'self'; \
    manifest-src 'self'; \
    base-uri 'none'; \
    form-action 'self'; \
    frame-ancestors 'none'";

/// The distance to a kindergarten is the only thing that a device is asked for.
const PERMISSIONS_POLICY: &str = "geolocation=(self), camera=(), microphone=(), payment=(), \
    usb=(), serial=(), hid=(), bluetooth=(), display-capture=(), browsing-topics=()";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// A year, as browsers' preload lists ask for.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000";

pub fn apply(headers: &mut HeaderMap, https: bool) {
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if https {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}
