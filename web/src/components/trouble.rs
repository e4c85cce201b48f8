//! What went wrong with a request, and the way to ask again where that can help.

use super::{fields::PlainButton, heading::Heading};
use crate::{
    api::Failure,
    browser,
    i18n::{t_string, use_i18n},
    navigation::use_navigation,
};
use leptos::prelude::*;

#[component]
pub fn Trouble(
    failure: Failure,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = {
        let failure = failure.clone();
        move || failure.title(i18n.get_locale())
    };
    view! {
        <div class="trouble" role="alert">
            <h2>{title}</h2>
            <Explanation failure retry/>
        </div>
    }
}

/// Stands in the place of a page that cannot be shown: it has a heading and a title, as every page
/// has.
#[component]
pub fn Failed(
    failure: Failure,
    #[prop(optional, into)] retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigation = use_navigation();
    on_cleanup(move || navigation.hand_over());
    let title = {
        let failure = failure.clone();
        move || failure.title(i18n.get_locale())
    };
    // The heading of the page takes the focus that the button loses.
    let retry = retry.map(|retry| {
        Callback::new(move |()| {
            navigation.announce();
            retry.run(());
        })
    });
    view! {
        <Heading text=title/>
        <div role="alert"><Explanation failure retry/></div>
    }
}

/// Why, and the way to try again.
#[component]
fn Explanation(failure: Failure, retry: Option<Callback<()>>) -> impl IntoView {
    let i18n = use_i18n();
    // Of a release that is gone nothing more comes.
    let retry = if failure.is_release_gone() {
        Some(Callback::new(|()| browser::reload()))
    } else {
        retry.filter(|_| !failure.is_decision())
    };
    let again = retry.map(|retry| {
        view! { <PlainButton text=move || t_string!(i18n, common.retry) on_press=retry/> }
    });
    // All reasons of the service, where it names several that belong to no field.
    let reasons = match &failure {
        Failure::Refused(problem) => problem.errors.clone(),
        _ => Vec::new(),
    };
    let reasons = (!reasons.is_empty()).then(|| {
        let items = reasons
            .into_iter()
            .map(|reason| view! { <li>{reason.detail}</li> });
        view! { <ul>{items.collect_view()}</ul> }
    });
    view! {
        <p>{move || failure.detail(i18n.get_locale())}</p>
        {reasons}
        {again}
    }
}

/// A place for a failure that may come after an action.
#[component]
pub fn TroubleSlot(#[prop(into)] failure: Signal<Option<Failure>>) -> impl IntoView {
    move || failure.get().map(|failure| view! { <Trouble failure/> })
}
