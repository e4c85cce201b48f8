//! Where in a flow of pages one is.

use crate::i18n::{Text, t, use_i18n};
use leptos::prelude::*;

#[component]
pub fn Steps(names: Vec<Text>, current: usize) -> impl IntoView {
    let i18n = use_i18n();
    let items = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let class = if index < current { "done" } else { "" };
            let here = (index == current).then_some("step");
            let done = (index < current).then(|| {
                view! { <span class="visually-hidden">{i18n.t(t::common::STEP_DONE)} ": "</span> }
            });
            view! { <li class=class aria-current=here>{done}<span>{i18n.t(name)}</span></li> }
        })
        .collect_view();
    view! { <ol class="steps" aria-label=i18n.t(t::common::STEPS)>{items}</ol> }.into_any()
}
