//! The localities of an official with their rules profile, and its change with a preview of whom it concerns.

use super::{
    editor::{Column, Editor, Kind, Looking, Target, Thing},
    kindergarten::EFFECTIVE,
    list::{Table, Title},
    planned::Planned,
    registry::{Changed, History},
    routes::OfficePage,
    state::use_office,
};
use crate::{
    api::{Failure, Loss, use_api},
    components::{
        facts::{Fact, Facts},
        heading::Heading,
        links::{ActionLink, BackLink},
        notice::Inset,
        tag::{Mood, Tag},
    },
    i18n::{format, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::{
    appointment::Duty,
    dto::{LocalityChange, OfficeLocality, OfficeLocalityList},
    endpoint,
    id::LocalityId,
    import::ImportKind,
};
use chrono::TimeDelta;
use gloo_net::http::Method;
use leptos::prelude::*;

#[component]
pub fn LocalitiesPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<OfficeLocalityList> =
        Remote::new(move || office.watch(api.office_localities()));
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, common.locality),
        |locale| td_string!(locale, registry.district),
        |locale| td_string!(locale, registry.child_check),
        |locale| td_string!(locale, registry.issue),
    ];
    let rows = move |list: OfficeLocalityList| {
        let kept = list.items.into_iter();
        kept.filter(|locality| locality.duties.contains(&Duty::Registry))
            .map(|locality| view! { <Row locality/> })
            .collect_view()
    };
    view! {
        <Heading text=move || t_string!(i18n, registry.localities)/>
        <p>{t!(i18n, registry.localities_text)}</p>
        <Fetched data=found let:found>
            <Table caption=move || t_string!(i18n, registry.localities) head=head.clone()>
                {rows(found)}
            </Table>
        </Fetched>
    }
}

#[component]
fn Row(locality: OfficeLocality) -> impl IntoView {
    let i18n = use_i18n();
    let check = PROFILE.iter().find(|column| column.pointer == CHILD_CHECK);
    let text = serde_json::to_value(locality.rules.child_check)
        .ok()
        .and_then(|value| value.as_str().map(ToOwned::to_owned))
        .unwrap_or_default();
    let check = move || check.map(|column| column.shown(i18n.get_locale(), &text));
    let suspended = locality.suspension.is_some();
    let issue = move || {
        if suspended {
            t_string!(i18n, registry.suspended)
        } else {
            t_string!(i18n, registry.issued_normally)
        }
    };
    let mood = if suspended { Mood::Soon } else { Mood::Good };
    view! {
        <tr>
            <th scope="row">
                <a href=OfficePage::Locality(locality.id).path()>{localized(i18n, &locality.name)}</a>
            </th>
            <td>{localized(i18n, &locality.district)}</td>
            <td>{check}</td>
            <td><Tag mood text=issue/></td>
        </tr>
    }
}

#[component]
pub fn LocalityPage(id: LocalityId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let found: Remote<OfficeLocality> = Remote::new(move || office.watch(api.office_locality(id)));
    let shown = move |locality: OfficeLocality| {
        let suspension = locality.suspension.clone().map(|suspension| {
            let words = move || {
                let last = suspension.ends_at - TimeDelta::seconds(1);
                let day = format::day_of(i18n.get_locale(), last);
                let reason = suspension.reason.clone();
                t_string!(i18n, registry.suspended_until, day = day, reason = reason)
            };
            view! { <Inset><p>{words}</p></Inset> }
        });
        let last = locality.last_change.clone();
        let planned = locality.planned.clone();
        let name = localized(i18n, &locality.name);
        let rules = thing(locality)
            .map(|thing| thing.request)
            .unwrap_or_default();
        let facts = PROFILE
            .into_iter()
            .map(|column| {
                let text = column.text(&rules);
                view! {
                    <Fact name=move || (column.label)(i18n.get_locale())>
                        {move || column.shown(i18n.get_locale(), &text)}
                    </Fact>
                }
            })
            .collect_view();
        view! {
            <Heading text=name/>
            <Changed last/>
            {suspension}
            <section class="card">
                <h2>{t!(i18n, registry.rules)}</h2>
                <Facts>{facts}</Facts>
                <ActionLink to=OfficePage::ChangeLocality(id).route()
                    text=move || t_string!(i18n, registry.change)/>
            </section>
            <Planned planned kind=ImportKind::Localities columns=PROFILE.to_vec()
                on_change=move |()| found.refresh()/>
            <History path=endpoint::locality_history(id) kind=ImportKind::Localities/>
        }
    };
    view! {
        <BackLink to=OfficePage::Localities.route()
            text=move || t_string!(i18n, registry.localities)/>
        <Fetched data=found page=true let:found>{shown(found)}</Fetched>
    }
}

fn thing(locality: OfficeLocality) -> Result<Thing, Failure> {
    let request = LocalityChange {
        rules: locality.rules,
        effective_on: None,
    };
    Ok(Thing {
        version: locality.version,
        request: serde_json::to_value(request).map_err(|_| Failure::lost(Loss::Unreadable))?,
        last_change: locality.last_change,
    })
}

#[component]
pub fn ChangeLocalityPage(id: LocalityId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let back = move || OfficePage::Locality(id).route();
    let found: Remote<Thing> = Remote::new(move || {
        let asked = office.watch(api.office_locality(id));
        async move { thing(asked.await?) }
    });
    let look = move || {
        let looking: Looking = Box::pin(async move { thing(api.office_locality(id).await?) });
        looking
    };
    let editor = move |thing: Thing| {
        let target = Target {
            method: Method::PATCH,
            path: endpoint::office_locality(id),
            previews: endpoint::locality_change_previews(id),
        };
        view! {
            <Editor name=format!("locality-{id}") columns=columns() thing look target
                heading=Signal::derive(move || t_string!(i18n, registry.change_rules).to_owned())
                back=back()/>
        }
    };
    view! {
        <BackLink to=back() text=move || t_string!(i18n, common.locality)/>
        <Fetched data=found page=true let:found>{editor(found)}</Fetched>
    }
}

const CHILD_CHECK: &str = "/rules/child_check";

const CHECKS: &[(&str, super::editor::Words)] = &[
    ("on", |locale| td_string!(locale, registry.check_on)),
    ("off", |locale| td_string!(locale, registry.check_off)),
];

macro_rules! numbers {
    ($($pointer:literal $id:literal $label:ident;)+) => {
        [$(Column::new(
            concat!("/rules/", $pointer),
            $id,
            |locale| td_string!(locale, registry.$label),
            Kind::Number,
        ),)+
        Column::new(
            "/rules/publication_time",
            "publication-time",
            |locale| td_string!(locale, registry.publication_time),
            Kind::Time,
        ),
        Column::new(
            CHILD_CHECK,
            "child-check",
            |locale| td_string!(locale, registry.child_check),
            Kind::OneOf(CHECKS),
        )]
    };
}

const PROFILE: [Column; 21] = numbers! {
    "upper_age_years" "upper-age" upper_age;
    "choosing_age_years" "choosing-age" choosing_age;
    "hold_minutes" "hold-minutes" hold_minutes;
    "unused_holds_per_day" "unused-holds" unused_holds;
    "arrival_working_days" "arrival-days" arrival_days;
    "late_confirmation_working_days" "late-days" late_days;
    "stop_list_working_days" "stop-list-days" stop_list_days;
    "lapses_to_removal" "lapses" lapses;
    "extension_calendar_days" "extension-days" extension_days;
    "revocation_hours" "revocation-hours" revocation_hours;
    "resting/from_minutes" "resting-from" resting_from;
    "resting/to_minutes" "resting-to" resting_to;
    "resting/regained_hold_minutes" "regained" regained;
    "limits/new_applications_per_day" "new-applications" new_applications;
    "limits/active_applications" "active-applications" active_applications;
    "limits/holds_per_further_child" "further-holds" further_holds;
    "limits/live_holds" "live-holds" live_holds;
    "limits/unverified_in_hand" "unverified" unverified;
    "limits/drafts_about_others_per_day" "drafts-about-others" drafts_about_others;
};

/// The profile, and from which day on a change of it counts.
fn columns() -> Vec<Column> {
    PROFILE.into_iter().chain([EFFECTIVE]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balabaqsha_shared::profile::RulesProfile;

    /// What the pages do not show could not be changed there.
    #[test]
    fn every_number_of_the_profile_is_on_the_page() {
        fn leaves(value: &serde_json::Value, pointer: &str, found: &mut Vec<String>) {
            match value {
                serde_json::Value::Object(members) => {
                    for (name, value) in members {
                        leaves(value, &format!("{pointer}/{name}"), found);
                    }
                }
                _ => found.push(pointer.to_owned()),
            }
        }
        let rules = RulesProfile {
            publication_time: "09:00:00".parse().ok(),
            ..RulesProfile::default()
        };
        let change = LocalityChange {
            rules,
            effective_on: "2026-12-01".parse().ok(),
        };
        let request = serde_json::to_value(change).unwrap();
        let mut found = Vec::new();
        leaves(&request, "", &mut found);
        found.sort();
        let mut shown: Vec<String> = columns()
            .iter()
            .map(|column| column.pointer.to_owned())
            .collect();
        shown.sort();
        assert_eq!(shown, found);
    }
}
