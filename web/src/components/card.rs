//! A part of a page on a sheet of its own.

use leptos::prelude::*;

#[component]
pub fn Card(
    #[prop(into)] title: Signal<String>,
    /// Further classes.
    #[prop(default = "card")]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=class>
            <h2>{title}</h2>
            {children()}
        </section>
    }
}
