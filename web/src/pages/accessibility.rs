//! How the pages can be used, and what to do where they cannot.

use crate::{
    components::heading::Heading,
    i18n::{t, t_string, use_i18n},
};
use leptos::prelude::*;

#[component]
pub fn AccessibilityPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Heading text=move || t_string!(i18n, accessibility.heading)/>
        <div class="prose">
            <p>{t!(i18n, accessibility.aim)}</p>
            <p>{t!(i18n, accessibility.keyboard)}</p>
            <p>{t!(i18n, accessibility.readers)}</p>
            <p>{t!(i18n, accessibility.size)}</p>
            <p>{t!(i18n, accessibility.limits)}</p>
        </div>
    }
}
