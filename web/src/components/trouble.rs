//! What went wrong with a request, and the way to ask again where that can help.

use super::fields::PlainButton;
use crate::{
    api::Failure,
    i18n::{t_string, use_i18n},
};
use leptos::prelude::*;

#[component]
pub fn Trouble(
    failure: Failure,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let again = retry.filter(|_| !failure.is_decision()).map(|retry| {
        view! { <PlainButton text=move || t_string!(i18n, common.retry) on_press=retry/> }
    });
    // All reasons of the service, where it names several that belong to no field.
    let reasons = match &failure {
        Failure::Refused(problem) if !problem.errors.is_empty() => {
            let reasons = problem.errors.iter().map(|error| error.detail.clone());
            Some(reasons.collect::<Vec<_>>())
        }
        _ => None,
    };
    let reasons = reasons.map(|reasons| {
        let items = reasons
            .into_iter()
            .map(|reason| view! { <li>{reason}</li> });
        view! { <ul>{items.collect_view()}</ul> }
    });
    let title = {
        let failure = failure.clone();
        move || failure.title(i18n.get_locale())
    };
    view! {
        <div class="trouble" role="alert">
            <h2>{title}</h2>
            <p>{move || failure.detail(i18n.get_locale())}</p>
            {reasons}
            {again}
        </div>
    }
}

/// A place for a failure that may come after an action.
#[component]
pub fn TroubleSlot(#[prop(into)] failure: Signal<Option<Failure>>) -> impl IntoView {
    move || failure.get().map(|failure| view! { <Trouble failure/> })
}
