//! The clock of the demo: anybody may move it forward and watch what falls due.

use super::{fields::SubmitButton, trouble::TroubleSlot};
use crate::{
    api::use_api,
    i18n::{Locale, t, t_string, td_string, use_i18n},
    remote::failure_of,
    state::{use_changes, use_clock},
};
use leptos::{ev, prelude::*};

const HOUR: i64 = 3_600;
/// How far one press goes, in seconds.
const STEPS: [i64; 5] = [
    HOUR,
    24 * HOUR,
    7 * 24 * HOUR,
    14 * 24 * HOUR,
    30 * 24 * HOUR,
];

fn step_words(locale: Locale, step: i64) -> &'static str {
    match step / HOUR {
        1 => td_string!(locale, demo_clock.hour),
        24 => td_string!(locale, demo_clock.day),
        168 => td_string!(locale, demo_clock.week),
        336 => td_string!(locale, demo_clock.fortnight),
        _ => td_string!(locale, demo_clock.month),
    }
}

#[component]
pub fn DemoClock() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let changes = use_changes();
    let chosen = RwSignal::new((24 * HOUR).to_string());
    let advance = Action::new_local(move |seconds: &i64| {
        let seconds = *seconds;
        async move {
            changes.pause(true);
            let outcome = api.advance_demo_clock(seconds).await;
            if let Ok(moved) = &outcome {
                clock.moved_to(moved.now);
            }
            changes.pause(false);
            outcome
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let seconds = chosen.get_untracked().parse();
        if let (Ok(seconds), false) = (seconds, advance.pending().get_untracked()) {
            advance.dispatch_local(seconds);
        }
    };
    let steps = STEPS.map(|step| {
        let value = step.to_string();
        let selected = step == 24 * HOUR;
        view! {
            <option value=value selected=selected>{move || step_words(i18n.get_locale(), step)}</option>
        }
    });
    view! {
        <form class="demo-clock" on:submit=submit novalidate>
            <label for="demo-clock">{t!(i18n, demo_clock.label)}</label>
            <select id="demo-clock"
                on:change:target=move |event| chosen.set(event.target().value())>
                {steps.into_iter().collect_view()}
            </select>
            <SubmitButton text=move || t_string!(i18n, demo_clock.advance) busy=advance.pending()
                class="btn small"/>
            <TroubleSlot failure=failure_of(advance)/>
        </form>
    }
}
