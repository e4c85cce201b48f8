//! From a text on the screen to the signature over it: one opened key file at a time, and the
//! check that what is signed is what was shown.

use super::{OpenedStore, SignProblem, SigningWorker, StoreHandle, Usage, ncalayer};
use crate::{
    browser,
    i18n::{I18n, language_now},
    state::Clock,
};
use balabaqsha_ncalayer::{Purpose, Task, Trouble};
use leptos::prelude::*;

/// The worker of this app.
#[derive(Clone, Copy, Debug)]
pub struct Signer {
    worker: StoredValue<SigningWorker, LocalStorage>,
    clock: Clock,
    i18n: I18n,
}

/// Where the signature will come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChosenKey {
    /// A key that its owner has chosen in an opened file.
    File { handle: StoreHandle, index: u32 },
    /// NCALayer, which asks for the key itself.
    NcaLayer(Usage),
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSigned {
    Key(SignProblem),
    NcaLayer(Trouble),
    /// The bytes to sign are not the text that was shown; then nothing is signed.
    TextDiffers,
}

/// What is to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The bytes in Base64.
    pub content: &'a str,
    pub shown: &'a str,
}

impl Signer {
    pub fn provide(i18n: I18n, clock: Clock) {
        let worker = StoredValue::new_local(SigningWorker::start());
        provide_context(Self {
            worker,
            clock,
            i18n,
        });
    }

    pub fn worker(self) -> SigningWorker {
        self.worker.get_value()
    }

    /// Begins to load the module, before it is needed.
    pub fn warm_up(self) {
        self.worker().warm_up();
    }

    pub fn close(self, opened: &OpenedStore) {
        self.worker().close(opened.handle);
    }

    /// A detached signature in Base64 over each of the texts, which must be what was shown.
    pub async fn sign(self, key: ChosenKey, texts: &[Text<'_>]) -> Result<Vec<String>, NotSigned> {
        let mut contents = Vec::new();
        for text in texts {
            let bytes = browser::from_base64(text.content).ok_or(NotSigned::TextDiffers)?;
            if bytes != text.shown.as_bytes() {
                return Err(NotSigned::TextDiffers);
            }
            contents.push(bytes);
        }
        match key {
            ChosenKey::File { handle, index } => {
                let mut signatures = Vec::new();
                for bytes in contents {
                    let cms = self
                        .worker()
                        .sign(handle, index, &bytes, self.clock.now())
                        .await
                        .map_err(NotSigned::Key)?;
                    signatures.push(browser::to_base64(&cms).ok_or(NotSigned::TextDiffers)?);
                }
                Ok(signatures)
            }
            ChosenKey::NcaLayer(usage) => {
                let task = Task {
                    purpose: match usage {
                        Usage::Login => Purpose::Login,
                        Usage::Signing => Purpose::Signing,
                    },
                    contents: texts.iter().map(|text| text.content.to_owned()).collect(),
                    language: language_now(self.i18n).tag(),
                    // Whose key it must be is for the service to say, in words of its own.
                    iin: None,
                };
                ncalayer::sign(task).await.map_err(NotSigned::NcaLayer)
            }
        }
    }
}

pub fn use_signer() -> Signer {
    expect_context()
}
