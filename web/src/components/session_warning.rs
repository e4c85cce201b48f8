//! Asks whether somebody is still there, and ends the session when nobody answers: the computer
//! may be a shared one.

use super::{dialog::Dialog, shell::end_session};
use crate::{
    browser,
    clock::use_clock,
    i18n::{format, t, use_i18n},
    router::use_router,
    session::use_session,
};
use leptos::prelude::*;

/// Without any sign of life for so many seconds the session is ended.
const IDLE_SECONDS: f64 = 30.0 * 60.0;
/// So long before, the person is asked.
const WARNING_SECONDS: f64 = 2.0 * 60.0;
const SIGNS_OF_LIFE: [&str; 3] = ["pointerdown", "keydown", "scroll"];

#[component]
pub fn SessionWarning() -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let session = use_session();
    let router = use_router();
    let logged_in = Memo::new(move |_| session.is_logged_in());
    // The computer's own clock: that of a demo can be moved, which is no silence.
    let last_ms = StoredValue::new(browser::now_ms());
    let seconds_left = RwSignal::new(IDLE_SECONDS);
    let asked = Memo::new(move |_| logged_in.get() && seconds_left.get() <= WARNING_SECONDS);

    let alive = move || {
        last_ms.set_value(browser::now_ms());
        seconds_left.set(IDLE_SECONDS);
    };
    for name in SIGNS_OF_LIFE {
        window_event_listener_untyped(name, move |_| {
            // Once asked, only an answer counts.
            if !asked.get_untracked() {
                last_ms.set_value(browser::now_ms());
            }
        });
    }
    let log_out = end_session(|| {});
    let time_out = end_session(move || {
        session.end_by_idleness();
        router.announce();
    });
    Effect::new(move |_| {
        clock.ticking();
        if !logged_in.get_untracked() {
            alive();
            return;
        }
        let idle = (browser::now_ms() - last_ms.get_value()) / 1000.0;
        seconds_left.set(IDLE_SECONDS - idle);
        if idle >= IDLE_SECONDS {
            alive();
            time_out();
        }
    });

    let title = i18n.say(|language| t::idle::TITLE.get(language).to_owned());
    let time = move || {
        let left = format::countdown_of_seconds(seconds_left.get().min(WARNING_SECONDS));
        t::idle::text(i18n.language(), &left)
    };
    view! {
        <Dialog id="session-warning" title=title open=asked.into()
            on_cancel=Callback::new(move |()| alive())>
            <p>{time}</p>
            <div class="buttons">
                <button type="button" class="btn" on:click=move |_| alive()>
                    {i18n.t(t::idle::STAY)}
                </button>
                <button type="button" class="btn ghost" on:click=move |_| log_out()>
                    {i18n.t(t::shell::LOG_OUT)}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}
