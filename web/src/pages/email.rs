//! The e-mail address, which the first login asks for before anything else (R1), and its
//! confirmation by the code of the mail, which may wait.

use crate::{
    api::use_api,
    components::{
        fields::{PlainButton, SubmitButton, TextField},
        form::{ErrorSummary, Field, Form},
        heading::{self, Heading},
        notice::Inset,
        trouble::TroubleSlot,
    },
    i18n::{t, t_string, use_i18n},
    remote::failure_of,
    state::use_session,
};
use balabaqsha_shared::{Code, email::Email, input};
use leptos::{ev, prelude::*};

#[component]
pub fn EmailPage() -> impl IntoView {
    let i18n = use_i18n();
    let address = OneField::new("email");
    view! {
        <ErrorSummary form=address.form/>
        <Heading text=move || t_string!(i18n, email.heading) form=address.form/>
        <Inset><p>{t!(i18n, email.first)}</p></Inset>
        <p>{t!(i18n, email.why)}</p>
        <div class="narrow">
            <EmailForm address button=move || t_string!(i18n, email.save)/>
        </div>
    }
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

#[component]
pub fn EmailForm(address: OneField, #[prop(into)] button: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let OneField { field, form } = address;
    let save = Action::new_local(move |email: &Email| {
        let address = email.as_str().to_owned();
        async move {
            match api.set_email(address).await {
                Ok(()) => Ok(()),
                Err(refused) => form.take(refused, &[("/address", field)]),
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if save.pending().get_untracked() {
            return;
        }
        form.clear();
        match field.read(input::email) {
            Some(email) => drop(save.dispatch_local(email)),
            None => form.refuse(),
        }
    };
    view! {
        <form on:submit=submit novalidate>
            <TextField field label=move || t_string!(i18n, email.address)
                hint=move || t_string!(i18n, email.address_hint)
                kind="email" autocomplete="email" inputmode="email"/>
            <TroubleSlot failure=failure_of(save)/>
            <SubmitButton text=button busy=save.pending()/>
        </form>
    }
}

/// Asks for the six digits; a new mail can be asked for.
#[component]
pub fn ConfirmationForm(code: OneField) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let session = use_session();
    let OneField { field, form } = code;
    let confirm = Action::new_local(move |code: &String| {
        let code = code.clone();
        async move {
            let Err(refused) = api.confirm_email(code).await else {
                heading::focus();
                return Ok(());
            };
            match refused.code() {
                Some(code @ (Code::ConfirmationCodeWrong | Code::ConfirmationCodeExpired)) => {
                    field.complain(code);
                    form.refuse();
                    Ok(())
                }
                _ => Err(refused),
            }
        }
    });
    let send_again = Action::new_local(move |address: &String| api.set_email(address.clone()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if confirm.pending().get_untracked() {
            return;
        }
        form.clear();
        match field.read(|text| Ok::<_, Code>(text.to_owned())) {
            Some(code) => drop(confirm.dispatch_local(code)),
            None => form.refuse(),
        }
    };
    let ask_again = move |()| {
        let person = untrack(|| session.person());
        if let Some(email) = person.and_then(|person| person.email) {
            send_again.dispatch_local(email.address.as_str().to_owned());
        }
    };
    let (not_confirmed, not_sent) = (failure_of(confirm), failure_of(send_again));
    let failure = move || not_confirmed.get().or_else(|| not_sent.get());
    let sent = move || {
        send_again
            .value()
            .with(|outcome| matches!(outcome, Some(Ok(()))))
    };
    view! {
        <form on:submit=submit novalidate>
            <TextField field label=move || t_string!(i18n, email.code)
                hint=move || t_string!(i18n, email.code_hint)
                autocomplete="one-time-code" inputmode="numeric" width="w-8"/>
            <TroubleSlot failure/>
            <div class="buttons">
                <SubmitButton text=move || t_string!(i18n, email.confirm) busy=confirm.pending()/>
                <PlainButton text=move || t_string!(i18n, email.again) on_press=ask_again/>
            </div>
            <p role="status">{move || sent().then(|| t_string!(i18n, email.sent))}</p>
        </form>
    }
}
