//! Applications that wait for an official (R27): disputes, claims, children that nobody has verified; what is overdue
//! stands in front.

use super::{
    list::{Table, Title},
    routes::{DecisionStep, OfficePage},
    state::use_office,
};
use crate::{
    api::use_api,
    components::{
        heading::Heading,
        tag::{ApplicationTag, Mood, Tag},
    },
    i18n::{Locale, format, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::dto::{WaitingApplication, WaitingApplicationList, WaitingFor};
use leptos::prelude::*;

#[component]
pub fn WaitingPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<WaitingApplicationList> =
        Remote::new(move || office.watch(api.waiting_applications()));
    let list = move |list: WaitingApplicationList| {
        if list.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, cases.none)}</p> }.into_any();
        }
        let rows = list.items.into_iter();
        let rows = rows.map(|item| view! { <Row item/> }).collect_view();
        view! {
            <Table caption=move || t_string!(i18n, cases.heading) head=HEAD.to_vec()>{rows}</Table>
        }
        .into_any()
    };
    view! {
        <Heading text=move || t_string!(i18n, cases.heading)/>
        <p>{t!(i18n, cases.section_text)}</p>
        <Fetched data=found let:found>{list(found)}</Fetched>
    }
}

const HEAD: [Title; 6] = [
    |locale| td_string!(locale, application.child),
    |locale| td_string!(locale, cases.why),
    |locale| td_string!(locale, common.locality),
    |locale| td_string!(locale, application.submitted),
    |locale| td_string!(locale, search.state),
    |locale| td_string!(locale, application.number),
];

#[component]
fn Row(item: WaitingApplication) -> impl IntoView {
    let i18n = use_i18n();
    let WaitingApplication {
        application,
        locality,
        waiting_for,
        overdue,
    } = item;
    let link = OfficePage::Application(application.id, DecisionStep::Ask).path();
    let (submitted, state) = (application.submitted_at, application.state);
    let late = overdue.then(|| {
        view! { " " <Tag mood=Mood::Stop text=move || t_string!(i18n, benefits.overdue)/> }
    });
    view! {
        <tr>
            <th scope="row"><a href=link>{application.child_name}</a></th>
            <td>{move || why(i18n.get_locale(), waiting_for)}</td>
            <td>{localized(i18n, &locality)}</td>
            <td>{move || format::moment(i18n.get_locale(), submitted)} {late}</td>
            <td><ApplicationTag state/></td>
            <td>{application.number.to_string()}</td>
        </tr>
    }
}

fn why(locale: Locale, waiting_for: WaitingFor) -> &'static str {
    match waiting_for {
        WaitingFor::Disputed => td_string!(locale, cases.disputed),
        WaitingFor::Claim => td_string!(locale, cases.claim),
        WaitingFor::Unverified => td_string!(locale, cases.nobody),
        WaitingFor::DateDiffers => td_string!(locale, cases.date_differs),
    }
}
