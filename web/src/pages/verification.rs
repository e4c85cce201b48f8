//! The public page behind the QR code of a referral: whether it is valid, and nothing beyond what
//! the paper shows (R17).

use crate::{
    api::use_api,
    components::{
        facts::{Fact, Facts},
        fields::{SubmitButton, TextField},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        links::ActionLink,
        tag::ReferralTag,
    },
    i18n::{format, localized, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote},
    routes::Route,
};
use balabaqsha_shared::{Code, dto::ReferralVerification, token as shared_token};
use leptos::{ev, prelude::*};

#[component]
pub fn VerificationPage(token: String) -> impl IntoView {
    let api = use_api();
    let verification: Remote<ReferralVerification> =
        Remote::new(move || api.verification(token.clone()));
    let unknown = Memo::new(move |_| {
        let failure = verification.failure();
        failure.is_some_and(|failure| failure.is(Code::NotFound))
    });
    move || {
        if unknown.get() {
            view! { <Unknown/> }.into_any()
        } else {
            view! { <Fetched data=verification page=true let:found><Outcome found/></Fetched> }
                .into_any()
        }
    }
}

#[component]
fn Outcome(found: ReferralVerification) -> impl IntoView {
    let i18n = use_i18n();
    let is_valid = found.state.is_active();
    let heading = move || {
        if is_valid {
            t_string!(i18n, verification.valid)
        } else {
            t_string!(i18n, verification.not_valid)
        }
    };
    let checked_at = found.checked_at;
    let checked = move || {
        let at = format::moment(i18n.get_locale(), checked_at);
        t_string!(i18n, verification.checked, at = at)
    };
    view! {
        <div class="panel" class:off=!is_valid>
            <Heading text=heading/>
            <p>{checked}</p>
        </div>
        <div class="narrow">
            <div class="card"><OutcomeFacts found/></div>
        </div>
        <p>{t!(i18n, verification.compare)}</p>
    }
}

#[component]
fn OutcomeFacts(found: ReferralVerification) -> impl IntoView {
    let i18n = use_i18n();
    let (issued_at, deadline) = (found.issued_at, found.deadline);
    view! {
        <Facts>
            <Fact name=move || t_string!(i18n, referral.number)>
                {found.number.as_str().to_owned()}
            </Fact>
            <Fact name=move || t_string!(i18n, verification.state)>
                <ReferralTag state=found.state/>
            </Fact>
            <Fact name=move || t_string!(i18n, application.child)>{found.child_name_masked}</Fact>
            <Fact name=move || t_string!(i18n, referral.kindergarten)>
                {localized(i18n, &found.kindergarten_name)}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.address)>
                {localized(i18n, &found.address)}
            </Fact>
            <Fact name=move || t_string!(i18n, verification.issued)>
                {move || format::moment(i18n.get_locale(), issued_at)}
            </Fact>
            <Fact name=move || t_string!(i18n, referral.arrive_by)>
                {move || format::weekday(i18n.get_locale(), deadline)}
            </Fact>
        </Facts>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="panel off">
            <Heading text=move || t_string!(i18n, verification.unknown)/>
        </div>
        <p>{t!(i18n, verification.unknown_text)}</p>
        <p>
            <ActionLink to=Route::VerifyByHand class="btn ghost"
                text=move || t_string!(i18n, verification.nav)/>
        </p>
    }
}

/// For those who have the paper but no camera: the token stands under the QR code.
#[component]
pub fn VerifyByHandPage() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    let field = Field::new("token", "");
    let form = Form::new([field]);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        match field.read(token) {
            Some(token) => navigation.go(&Route::Verification(token)),
            None => form.refuse(),
        }
    };
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, verification.nav) form/>
        <p>{t!(i18n, verification.by_hand)}</p>
        <form class="narrow" on:submit=submit novalidate>
            <TextField field label=move || t_string!(i18n, verification.token)
                hint=move || t_string!(i18n, verification.token_hint)/>
            <SubmitButton text=move || t_string!(i18n, verification.check)/>
        </form>
    }
}

/// The token out of what was typed; the whole address may be pasted as well.
fn token(text: &str) -> Result<String, Complaint> {
    shared_token::typed(text).ok_or(Complaint::Text(|locale| {
        td_string!(locale, verification.token_wrong)
    }))
}
