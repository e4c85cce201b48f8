//! A list of facts, each with its name, and the list of answers that can be changed.

use crate::{
    i18n::{Text, t, use_i18n},
    routes::Route,
};
use leptos::prelude::*;

/// Name and value.
pub type Fact = (Text, AnyView);

/// A value that stays as it is.
pub fn plain(value: impl Into<String>) -> AnyView {
    value.into().into_any()
}

#[component]
pub fn Facts(facts: Vec<Fact>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = facts
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{i18n.t(name)}</dt><dd>{value}</dd></div> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

/// An answer on the page where all are checked.
#[derive(Debug)]
pub struct Answer {
    pub name: Text,
    pub value: AnyView,
    /// Where it can be changed.
    pub change: Route,
}

#[component]
pub fn Answers(answers: Vec<Answer>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = answers
        .into_iter()
        .map(
            |Answer {
                 name,
                 value,
                 change,
             }| {
                view! {
                    <div>
                        <dt>{i18n.t(name)}</dt>
                        <dd>{value}</dd>
                        <dd class="change">
                            <a href=change.path()>
                                {i18n.t(t::common::CHANGE)}
                                <span class="visually-hidden">": " {i18n.t(name)}</span>
                            </a>
                        </dd>
                    </div>
                }
            },
        )
        .collect_view();
    view! { <dl class="facts answers">{rows}</dl> }.into_any()
}
