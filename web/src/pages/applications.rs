//! «Журнал заявлений»: the applications of the person, the newest first.

use super::{action, words};
use crate::{
    api::{Failure, use_api},
    components::{
        heading::Heading,
        notice::Inset,
        tag::{of_application, tag},
        trouble::TroubleSlot,
    },
    i18n::{format, t, use_i18n},
    localities::use_localities,
    remote::Remote,
    routes::{ApplicationTab, NewApplicationStep, Route},
};
use balabaqsha_shared::dto::{ApplicationSummary, Page};
use leptos::prelude::*;

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let first: Remote<Page<ApplicationSummary>> = Remote::new(move || api.applications(None));
    let more = RwSignal::new(Vec::<ApplicationSummary>::new());
    let cursor = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    Effect::new(move || {
        if let Some(page) = first.get() {
            more.set(Vec::new());
            cursor.set(page.next_cursor);
        }
    });
    let load_more = move |_| {
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
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
        });
    };
    let list = first.show(move |page| {
        if page.items.is_empty() {
            return view! {
                <div class="card empty">
                    <h2>{i18n.t(t::applications::EMPTY)}</h2>
                    <p>{i18n.t(t::applications::EMPTY_TEXT)}</p>
                </div>
            }
            .into_any();
        }
        let rows = page.items.into_iter().map(row).collect_view();
        view! {
            <ul class="journal">
                {rows}
                {move || more.get().into_iter().map(row).collect_view()}
            </ul>
            <TroubleSlot failure=failure/>
            {move || cursor.get().map(|_| view! {
                <button type="button" class="btn ghost" on:click=load_more>
                    {i18n.t(t::applications::MORE)}
                </button>
            })}
        }
        .into_any()
    });
    view! {
        <Heading words=words(t::applications::HEADING)/>
        <p>{action(
            &Route::NewApplication(NewApplicationStep::Child),
            t::applications::NEW,
        )}</p>
        {list}
        <Inset><p>{i18n.t(t::applications::WHOSE)}</p></Inset>
    }
    .into_any()
}

/// The whole row opens the application.
fn row(application: ApplicationSummary) -> AnyView {
    let i18n = use_i18n();
    let localities = use_localities();
    let submitted = application.submitted_at;
    let route = Route::Application(application.id, ApplicationTab::Data);
    view! {
        <li>
            <a class="row" href=route.path()>{application.child_name}</a>
            <span>{application.number.to_string()}</span>
            <span>{localities.name(application.locality_id, i18n)}</span>
            <span>
                {i18n.say(move |language| t::applications::submitted(
                    language,
                    &format::day_of(language, submitted),
                ))}
            </span>
            {tag(of_application(&application.state), i18n)}
        </li>
    }
    .into_any()
}
