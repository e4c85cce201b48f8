//! The heading of a page, which is also its title, and the place of the focus after a page was
//! gone to.

use super::form::Form;
use crate::{
    browser,
    i18n::{Words, t, use_i18n},
    router::use_router,
};
use leptos::prelude::*;

const ID: &str = "page-heading";

#[component]
pub fn Heading(
    words: Words,
    /// The form of the page: while it is refused, the title says so first.
    #[prop(optional)]
    form: Option<Form>,
    /// Stands beside the words, such as a status.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    Effect::new(move || {
        let language = i18n.language();
        let heading = words.get();
        let title = match form {
            Some(form) if form.is_refused() => t::common::title_with_problem(language, &heading),
            _ => t::common::title(language, &heading),
        };
        browser::set_title(&title);
    });
    Effect::new(move || {
        if router.take_arrival() {
            browser::soon(|| browser::focus_id(ID));
        }
    });
    view! {
        <h1 id=ID tabindex="-1">
            {words}
            {children.map(|children| children())}
        </h1>
    }
}
