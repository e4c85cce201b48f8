//! An application: its data, the place in the queue and what stands before it, the way to a private
//! kindergarten or the reasons against it, the referral, the history, and «Общие документы».

mod data;
pub mod documents;
mod history;

use super::back;
use crate::{
    api::use_api,
    components::{
        heading::Heading,
        tag::{of_application, tag},
    },
    i18n::{t, use_i18n},
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};
use leptos::prelude::*;

/// The place in the queue moves and places come free by themselves.
const REFRESH_SECONDS: u64 = 15;

pub fn page(id: ApplicationId, tab: ApplicationTab) -> AnyView {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id))
        .in_language()
        .every(REFRESH_SECONDS);
    let view = application.show_once(move || shown(application, id, tab));
    view! {
        {back(&Route::Applications, t::applications::HEADING)}
        {view}
    }
    .into_any()
}

/// Heading and tabs stay; what changes in them changes in place.
fn shown(application: Remote<Application>, id: ApplicationId, tab: ApplicationTab) -> AnyView {
    let i18n = use_i18n();
    let name = Memo::new(move |_| application.get().map(|found| found.child.full_name()));
    let heading = Signal::derive(move || name.get().unwrap_or_default());
    let state = Memo::new(move |_| application.get().map(|found| found.state));
    let status = move || state.get().map(|state| tag(of_application(&state), i18n));
    let tabs = [
        (ApplicationTab::Data, t::application::TAB_DATA),
        (ApplicationTab::History, t::application::TAB_HISTORY),
        (ApplicationTab::Documents, t::application::TAB_DOCUMENTS),
    ]
    .map(|(target, text)| {
        let current = (target == tab).then_some("page");
        view! {
            <li>
                <a href=Route::Application(id, target).path() aria-current=current>{i18n.t(text)}</a>
            </li>
        }
    })
    .into_iter()
    .collect_view();
    let content = match tab {
        ApplicationTab::Data => data::tab(application),
        ApplicationTab::History => history::tab(id),
        ApplicationTab::Documents => documents::tab(id),
    };
    view! {
        <Heading words=heading>" " {status}</Heading>
        <nav class="tabs" aria-label=i18n.t(t::application::TABS)><ul>{tabs}</ul></nav>
        {content}
    }
    .into_any()
}
