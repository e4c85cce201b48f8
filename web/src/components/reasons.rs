//! Conditions that are not met, in the words of the service.

use balabaqsha_shared::dto::ProblemError;
use leptos::prelude::*;

#[component]
pub fn Reasons(unmet: Vec<ProblemError>) -> impl IntoView {
    let items = unmet
        .into_iter()
        .map(|reason| view! { <li class="no">{reason.detail}</li> });
    view! { <ul class="check">{items.collect_view()}</ul> }
}
