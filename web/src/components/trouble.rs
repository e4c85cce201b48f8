//! What went wrong with a request, and the way to ask again where that can help.

use super::fields::plain_button;
use crate::{
    api::Failure,
    dom::{El, View, div, h2, li, live, p, say, ul},
    i18n::t,
};
use leptos::prelude::*;
use std::rc::Rc;

pub fn trouble(failure: Failure, retry: Option<Rc<dyn Fn()>>) -> El {
    let again = retry
        .filter(|_| !failure.is_decision())
        .map(|retry| plain_button(t::common::RETRY, move || retry()));
    // All reasons of the service, where it names several that belong to no field.
    let reasons: Vec<El> = match &failure {
        Failure::Refused(problem) => problem
            .errors
            .iter()
            .map(|error| li().add(error.detail.as_str()))
            .collect(),
        _ => Vec::new(),
    };
    let reasons = (!reasons.is_empty()).then(|| ul().add(reasons));
    let title = failure.clone();
    div().class("trouble").attr("role", "alert").add((
        h2().add(say(move || title.title())),
        p().add(say(move || failure.detail())),
        reasons,
        again,
    ))
}

/// A place for a failure that may come after an action.
pub fn trouble_slot(failure: RwSignal<Option<Failure>>) -> View {
    live(move || failure.get().map(|failure| trouble(failure, None)))
}
