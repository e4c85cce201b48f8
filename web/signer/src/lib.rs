//! The signing module: runs in a web worker of the page, opens key files and makes signatures.
//!
//! This file is the border with JavaScript and nothing else; what is answered to what is decided
//! in [`engine`]. The module knows no network and no clock: the page passes the time in with each
//! call, and the worker's script carries the messages.
//!
//! The lint that bans unsafe code stays on: wasm-bindgen's own code is not ours.

pub mod engine;
mod facts;

use balabaqsha_pki::random::SystemRandom;
use balabaqsha_signer_client::message::{Answer, FromWorker, Request};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use engine::Engine;

#[wasm_bindgen]
extern "C" {
    /// Defined by the worker's script: keeps the reason of the trap that follows.
    #[wasm_bindgen(js_name = signerPanicked)]
    fn signer_panicked(text: &str);
}

/// Holds the opened key files of one worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Signer {
    engine: Engine,
}

#[wasm_bindgen]
impl Signer {
    #[wasm_bindgen(constructor)]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "called by the worker's script alone, once"
    )]
    pub fn new() -> Self {
        std::panic::set_hook(Box::new(|info| signer_panicked(&info.to_string())));
        Self {
            engine: Engine::new(),
        }
    }

    /// Takes a request with its binary parts; gives the text of the answer followed by its binary
    /// parts. It throws only when the request is none of ours.
    pub fn answer(&mut self, request: &str, buffers: Vec<Uint8Array>) -> Result<Array, JsError> {
        let buffers: Vec<Zeroizing<Vec<u8>>> = buffers
            .iter()
            .map(|buffer| Zeroizing::new(buffer.to_vec()))
            .collect();
        let Request { id, call } = serde_json::from_str(request)?;
        let (outcome, bytes) = self.engine.answer(&call, &buffers, &mut SystemRandom);
        let text = serde_json::to_string(&FromWorker::Answer(Answer { id, outcome }))?;
        let answer = Array::of1(&text.into());
        if let Some(bytes) = bytes {
            answer.push(&Uint8Array::from(bytes.as_slice()).buffer());
        }
        Ok(answer)
    }
}
