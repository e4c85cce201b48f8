//! The personal account: who has logged in, and the e-mail address.

use super::{
    card,
    email::{OneField, confirmation_form, email_form},
    narrow,
};
use crate::{
    components::{
        facts::{fact, facts},
        form::error_summary,
        heading::heading,
        tag::{Mood, tag},
    },
    dom::{El, View, live, p, say, view},
    i18n::t,
    session::use_session,
};
use balabaqsha_shared::dto::Person;
use leptos::prelude::*;

pub fn page() -> View {
    let session = use_session();
    let address = OneField::new("email");
    let code = OneField::new("code");
    let person = Memo::new(move |_| session.person());
    let confirmation = live(move || {
        let email = person.get()?.email?;
        (!email.confirmed).then(|| {
            let address = email.address.as_str().to_owned();
            card(
                t::account::CONFIRM,
                (
                    p().add(say(move || t::email::code_sent(&address))),
                    confirmation_form(code),
                ),
            )
        })
    });
    view((
        error_summary(address.form),
        error_summary(code.form),
        heading(t::account::HEADING),
        narrow((
            card(
                t::login::OWNER,
                (
                    live(move || person.get().map(owner)),
                    p().class("muted").add(t::account::FROM_CERTIFICATE),
                ),
            ),
            confirmation,
            card(
                t::account::CHANGE_EMAIL,
                email_form(address, t::account::CHANGE),
            ),
        )),
    ))
}

fn owner(person: Person) -> El {
    let email = person.email.map(|email| {
        let state = if email.confirmed {
            tag(Mood::Good, t::account::CONFIRMED)
        } else {
            tag(Mood::Soon, t::account::NOT_CONFIRMED)
        };
        fact(t::email::ADDRESS, (email.address.as_str(), " ", state))
    });
    facts((
        fact(t::common::FULL_NAME, person.full_name),
        fact(t::common::IIN, person.iin.to_string()),
        email,
    ))
}
