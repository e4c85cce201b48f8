//! The heading of a page, which is also its title, and the place of the focus after a page was
//! gone to.

use super::form::Form;
use crate::{
    browser,
    i18n::{t_string, use_i18n},
    navigation::{HEADING, use_navigation},
};
use leptos::prelude::*;

#[component]
pub fn Heading(
    #[prop(into)] text: Signal<String>,
    /// The form of the page: while that is refused, the title says so first.
    #[prop(optional)]
    form: Option<Form>,
    /// Stands beside the words, such as a status.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let i18n = use_i18n();
    Effect::new(move || {
        let heading = text.get();
        let refused = form.is_some_and(Form::is_refused);
        browser::set_title(&if refused {
            t_string!(i18n, common.title_with_problem, heading = heading)
        } else {
            t_string!(i18n, common.title, heading = heading)
        });
    });
    use_navigation().arrive();
    view! {
        <h1 id=HEADING tabindex="-1">
            {text}
            {children.map(|children| view! { " " {children()} })}
        </h1>
    }
}

/// Moves the focus to the heading of the page.
pub fn focus() {
    browser::soon(|| browser::focus_id(HEADING));
}
