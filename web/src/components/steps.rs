//! Where in a flow of pages one is.

use crate::i18n::{Locale, t, t_string, use_i18n};
use leptos::prelude::*;
use std::cmp::Ordering;

/// The name of a step: `|locale| td_string!(locale, …)`.
pub type StepName = fn(Locale) -> &'static str;

#[component]
pub fn Steps(names: Vec<StepName>, current: usize) -> impl IntoView {
    let i18n = use_i18n();
    let item = move |(index, name): (usize, StepName)| {
        let order = index.cmp(&current);
        let done = (order == Ordering::Less).then(|| {
            view! { <span class="visually-hidden">{t!(i18n, common.step_done)} ": "</span> }
        });
        view! {
            <li class:done=order == Ordering::Less
                aria-current=(order == Ordering::Equal).then_some("step")>
                {done}
                <span>{move || name(i18n.get_locale())}</span>
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=move || t_string!(i18n, common.steps)>
            {names.into_iter().enumerate().map(item).collect_view()}
        </ol>
    }
}
