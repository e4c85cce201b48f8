//! Which page of the desk is shown: the one that the address names, if the person works for a kindergarten.

use super::{
    about::AboutPage,
    colleagues::ColleaguesPage,
    places::PlacesPage,
    routes::DeskPage,
    start::StartPage,
    state::{kindergartens_of, use_desk},
};
use crate::{
    api::Failure,
    components::{heading::Heading, trouble::Failed, waiting::Waiting},
    i18n::{t, t_string, use_i18n},
    pages::not_found::NotFoundPage,
};
use balabaqsha_shared::dto::StaffOf;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Waiting,
    Failed(Failure),
    /// The person works for no kindergarten (any more).
    NotStaff,
    Nothing,
    Page(DeskPage, StaffOf),
}

#[component]
pub fn DeskPages() -> impl IntoView {
    let desk = use_desk();
    let params = use_params_map();
    let page = Memo::new(move |_| {
        let section = params.with(|params| params.get("section").unwrap_or_default());
        DeskPage::read(&section)
    });
    let shown = Memo::new(move |_| {
        if let Some(failure) = desk.me.failure() {
            return Shown::Failed(failure);
        }
        match (
            desk.me.with(kindergartens_of),
            desk.kindergarten(),
            page.get(),
        ) {
            (None, _, _) => Shown::Waiting,
            (Some(_), None, _) => Shown::NotStaff,
            (Some(_), Some(_), None) => Shown::Nothing,
            (Some(_), Some(of), Some(page)) => Shown::Page(page, of),
        }
    });
    move || match shown.get() {
        Shown::Waiting => view! { <Waiting/> }.into_any(),
        Shown::Failed(failure) => {
            view! { <Failed failure retry=move |()| desk.me.retry()/> }.into_any()
        }
        Shown::NotStaff => view! { <NotStaff/> }.into_any(),
        Shown::Nothing => view! { <NotFoundPage/> }.into_any(),
        Shown::Page(page, of) => untrack(|| shown_page(page, of)),
    }
}

fn shown_page(page: DeskPage, of: StaffOf) -> AnyView {
    let id = of.kindergarten_id;
    match page {
        DeskPage::Start => view! { <StartPage id/> }.into_any(),
        DeskPage::Places => view! { <PlacesPage id/> }.into_any(),
        DeskPage::About => view! { <AboutPage id/> }.into_any(),
        DeskPage::Colleagues => view! { <ColleaguesPage id/> }.into_any(),
    }
}

#[component]
fn NotStaff() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Heading text=move || t_string!(i18n, desk.not_staff)/>
        <p>{t!(i18n, desk.not_staff_text)}</p>
    }
}
