//! The code on the paper, read by a reader of other people.

use super::reader::{qr_codes, render};
use super::samples::{CHECK_URL, application, referral};
use crate::{Document, RenderError};

#[test]
fn the_code_leads_to_the_check_page() {
    for document in [
        Document::Referral(referral()),
        Document::Application(application()),
    ] {
        let Some(codes) = qr_codes(&render(&document)) else {
            return;
        };
        assert_eq!(codes, [CHECK_URL]);
    }
}

#[test]
fn the_longest_address_can_still_be_read() {
    let mut document = referral();
    document.verification_url = format!(
        "https://balabaqsha.example/r/{}",
        "0123456789abcdef-".repeat(15)
    );
    let Some(codes) = qr_codes(&render(&Document::Referral(document.clone()))) else {
        return;
    };
    assert_eq!(codes, [document.verification_url]);
}

#[test]
fn a_paper_is_not_made_with_an_address_that_is_none() {
    let mut document = referral();
    document.verification_url = "javascript:alert(1)".to_owned();
    let error = super::reader::renderer()
        .render(&Document::Referral(document))
        .unwrap_err();
    assert!(matches!(error, RenderError::VerificationUrl { .. }));
}
