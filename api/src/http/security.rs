//! Security headers: content security policy, HSTS, frame and referrer policies.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Styles of the server, and after them the hashes of those that the page itself holds.
const STYLES: &str = "style-src 'self'";

/// `connect-src` names NCALayer's address on the parent's own computer; PDFs are shown from blobs.
const REST_OF_THE_POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; \
    img-src 'self' data: blob:; \
    connect-src 'self' wss://127.0.0.1:13579; \
    worker-src 'self'; \
    frame-src blob:; \
    object-src 'none'; \
    font-src 'self'; \
    manifest-src 'self'; \
    base-uri 'none'; \
    form-action 'self'; \
    frame-ancestors 'none'";

/// A device is asked for the distance to a kindergarten, and for the camera that reads the code of a referral.
const PERMISSIONS_POLICY: &str = "geolocation=(self), camera=(self), microphone=(), payment=(), \
    usb=(), serial=(), hid=(), display-capture=(), browsing-topics=()";

const HEADERS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// A year and all subdomains, as browsers' preload lists ask for.
const STRICT_TRANSPORT_SECURITY: &str = "max-age=31536000; includeSubDomains";

/// The headers of this service.
#[derive(Debug)]
pub struct Security {
    content_security_policy: HeaderValue,
    https: bool,
}

impl Security {
    /// `inline_styles` are the sources that [`inline_styles`] found in the page.
    #[must_use]
    pub fn new(https: bool, inline_styles: &[String]) -> Self {
        let mut styles = vec![STYLES.to_owned()];
        styles.extend_from_slice(inline_styles);
        let policy = format!("{REST_OF_THE_POLICY}; {}", styles.join(" "));
        Self {
            // Hashes are plain ASCII; what were not allowed would be refused by browsers.
            content_security_policy: HeaderValue::from_str(&policy)
                .unwrap_or_else(|_| HeaderValue::from_static(REST_OF_THE_POLICY)),
            https,
        }
    }

    pub fn apply(&self, headers: &mut HeaderMap) {
        let policy = self.content_security_policy.clone();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        for (name, value) in HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.https {
            let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
            headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
        }
    }
}

/// The source of each `<style>` of the page: a hash of its content (Content Security Policy
/// Level 3, section 6.7.3.3).
pub fn inline_styles(html: &[u8]) -> Vec<String> {
    const OPEN: &str = "<style>";
    const CLOSE: &str = "</style>";
    let Ok(html) = std::str::from_utf8(html) else {
        return Vec::new();
    };
    html.split(OPEN)
        .skip(1)
        .filter_map(|after| after.split_once(CLOSE))
        .map(|(content, _)| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(inline_styles: &[String]) -> String {
        let mut headers = HeaderMap::new();
        Security::new(false, inline_styles).apply(&mut headers);
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).unwrap();
        policy.to_str().unwrap().to_owned()
    }

    #[test]
    fn styles_of_the_page_are_allowed_by_their_hash() {
        // printf 'p{}' | openssl dgst -sha256 -binary | base64
        let found = inline_styles("<p>Ә</p><style>p{}</style><style></style>".as_bytes());
        assert_eq!(
            found,
            [
                "'sha256-gG2yISYereRMiG2lMXrbiUgi0Ubw9p7QCeWcroOvy9Y='",
                "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
            ]
        );
        assert!(policy(&found).ends_with(&format!("; style-src 'self' {}", found.join(" "))));
    }

    #[test]
    fn headers_say_what_browsers_understand() {
        let mut headers = HeaderMap::new();
        Security::new(true, &[]).apply(&mut headers);
        let text = |name| headers.get(name).unwrap().to_str().unwrap();
        assert!(text(header::STRICT_TRANSPORT_SECURITY).ends_with("; includeSubDomains"));
        assert!(text(header::CONTENT_SECURITY_POLICY).contains("object-src 'none'"));
        // No browser knows a permission of this name.
        assert!(!text(header::PERMISSIONS_POLICY).contains("bluetooth"));
    }

    #[test]
    fn page_without_styles_allows_those_of_the_server_alone() {
        assert!(inline_styles(b"<style>never closed").is_empty());
        assert!(inline_styles(&[0xff]).is_empty());
        assert!(policy(&[]).ends_with("; style-src 'self'"));
    }
}
