//! «Журнал заявлений»: the applications of the person, the newest first.

use super::{action, card};
use crate::{
    api::{Failure, use_api},
    components::{
        fields::plain_button, heading::heading, notice::inset, tag::of_application,
        trouble::trouble_slot,
    },
    dom::{El, View, a, li, live, p, say, span, ul, view},
    i18n::{format, t},
    localities::use_localities,
    remote::Remote,
    routes::{ApplicationTab, NewApplicationStep, Route},
};
use balabaqsha_shared::dto::{ApplicationSummary, Page};
use leptos::prelude::*;

pub fn page() -> View {
    let api = use_api();
    let first: Remote<Page<ApplicationSummary>> = Remote::new(move || api.applications(None));
    let list = first.show(move |page| {
        if page.items.is_empty() {
            let text = p().add(t::applications::EMPTY_TEXT);
            return view(card(t::applications::EMPTY, text));
        }
        rows(page)
    });
    let new = Route::NewApplication(NewApplicationStep::Child);
    view((
        heading(t::applications::HEADING),
        p().add(action(&new, t::applications::NEW)),
        list,
        inset((
            p().add(t::applications::WHOSE),
            p().add(a().href(&Route::Attachments.path()).add(t::attach::HEADING)),
        )),
    ))
}

/// The first page of the list, and further ones behind it as they are asked for.
fn rows(first: &Page<ApplicationSummary>) -> View {
    let api = use_api();
    let more = RwSignal::new(Vec::<ApplicationSummary>::new());
    let cursor = RwSignal::new(first.next_cursor.clone());
    let failure = RwSignal::new(None::<Failure>);
    let load_more = move || {
        let Some(next) = cursor.get_untracked() else {
            return;
        };
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api.applications(Some(next)).await {
                Ok(page) => {
                    more.try_update(|more| more.extend(page.items));
                    cursor.try_set(page.next_cursor);
                }
                Err(refused) => drop(failure.try_set(Some(refused))),
            }
        });
    };
    let rest = live(move || more.with(|more| more.iter().map(row).collect::<Vec<_>>()));
    let button = live(move || {
        cursor
            .with(Option::is_some)
            .then(|| plain_button(t::applications::MORE, load_more))
    });
    let first: Vec<El> = first.items.iter().map(row).collect();
    view((
        ul().class("journal").add((first, rest)),
        trouble_slot(failure),
        button,
    ))
}

/// The whole row opens the application.
fn row(application: &ApplicationSummary) -> El {
    let submitted = application.submitted_at;
    let route = Route::Application(application.id, ApplicationTab::Data);
    li().add((
        a().class("row")
            .href(&route.path())
            .add(application.child_name.as_str()),
        span().add(application.number.as_str()),
        span().add(use_localities().name(application.locality_id)),
        span().add(say(move || {
            t::applications::submitted(&format::day_of(submitted))
        })),
        of_application(&application.state),
    ))
}
