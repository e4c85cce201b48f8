//! A list of facts, each with its name, and the list of answers that can be changed.

use crate::{
    dom::{Content, El, a, dd, div, dl, dt, span},
    i18n::{Text, t},
    routes::Route,
};

/// A fact with its name.
pub fn fact(name: Text, value: impl Content) -> El {
    div().add((dt().add(name), dd().add(value)))
}

pub fn facts(facts: impl Content) -> El {
    dl().class("facts").add(facts)
}

/// An answer on the page where all are checked, with the way to change it.
pub fn answer(name: Text, value: impl Content, change: &Route) -> El {
    let link = a().href(&change.path()).add((
        t::common::CHANGE,
        span().class("visually-hidden").add((": ", name)),
    ));
    fact(name, value).add(dd().class("change").add(link))
}

pub fn answers(answers: impl Content) -> El {
    dl().class("facts answers").add(answers)
}
