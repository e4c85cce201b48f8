//! The place that is held while it is signed for, with the time that is left (R8).

use crate::{
    clock::use_clock,
    i18n::{format, t, use_i18n},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

#[component]
pub fn HoldBar(
    /// Of the kindergarten.
    name: Signal<String>,
    expires_at: DateTime<Utc>,
    /// Called once when the time is over.
    on_over: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let left = Memo::new(move |_| clock.seconds_until(expires_at).max(0));
    Effect::new(move |over: Option<bool>| {
        let over_now = left.get() == 0;
        if over_now && over != Some(true) {
            on_over.run(());
        }
        over_now
    });
    // A reader hears the minutes, not every second.
    let minutes = Memo::new(move |_| u32::try_from((left.get() + 59) / 60).unwrap_or_default());
    view! {
        <div class="hold" class:urgent=move || left.get() < 60>
            <span>{move || t::hold::held(i18n.language(), &name.get())}</span>
            <span class="time" aria-hidden="true">
                {move || format::countdown(left.get())}
            </span>
            <span class="visually-hidden" role="status">
                {move || t::hold::minutes_left(i18n.language(), minutes.get())}
            </span>
        </div>
    }
    .into_any()
}
