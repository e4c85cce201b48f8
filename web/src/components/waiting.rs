//! A page that waits for its data: it has a heading and a title, as every page has.

use super::heading::Heading;
use crate::{
    i18n::{t, t_string, use_i18n},
    navigation::use_navigation,
};
use leptos::prelude::*;

#[component]
pub fn Waiting() -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    // Whoever listens to this heading goes on with that of the page.
    on_cleanup(move || navigation.hand_over());
    view! {
        <Heading text=move || t_string!(i18n, common.loading)/>
        <p class="loading visually-hidden" role="status">{t!(i18n, common.loading)}</p>
    }
}
