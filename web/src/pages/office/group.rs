//! A group: its places, its open referrals, what is planned, its history; changing it and making new ones.

use super::{
    editor::{Column, Editor, Kind, Looking, Maker, Target, Thing},
    kindergarten::{EFFECTIVE, nothing},
    planned::Planned,
    registry::{Changed, History, PlacesTable, Referrals, taught_in},
    routes::OfficePage,
    state::use_office,
};
use crate::{
    api::{Failure, Loss, use_api},
    components::{
        card::Card,
        facts::{Fact, Facts},
        heading::Heading,
        links::{ActionLink, BackLink},
        notice::Inset,
    },
    i18n::{format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::{
    dto::{GroupRequest, OfficeGroup, OpenReferralList},
    endpoint,
    id::{GroupId, KindergartenId},
    import::ImportKind,
};
use gloo_net::http::Method;
use leptos::prelude::*;

#[component]
pub fn GroupPage(id: GroupId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<OfficeGroup> = Remote::new(move || office.watch(api.office_group(id)));
    let referrals: Remote<OpenReferralList> =
        Remote::new(move || office.watch(api.group_referrals(id)));
    let shown = move |group: OfficeGroup| {
        let (language, years) = (group.instruction_language, group.birth_years);
        let (state_order, open, closed) = (group.state_order, group.open_from, group.closed_from);
        let day = move |day: Option<chrono::NaiveDate>| match day {
            Some(day) => format::day(i18n.get_locale(), day),
            None => t_string!(i18n, registry.nothing).to_owned(),
        };
        let order = move || {
            if state_order {
                t_string!(i18n, registry.yes)
            } else {
                t_string!(i18n, registry.no)
            }
        };
        let closing = closed.map(|day| {
            let words = move || {
                let day = format::day(i18n.get_locale(), day);
                t_string!(i18n, registry.closes, day = day)
            };
            view! { <Inset><p>{words}</p></Inset> }
        });
        let name = group.name.clone();
        view! {
            <BackLink to=OfficePage::Kindergarten(group.kindergarten_id).route()
                text=move || t_string!(i18n, registry.kindergarten)/>
            <Heading text=move || name.clone()/>
            <Changed last=group.last_change/>
            {closing}
            <div class="two">
                <div>
                    <h2>{t!(i18n, registry.places)}</h2>
                    <PlacesTable places=group.places/>
                    <Planned planned=group.planned kind=ImportKind::Groups
                        on_change=move |()| found.refresh()/>
                    <h2>{t!(i18n, registry.referrals)}</h2>
                    <Fetched data=referrals let:found>
                        {if found.items.is_empty() {
                            view! { <p class="empty">{t!(i18n, registry.no_referrals)}</p> }.into_any()
                        } else {
                            view! { <Referrals items=found.items/> }.into_any()
                        }}
                    </Fetched>
                </div>
                <aside>
                    <Card title=move || t_string!(i18n, registry.facts)>
                        <Facts>
                            <Fact name=move || t_string!(i18n, place.language)>
                                {move || taught_in(i18n.get_locale(), language)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.birth_years)>
                                {format!("{}–{}", years.from, years.to)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.state_order)>{order}</Fact>
                            <Fact name=move || t_string!(i18n, registry.open_from)>
                                {move || day(open)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.closed_from)>
                                {move || day(closed)}
                            </Fact>
                        </Facts>
                        <ActionLink to=OfficePage::ChangeGroup(id).route()
                            text=move || t_string!(i18n, registry.change)/>
                    </Card>
                </aside>
            </div>
            <History path=endpoint::group_history(id) kind=ImportKind::Groups/>
        }
    };
    view! { <Fetched data=found page=true let:found>{shown(found)}</Fetched> }
}

const LANGUAGES: &[(&str, super::editor::Words)] = &[
    ("kazakh", |locale| td_string!(locale, registry.kazakh)),
    ("russian", |locale| td_string!(locale, registry.russian)),
    ("english", |locale| td_string!(locale, registry.english)),
];

const COLUMNS: [Column; 9] = [
    Column::new(
        "/name",
        "name",
        |locale| td_string!(locale, registry.group_name),
        Kind::Text,
    ),
    Column::new(
        "/instruction_language",
        "instruction-language",
        |locale| td_string!(locale, place.language),
        Kind::OneOf(LANGUAGES),
    ),
    Column::new(
        "/birth_years/from",
        "birth-year-from",
        |locale| td_string!(locale, registry.birth_year_from),
        Kind::Number,
    ),
    Column::new(
        "/birth_years/to",
        "birth-year-to",
        |locale| td_string!(locale, registry.birth_year_to),
        Kind::Number,
    ),
    Column::new(
        "/state_order",
        "state-order",
        |locale| td_string!(locale, registry.state_order),
        Kind::YesNo,
    ),
    Column::new(
        "/capacity",
        "capacity",
        |locale| td_string!(locale, registry.capacity),
        Kind::Number,
    )
    .with_hint(|locale| td_string!(locale, registry.capacity_hint)),
    Column::new(
        "/open_from",
        "open-from",
        |locale| td_string!(locale, registry.open_from),
        Kind::Day,
    ),
    Column::new(
        "/closed_from",
        "closed-from",
        |locale| td_string!(locale, registry.closed_from),
        Kind::Day,
    )
    .with_hint(|locale| td_string!(locale, registry.closed_hint)),
    EFFECTIVE,
];

fn thing(group: OfficeGroup) -> Result<Thing, Failure> {
    let request = GroupRequest {
        name: group.name,
        instruction_language: group.instruction_language,
        birth_years: group.birth_years,
        state_order: group.state_order,
        capacity: group.places.capacity,
        open_from: group.open_from,
        closed_from: group.closed_from,
        effective_on: None,
    };
    Ok(Thing {
        version: group.version,
        request: serde_json::to_value(request).map_err(|_| Failure::lost(Loss::Unreadable))?,
        last_change: group.last_change,
    })
}

#[component]
pub fn ChangeGroupPage(id: GroupId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let back = move || OfficePage::Group(id).route();
    let found: Remote<Thing> = Remote::new(move || {
        let asked = office.watch(api.office_group(id));
        async move { thing(asked.await?) }
    });
    let look = move || {
        let looking: Looking = Box::pin(async move { thing(api.office_group(id).await?) });
        looking
    };
    let editor = move |thing: Thing| {
        let target = Target {
            method: Method::PUT,
            path: endpoint::office_group(id),
            previews: endpoint::group_change_previews(id),
        };
        view! {
            <Editor name=format!("group-{id}") columns=COLUMNS.to_vec() thing look target
                heading=Signal::derive(move || t_string!(i18n, registry.change_group).to_owned())
                back=back()/>
        }
    };
    view! {
        <BackLink to=back() text=move || t_string!(i18n, registry.group)/>
        <Fetched data=found page=true let:found>{editor(found)}</Fetched>
    }
}

#[component]
pub fn NewGroupPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let columns = COLUMNS
        .into_iter()
        .filter(|column| column.pointer != EFFECTIVE.pointer)
        .collect::<Vec<_>>();
    let back = move || OfficePage::Kindergarten(id).route();
    view! {
        <BackLink to=back() text=move || t_string!(i18n, registry.kindergarten)/>
        <Maker name="new-group" columns base=nothing()
            heading=Signal::derive(move || t_string!(i18n, registry.new_group).to_owned())
            path=endpoint::kindergarten_groups(id) back=back()/>
    }
}
