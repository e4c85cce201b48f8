//! The very text whose bytes are signed, line by line as it is.

use crate::i18n::{t, use_i18n};
use leptos::prelude::*;

#[component]
pub fn Paper(text: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="paper" aria-label=i18n.t(t::sign::TEXT) tabindex="0">
            <pre>{text}</pre>
        </section>
    }
    .into_any()
}
