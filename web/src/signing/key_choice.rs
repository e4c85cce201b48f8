//! The choice of a key: the file that is open, the keys in it, and the one to sign with. The form that shows
//! it is in `key_panel`.

use super::{
    ChosenKey, KeyInfo, KeyStoreProblem, NotSigned, OpenedStore, SignProblem, Signer, Usage,
    key_words, read_key_file, use_signer,
};
use crate::{
    browser,
    components::form::{Complaint, Field, Form},
    i18n::td_string,
    state::{Clock, use_clock, use_service},
};
use balabaqsha_shared::Code;
use leptos::prelude::*;
use web_sys::File;

/// The kinds of storage on offer.
pub(super) const FILE: &str = "file";
pub(super) const NCALAYER: &str = "ncalayer";
/// eGov Mobile.
pub(super) const PHONE: &str = "phone";

/// Where the focus goes once a file is open: the id of the list of its keys.
pub(super) const KEY_LIST: &str = "key-list";

/// Whether signing with eGov Mobile is offered: a phone takes it for granted until the service says no.
pub(super) fn phone_is_offered() -> bool {
    let said = use_service().with(|service| service.phone_signing);
    said.unwrap_or_else(browser::is_phone)
}

/// What the panel knows; made by the page, because its form is shown above the page's heading.
#[derive(Clone, Copy, Debug)]
pub struct KeyChoice {
    pub(super) storage: Field,
    pub(super) file: Field,
    pub(super) password: Field,
    pub(super) form: Form,
    pub(super) opened: RwSignal<Option<OpenedStore>>,
    /// The index of the key in its file.
    pub(super) chosen: RwSignal<Option<u32>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) usage: Usage,
    signer: Signer,
    clock: Clock,
}

impl KeyChoice {
    /// `usage` is what the key is for.
    pub fn new(usage: Usage) -> Self {
        // On a phone the application is at hand, and nothing jumps once the service has answered.
        let first = if browser::is_phone() && untrack(phone_is_offered) {
            PHONE
        } else {
            FILE
        };
        let storage = Field::new("key-storage", first);
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

    /// Loads the signing module before it is needed.
    pub(super) fn warm_up(self) {
        self.signer.warm_up();
    }

    pub const fn form(self) -> Form {
        self.form
    }

    /// Whether NCALayer keeps the key, and asks for it itself.
    pub fn in_ncalayer(self) -> bool {
        self.storage.value.with(|storage| storage == NCALAYER)
    }

    /// Whether the key is in the application on a phone, which is asked by a panel of its own.
    pub fn in_phone(self) -> bool {
        self.storage.value.with(|storage| storage == PHONE)
    }

    /// Whether the key is in a file, which this form opens.
    pub(super) fn in_file(self) -> bool {
        self.storage.value.with(|storage| storage == FILE)
    }

    /// The key to sign with, once there is one.
    pub fn key(self) -> Option<ChosenKey> {
        if self.in_ncalayer() {
            return Some(ChosenKey::NcaLayer(self.usage));
        }
        if self.in_phone() {
            return None;
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

    pub(super) fn close(self) {
        if let Some(opened) = self.opened.try_get_untracked().flatten() {
            self.signer.close(&opened);
        }
    }

    pub(super) fn forget(self) {
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
    pub(super) fn open(self, file: Option<File>, password: String) {
        if self.busy.get_untracked() {
            return;
        }
        self.form.clear();
        // The file is open and nothing new was typed: its keys are on the page already.
        if password.is_empty() && self.opened.with_untracked(Option::is_some) {
            browser::soon(|| browser::focus_id(KEY_LIST));
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
        browser::soon(|| browser::focus_id(KEY_LIST));
    }
}
