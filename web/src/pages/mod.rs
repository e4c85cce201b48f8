//! The pages, one module each. A page fetches, shows and sends; what it decides by are the rules
//! of `shared`, and the service has the last word.

pub mod accessibility;
pub mod account;
pub mod application;
pub mod applications;
pub mod choose;
pub mod document;
pub mod email;
pub mod help;
pub mod home;
pub mod locality;
pub mod login;
pub mod new_application;
pub mod not_found;
pub mod places;
mod signing;
pub mod verification;

use crate::{
    i18n::{Text, use_i18n},
    routes::Route,
};
use leptos::prelude::*;

/// The way back to the page above.
fn back(route: &Route, text: Text) -> AnyView {
    let i18n = use_i18n();
    view! { <a class="back" href=route.path()>{i18n.t(text)}</a> }.into_any()
}

/// A link that leads on and looks like it.
fn action(route: &Route, text: Text) -> AnyView {
    let i18n = use_i18n();
    view! { <a class="btn" href=route.path()>{i18n.t(text)}</a> }.into_any()
}

/// A paragraph.
fn paragraph(text: Text) -> AnyView {
    let i18n = use_i18n();
    view! { <p>{i18n.t(text)}</p> }.into_any()
}

/// The words of a constant text as a heading takes them.
fn words(text: Text) -> crate::i18n::Words {
    use_i18n().say(move |language| text.get(language).to_owned())
}
