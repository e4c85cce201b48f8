//! The personal account: who has logged in, and the e-mail address.

use super::{
    email::{AddressForm, CodeForm, ConfirmationForm, EmailForm},
    words,
};
use crate::{
    components::{
        facts::{Facts, plain},
        form::ErrorSummary,
        heading::Heading,
        tag::{Mood, tag},
    },
    i18n::{t, use_i18n},
    session::use_session,
};
use leptos::prelude::*;

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let session = use_session();
    let address = AddressForm::new();
    let code = CodeForm::new();
    let person = Memo::new(move |_| session.person());
    let facts = move || {
        let person = person.get()?;
        let email = person.email.map(|email| {
            let state = if email.confirmed {
                (Mood::Good, t::account::CONFIRMED)
            } else {
                (Mood::Soon, t::account::NOT_CONFIRMED)
            };
            view! { {email.address.as_str().to_owned()} " " {tag(state, i18n)} }.into_any()
        });
        let mut facts = vec![
            (t::common::FULL_NAME, plain(person.full_name)),
            (t::common::IIN, plain(person.iin.to_string())),
        ];
        facts.extend(email.map(|email| (t::email::ADDRESS, email)));
        Some(view! { <Facts facts=facts/> })
    };
    let confirmation = move || {
        let email = person.get()?.email?;
        (!email.confirmed).then(|| {
            let address = email.address.as_str().to_owned();
            view! {
                <section class="card">
                    <h2>{i18n.t(t::account::CONFIRM)}</h2>
                    <p>{i18n.say(move |language| t::email::code_sent(language, &address))}</p>
                    <ConfirmationForm form=code/>
                </section>
            }
        })
    };
    view! {
        <ErrorSummary form=address.form/>
        <ErrorSummary form=code.form/>
        <Heading words=words(t::account::HEADING)/>
        <div class="narrow">
            <section class="card">
                <h2>{i18n.t(t::login::OWNER)}</h2>
                {facts}
                <p class="muted">{i18n.t(t::account::FROM_CERTIFICATE)}</p>
            </section>
            {confirmation}
            <section class="card">
                <h2>{i18n.t(t::account::CHANGE_EMAIL)}</h2>
                <EmailForm form=address label=t::account::CHANGE/>
            </section>
        </div>
    }
    .into_any()
}
