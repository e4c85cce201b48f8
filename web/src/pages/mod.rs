//! The pages, one module each. A page fetches, shows and sends; what it decides by are the rules
//! of `shared`, and the service has the last word.

pub mod accessibility;
pub mod account;
pub mod act;
pub mod application;
pub mod applications;
pub mod attachments;
pub mod choose;
pub mod document;
pub mod email;
pub mod help;
pub mod home;
pub mod locality;
pub mod login;
pub mod new_application;
pub mod not_found;
pub mod notices;
pub mod places;
mod signing;
pub mod verification;

use crate::{
    dom::{Content, El, a, div, h2, li, p, section, view},
    i18n::Text,
    routes::Route,
};

/// The way back to the page above.
fn back(route: &Route, text: Text) -> El {
    a().class("back").href(&route.path()).add(text)
}

/// A link that leads on and looks like it.
fn action(route: &Route, text: Text) -> El {
    a().class("btn").href(&route.path()).add(text)
}

fn paragraph(text: Text) -> El {
    p().add(text)
}

/// A part of a page on a sheet of its own.
pub fn card(title: impl Content, content: impl Content) -> El {
    section().class("card").add((h2().add(title), content))
}

fn items(texts: &[Text]) -> Vec<El> {
    texts.iter().map(|text| li().add(*text)).collect()
}

/// A page of text and forms, no wider than is easy to read.
fn narrow(content: impl Content) -> El {
    div().class("narrow").add(content)
}

/// Goes elsewhere once this page has been shown; there is nothing to see here.
fn elsewhere(go: impl FnOnce() + 'static) -> crate::dom::View {
    crate::browser::soon(go);
    view(())
}
