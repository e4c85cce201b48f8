//! Words that must not be overlooked, and the text that is signed.

use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;

/// Set apart from the text around it.
#[component]
pub fn Inset(children: Children) -> impl IntoView {
    view! { <div class="inset">{children()}</div> }
}

/// Something with consequences.
#[component]
pub fn Warning(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="warning">
            <span class="sign" aria-hidden="true">"!"</span>
            <strong>
                <span class="visually-hidden">{t!(i18n, common.warning)} ": "</span>
                {text}
            </strong>
        </div>
    }
}

/// The very text whose bytes are signed, line by line as it is.
#[component]
pub fn Paper(text: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="paper" tabindex="0" aria-label=move || t_string!(i18n, sign.text)>
            <pre>{text}</pre>
        </section>
    }
}
