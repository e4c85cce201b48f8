//! A list of facts, each with its name, and the list of answers that can be changed.

use crate::{
    i18n::{t, use_i18n},
    routes::Route,
};
use leptos::prelude::*;

#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }
}

/// A fact with its name, inside of [`Facts`].
#[component]
pub fn Fact(#[prop(into)] name: Signal<String>, children: Children) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{children()}</dd></div> }
}

/// The answers of a flow on the page where all are checked.
#[component]
pub fn Answers(children: Children) -> impl IntoView {
    view! { <dl class="facts answers">{children()}</dl> }
}

/// An answer with the way to change it, inside of [`Answers`].
#[component]
pub fn Answer(
    #[prop(into)] name: Signal<String>,
    change: Route,
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{children()}</dd>
            <dd class="change">
                <a href=change.path()>
                    {t!(i18n, common.change)}
                    <span class="visually-hidden">": " {name}</span>
                </a>
            </dd>
        </div>
    }
}
