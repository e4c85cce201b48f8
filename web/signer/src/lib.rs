//! The signing module: runs in a web worker of the page, opens key files and makes signatures.
//!
//! This file is the border with JavaScript and nothing else; what is answered to what is decided
//! in [`engine`]. The module knows no network and no clock: the page passes the time in with each
//! call, and the worker's script carries the messages.

pub mod engine;
mod facts;

use balabaqsha_pki::random::SystemRandom;
use balabaqsha_signer_client::message::{Answer, Request};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use engine::Engine;

/// Wipes whatever is given back. The keys wipe themselves, but the arithmetic of RSA leaves copies
/// of the primes in temporary numbers that do not, and a worker's memory lives as long as its page.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

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
        Self {
            engine: Engine::new(),
        }
    }

    /// Takes a request with its binary parts; gives the answer followed by its binary parts, all
    /// as `ArrayBuffer`s. It throws only when the request is none of ours.
    pub fn answer(&mut self, request: &[u8], parts: Vec<Uint8Array>) -> Result<Array, JsError> {
        let parts: Vec<Zeroizing<Vec<u8>>> = parts
            .iter()
            .map(|part| Zeroizing::new(part.to_vec()))
            .collect();
        let Request { id, call } = Request::from_bytes(request)?;
        let (outcome, part) = self.engine.answer(&call, &parts, &mut SystemRandom);
        let answer = Answer { id, outcome }.to_bytes()?;
        Ok([Some(answer), part]
            .iter()
            .flatten()
            .map(|bytes| Uint8Array::from(bytes.as_slice()).buffer())
            .collect())
    }
}
