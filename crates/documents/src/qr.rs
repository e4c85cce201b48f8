//! The QR code as a drawing: from the address of a public page to SVG, for the paper and for the
//! screen.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::RenderError;

/// Longer addresses make modules too small for a telephone at arm's length.
const URL_LIMIT: usize = 300;
/// The empty border that the standard asks for, in modules.
const QUIET_ZONE: usize = 4;

/// Draws the QR code of an address as a standalone SVG, dark modules on white, with the quiet zone.
///
/// # Errors
/// When the address is no plain http(s) address or too long.
pub fn qr_svg(url: &str) -> Result<String, RenderError> {
    check_url(url)?;
    draw(url)
}

/// Draws what the application eGov Mobile reads: that it shall sign what the service offers at an address.
///
/// # Errors
/// When the address is no plain http(s) address or too long.
pub fn qr_svg_of_mobile_signature(url: &str) -> Result<String, RenderError> {
    check_url(url)?;
    draw(&format!("mobileSign:{url}"))
}

fn draw(text: &str) -> Result<String, RenderError> {
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|error| RenderError::Qr(error.to_string()))?;
    let side = code.size + 2 * QUIET_ZONE;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d=""##
    );
    for (y, row) in code.data.chunks(code.size).take(code.size).enumerate() {
        // One rectangle per run of dark modules: seams between neighbours would show on screens.
        let mut x = 0;
        for run in row.chunk_by(|a, b| a.value() == b.value()) {
            if run.first().is_some_and(|module| module.value()) {
                write!(
                    svg,
                    "M{} {}h{}v1h-{}z",
                    x + QUIET_ZONE,
                    y + QUIET_ZONE,
                    run.len(),
                    run.len()
                )
                .map_err(|error| RenderError::Qr(error.to_string()))?;
            }
            x += run.len();
        }
    }
    svg.push_str(r#""/></svg>"#);
    Ok(svg)
}

/// The address is printed, linked and drawn: nothing but a plain web address may come that far.
pub(crate) fn check_url(url: &str) -> Result<(), RenderError> {
    let has_host = ["https://", "http://"].iter().any(|scheme| {
        url.strip_prefix(scheme)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
    });
    if has_host && url.len() <= URL_LIMIT && url.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(RenderError::VerificationUrl { limit: URL_LIMIT })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_are_drawn() {
        for good in [
            "https://balabaqsha.example/r/018f",
            "http://127.0.0.1:8080/r/1",
            "http://[::1]:8080/r/1",
        ] {
            assert!(qr_svg(good).is_ok(), "{good}");
            let signing = qr_svg_of_mobile_signature(good).unwrap();
            assert_ne!(signing, qr_svg(good).unwrap(), "{good}");
        }
        let long = format!("https://a/{}", "a".repeat(URL_LIMIT));
        for bad in [
            "",
            "https://",
            "https:///r",
            "javascript:alert(1)",
            "https://a/ b",
            "https://ә/",
            "ftp://a/b",
            &long,
        ] {
            assert!(qr_svg_of_mobile_signature(bad).is_err(), "{bad}");
            let error = qr_svg(bad).unwrap_err();
            assert!(
                matches!(error, RenderError::VerificationUrl { limit: URL_LIMIT }),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_drawing_has_a_quiet_zone_and_three_finder_patterns() {
        let svg = qr_svg("https://balabaqsha.example/r/018f").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"));
        let side: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let far = side - 2 * QUIET_ZONE - 7 + QUIET_ZONE;
        for (x, y) in [
            (QUIET_ZONE, QUIET_ZONE),
            (far, QUIET_ZONE),
            (QUIET_ZONE, far),
        ] {
            for row in [y, y + 6] {
                assert!(
                    svg.contains(&format!("M{x} {row}h7v1h-7z")),
                    "no finder pattern at {x}, {y}"
                );
            }
        }
    }
}
