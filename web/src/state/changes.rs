//! What the service says by itself: that free places or something of the account has changed. Pages
//! ask then, each with its own rights. While nothing can be heard they ask every so often, and once
//! a minute in any case: the place in the queue moves by what others do.

use crate::{
    api::Api,
    browser,
    state::{Session, Standing},
};
use gloo_timers::future::sleep;
use js_sys::{Reflect, Uint8Array};
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

const BEAT: Duration = Duration::from_secs(1);
/// Asked so often although the service would have said it.
const SELDOM_SECONDS: u32 = 60;
/// The service breaks its silence every 15 seconds; after this time the way to it is cut.
const SILENCE_MS: f64 = 40_000.0;
/// Whoever was sent away comes again after this time and up to twice of it: not all at once.
const PAUSE_SECONDS: f64 = 5.0;

/// What a page follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The bulletin of free places.
    Places,
    /// Applications, referrals, requests and notices of the person.
    Account,
    Both,
    /// Nothing that is said: what changes with time alone.
    Time,
}

/// How often it was said that something has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Heard {
    places: u32,
    account: u32,
}

/// Why a stream has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// The page has gone into the background, or somebody has logged in or out.
    ByPage,
    ByService,
}

#[derive(Clone, Copy, Debug)]
pub struct Changes {
    heard: StoredValue<Heard>,
    listening: StoredValue<bool>,
    /// Whether nobody asks now.
    paused: StoredValue<bool>,
}

impl Changes {
    pub fn provide(api: Api, session: Session) {
        let changes = Self {
            heard: StoredValue::new(Heard::default()),
            listening: StoredValue::new(false),
            paused: StoredValue::new(false),
        };
        provide_context(changes);
        leptos::task::spawn_local(async move {
            loop {
                let mut pause = BEAT;
                if browser::visible() && untrack(|| session.standing()) != Standing::Unknown {
                    // A failure is no news: the pages ask meanwhile.
                    if changes.listen(api, session).await != Ok(Ended::ByPage) {
                        let seconds = PAUSE_SECONDS * (1.0 + js_sys::Math::random());
                        pause = Duration::try_from_secs_f64(seconds).unwrap_or(BEAT);
                    }
                    changes.listening.set_value(false);
                }
                sleep(pause).await;
            }
        });
    }

    /// Calls `ask` after a change, and every so often while nothing can be heard. What is not in
    /// front does not ask. Many people look at the same places, which change every second at seven
    /// in the morning: for them nobody asks more often than without being told.
    pub fn follow(self, topic: Topic, seconds: u32, ask: Rc<dyn Fn()>) {
        let asked = StoredValue::new((browser::now_ms(), self.heard.get_value()));
        let beat = move || {
            let (at, before) = asked.get_value();
            let heard = self.heard.get_value();
            let patience = if matches!(topic, Topic::Account | Topic::Both)
                && heard.account != before.account
            {
                1
            } else if matches!(topic, Topic::Places | Topic::Both) && heard.places != before.places
            {
                seconds
            } else if self.listening.get_value() {
                SELDOM_SECONDS
            } else {
                seconds
            };
            let due = browser::now_ms() - at >= f64::from(patience) * 1000.0;
            if due && browser::visible() && !self.paused.get_value() {
                asked.set_value((browser::now_ms(), heard));
                ask();
            }
        };
        if let Ok(timer) = set_interval_with_handle(beat, BEAT) {
            on_cleanup(move || timer.clear());
        }
    }

    /// While the clock of the demo is moved: before this page knows the new time, it would ask with
    /// a token that has ended by then.
    pub fn pause(self, paused: bool) {
        self.paused.set_value(paused);
    }

    fn hear(self, line: &str) {
        self.heard.update_value(|heard| match line {
            "event: vacancies" => heard.places = heard.places.wrapping_add(1),
            "event: account" => heard.account = heard.account.wrapping_add(1),
            _ => (),
        });
    }

    /// Hears what is said until it ends.
    async fn listen(self, api: Api, session: Session) -> Result<Ended, JsValue> {
        let someone = untrack(|| session.is_logged_in());
        let Ok(answer) = api.changes(someone).await else {
            return Ok(Ended::ByService);
        };
        let Some(body) = answer.body() else {
            return Ok(Ended::ByService);
        };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        // What has changed before is not said again.
        self.hear("event: vacancies");
        self.hear("event: account");
        self.listening.set_value(true);
        let read = {
            let reader = reader.clone();
            move || JsFuture::from(reader.read())
        };
        let gone = move || !browser::visible() || untrack(|| session.is_logged_in()) != someone;
        let heard_at = Rc::new(Cell::new(browser::now_ms()));
        let leave = {
            let heard_at = Rc::clone(&heard_at);
            move || {
                if gone() || browser::now_ms() - heard_at.get() > SILENCE_MS {
                    drop(reader.cancel());
                }
            }
        };
        let watch = set_interval_with_handle(leave, BEAT)?;
        let mut text = String::new();
        while let Ok(chunk) = read().await {
            let Ok(bytes) = Reflect::get(&chunk, &"value".into())?.dyn_into::<Uint8Array>() else {
                break;
            };
            heard_at.set(browser::now_ms());
            text.push_str(&String::from_utf8_lossy(&bytes.to_vec()));
            while let Some((line, rest)) = text.split_once('\n') {
                self.hear(line);
                text = rest.to_owned();
            }
        }
        watch.clear();
        Ok(if gone() {
            Ended::ByPage
        } else {
            Ended::ByService
        })
    }
}

pub fn use_changes() -> Changes {
    expect_context()
}
