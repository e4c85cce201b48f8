//! The place that is held while it is signed for, with the time that is left (R8).

use crate::{
    clock::use_clock,
    dom::{El, Words, div, effect, say, span},
    i18n::{format, t},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

/// A bar with the kindergarten's name; `over` becomes true when the time is.
pub fn hold_bar(name: Words, expires_at: DateTime<Utc>, over: RwSignal<bool>) -> El {
    let clock = use_clock();
    let left = Memo::new(move |_| clock.seconds_until(expires_at).max(0));
    effect(move || {
        if left.get() == 0 && !over.get_untracked() {
            over.set(true);
        }
    });
    // A reader hears the minutes, not every second.
    let minutes = Memo::new(move |_| (left.get() + 59) / 60);
    let spoken = move || t::hold::minutes_left(u32::try_from(minutes.get()).unwrap_or_default());
    div()
        .class("hold")
        .class_when("urgent", move || left.get() < 60)
        .add((
            span().add(say(move || t::hold::held(&name.get()))),
            span()
                .class("time")
                .attr("aria-hidden", "true")
                .add(say(move || format::countdown(left.get()))),
            span()
                .class("visually-hidden")
                .attr("role", "status")
                .add(say(spoken)),
        ))
}
