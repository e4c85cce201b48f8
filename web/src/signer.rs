//! From a text on the screen to the signature over it: one opened key file at a time, and the
//! check that what is signed is what was shown.

use crate::{
    browser,
    clock::Clock,
    signing::{OpenedStore, SignProblem, SigningWorker, StoreHandle},
};
use leptos::prelude::*;

/// The worker of this app.
#[derive(Clone, Copy, Debug)]
pub struct Signer {
    worker: StoredValue<SigningWorker, LocalStorage>,
    clock: Clock,
}

/// A key that its owner has chosen in an opened file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenKey {
    pub handle: StoreHandle,
    pub index: u32,
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq)]
pub enum NotSigned {
    Key(SignProblem),
    /// The bytes to sign are not the text that was shown; then nothing is signed.
    TextDiffers,
}

impl Signer {
    pub fn provide(clock: Clock) -> Self {
        let worker = StoredValue::new_local(SigningWorker::start());
        let signer = Self { worker, clock };
        provide_context(signer);
        signer
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

    /// The detached signature in Base64 over `content` (Base64 too), which must be `shown`.
    pub async fn sign(
        self,
        key: ChosenKey,
        content: &str,
        shown: &str,
    ) -> Result<String, NotSigned> {
        let bytes = browser::from_base64(content).ok_or(NotSigned::TextDiffers)?;
        if bytes != shown.as_bytes() {
            return Err(NotSigned::TextDiffers);
        }
        let cms = self
            .worker()
            .sign(key.handle, key.index, &bytes, self.clock.now())
            .await
            .map_err(NotSigned::Key)?;
        browser::to_base64(&cms).ok_or(NotSigned::TextDiffers)
    }
}

pub fn use_signer() -> Signer {
    expect_context()
}
