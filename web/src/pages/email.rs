//! The e-mail address, which the first login asks for before anything else (R1), and its
//! confirmation by the code of the mail, which may wait.

use super::words;
use crate::{
    api::{Failure, use_api},
    browser,
    components::{
        fields::{SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::Heading,
        notice::Inset,
        trouble::TroubleSlot,
    },
    i18n::{t, use_i18n},
    session::use_session,
};
use balabaqsha_shared::{Code, email::Email};
use leptos::{ev, prelude::*};

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let address = AddressForm::new();
    view! {
        <ErrorSummary form=address.form/>
        <Heading words=words(t::email::HEADING) form=address.form/>
        <Inset><p>{i18n.t(t::email::FIRST)}</p></Inset>
        <p>{i18n.t(t::email::WHY)}</p>
        <div class="narrow"><EmailForm form=address label=t::email::SAVE/></div>
    }
    .into_any()
}

/// The form of the address; made by the page, because its summary stands above the heading.
#[derive(Clone, Copy, Debug)]
pub struct AddressForm {
    field: Field,
    pub form: Form,
}

impl AddressForm {
    pub fn new() -> Self {
        let field = Field::new("email", "");
        Self {
            field,
            form: Form::new([field]),
        }
    }
}

#[component]
pub fn EmailForm(form: AddressForm, label: crate::i18n::Text) -> impl IntoView {
    let api = use_api();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let AddressForm { field, form } = form;
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        form.clear();
        failure.set(None);
        let parse = |text: &str| Email::parse(text).map_err(|_| Code::EmailInvalid);
        let Some(email) = field.read(parse) else {
            form.refuse();
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = api.set_email(email.as_str().to_owned()).await;
            busy.try_set(false);
            if let Err(refused) = outcome {
                failure.try_set(form.take(refused, &[("/address", field)]));
            }
        });
    };
    view! {
        <form on:submit=save novalidate>
            <TextField field=field label=t::email::ADDRESS hint=t::email::ADDRESS_HINT kind="email"
                autocomplete="email" inputmode="email"/>
            <TroubleSlot failure=failure/>
            <SubmitButton label=label busy=busy.into()/>
        </form>
    }
    .into_any()
}

/// The form of the code.
#[derive(Clone, Copy, Debug)]
pub struct CodeForm {
    field: Field,
    pub form: Form,
}

impl CodeForm {
    pub fn new() -> Self {
        let field = Field::new("code", "");
        Self {
            field,
            form: Form::new([field]),
        }
    }
}

/// Asks for the six digits; a new mail can be asked for.
#[component]
pub fn ConfirmationForm(form: CodeForm) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let session = use_session();
    let busy = RwSignal::new(false);
    let sent_again = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let CodeForm { field, form } = form;
    let confirm = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        form.clear();
        failure.set(None);
        let Some(code) = field.read(|text| Ok::<_, Code>(text.to_owned())) else {
            form.refuse();
            return;
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            let outcome = api.confirm_email(code).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => browser::soon(|| browser::focus_id("page-heading")),
                Err(refused)
                    if refused.is(Code::ConfirmationCodeWrong)
                        || refused.is(Code::ConfirmationCodeExpired) =>
                {
                    if let Some(code) = refused.code() {
                        field.complain(code);
                    }
                    form.refuse();
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let send_again = move |_| {
        let address = session
            .person()
            .and_then(|person| person.email)
            .map(|email| email.address);
        let Some(address) = address else { return };
        leptos::task::spawn_local(async move {
            match api.set_email(address.as_str().to_owned()).await {
                Ok(()) => {
                    sent_again.try_set(true);
                }
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    view! {
        <form on:submit=confirm novalidate>
            <TextField field=field label=t::email::CODE hint=t::email::CODE_HINT width="w-8"
                autocomplete="one-time-code" inputmode="numeric"/>
            <TroubleSlot failure=failure/>
            <div class="buttons">
                <SubmitButton label=t::email::CONFIRM busy=busy.into()/>
                <button type="button" class="btn ghost" on:click=send_again>
                    {i18n.t(t::email::AGAIN)}
                </button>
            </div>
            <p role="status">{move || sent_again.get().then(|| i18n.t(t::email::SENT)())}</p>
        </form>
    }
    .into_any()
}
