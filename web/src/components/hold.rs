//! A time that is left, counted down by the service's clock: of a held place (R8), or of the right
//! to revoke a referral (R14).

use crate::{
    i18n::{format, t_string, use_i18n},
    state::use_clock,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;

#[component]
pub fn Countdown(
    /// What the time is left for.
    #[prop(into)]
    text: Signal<String>,
    ends_at: DateTime<Utc>,
    /// Fewer seconds than these are shown as urgent.
    urgent_below: i64,
    /// How the seconds that are left are written.
    #[prop(default = format::countdown)]
    write: fn(i64) -> String,
    /// Called once when the time is over.
    #[prop(optional, into)]
    on_over: Option<Callback<()>>,
    /// Behind the time.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let left = Memo::new(move |_| clock.seconds_until(ends_at).max(0));
    let over = Memo::new(move |_| left.get() == 0);
    Effect::new(move || {
        if let (true, Some(on_over)) = (over.get(), on_over) {
            on_over.run(());
        }
    });
    // A reader hears the minutes, not every second.
    let minutes = Memo::new(move |_| u32::try_from((left.get() + 59) / 60).unwrap_or_default());
    let spoken = move || {
        let count = format::count(i18n.get_locale(), minutes.get());
        t_string!(i18n, hold.minutes_left, count = count)
    };
    view! {
        <div class="hold" class:urgent=move || left.get() < urgent_below>
            <span>{text}</span>
            <span class="time" aria-hidden="true">{move || write(left.get())}</span>
            <span class="visually-hidden" role="status">{spoken}</span>
            {children.map(|children| children())}
        </div>
    }
}

/// The place that is held while it is signed for.
#[component]
pub fn HoldBar(
    /// Of the kindergarten.
    #[prop(into)]
    name: Signal<String>,
    expires_at: DateTime<Utc>,
    /// Becomes true when the time is over.
    over: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Countdown text=move || t_string!(i18n, hold.held, name = name.get()) ends_at=expires_at
            urgent_below=60 on_over=move |()| over.set(true)/>
    }
}
