//! The page's half of the conversation with the signing worker: starts it when it is first
//! needed, sends calls, waits for answers, and replaces it when it fails.
//!
//! The key file and the password go into the worker as transferred buffers; nothing here keeps
//! or writes them anywhere. Must not know what a key file looks like inside.

use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};

use chrono::{DateTime, Utc};
use gloo_timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};
use zeroize::Zeroizing;

use crate::calls::{Calls, Reply, Waiter};
use crate::message::{Answer, BrokenMessage, Call, CallId, Outcome, Request, StoreId};
use crate::{
    KeyInfo, KeyStoreProblem, MAX_CONTENT_BYTES, MAX_KEY_FILE_BYTES, ModuleFailure, SignProblem,
};

/// Fetching the module over a bad mobile network and deriving a costly key take seconds; what
/// takes longer than this has failed.
const PATIENCE_MS: u32 = 30_000;

/// Names an opened key file. It ends with the worker that opened it: used later, it gives
/// [`SignProblem::StoreClosed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreHandle {
    generation: Generation,
    store: StoreId,
}

/// A key file that the worker holds open, with the keys in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedStore {
    pub handle: StoreHandle,
    pub keys: Vec<KeyInfo>,
    /// The algorithms of further keys in the file that cannot be used, by name.
    pub refused: Vec<String>,
}

/// The signing worker. Clones speak to the same worker; the last one to go ends it.
#[derive(Clone)]
pub struct SigningWorker {
    state: Rc<RefCell<State>>,
}

impl fmt::Debug for SigningWorker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningWorker")
            .finish_non_exhaustive()
    }
}

impl SigningWorker {
    /// Loads nothing yet: the module is fetched with the first call.
    #[must_use]
    pub fn start() -> Self {
        Self {
            state: Rc::new(RefCell::new(State {
                generation: Generation(0),
                running: None,
                calls: Calls::new(),
            })),
        }
    }

    /// Begins to fetch the module, for a page on which a key is about to be chosen. What goes
    /// wrong is told by the first call that needs it.
    pub fn warm_up(&self) {
        drop(self.ensure_running());
    }

    /// Opens a key file. Both the page's copy of the password made here and the worker's are
    /// overwritten; what the browser itself keeps of an input field is beyond anybody's reach.
    pub async fn open(
        &self,
        file: &[u8],
        password: String,
    ) -> Result<OpenedStore, KeyStoreProblem> {
        let password = Zeroizing::new(password);
        if file.len() > MAX_KEY_FILE_BYTES {
            return Err(KeyStoreProblem::TooLarge);
        }
        let (generation, reply) = self.call(Call::Open, &[file, password.as_bytes()]).await?;
        match reply.outcome {
            Outcome::Opened {
                store,
                keys,
                refused,
            } => Ok(OpenedStore {
                handle: StoreHandle { generation, store },
                keys,
                refused,
            }),
            Outcome::NotOpened(problem) => Err(problem),
            _ => Err(self.unexpected(generation).into()),
        }
    }

    /// A detached CMS in DER over exactly these bytes, made with one key of an opened file.
    pub async fn sign(
        &self,
        handle: StoreHandle,
        key: u32,
        content: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Vec<u8>, SignProblem> {
        if content.len() > MAX_CONTENT_BYTES {
            return Err(SignProblem::ContentTooLarge);
        }
        if !self.is_open(handle) {
            return Err(SignProblem::StoreClosed);
        }
        let store = handle.store;
        let (generation, reply) = self.call(Call::Sign { store, key, at }, &[content]).await?;
        match (reply.outcome, reply.bytes) {
            (Outcome::Signed, Some(cms)) => Ok(cms),
            (Outcome::NotSigned(problem), _) => Err(problem),
            _ => Err(self.unexpected(generation).into()),
        }
    }

    /// Has the worker wipe the keys of an opened file. Closing twice is no mistake.
    pub fn close(&self, handle: StoreHandle) {
        self.state.borrow_mut().close(handle);
    }

    /// Ends the worker with everything that is open in it.
    pub fn terminate(&self) {
        let mut state = self.state.borrow_mut();
        let generation = state.generation;
        state.end(generation, &ModuleFailure::Stopped);
    }

    fn is_open(&self, handle: StoreHandle) -> bool {
        let state = self.state.borrow();
        state.running.is_some() && state.generation == handle.generation
    }

    async fn call(
        &self,
        call: Call,
        buffers: &[&[u8]],
    ) -> Result<(Generation, Reply), ModuleFailure> {
        let generation = self.ensure_running()?;
        let waiter = self.state.borrow_mut().send(call, buffers)?;
        let timer = {
            let state = Rc::downgrade(&self.state);
            Timeout::new(PATIENCE_MS, move || {
                end(&state, generation, &ModuleFailure::TimedOut);
            })
        };
        let answered = waiter.await;
        drop(timer);
        let reply = answered.unwrap_or(Err(ModuleFailure::Stopped))?;
        Ok((generation, reply))
    }

    /// A worker whose answer fits no question cannot be trusted with another one.
    fn unexpected(&self, generation: Generation) -> ModuleFailure {
        let failure = ModuleFailure::Crashed("an answer to another question".to_owned());
        self.state.borrow_mut().end(generation, &failure);
        failure
    }

    fn ensure_running(&self) -> Result<Generation, ModuleFailure> {
        let mut state = self.state.borrow_mut();
        if state.running.is_none() {
            state.generation = state.generation.next();
            let running = Running::start(Rc::downgrade(&self.state), state.generation)?;
            state.running = Some(running);
        }
        Ok(state.generation)
    }
}

/// Which worker in the row of replaced ones: a message or a handle of an earlier one is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Generation(u32);

impl Generation {
    fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }
}

struct State {
    generation: Generation,
    running: Option<Running>,
    calls: Calls,
}

impl State {
    fn send(&mut self, call: Call, buffers: &[&[u8]]) -> Result<Waiter, ModuleFailure> {
        let (id, waiter) = self.calls.begin();
        self.post(id, call, buffers)?;
        Ok(waiter)
    }

    fn close(&mut self, handle: StoreHandle) {
        if handle.generation != self.generation {
            return;
        }
        let id = self.calls.unheard();
        let store = handle.store;
        // A worker that cannot be told is one that has ended, and its keys with it.
        drop(self.post(id, Call::Close { store }, &[]));
    }

    fn post(&self, id: CallId, call: Call, buffers: &[&[u8]]) -> Result<(), ModuleFailure> {
        let Some(running) = &self.running else {
            return Err(ModuleFailure::Stopped);
        };
        let request = Request { id, call }.to_bytes().map_err(broken)?;
        let transferred: Array = buffers
            .iter()
            .map(|bytes| Uint8Array::from(*bytes).buffer())
            .collect();
        let message = Object::new();
        let posted = Reflect::set(
            &message,
            &"message".into(),
            &Uint8Array::from(request.as_slice()).buffer(),
        )
        .and_then(|_| Reflect::set(&message, &"parts".into(), &transferred))
        .and_then(|_| {
            running
                .worker
                .post_message_with_transfer(&message, &transferred)
        });
        posted.map_err(|error| {
            // What was not transferred is still here and may be a password.
            for buffer in transferred.iter() {
                let bytes = Uint8Array::new(&buffer);
                bytes.fill(0, 0, bytes.length());
            }
            ModuleFailure::Crashed(js_text(&error))
        })
    }

    fn receive(&mut self, generation: Generation, data: &JsValue) {
        if generation != self.generation {
            return;
        }
        match read_message(data) {
            Ok((answer, bytes)) => {
                if let Some(running) = &mut self.running {
                    running.loaded = true;
                }
                if let Err(Reply {
                    outcome: Outcome::Opened { store, .. },
                    ..
                }) = self.calls.deliver(answer, bytes)
                {
                    self.close(StoreHandle { generation, store });
                }
            }
            Err(failure) => self.end(generation, &failure),
        }
    }

    /// Ends this worker, unless another one has taken its place already.
    fn end(&mut self, generation: Generation, failure: &ModuleFailure) {
        if generation == self.generation {
            self.running = None;
            self.calls.fail_all(failure);
        }
    }
}

fn end(state: &Weak<RefCell<State>>, generation: Generation, failure: &ModuleFailure) {
    if let Some(state) = state.upgrade() {
        state.borrow_mut().end(generation, failure);
    }
}

struct Running {
    worker: Worker,
    /// Whether it ever answered: tells a script that cannot be fetched from one that failed.
    loaded: bool,
    // Kept alive as long as the browser may call them.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Running {
    fn start(state: Weak<RefCell<State>>, generation: Generation) -> Result<Self, ModuleFailure> {
        let url = script_url()?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&url, &options)
            .map_err(|error| ModuleFailure::NotLoaded(js_text(&error)))?;

        let on_message = {
            let state = Weak::clone(&state);
            Closure::new(move |event: MessageEvent| {
                if let Some(state) = state.upgrade() {
                    state.borrow_mut().receive(generation, &event.data());
                }
            })
        };
        // The script catches what the module throws, so this is a script or an import that could
        // not be fetched or understood, or a fault of the script itself.
        let on_error = Closure::new(move |event: Event| {
            let Some(state) = state.upgrade() else {
                return;
            };
            let detail = event.dyn_ref::<ErrorEvent>().map_or_else(
                || "the script was not loaded".to_owned(),
                ErrorEvent::message,
            );
            let mut state = state.borrow_mut();
            let loaded = state.running.as_ref().is_some_and(|running| running.loaded);
            let failure = if loaded {
                ModuleFailure::Crashed(detail)
            } else {
                ModuleFailure::NotLoaded(detail)
            };
            state.end(generation, &failure);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            loaded: false,
            _on_message: on_message,
            _on_error: on_error,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// The build puts the script's hashed name into the page.
fn script_url() -> Result<String, ModuleFailure> {
    web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| {
            document
                .query_selector("meta[name=\"signer-worker\"]")
                .ok()
                .flatten()
        })
        .and_then(|meta| meta.get_attribute("content"))
        .ok_or_else(|| ModuleFailure::NotLoaded("the page names no signing module".to_owned()))
}

/// The answer with its binary part, or the word of the worker's script that there is none.
fn read_message(data: &JsValue) -> Result<(Answer, Option<Vec<u8>>), ModuleFailure> {
    let field = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let bytes = |value: JsValue| {
        let buffer = value.dyn_into::<ArrayBuffer>().ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    };
    if let Some(kind) = field("failure").as_string() {
        let detail = field("detail").as_string().unwrap_or_default();
        return Err(match kind.as_str() {
            "not-loaded" => ModuleFailure::NotLoaded(detail),
            _ => ModuleFailure::Crashed(detail),
        });
    }
    let answer = bytes(field("message"))
        .ok_or(BrokenMessage)
        .and_then(|message| Answer::from_bytes(&message))
        .map_err(broken)?;
    let part = field("parts")
        .dyn_into::<Array>()
        .ok()
        .and_then(|parts| bytes(parts.get(0)));
    Ok((answer, part))
}

fn broken(error: BrokenMessage) -> ModuleFailure {
    ModuleFailure::Crashed(error.to_string())
}

/// What JavaScript threw, in words.
pub(crate) fn js_text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "unknown".to_owned())
}
