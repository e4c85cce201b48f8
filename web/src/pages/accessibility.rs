//! How the pages can be used, and what to do where they cannot.

use super::{paragraph, words};
use crate::{components::heading::Heading, i18n::t};
use leptos::prelude::*;

pub fn page() -> AnyView {
    view! {
        <Heading words=words(t::accessibility::HEADING)/>
        <div class="prose">
            {paragraph(t::accessibility::AIM)}
            {paragraph(t::accessibility::KEYBOARD)}
            {paragraph(t::accessibility::READERS)}
            {paragraph(t::accessibility::SIZE)}
            {paragraph(t::accessibility::LIMITS)}
        </div>
    }
    .into_any()
}
