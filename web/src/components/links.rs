//! Links: back to the page above, on to the next one, and to a telephone.

use crate::{browser, navigation::use_navigation, routes::Route};
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
    /// Loads what the link leads to: called as soon as somebody points at it.
    #[prop(optional)]
    ahead: Option<fn()>,
) -> impl IntoView {
    view! {
        <a class=class href=to.path()
            on:pointerenter=move |_| ahead.into_iter().for_each(|ahead| ahead())>
            {text}
        </a>
    }
}

/// A number that can be called.
#[component]
pub fn PhoneLink(number: String) -> impl IntoView {
    // People read the number in groups; an address has no spaces (RFC 3966).
    let digits: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    view! { <a href=format!("tel:{digits}")>{number}</a> }
}

/// Stands in the place of a page that has nothing to show now, and leads to another one.
#[component]
pub fn Redirect(to: Route) -> impl IntoView {
    let navigation = use_navigation();
    // The router has to be done with this page first.
    browser::soon(move || navigation.replace(&to));
}
