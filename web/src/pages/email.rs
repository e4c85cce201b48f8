//! The e-mail address, which the first login asks for before anything else (R1), and its
//! confirmation by the code of the mail, which may wait.

use super::narrow;
use crate::{
    api::{Failure, use_api},
    components::{
        fields::{TextField, plain_button, submit_button},
        form::{Field, Form, error_summary},
        heading::{self, form_heading},
        notice::inset,
        trouble::trouble_slot,
    },
    dom::{El, View, div, form, p, say, view},
    i18n::{Text, t},
    session::use_session,
};
use balabaqsha_shared::{Code, email::Email};
use leptos::prelude::*;

pub fn page() -> View {
    let address = OneField::new("email");
    view((
        error_summary(address.form),
        form_heading(t::email::HEADING, address.form),
        inset(p().add(t::email::FIRST)),
        p().add(t::email::WHY),
        narrow(email_form(address, t::email::SAVE)),
    ))
}

/// A form of one field; made by the page, because its summary stands above the heading.
#[derive(Clone, Copy, Debug)]
pub struct OneField {
    field: Field,
    pub form: Form,
}

impl OneField {
    pub fn new(id: &'static str) -> Self {
        let field = Field::new(id, "");
        Self {
            field,
            form: Form::new([field]),
        }
    }
}

pub fn email_form(
    OneField {
        field,
        form: checks,
    }: OneField,
    label: Text,
) -> El {
    let api = use_api();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        checks.clear();
        failure.set(None);
        let parse = |text: &str| Email::parse(text).map_err(|_| Code::EmailInvalid);
        let Some(email) = field.read(parse) else {
            return checks.refuse();
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = api.set_email(email.as_str().to_owned()).await;
            busy.try_set(false);
            if let Err(refused) = outcome {
                failure.try_set(checks.take(refused, &[("/address", field)]));
            }
        });
    };
    let address = TextField::new(field, t::email::ADDRESS)
        .hint(t::email::ADDRESS_HINT)
        .kind("email", "email", "email");
    form().on_submit(save).add((
        address.el(),
        trouble_slot(failure),
        submit_button(label, busy),
    ))
}

/// Asks for the six digits; a new mail can be asked for.
pub fn confirmation_form(
    OneField {
        field,
        form: checks,
    }: OneField,
) -> El {
    let api = use_api();
    let session = use_session();
    let busy = RwSignal::new(false);
    let sent_again = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let confirm = move || {
        if busy.get_untracked() {
            return;
        }
        checks.clear();
        failure.set(None);
        let Some(code) = field.read(|text| Ok::<_, Code>(text.to_owned())) else {
            return checks.refuse();
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = api.confirm_email(code).await;
            busy.try_set(false);
            let Err(refused) = outcome else {
                return heading::focus();
            };
            match refused.code() {
                Some(code @ (Code::ConfirmationCodeWrong | Code::ConfirmationCodeExpired)) => {
                    field.complain(code);
                    checks.refuse();
                }
                _ => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let send_again = move || {
        let person = untrack(|| session.person());
        let Some(email) = person.and_then(|person| person.email) else {
            return;
        };
        leptos::task::spawn_local(async move {
            match api.set_email(email.address.as_str().to_owned()).await {
                Ok(()) => drop(sent_again.try_set(true)),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let code = TextField::new(field, t::email::CODE)
        .hint(t::email::CODE_HINT)
        .kind("text", "one-time-code", "numeric")
        .width("w-8");
    let sent = say(move || {
        if sent_again.get() {
            t::email::SENT.get().to_owned()
        } else {
            String::new()
        }
    });
    form().on_submit(confirm).add((
        code.el(),
        trouble_slot(failure),
        div().class("buttons").add((
            submit_button(t::email::CONFIRM, busy),
            plain_button(t::email::AGAIN, send_again),
        )),
        p().attr("role", "status").add(sent),
    ))
}
