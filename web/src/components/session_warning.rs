//! Asks whether somebody is still there, and ends the session when nobody answers: the computer
//! may be a shared one.

use super::{dialog::Dialog, fields::PlainButton};
use crate::{
    api::use_api,
    browser,
    i18n::{format, t, t_string, use_i18n},
    navigation::use_navigation,
    state::{Ending, use_clock, use_session},
};
use leptos::{ev, prelude::*};

/// Without any sign of life for so many seconds the session is ended.
const IDLE_SECONDS: f64 = 30.0 * 60.0;
/// So long before, the person is asked.
const WARNING_SECONDS: f64 = 2.0 * 60.0;
const SIGNS_OF_LIFE: [&str; 3] = ["pointerdown", "keydown", "scroll"];

/// When somebody was there last, in any tab: they share one session.
const ALIVE: &str = "alive";
/// The other tabs are told no more often.
const TELL_EVERY_MS: f64 = 5_000.0;

#[component]
pub fn SessionWarning() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let session = use_session();
    let navigation = use_navigation();
    // The computer's own clock: that of a demo can be moved, which is no silence.
    let last_ms = StoredValue::new(browser::now_ms());
    let told_ms = StoredValue::new(0.0);
    let seconds_left = RwSignal::new(IDLE_SECONDS);
    let asked = Memo::new(move |_| session.is_logged_in() && seconds_left.get() <= WARNING_SECONDS);

    let seen = move || {
        let now = browser::now_ms();
        last_ms.set_value(now);
        if now - told_ms.get_value() >= TELL_EVERY_MS {
            told_ms.set_value(now);
            // Any change tells the other tabs; the moment itself they take from their own clock.
            browser::remember(ALIVE, &browser::decimal(now));
        }
    };
    let alive = move || {
        seen();
        seconds_left.set(IDLE_SECONDS);
    };
    for name in SIGNS_OF_LIFE {
        let listening = window_event_listener_untyped(name, move |_| {
            // Once asked, only an answer counts.
            if !asked.get_untracked() {
                seen();
            }
        });
        on_cleanup(move || listening.remove());
    }
    let listening = window_event_listener(ev::storage, move |event| {
        if event.key().as_deref() == Some(ALIVE) {
            last_ms.set_value(browser::now_ms());
        }
    });
    on_cleanup(move || listening.remove());
    Effect::new(move || {
        clock.ticking();
        if !untrack(|| session.is_logged_in()) {
            last_ms.set_value(browser::now_ms());
            seconds_left.set(IDLE_SECONDS);
            return;
        }
        let idle = (browser::now_ms() - last_ms.get_value()) / 1000.0;
        seconds_left.set(IDLE_SECONDS - idle);
        if idle >= IDLE_SECONDS {
            api.log_out(Ending::TimedOut);
            navigation.announce();
        }
    });

    let time = move || {
        let left = seconds_left.get().clamp(0.0, WARNING_SECONDS);
        t_string!(i18n, idle.text, time = format::countdown_of_seconds(left))
    };
    view! {
        <Dialog id="session-warning" title=move || t_string!(i18n, idle.title) open=asked
            on_cancel=move |()| alive()>
            <p>{time}</p>
            <div class="buttons">
                <button type="button" class="btn" on:click=move |_| alive()>
                    {t!(i18n, idle.stay)}
                </button>
                <PlainButton text=move || t_string!(i18n, shell.log_out)
                    on_press=move |()| api.log_out(Ending::LoggedOut)/>
            </div>
        </Dialog>
    }
}
