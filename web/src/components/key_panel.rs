//! The key of the parent: where it is kept, the file, the password, and the keys in the file with
//! what each is good for. The file and the password go to the signing worker and nowhere else; the
//! password is taken out of its field as soon as it has been handed over.

use super::{
    fields::{SelectField, described_by, error_of, group_class, hint_of, invalid},
    form::{Field, Form},
    key_list::KeyList,
    key_words,
};
use crate::{
    browser,
    clock::use_clock,
    i18n::{t, use_i18n},
    signer::{ChosenKey, NotSigned, use_signer},
    signing::{KeyInfo, KeyStoreProblem, OpenedStore, SignProblem, Usage, read_key_file},
};
use balabaqsha_shared::Code;
use leptos::{ev, html, prelude::*};

/// The kinds of storage on offer.
const FILE: &str = "file";

/// What the panel knows; made by the page, because its form is shown above the page's heading.
#[derive(Clone, Copy, Debug)]
pub struct KeyChoice {
    storage: Field,
    file: Field,
    password: Field,
    form: Form,
    opened: RwSignal<Option<OpenedStore>>,
    /// The index of the key in its file.
    pub(super) chosen: RwSignal<Option<u32>>,
}

impl KeyChoice {
    pub fn new() -> Self {
        let storage = Field::new("key-storage", FILE);
        let file = Field::new("key-file", "");
        let password = Field::new("key-password", "");
        Self {
            storage,
            file,
            password,
            form: Form::new([storage, file, password]),
            opened: RwSignal::new(None),
            chosen: RwSignal::new(None),
        }
    }

    pub const fn form(self) -> Form {
        self.form
    }

    /// The key to sign with, once there is one.
    pub fn key(self) -> Option<ChosenKey> {
        let index = self.chosen.get()?;
        let handle = self
            .opened
            .with(|opened| opened.as_ref().map(|opened| opened.handle))?;
        Some(ChosenKey { handle, index })
    }

    /// The facts of that key.
    pub fn facts(self) -> Option<KeyInfo> {
        let index = self.chosen.get()?;
        self.opened.with(|opened| {
            opened
                .as_ref()?
                .keys
                .iter()
                .find(|key| key.index == index)
                .cloned()
        })
    }

    /// What to do about a signature that was not made: an opened file that is gone is asked for
    /// again.
    pub fn take(self, problem: &NotSigned) {
        let lost = matches!(
            problem,
            NotSigned::Key(SignProblem::StoreClosed | SignProblem::ModuleFailed(_))
        );
        if lost {
            self.opened.set(None);
            self.chosen.set(None);
        }
        self.password.complain(key_words::not_signed(problem));
        self.form.refuse();
    }
}

/// Storage, file, password, «Обновить список ключей», and the keys.
#[component]
pub fn KeyPanel(choice: KeyChoice, usage: Usage) -> impl IntoView {
    let i18n = use_i18n();
    let signer = use_signer();
    let clock = use_clock();
    let busy = RwSignal::new(false);
    let file_input = NodeRef::<html::Input>::new();
    let password_input = NodeRef::<html::Input>::new();

    signer.warm_up();
    on_cleanup(move || {
        if let Some(opened) = choice.opened.try_get_untracked().flatten() {
            signer.close(&opened);
        }
    });

    let forget_keys = move || {
        if let Some(opened) = choice.opened.get_untracked() {
            signer.close(&opened);
        }
        choice.opened.set(None);
        choice.chosen.set(None);
    };

    let on_file = move |_| {
        forget_keys();
        let name = file_input
            .get_untracked()
            .and_then(|input| input.files())
            .and_then(|files| files.get(0))
            .map(|file| file.name());
        choice.file.value.set(name.unwrap_or_default());
        choice.file.complaint.set(None);
    };

    let show_keys = move |opened: OpenedStore| {
        let now = clock.now();
        let mut fit = opened
            .keys
            .iter()
            .filter(|key| key.unfit_for(usage, now).is_none());
        // One fit key needs no choosing.
        let only = match (fit.next(), fit.next()) {
            (Some(key), None) => Some(key.index),
            _ => None,
        };
        choice.chosen.set(only);
        choice.opened.set(Some(opened));
        browser::soon(|| browser::focus_id("key-list"));
    };

    let open = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        choice.form.clear();
        forget_keys();
        let file = file_input
            .get_untracked()
            .and_then(|input| input.files())
            .and_then(|files| files.get(0));
        // The password is read from its field and taken out of it in one go.
        let password = password_input.get_untracked().map(|input| {
            let text = input.value();
            input.set_value("");
            text
        });
        let password = password.unwrap_or_default();
        if file.is_none() {
            choice.file.complain(t::key::CHOOSE_FILE);
        }
        if password.is_empty() {
            choice.password.complain(Code::FieldRequired);
        }
        let (Some(file), false) = (file, password.is_empty()) else {
            choice.form.refuse();
            return;
        };
        busy.set(true);
        let worker = signer.worker();
        leptos::task::spawn_local(async move {
            let opened = match read_key_file(&file).await {
                Ok(bytes) => worker.open(&bytes, password).await,
                Err(problem) => Err(problem),
            };
            // The page may have been left meanwhile.
            if busy.try_set(false).is_some() {
                if let Ok(opened) = opened {
                    worker.close(opened.handle);
                }
                return;
            }
            match opened {
                Ok(opened) => show_keys(opened),
                Err(problem) => {
                    let field = match problem {
                        KeyStoreProblem::WrongPassword => choice.password,
                        _ => choice.file,
                    };
                    field.complain(key_words::not_opened(&problem));
                    choice.form.refuse();
                }
            }
        });
    };

    let storages = Signal::derive(move || {
        vec![(
            FILE.to_owned(),
            t::key::STORAGE_FILE.get(i18n.language()).to_owned(),
        )]
    });
    let file_name = move || {
        let name = choice.file.value.get();
        if name.is_empty() {
            t::key::NO_FILE.get(i18n.language()).to_owned()
        } else {
            name
        }
    };
    let which_key = match usage {
        Usage::Login => t::key::WHICH_LOGIN,
        Usage::Signing => t::key::WHICH_SIGNING,
    };
    let keys = move || {
        choice.opened.get().map(|opened| {
            view! { <KeyList choice=choice opened=opened usage=usage/> }
        })
    };
    view! {
        <form class="key-panel" on:submit=open novalidate>
            <SelectField field=choice.storage label=t::key::STORAGE options=storages/>
            <div class=group_class(choice.file)>
                {hint_of(choice.file.id, Some(which_key), i18n)}
                {error_of(choice.file, i18n)}
                <div class="file">
                    <input type="file" id="key-file" class="visually-hidden" accept=".p12,.pfx"
                        node_ref=file_input
                        aria-describedby=described_by(choice.file, Some(which_key))
                        aria-invalid=invalid(choice.file)
                        on:change=on_file/>
                    <label for="key-file" class="btn ghost">{i18n.t(t::key::CHOOSE)}</label>
                    <output class="file-name" for="key-file">{file_name}</output>
                </div>
            </div>
            <div class=group_class(choice.password)>
                <label for="key-password">{i18n.t(t::key::PASSWORD)}</label>
                {hint_of(choice.password.id, Some(t::key::PASSWORD_HINT), i18n)}
                {error_of(choice.password, i18n)}
                <input type="password" id="key-password" autocomplete="off" class="w-20"
                    node_ref=password_input
                    aria-describedby=described_by(choice.password, Some(t::key::PASSWORD_HINT))
                    aria-invalid=invalid(choice.password)/>
            </div>
            <button type="submit" class="btn ghost" aria-disabled=move || busy.get().then_some("true")>
                {move || if busy.get() {
                    i18n.t(t::key::OPENING)()
                } else {
                    i18n.t(t::key::UPDATE_LIST)()
                }}
            </button>
            <p class="visually-hidden" role="status">
                {move || busy.get().then(|| i18n.t(t::key::OPENING)())}
            </p>
        </form>
        {keys}
    }
    .into_any()
}
