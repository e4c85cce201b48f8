//! «Журнал заявлений»: the applications of the person, the newest first.

mod children;

use self::children::{Children, Known, NextStep};
use crate::{
    api::use_api,
    app::groups,
    components::{
        card::Card, fields::PlainButton, heading::Heading, links::ActionLink, notice::Inset,
        tag::ApplicationTag, trouble::TroubleSlot,
    },
    i18n::{format, t, t_string, use_i18n},
    lazy::preload,
    remote::{Fetched, Remote, failure_of},
    routes::{ApplicationTab, NewApplicationStep, Route},
    state::use_localities,
};
use balabaqsha_shared::dto::{ApplicationSummary, Page};
use leptos::prelude::*;

#[component]
pub fn ApplicationsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let first: Remote<Page<ApplicationSummary>> = Remote::new(move || api.applications(None));
    let known = Known::new();
    let list = move |page: Page<ApplicationSummary>| {
        if page.items.is_empty() {
            view! {
                <Card title=move || t_string!(i18n, applications.empty)>
                    <p>{t!(i18n, applications.empty_text)}</p>
                </Card>
            }
            .into_any()
        } else {
            view! {
                <Children applications=page.items.clone() known/>
                <Journal first=page known/>
            }
            .into_any()
        }
    };
    view! {
        <Heading text=move || t_string!(i18n, applications.heading)/>
        <p id="queueing">
            <ActionLink to=Route::NewApplication(NewApplicationStep::Child)
                ahead=|| preload(groups::NewApplication)
                text=move || t_string!(i18n, applications.new)/>
        </p>
        <Fetched data=first let:page>{list(page)}</Fetched>
        <Inset>
            <p>{t!(i18n, applications.whose)}</p>
            <p><a href=Route::Attachments.path()>{t!(i18n, attach.heading)}</a></p>
        </Inset>
    }
}

/// The first page of the list, and further ones behind it as they are asked for.
#[component]
fn Journal(first: Page<ApplicationSummary>, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let items = RwSignal::new(first.items);
    let cursor = RwSignal::new(first.next_cursor);
    let load_more = Action::new_local(move |next: &String| {
        let next = next.clone();
        async move {
            let page = api.applications(Some(next)).await?;
            items.try_update(|items| items.extend(page.items));
            cursor.try_set(page.next_cursor);
            Ok(())
        }
    });
    let press = move |()| {
        let next = cursor.get_untracked();
        if let (Some(next), false) = (next, load_more.pending().get_untracked()) {
            load_more.dispatch_local(next);
        }
    };
    view! {
        <ul class="journal">
            <For each=move || items.get() key=|application| application.id let:application>
                <Row application known/>
            </For>
        </ul>
        <TroubleSlot failure=failure_of(load_more)/>
        <Show when=move || cursor.with(Option::is_some)>
            <PlainButton text=move || t_string!(i18n, applications.more)
                busy=load_more.pending() on_press=press/>
        </Show>
    }
}

/// The whole row opens the application.
#[component]
fn Row(application: ApplicationSummary, known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let next = view! { <NextStep application=application.clone() known/> };
    let ApplicationSummary {
        id,
        number,
        child_name,
        locality_id,
        submitted_at,
        state,
        ..
    } = application;
    let submitted = move || {
        let day = format::day_of(i18n.get_locale(), submitted_at);
        t_string!(i18n, applications.submitted, day = day)
    };
    view! {
        <li>
            <a class="row" href=Route::Application(id, ApplicationTab::Data).path()>{child_name}</a>
            <span>{number.as_str().to_owned()}</span>
            <span>{localities.name(locality_id)}</span>
            <span>{submitted}</span>
            <ApplicationTag state/>
            {next}
        </li>
    }
}
