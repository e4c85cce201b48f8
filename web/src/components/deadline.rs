//! The last day to arrive with a referral (R10), and how many working days are left.

use crate::i18n::{format, t_string, use_i18n};
use chrono::NaiveDate;
use leptos::prelude::*;

/// The day in words, with the day of the week.
#[component]
pub fn LastDay(day: NaiveDate) -> impl IntoView {
    let i18n = use_i18n();
    view! { <b>{move || format::weekday(i18n.get_locale(), day)}</b> }
}

/// A tag with the working days that are left.
#[component]
pub fn DaysLeft(count: u16) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        t_string!(
            i18n,
            referral.days_left,
            count = format::count(i18n.get_locale(), count.into())
        )
    };
    view! { <span class="tag soon">{words}</span> }
}
