//! A page for trying the client in a real browser: hands its calls to JavaScript. Built and
//! driven by tests/e2e/signer.test.mjs.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use balabaqsha_signer_client::{
    KeyStoreProblem, OpenedStore, SignProblem, SigningWorker, StoreHandle, Usage, read_key_file,
};
use chrono::{DateTime, Utc};
use wasm_bindgen::prelude::*;

/// One worker and the files opened in it, named to JavaScript by their place in the row.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Page {
    signer: SigningWorker,
    handles: RefCell<Vec<StoreHandle>>,
}

#[wasm_bindgen]
impl Page {
    #[wasm_bindgen(constructor)]
    #[must_use]
    #[expect(clippy::new_without_default, reason = "called by JavaScript alone")]
    pub fn new() -> Self {
        Self {
            signer: SigningWorker::start(),
            handles: RefCell::new(Vec::new()),
        }
    }

    pub fn warm_up(&self) {
        self.signer.warm_up();
    }

    /// JSON: `[handle, keys, refused, [[unfit for login, unfit for signing], …]]`.
    pub async fn open(
        &self,
        file: web_sys::File,
        password: String,
        now_ms: f64,
    ) -> Result<String, JsValue> {
        let now = moment(now_ms)?;
        let opened = self.read_and_open(file, password).await;
        let OpenedStore {
            handle,
            keys,
            refused,
        } = opened.map_err(|problem| thrown(problem.code(), &problem.to_string()))?;
        let unfit: Vec<[Option<&str>; 2]> = keys
            .iter()
            .map(|key| {
                [Usage::Login, Usage::Signing]
                    .map(|usage| key.unfit_for(usage, now).map(|reason| reason.code()))
            })
            .collect();
        let mut handles = self.handles.borrow_mut();
        handles.push(handle);
        serde_json::to_string(&(handles.len().saturating_sub(1), keys, refused, unfit))
            .map_err(|error| thrown("page", &error.to_string()))
    }

    /// Begins to open a file and walks away before the answer is there.
    pub fn open_and_leave(&self, file: &[u8], password: String) {
        let mut opening = pin!(self.signer.open(file, password));
        let begun = opening
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()));
        assert!(begun.is_pending(), "no worker answers at once");
    }

    pub async fn sign(
        &self,
        handle: usize,
        key: u32,
        content: Vec<u8>,
        at_ms: f64,
    ) -> Result<Vec<u8>, JsValue> {
        let at = moment(at_ms)?;
        let handle = self.handle(handle)?;
        let signed = self.signer.sign(handle, key, &content, at).await;
        signed.map_err(|problem: SignProblem| thrown(problem.code(), &problem.to_string()))
    }

    pub fn close(&self, handle: usize) -> Result<(), JsValue> {
        self.signer.close(self.handle(handle)?);
        Ok(())
    }

    pub fn terminate(&self) {
        self.signer.terminate();
    }
}

impl Page {
    async fn read_and_open(
        &self,
        file: web_sys::File,
        password: String,
    ) -> Result<OpenedStore, KeyStoreProblem> {
        let file = read_key_file(&file).await?;
        self.signer.open(&file, password).await
    }

    fn handle(&self, index: usize) -> Result<StoreHandle, JsValue> {
        let handles = self.handles.borrow();
        let handle = handles.get(index).copied();
        handle.ok_or_else(|| thrown("page", "no such handle"))
    }
}

fn moment(ms: f64) -> Result<DateTime<Utc>, JsValue> {
    // JavaScript counts milliseconds in a double; its text is the way to a whole number.
    format!("{ms:.0}")
        .parse()
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .ok_or_else(|| thrown("page", "no moment"))
}

fn thrown(code: &str, text: &str) -> JsValue {
    let error = js_sys::Error::new(text);
    error.set_name(code);
    error.into()
}
