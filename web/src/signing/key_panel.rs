//! The form of a key: where it is kept, the file, the password, and the keys in the file with
//! what each is good for. The file and the password go to the signing worker and nowhere else; the
//! password is taken out of its field as soon as it has been handed over.

use super::{
    Usage,
    key_choice::{FILE, KeyChoice, NCALAYER, PHONE, phone_is_offered},
    key_list::KeyList,
};
use crate::{
    browser,
    components::fields::{Choice, FieldError, Hint, SelectField, described_by, true_when},
    i18n::{t, t_string, use_i18n},
};
use leptos::{ev, html, prelude::*};
use web_sys::{File, HtmlInputElement};

/// Storage, file, password, «Обновить список ключей», and the keys.
#[component]
pub fn KeyPanel(choice: KeyChoice) -> impl IntoView {
    let i18n = use_i18n();
    choice.warm_up();
    on_cleanup(move || choice.close());
    // A file that was opened is closed when somebody turns to another storage.
    Effect::new(move || {
        if !choice.in_file() {
            untrack(|| {
                choice.form.clear();
                choice.forget();
            });
        }
    });
    let KeyChoice {
        storage,
        file,
        password,
        busy,
        usage,
        ..
    } = choice;
    let files = NodeRef::<html::Input>::new();
    let secret = NodeRef::<html::Input>::new();
    let shown = RwSignal::new(false);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(secret) = secret.get_untracked() else {
            return;
        };
        // Read from its field and taken out of it in one go.
        let password = secret.value();
        secret.set_value("");
        shown.set(false);
        choice.open(
            files.get_untracked().and_then(|input| chosen_file(&input)),
            password,
        );
    };
    let on_file = move |_| {
        choice.forget();
        let name = files
            .get_untracked()
            .and_then(|input| chosen_file(&input))
            .map(|file| file.name());
        file.value.set(name.unwrap_or_default());
        file.complaint.set(None);
    };
    let file_name = move || {
        let name = file.value.get();
        if name.is_empty() {
            t_string!(i18n, key.no_file).to_owned()
        } else {
            name
        }
    };
    let offered = Memo::new(move |_| phone_is_offered());
    // What was shown on a phone before the service has said that it does not sign that way.
    Effect::new(move || {
        if !offered.get() && untrack(|| choice.in_phone()) {
            storage.value.set(FILE.to_owned());
        }
    });
    let storages = move || {
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        let mut storages = vec![
            choice(FILE, t_string!(i18n, key.storage_file)),
            choice(NCALAYER, t_string!(i18n, key.storage_ncalayer)),
        ];
        if offered.get() {
            let place = if browser::is_phone() {
                0
            } else {
                storages.len()
            };
            storages.insert(place, choice(PHONE, t_string!(i18n, key.storage_phone)));
        }
        storages
    };
    let which_key = Signal::derive(move || {
        match usage {
            Usage::Login => t_string!(i18n, key.which_login),
            Usage::Signing => t_string!(i18n, key.which_signing),
        }
        .to_owned()
    });
    let password_label = Signal::derive(move || t_string!(i18n, key.password).to_owned());
    password.label.set(Some(password_label));
    let password_hint = Signal::derive(move || t_string!(i18n, key.password_hint).to_owned());
    let keys = move || {
        let opened = choice.opened.get()?;
        Some(untrack(|| view! { <KeyList choice opened usage/> }))
    };
    view! {
        <form class="key-panel" on:submit=submit novalidate>
            <SelectField field=storage label=move || t_string!(i18n, key.storage) choices=storages/>
            <p class="hint" hidden=move || !choice.in_ncalayer()>{t!(i18n, key.ncalayer_hint)}</p>
            <div class="field" class:has-error=move || file.is_wrong()
                hidden=move || !choice.in_file()>
                <Hint id=file.id text=Some(which_key)/>
                <FieldError field=file/>
                <div class="file">
                    <input type="file" id=file.id name=file.id class="visually-hidden"
                        accept=".p12,.pfx" node_ref=files
                        aria-invalid=true_when(move || file.is_wrong())
                        aria-describedby=described_by(file, Some(which_key))
                        on:change=on_file/>
                    <label for=file.id class="btn ghost">{t!(i18n, key.choose)}</label>
                    <output for=file.id class="file-name">{file_name}</output>
                </div>
            </div>
            <div class="field" class:has-error=move || password.is_wrong()
                hidden=move || !choice.in_file()>
                <label for=password.id>{password_label}</label>
                <Hint id=password.id text=Some(password_hint)/>
                <FieldError field=password/>
                <input type=move || if shown.get() { "text" } else { "password" }
                    id=password.id name=password.id autocomplete="off" autocapitalize="off"
                    spellcheck="false" class="w-20" node_ref=secret
                    aria-invalid=true_when(move || password.is_wrong())
                    aria-describedby=described_by(password, Some(password_hint))/>
                <div class="radio">
                    <input type="checkbox" id="show-password" prop:checked=move || shown.get()
                        on:change:target=move |event| shown.set(event.target().checked())/>
                    <label for="show-password">{t!(i18n, key.show_password)}</label>
                </div>
            </div>
            <button type="submit" class="btn ghost" hidden=move || !choice.in_file()
                aria-disabled=true_when(move || busy.get())>
                {move || if busy.get() {
                    t_string!(i18n, key.opening)
                } else {
                    t_string!(i18n, key.update_list)
                }}
            </button>
            {matches!(usage, Usage::Login).then(|| view! {
                <p class="hint" hidden=move || !choice.in_file()>{t!(i18n, key.instruction)}</p>
            })}
            <p class="visually-hidden" role="status">
                {move || busy.get().then(|| t_string!(i18n, key.opening))}
            </p>
        </form>
        {keys}
    }
}

fn chosen_file(input: &HtmlInputElement) -> Option<File> {
    input.files()?.get(0)
}
