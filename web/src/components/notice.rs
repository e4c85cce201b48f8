//! Words that must not be overlooked, and the text that is signed.

use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;

/// Set apart from the text around it.
#[component]
pub fn Inset(children: Children) -> impl IntoView {
    view! { <div class="inset">{children()}</div> }
}

/// Something with consequences.
#[component]
pub fn Warning(#[prop(into)] text: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="warning">
            <span class="sign" aria-hidden="true">"!"</span>
            <strong>
                <span class="visually-hidden">{t!(i18n, common.warning)} ": "</span>
                {text}
            </strong>
        </div>
    }
}

/// The texts whose bytes are signed.
#[component]
pub fn Papers(texts: Vec<String>) -> impl IntoView {
    let several = texts.len() > 1;
    (1_usize..)
        .zip(texts)
        .map(|(nth, text)| view! { <Paper text nostrip:nth=several.then_some(nth)/> })
        .collect_view()
}

/// The very text whose bytes are signed, line by line as it is.
#[component]
pub fn Paper(
    text: String,
    /// Which of several texts it is.
    #[prop(optional)]
    nth: Option<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || {
        let name = t_string!(i18n, sign.text);
        match nth {
            Some(nth) => format!("{name} {nth}"),
            None => name.to_owned(),
        }
    };
    view! {
        <section class="paper" tabindex="0" aria-label=name>
            <pre>{text}</pre>
        </section>
    }
}
