//! The key of the parent: where it is kept, the file, the password, and the keys in the file with
//! what each is good for. The file and the password go to the signing worker and nowhere else; the
//! password is taken out of its field as soon as it has been handed over.

use super::{
    ChosenKey, KeyInfo, KeyStoreProblem, NotSigned, OpenedStore, SignProblem, Signer, Usage,
    key_list::{self, KeyList},
    key_words, read_key_file, use_signer,
};
use crate::{
    browser,
    components::{
        fields::{Choice, FieldError, Hint, SelectField, described_by, true_when},
        form::{Complaint, Field, Form},
    },
    i18n::{t, t_string, td_string, use_i18n},
    state::{Clock, use_clock},
};
use balabaqsha_shared::Code;
use leptos::{ev, html, prelude::*};
use web_sys::{File, HtmlInputElement};

/// The kinds of storage on offer.
const FILE: &str = "file";
const NCALAYER: &str = "ncalayer";

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
    busy: RwSignal<bool>,
    usage: Usage,
    signer: Signer,
    clock: Clock,
}

impl KeyChoice {
    /// `usage` is what the key is for.
    pub fn new(usage: Usage) -> Self {
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
            busy: RwSignal::new(false),
            usage,
            signer: use_signer(),
            clock: use_clock(),
        }
    }

    pub const fn form(self) -> Form {
        self.form
    }

    /// Whether NCALayer keeps the key, and asks for it itself.
    pub fn in_ncalayer(self) -> bool {
        self.storage.value.with(|storage| storage == NCALAYER)
    }

    /// The key to sign with, once there is one.
    pub fn key(self) -> Option<ChosenKey> {
        if self.in_ncalayer() {
            return Some(ChosenKey::NcaLayer(self.usage));
        }
        let index = self.chosen.get()?;
        let handle = self
            .opened
            .with(|opened| opened.as_ref().map(|opened| opened.handle))?;
        Some(ChosenKey::File { handle, index })
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
            self.opened.try_set(None);
            self.chosen.try_set(None);
        }
        let field = match problem {
            NotSigned::NcaLayer(_) => self.storage,
            NotSigned::Key(_) | NotSigned::TextDiffers => self.password,
        };
        field.complain(key_words::not_signed(problem));
        self.form.refuse();
    }

    fn close(self) {
        if let Some(opened) = self.opened.try_get_untracked().flatten() {
            self.signer.close(&opened);
        }
    }

    fn forget(self) {
        self.close();
        self.opened.set(None);
        self.chosen.set(None);
    }

    /// Opens a file that the page has fetched itself.
    pub fn open_bytes(self, name: String, bytes: Vec<u8>, password: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.storage.value.set(FILE.to_owned());
        self.form.clear();
        self.forget();
        self.file.value.set(name);
        let worker = self.signer.worker();
        self.work(async move { worker.open(&bytes, password).await });
    }

    /// Reads the form and opens the file.
    fn open(self, file: Option<File>, password: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.form.clear();
        // The file is open and nothing new was typed: its keys are on the page already.
        if password.is_empty() && self.opened.with_untracked(Option::is_some) {
            browser::soon(|| browser::focus_id(key_list::ID));
            return;
        }
        self.forget();
        if file.is_none() {
            self.file.complain(Complaint::Text(|locale| {
                td_string!(locale, key.choose_file)
            }));
        }
        if password.is_empty() {
            self.password.complain(Code::FieldRequired);
        }
        let (Some(file), false) = (file, password.is_empty()) else {
            self.form.refuse();
            return;
        };
        let worker = self.signer.worker();
        self.work(async move {
            let bytes = read_key_file(&file).await?;
            worker.open(&bytes, password).await
        });
    }

    /// Shows the keys of the file that is being opened, or what is wrong with it.
    fn work(self, opening: impl Future<Output = Result<OpenedStore, KeyStoreProblem>> + 'static) {
        self.busy.set(true);
        let worker = self.signer.worker();
        leptos::task::spawn_local(async move {
            let opened = opening.await;
            // The page may have been left meanwhile: then the file does not stay open.
            let left = self.busy.try_set(false).is_some();
            match opened {
                Ok(opened) if left => worker.close(opened.handle),
                Ok(opened) => self.show(opened),
                Err(_) if left => {}
                Err(problem) => {
                    let field = match problem {
                        KeyStoreProblem::WrongPassword => self.password,
                        _ => self.file,
                    };
                    field.complain(key_words::not_opened(&problem));
                    self.form.refuse();
                }
            }
        });
    }

    fn show(self, opened: OpenedStore) {
        let now = self.clock.now();
        let mut fit = opened
            .keys
            .iter()
            .filter(|key| key.unfit_for(self.usage, now).is_none());
        // One fit key needs no choosing.
        let only = match (fit.next(), fit.next()) {
            (Some(key), None) => Some(key.index),
            _ => None,
        };
        self.chosen.set(only);
        self.opened.set(Some(opened));
        browser::soon(|| browser::focus_id(key_list::ID));
    }
}

/// Storage, file, password, «Обновить список ключей», and the keys.
#[component]
pub fn KeyPanel(choice: KeyChoice) -> impl IntoView {
    let i18n = use_i18n();
    choice.signer.warm_up();
    on_cleanup(move || choice.close());
    // A file that was opened is closed when somebody turns to another storage.
    Effect::new(move || {
        if choice.in_ncalayer() {
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
    let storages = move || {
        vec![
            Choice {
                value: FILE.to_owned(),
                label: t_string!(i18n, key.storage_file).to_owned(),
            },
            Choice {
                value: NCALAYER.to_owned(),
                label: t_string!(i18n, key.storage_ncalayer).to_owned(),
            },
        ]
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
                hidden=move || choice.in_ncalayer()>
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
                hidden=move || choice.in_ncalayer()>
                <label for=password.id>{password_label}</label>
                <Hint id=password.id text=Some(password_hint)/>
                <FieldError field=password/>
                <input type=move || if shown.get() { "text" } else { "password" }
                    id=password.id name=password.id autocomplete="off" autocapitalize="off"
                    spellcheck="false" class="w-20" node_ref=secret
                    aria-invalid=true_when(move || password.is_wrong())
                    aria-describedby=described_by(password, Some(password_hint))/>
                <div class="checkbox">
                    <input type="checkbox" id="show-password" prop:checked=move || shown.get()
                        on:change:target=move |event| shown.set(event.target().checked())/>
                    <label for="show-password">{t!(i18n, key.show_password)}</label>
                </div>
            </div>
            <button type="submit" class="btn ghost" hidden=move || choice.in_ncalayer()
                aria-disabled=true_when(move || busy.get())>
                {move || if busy.get() {
                    t_string!(i18n, key.opening)
                } else {
                    t_string!(i18n, key.update_list)
                }}
            </button>
            {matches!(usage, Usage::Login).then(|| view! {
                <p class="hint" hidden=move || choice.in_ncalayer()>{t!(i18n, key.instruction)}</p>
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
