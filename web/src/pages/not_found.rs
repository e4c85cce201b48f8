//! An address that is no page.

use super::{action, paragraph, words};
use crate::{components::heading::Heading, i18n::t, routes::Route};
use leptos::prelude::*;

pub fn page() -> AnyView {
    view! {
        <Heading words=words(t::not_found::HEADING)/>
        {paragraph(t::not_found::TEXT)}
        <p>{action(&Route::Home, t::not_found::HOME)}</p>
    }
    .into_any()
}
