//! An address that is no page.

use crate::{
    components::{heading::Heading, links::ActionLink},
    i18n::{t, t_string, use_i18n},
    routes::Route,
};
use leptos::prelude::*;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Heading text=move || t_string!(i18n, not_found.heading)/>
        <p>{t!(i18n, not_found.text)}</p>
        <p><ActionLink to=Route::Home text=move || t_string!(i18n, not_found.home)/></p>
    }
}
