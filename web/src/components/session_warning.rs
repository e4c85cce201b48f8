//! Asks whether somebody is still there, and ends the session when nobody answers: the computer
//! may be a shared one.

use super::{dialog::modal, fields::plain_button, shell::end_session};
use crate::{
    browser,
    clock::use_clock,
    dom::{El, button, div, effect, p, say},
    i18n::{format, t},
    router::use_router,
    session::use_session,
};
use leptos::prelude::*;

/// Without any sign of life for so many seconds the session is ended.
const IDLE_SECONDS: f64 = 30.0 * 60.0;
/// So long before, the person is asked.
const WARNING_SECONDS: f64 = 2.0 * 60.0;
const SIGNS_OF_LIFE: [&str; 3] = ["pointerdown", "keydown", "scroll"];

pub fn session_warning() -> El {
    let clock = use_clock();
    let session = use_session();
    let router = use_router();
    // The computer's own clock: that of a demo can be moved, which is no silence.
    let last_ms = StoredValue::new(browser::now_ms());
    let seconds_left = RwSignal::new(IDLE_SECONDS);
    let asked = Memo::new(move |_| session.is_logged_in() && seconds_left.get() <= WARNING_SECONDS);

    let alive = move || {
        last_ms.set_value(browser::now_ms());
        seconds_left.set(IDLE_SECONDS);
    };
    for name in SIGNS_OF_LIFE {
        browser::listen(name, move |_| {
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
    effect(move || {
        clock.ticking();
        if !untrack(|| session.is_logged_in()) {
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

    let time = say(move || {
        let left = seconds_left.get().clamp(0.0, WARNING_SECONDS);
        t::idle::text(&format::countdown_of_seconds(left))
    });
    let stay = button()
        .attr("type", "button")
        .class("btn")
        .on_click(alive)
        .add(t::idle::STAY);
    modal(
        "session-warning",
        t::idle::TITLE,
        move || asked.get(),
        alive,
        (
            p().add(time),
            div()
                .class("buttons")
                .add((stay, plain_button(t::shell::LOG_OUT, log_out))),
        ),
    )
}
