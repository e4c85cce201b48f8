//! The public page behind the QR code of a referral: whether it is valid, and nothing beyond what
//! the paper shows (R17).

use super::{narrow, paragraph};
use crate::{
    api::use_api,
    components::{
        facts::{fact, facts},
        fields::{TextField, submit_button},
        form::{Field, Form, error_summary},
        heading::{form_heading, heading},
        tag::of_referral,
    },
    dom::{View, a, div, form, live, p, say, view},
    i18n::{format, name, t},
    remote::Remote,
    router::use_router,
    routes::Route,
};
use balabaqsha_shared::{Code, dto::ReferralVerification};
use leptos::prelude::*;

pub fn page(token: String) -> View {
    let api = use_api();
    let verification: Remote<ReferralVerification> =
        Remote::new(move || api.verification(token.clone()));
    live(move || match verification.failure() {
        Some(failure) if failure.is(Code::NotFound) => unknown(),
        _ => verification.show(result),
    })
}

fn result(found: &ReferralVerification) -> View {
    let valid = found.state.is_active();
    let (class, text) = if valid {
        ("panel", t::verification::VALID)
    } else {
        ("panel off", t::verification::NOT_VALID)
    };
    let (issued_at, deadline, checked_at) = (found.issued_at, found.deadline, found.checked_at);
    let list = facts((
        fact(t::referral::NUMBER, found.number.as_str()),
        fact(t::verification::STATE, of_referral(&found.state)),
        fact(t::application::CHILD, found.child_name_masked.as_str()),
        fact(t::referral::KINDERGARTEN, name(&found.kindergarten_name)),
        fact(t::referral::ADDRESS, name(&found.address)),
        fact(
            t::verification::ISSUED,
            say(move || format::moment(issued_at)),
        ),
        fact(
            t::referral::ARRIVE_BY,
            say(move || format::weekday(deadline)),
        ),
    ));
    view((
        div().class(class).add((
            heading(text),
            p().add(say(move || {
                t::verification::checked(&format::moment(checked_at))
            })),
        )),
        narrow(div().class("card").add(list)),
        paragraph(t::verification::COMPARE),
    ))
}

fn unknown() -> View {
    view((
        div()
            .class("panel off")
            .add(heading(t::verification::UNKNOWN)),
        paragraph(t::verification::UNKNOWN_TEXT),
        p().add(
            a().class("btn ghost")
                .href(&Route::VerifyByHand.path())
                .add(t::verification::NAV),
        ),
    ))
}

/// For those who have the paper but no camera: the token stands under the QR code.
pub fn by_hand() -> View {
    let router = use_router();
    let field = Field::new("token", "");
    let checks = Form::new([field]);
    let submit = move || {
        checks.clear();
        // The whole address may be pasted as well.
        let read = field.read(|text| {
            let token = text.rsplit('/').next().unwrap_or(text);
            match Route::parse(&format!("/r/{token}")) {
                Some(route @ Route::Verification(_)) => Ok(route),
                _ => Err(t::verification::TOKEN_WRONG),
            }
        });
        match read {
            Some(route) => router.go(&route),
            None => checks.refuse(),
        }
    };
    view((
        error_summary(checks),
        form_heading(t::verification::NAV, checks),
        paragraph(t::verification::BY_HAND),
        form().class("narrow").on_submit(submit).add((
            TextField::new(field, t::verification::TOKEN)
                .hint(t::verification::TOKEN_HINT)
                .el(),
            submit_button(t::verification::CHECK, RwSignal::new(false)),
        )),
    ))
}
