//! Links between pages: back to the page above, and on to the next one.

use crate::routes::Route;
use leptos::prelude::*;

/// The way back to the page above.
#[component]
pub fn BackLink(to: Route, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <a class="back" href=to.path()>{text}</a> }
}

/// A link that leads on and looks like a button.
#[component]
pub fn ActionLink(
    to: Route,
    #[prop(into)] text: Signal<String>,
    #[prop(default = "btn")] class: &'static str,
) -> impl IntoView {
    view! { <a class=class href=to.path()>{text}</a> }
}
