//! The key of the parent: where it is kept, the file, the password, and the keys in the file with
//! what each is good for. The file and the password go to the signing worker and nowhere else; the
//! password is taken out of its field as soon as it has been handed over.

use super::{
    fields::{control, error_of, hint_of, select_field},
    form::{Field, Form},
    key_list::{self, key_list},
    key_words,
};
use crate::{
    browser,
    clock::{Clock, use_clock},
    dom::{Content, button, div, effect, form, input, label, live, output, p, say, view},
    i18n::t,
    signer::{ChosenKey, NotSigned, Signer, use_signer},
    signing::{KeyInfo, KeyStoreProblem, OpenedStore, SignProblem, Usage, read_key_file},
};
use balabaqsha_shared::Code;
use leptos::prelude::*;
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
    /// What the key is for; the panel knows.
    usage: StoredValue<Usage>,
    signer: Signer,
    clock: Clock,
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
            busy: RwSignal::new(false),
            usage: StoredValue::new(Usage::Signing),
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
            return Some(ChosenKey::NcaLayer(self.usage.get_value()));
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

    /// Reads the form and opens the file.
    fn open(self, usage: Usage, file: Option<File>, password: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.form.clear();
        self.forget();
        if file.is_none() {
            self.file.complain(t::key::CHOOSE_FILE);
        }
        if password.is_empty() {
            self.password.complain(Code::FieldRequired);
        }
        let (Some(file), false) = (file, password.is_empty()) else {
            self.form.refuse();
            return;
        };
        self.busy.set(true);
        let worker = self.signer.worker();
        leptos::task::spawn_local(async move {
            let opened = match read_key_file(&file).await {
                Ok(bytes) => worker.open(&bytes, password).await,
                Err(problem) => Err(problem),
            };
            // The page may have been left meanwhile: then the file does not stay open.
            let left = self.busy.try_set(false).is_some();
            match opened {
                Ok(opened) if left => worker.close(opened.handle),
                Ok(opened) => self.show(usage, opened),
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

    fn show(self, usage: Usage, opened: OpenedStore) {
        let now = self.clock.now();
        let mut fit = opened
            .keys
            .iter()
            .filter(|key| key.unfit_for(usage, now).is_none());
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
pub fn key_panel(choice: KeyChoice, usage: Usage) -> impl Content {
    choice.signer.warm_up();
    choice.usage.set_value(usage);
    on_cleanup(move || choice.close());
    // A file that was opened is closed when somebody turns to another storage.
    effect(move || {
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
        ..
    } = choice;
    let which_key = match usage {
        Usage::Login => t::key::WHICH_LOGIN,
        Usage::Signing => t::key::WHICH_SIGNING,
    };
    let file_input = control(input(), file, Some(which_key))
        .attr("type", "file")
        .class("visually-hidden")
        .attr("accept", ".p12,.pfx");
    let password_input = control(input(), password, Some(t::key::PASSWORD_HINT))
        .attr("type", "password")
        .attr("autocomplete", "off")
        .class("w-20");

    let (files, secret) = (file_input.input(), password_input.input());
    let file_input = {
        let files = files.clone();
        file_input.on("change", move |_| {
            choice.forget();
            file.value.set(
                chosen_file(&files)
                    .map(|file| file.name())
                    .unwrap_or_default(),
            );
            file.complaint.set(None);
        })
    };
    let file_name = say(move || {
        let name = file.value.get();
        if name.is_empty() {
            t::key::NO_FILE.get().to_owned()
        } else {
            name
        }
    });
    let wrong = |field: Field| {
        div()
            .class("field")
            .class_when("has-error", move || field.is_wrong())
            .hidden_when(move || choice.in_ncalayer())
    };
    let panel = form()
        .class("key-panel")
        .on_submit(move || {
            // Read from its field and taken out of it in one go.
            let password = secret.value();
            secret.set_value("");
            choice.open(usage, chosen_file(&files), password);
        })
        .add((
            select_field(storage, t::key::STORAGE, None, None, || {
                vec![
                    (FILE.to_owned(), t::key::STORAGE_FILE.get().to_owned()),
                    (
                        NCALAYER.to_owned(),
                        t::key::STORAGE_NCALAYER.get().to_owned(),
                    ),
                ]
            }),
            p().class("hint")
                .hidden_when(move || !choice.in_ncalayer())
                .add(t::key::NCALAYER_HINT),
            wrong(file).add((
                hint_of(file.id, Some(which_key)),
                error_of(file),
                div().class("file").add((
                    file_input,
                    label()
                        .attr("for", file.id)
                        .class("btn ghost")
                        .add(t::key::CHOOSE),
                    output()
                        .attr("for", file.id)
                        .class("file-name")
                        .add(file_name),
                )),
            )),
            wrong(password).add((
                label().attr("for", password.id).add(t::key::PASSWORD),
                hint_of(password.id, Some(t::key::PASSWORD_HINT)),
                error_of(password),
                password_input,
            )),
            button()
                .attr("type", "submit")
                .class("btn ghost")
                .hidden_when(move || choice.in_ncalayer())
                .busy_when(busy)
                .add(say(move || {
                    if busy.get() {
                        t::key::OPENING
                    } else {
                        t::key::UPDATE_LIST
                    }
                    .get()
                    .to_owned()
                })),
            p().class("visually-hidden")
                .attr("role", "status")
                .add(say(move || {
                    if busy.get() {
                        t::key::OPENING.get().to_owned()
                    } else {
                        String::new()
                    }
                })),
        ));
    let keys = live(move || {
        choice.opened.with(|opened| {
            opened
                .as_ref()
                .map(|opened| untrack(|| key_list(choice, opened, usage)))
        })
    });
    view((panel, keys))
}

fn chosen_file(input: &HtmlInputElement) -> Option<File> {
    input.files()?.get(0)
}
