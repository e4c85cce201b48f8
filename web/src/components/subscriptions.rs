//! Being told when a place comes free that fits: asking for it, and taking it back.

use super::{
    fields::{plain_button, working_button},
    trouble::trouble_slot,
};
use crate::{
    api::{Failure, use_api},
    dom::{El, View, a, li, live, p, say, section, ul, view},
    i18n::{language, t},
    localities::use_localities,
    pages::card,
    remote::Remote,
    routes::Route,
    session::use_session,
};
use balabaqsha_shared::{
    dto::{VacancySubscription, VacancySubscriptionList},
    vacancy::VacancyFilter,
};
use leptos::prelude::*;

/// The button on the bulletin; `filter` is what the reader looks for there.
pub fn subscribe(filter: impl Fn() -> VacancyFilter + Copy + 'static) -> El {
    let api = use_api();
    let session = use_session();
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let ask = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let wanted = untrack(filter);
        leptos::task::spawn_local(async move {
            let outcome = api.subscribe(wanted).await;
            busy.try_set(false);
            match outcome {
                Ok(()) => drop(done.try_set(true)),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let here = Memo::new(move |_| session.is_logged_in());
    let way = live(move || {
        if here.get() {
            view(
                working_button(
                    "button",
                    t::subscriptions::SUBSCRIBE,
                    t::common::WORKING,
                    busy,
                )
                .on_click(ask),
            )
        } else {
            view(a().href(&Route::Login.path()).add(t::subscriptions::LOG_IN))
        }
    });
    let said = live(move || done.get().then_some(t::subscriptions::DONE));
    section().add((
        p().add(t::subscriptions::TEXT),
        p().add(way),
        p().attr("role", "status").add(said),
        trouble_slot(failure),
    ))
}

/// What the reader has asked to be told of.
pub fn list() -> View {
    let api = use_api();
    let known: Remote<VacancySubscriptionList> = Remote::new(move || api.subscriptions());
    known.show(move |found| {
        (!found.items.is_empty()).then(|| {
            let rows: Vec<El> = found.items.iter().map(|item| row(known, item)).collect();
            card(t::subscriptions::HEADING, ul().class("documents").add(rows))
        })
    })
}

fn row(known: Remote<VacancySubscriptionList>, subscription: &VacancySubscription) -> El {
    let api = use_api();
    let localities = use_localities();
    let VacancySubscription { id, filter, .. } = *subscription;
    let failure = RwSignal::new(None::<Failure>);
    let end = move || {
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api.unsubscribe(id).await {
                Ok(()) => known.refresh(),
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let words = say(move || {
        let place = filter
            .locality_id
            .map(|id| localities.name(id).get())
            .unwrap_or_else(|| t::subscriptions::ANYWHERE.get().to_owned());
        let mut parts = vec![place];
        parts.extend(
            filter
                .instruction_language
                .map(|instruction| instruction.name(language()).to_owned()),
        );
        parts.extend(filter.birth_year.map(|year| year.to_string()));
        parts.join(" · ")
    });
    li().class("asked").add((
        p().add(words),
        trouble_slot(failure),
        plain_button(t::subscriptions::END, end),
    ))
}
