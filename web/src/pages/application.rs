//! An application: its data, the place in the queue and what stands before it, the way to a private
//! kindergarten or the reasons against it, the referral, the history, and «Общие документы».

pub mod data;
pub mod documents;
mod history;
mod position;

use super::back;
use crate::{
    api::use_api,
    changes::Topic,
    components::{heading::heading_with, tag::of_application},
    dom::{El, View, a, li, live, nav, say, ul, view},
    i18n::t,
    remote::Remote,
    routes::{ApplicationTab, Route},
};
use balabaqsha_shared::{dto::Application, id::ApplicationId};
use leptos::prelude::*;

/// The place in the queue moves and places come free by themselves.
const REFRESH_SECONDS: u32 = 15;

pub fn page(id: ApplicationId, tab: ApplicationTab) -> View {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id))
        .in_language()
        .follow(Topic::Both, REFRESH_SECONDS);
    view((
        back(&Route::Applications, t::applications::HEADING),
        application.show_once(move || shown(application, id, tab)),
    ))
}

/// Heading and tabs stay; what changes in them changes in place.
fn shown(application: Remote<Application>, id: ApplicationId, tab: ApplicationTab) -> View {
    let name = say(move || {
        application
            .with(|found| found.child.full_name())
            .unwrap_or_default()
    });
    let status = live(move || application.with(|found| of_application(&found.state)));
    let tabs = [
        (ApplicationTab::Data, t::application::TAB_DATA),
        (ApplicationTab::History, t::application::TAB_HISTORY),
        (ApplicationTab::Documents, t::application::TAB_DOCUMENTS),
    ]
    .map(|(target, text)| {
        let link: El = a().href(&Route::Application(id, target).path()).add(text);
        li().add(if target == tab {
            link.attr("aria-current", "page")
        } else {
            link
        })
    });
    let content = match tab {
        ApplicationTab::Data => {
            live(move || application.with(|found| untrack(|| data::tab(found))))
        }
        ApplicationTab::History => history::tab(id),
        ApplicationTab::Documents => documents::tab(id),
    };
    view((
        heading_with(name, status),
        nav()
            .class("tabs")
            .label(t::application::TABS)
            .add(ul().add(tabs)),
        content,
    ))
}
