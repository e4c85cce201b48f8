//! Which page of the office is shown: the one that the address names, if the person is appointed for it.

use super::{
    applications::ApplicationsPage,
    appoint::AppointPage,
    appointments::AppointmentsPage,
    audit::AuditPage,
    calendar::CalendarPage,
    group::{ChangeGroupPage, GroupPage, NewGroupPage},
    import::ImportPage,
    imports::{ImportsPage, NewImportPage},
    kindergarten::{ChangeKindergartenPage, KindergartenPage, NewKindergartenPage},
    kindergartens::KindergartensPage,
    localities::{ChangeLocalityPage, LocalitiesPage, LocalityPage},
    routes::{OfficePage, Segments},
    start::StartPage,
    state::{duties_of, use_office},
    suspensions::{ResumePage, SuspendPage, SuspensionsPage},
    words,
};
use crate::{
    api::Failure,
    app::groups,
    components::{
        fields::PlainButton, heading::Heading, links::ActionLink, trouble::Failed, waiting::Waiting,
    },
    i18n::{t, t_string, use_i18n},
    lazy::Part,
    navigation::use_navigation,
    pages::not_found::NotFoundPage,
    routes::Route,
    state::use_acting,
};
use balabaqsha_shared::appointment::Capacity;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Waiting,
    Failed(Failure),
    /// Nothing that the person is appointed for is in force.
    NotAppointed,
    /// The person is appointed, but not for this.
    WithoutDuty(OfficePage),
    Nothing,
    Page(OfficePage),
}

#[component]
pub fn OfficePages() -> impl IntoView {
    let office = use_office();
    let navigation = use_navigation();
    let params = use_params_map();
    let page = Memo::new(move |_| {
        params.with(|params| {
            let segment = |name: &str| params.get(name).unwrap_or_default();
            OfficePage::read(&Segments {
                section: segment("section"),
                id: segment("id"),
                step: segment("step"),
            })
        })
    });
    let shown = Memo::new(move |before: Option<&Shown>| {
        let shown = match (office.me.with(duties_of), office.me.failure()) {
            (Some(duties), _) if duties.is_empty() => Shown::NotAppointed,
            (Some(duties), _) => match page.get() {
                None => Shown::Nothing,
                Some(page) if page.is_for(&duties) => Shown::Page(page),
                Some(page) => Shown::WithoutDuty(page),
            },
            (None, Some(failure)) => Shown::Failed(failure),
            (None, None) => Shown::Waiting,
        };
        // The page has gone under the same address, because the appointment has ended.
        let ended = matches!(shown, Shown::NotAppointed | Shown::WithoutDuty(_));
        if ended && matches!(before, Some(Shown::Page(_))) {
            navigation.announce();
        }
        shown
    });
    move || match shown.get() {
        Shown::Waiting => view! { <Waiting/> }.into_any(),
        Shown::Failed(failure) => {
            view! { <Failed failure retry=move |()| office.me.retry()/> }.into_any()
        }
        Shown::NotAppointed => view! { <NotAppointed/> }.into_any(),
        Shown::WithoutDuty(page) => view! { <WithoutDuty page/> }.into_any(),
        Shown::Nothing => view! { <NotFoundPage/> }.into_any(),
        Shown::Page(page) => untrack(|| shown_page(page)),
    }
}

fn shown_page(page: OfficePage) -> AnyView {
    match page {
        OfficePage::Start => view! { <StartPage/> }.into_any(),
        OfficePage::Applications => view! { <ApplicationsPage/> }.into_any(),
        OfficePage::Benefits
        | OfficePage::NextBenefit
        | OfficePage::Benefit(..)
        | OfficePage::Waiting
        | OfficePage::Application(..) => view! { <Part load=groups::queue_pages/> }.into_any(),
        OfficePage::Appointments => view! { <AppointmentsPage/> }.into_any(),
        OfficePage::Appoint(step) => view! { <AppointPage step/> }.into_any(),
        OfficePage::Audit => view! { <AuditPage/> }.into_any(),
        OfficePage::Kindergartens => view! { <KindergartensPage/> }.into_any(),
        OfficePage::NewKindergarten => view! { <NewKindergartenPage/> }.into_any(),
        OfficePage::Kindergarten(id) => view! { <KindergartenPage id/> }.into_any(),
        OfficePage::ChangeKindergarten(id) => view! { <ChangeKindergartenPage id/> }.into_any(),
        OfficePage::NewGroup(id) => view! { <NewGroupPage id/> }.into_any(),
        OfficePage::Group(id) => view! { <GroupPage id/> }.into_any(),
        OfficePage::ChangeGroup(id) => view! { <ChangeGroupPage id/> }.into_any(),
        OfficePage::Localities => view! { <LocalitiesPage/> }.into_any(),
        OfficePage::Locality(id) => view! { <LocalityPage id/> }.into_any(),
        OfficePage::ChangeLocality(id) => view! { <ChangeLocalityPage id/> }.into_any(),
        OfficePage::Calendar => view! { <CalendarPage/> }.into_any(),
        OfficePage::Imports => view! { <ImportsPage/> }.into_any(),
        OfficePage::NewImport => view! { <NewImportPage/> }.into_any(),
        OfficePage::Import(id) => view! { <ImportPage id/> }.into_any(),
        OfficePage::Suspensions => view! { <SuspensionsPage/> }.into_any(),
        OfficePage::Suspend(step) => view! { <SuspendPage step/> }.into_any(),
        OfficePage::Resume(id, step) => view! { <ResumePage id step/> }.into_any(),
    }
}

/// No appointment is in force: none ever was, or it has ended, perhaps while somebody worked.
#[component]
fn NotAppointed() -> impl IntoView {
    let i18n = use_i18n();
    let acting = use_acting();
    let navigation = use_navigation();
    let office = use_office();
    let as_parent = move |()| {
        acting.choose(Capacity::Parent);
        navigation.go(&Route::Applications);
    };
    view! {
        <Heading text=move || t_string!(i18n, office.not_appointed)/>
        <div class="narrow">
            <p class="lead">{t!(i18n, office.not_appointed_text)}</p>
            <p>{t!(i18n, office.not_appointed_next)}</p>
            <div class="buttons">
                <PlainButton text=move || t_string!(i18n, office.as_parent) on_press=as_parent
                    class="btn"/>
                <PlainButton text=move || t_string!(i18n, office.look_again)
                    on_press=move |()| office.me.retry()/>
            </div>
        </div>
    }
}

/// The duty of this page was never given, or has ended; others are left.
#[component]
fn WithoutDuty(page: OfficePage) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || {
        let locale = i18n.get_locale();
        let duties = page.duties().iter();
        let duties: Vec<&str> = duties.map(|duty| words::duty(locale, *duty)).collect();
        let duty = duties.join(" / ");
        t_string!(i18n, office.without_duty_text, duty = duty)
    };
    view! {
        <Heading text=move || t_string!(i18n, office.without_duty)/>
        <div class="narrow">
            <p class="lead">{text}</p>
            <p>{t!(i18n, office.not_appointed_next)}</p>
            <ActionLink to=OfficePage::Start.route() text=move || t_string!(i18n, office.to_start)/>
        </div>
    }
}
