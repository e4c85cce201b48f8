//! Words that must not be overlooked.

use crate::i18n::{Text, t, use_i18n};
use leptos::prelude::*;

/// Set apart from the text around it.
#[component]
pub fn Inset(children: Children) -> impl IntoView {
    view! { <div class="inset">{children()}</div> }.into_any()
}

/// Something with consequences.
#[component]
pub fn Warning(text: Text) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="warning">
            <span class="sign" aria-hidden="true">"!"</span>
            <strong>
                <span class="visually-hidden">{i18n.t(t::common::WARNING)} ": "</span>
                {i18n.t(text)}
            </strong>
        </div>
    }
    .into_any()
}
