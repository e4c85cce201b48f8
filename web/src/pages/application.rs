//! An application: its data, the place in the queue and what stands before it, the way to a private
//! kindergarten or the reasons against it, the referral, the history, and «Общие документы».

mod data;
mod documents;
mod history;
mod offers;
mod position;

pub use self::history::HistoryLine;
use self::{data::DataTab, documents::DocumentsTab, history::HistoryTab};
use super::not_found::NotFoundPage;
use crate::{
    api::use_api,
    components::{heading::Heading, links::BackLink, tag::ApplicationTag},
    i18n::{Locale, t_string, td_string, use_i18n},
    remote::{Ready, Remote},
    routes::{ApplicationTab, Route},
    state::Topic,
};
use balabaqsha_shared::{Code, dto::Application, id::ApplicationId};
use leptos::prelude::*;

/// The place in the queue moves and places come free by themselves.
const REFRESH_SECONDS: u32 = 15;

#[component]
pub fn ApplicationPage(id: ApplicationId, tab: ApplicationTab) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id))
        .in_language()
        .follow(Topic::Both, REFRESH_SECONDS);
    let unknown = Memo::new(move |_| {
        let failure = application.failure();
        failure.is_some_and(|failure| failure.is(Code::NotFound))
    });
    move || {
        if unknown.get() {
            return view! { <NotFoundPage/> }.into_any();
        }
        view! {
            <BackLink to=Route::Applications text=move || t_string!(i18n, applications.heading)/>
            <Ready data=application page=true>
                <Title application/>
                <Tabs id current=tab/>
                {shown(application, id, tab)}
            </Ready>
        }
        .into_any()
    }
}

fn shown(application: Remote<Application>, id: ApplicationId, tab: ApplicationTab) -> AnyView {
    match tab {
        ApplicationTab::Data => view! { <DataTab application id/> }.into_any(),
        ApplicationTab::History => view! { <HistoryTab id/> }.into_any(),
        ApplicationTab::Documents => view! { <DocumentsTab id/> }.into_any(),
    }
}

/// Whose application it is, and how it stands.
#[component]
fn Title(application: Remote<Application>) -> impl IntoView {
    let name = Memo::new(move |_| application.with(|found| found.child.full_name()));
    let state = Memo::new(move |_| application.with(|found| found.state));
    view! {
        <Heading text=move || name.get().unwrap_or_default()>
            {move || state.get().map(|state| view! { <ApplicationTag state/> })}
        </Heading>
    }
}

#[component]
fn Tabs(id: ApplicationId, current: ApplicationTab) -> impl IntoView {
    let i18n = use_i18n();
    let tabs = [
        ApplicationTab::Data,
        ApplicationTab::History,
        ApplicationTab::Documents,
    ];
    let tab = move |tab: ApplicationTab| {
        view! {
            <li>
                <a href=Route::Application(id, tab).path()
                    aria-current=(tab == current).then_some("page")>
                    {move || tab_words(i18n.get_locale(), tab)}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=move || t_string!(i18n, application.tabs)>
            <ul>{tabs.map(tab).into_iter().collect_view()}</ul>
        </nav>
    }
}

fn tab_words(locale: Locale, tab: ApplicationTab) -> &'static str {
    match tab {
        ApplicationTab::Data => td_string!(locale, application.tab_data),
        ApplicationTab::History => td_string!(locale, application.tab_history),
        ApplicationTab::Documents => td_string!(locale, application.tab_documents),
    }
}
