//! What went wrong with a request, and the way to ask again where that can help.

use crate::{
    api::Failure,
    i18n::{t, use_i18n},
};
use leptos::prelude::*;

#[component]
pub fn Trouble(failure: Failure, #[prop(optional)] retry: Option<Callback<()>>) -> impl IntoView {
    let i18n = use_i18n();
    let again = retry.filter(|_| !failure.is_decision()).map(|retry| {
        view! {
            <button type="button" class="btn ghost" on:click=move |_| retry.run(())>
                {i18n.t(t::common::RETRY)}
            </button>
        }
    });
    // All reasons of the service, where it names several that belong to no field.
    let reasons: Vec<String> = match &failure {
        Failure::Refused(problem) => problem
            .errors
            .iter()
            .map(|error| error.detail.clone())
            .collect(),
        _ => Vec::new(),
    };
    let list = (!reasons.is_empty()).then(|| {
        let items = reasons
            .into_iter()
            .map(|reason| view! { <li>{reason}</li> })
            .collect_view();
        view! { <ul>{items}</ul> }
    });
    let title = {
        let failure = failure.clone();
        i18n.say(move |language| failure.title(language))
    };
    let detail = i18n.say(move |language| failure.detail(language));
    view! {
        <div class="trouble" role="alert">
            <h2>{title}</h2>
            <p>{detail}</p>
            {list}
            {again}
        </div>
    }
    .into_any()
}

/// A place for a failure that may come after an action.
#[component]
pub fn TroubleSlot(failure: RwSignal<Option<Failure>>) -> impl IntoView {
    move || {
        failure
            .get()
            .map(|failure| view! { <Trouble failure=failure/> })
    }
}
