//! The public page behind the QR code of a referral: whether it is valid, and nothing beyond what
//! the paper shows (R17).

use super::{paragraph, words};
use crate::{
    api::use_api,
    components::{
        facts::{Facts, plain},
        fields::{SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        tag::{of_referral, tag},
    },
    i18n::{I18n, format, t, use_i18n},
    remote::{Load, Remote},
    router::use_router,
    routes::Route,
};
use balabaqsha_shared::{Code, dto::ReferralVerification, referral::ReferralState};
use leptos::{ev, prelude::*};

pub fn page(token: String) -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let verification: Remote<ReferralVerification> = Remote::new(move || {
        let token = token.clone();
        async move { api.verification(&token).await }
    });
    let view = move || match verification.state() {
        Load::Failed(failure) if failure.is(Code::NotFound) => unknown(i18n),
        _ => verification
            .show(move |found| result(found, i18n))
            .into_any(),
    };
    view.into_any()
}

fn result(found: ReferralVerification, i18n: I18n) -> AnyView {
    let valid = matches!(found.state, ReferralState::Active);
    let class = if valid { "panel" } else { "panel off" };
    let heading = if valid {
        t::verification::VALID
    } else {
        t::verification::NOT_VALID
    };
    let (name, address) = (found.kindergarten_name, found.address);
    let (issued_at, deadline, checked_at) = (found.issued_at, found.deadline, found.checked_at);
    let facts = vec![
        (t::referral::NUMBER, plain(found.number.to_string())),
        (t::verification::STATE, tag(of_referral(&found.state), i18n)),
        (t::application::CHILD, plain(found.child_name_masked)),
        (
            t::referral::KINDERGARTEN,
            i18n.say(move |language| name.get(language).to_owned())
                .into_any(),
        ),
        (
            t::referral::ADDRESS,
            i18n.say(move |language| address.get(language).to_owned())
                .into_any(),
        ),
        (
            t::verification::ISSUED,
            i18n.say(move |language| format::moment(language, issued_at))
                .into_any(),
        ),
        (
            t::referral::ARRIVE_BY,
            i18n.say(move |language| format::weekday(language, deadline))
                .into_any(),
        ),
    ];
    view! {
        <div class=class>
            <Heading words=words(heading)/>
            <p>
                {i18n.say(move |language| {
                    t::verification::checked(language, &format::moment(language, checked_at))
                })}
            </p>
        </div>
        <div class="card narrow"><Facts facts=facts/></div>
        {paragraph(t::verification::COMPARE)}
    }
    .into_any()
}

fn unknown(i18n: I18n) -> AnyView {
    view! {
        <div class="panel off"><Heading words=words(t::verification::UNKNOWN)/></div>
        {paragraph(t::verification::UNKNOWN_TEXT)}
        <p>
            <a class="btn ghost" href=Route::VerifyByHand.path()>
                {i18n.t(t::verification::NAV)}
            </a>
        </p>
    }
    .into_any()
}

/// For those who have the paper but no camera: the token stands under the QR code.
pub fn by_hand() -> AnyView {
    let router = use_router();
    let field = Field::new("token", "");
    let form = Form::new([field]);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
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
            None => form.refuse(),
        }
    };
    view! {
        <ErrorSummary form=form/>
        <Heading words=words(t::verification::NAV) form=form/>
        {paragraph(t::verification::BY_HAND)}
        <form class="narrow" on:submit=submit novalidate>
            <TextField field=field label=t::verification::TOKEN hint=t::verification::TOKEN_HINT/>
            <SubmitButton label=t::verification::CHECK busy=Signal::stored(false)/>
        </form>
    }
    .into_any()
}
