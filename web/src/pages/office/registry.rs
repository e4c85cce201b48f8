//! Parts of the pages about things of the registry (R20): places, open referrals, who changed something last, and
//! the history.

use super::{
    list::{Paged, Pager, Table, Title},
    state::use_office,
};
use crate::{
    api::use_api,
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::{
    Language,
    dto::{LastChange, OpenReferral, Page, Places, RegistryChange},
    import::ImportKind,
    kindergarten::{InstructionLanguage, KindergartenKind},
};
use leptos::prelude::*;
use serde_json::Value;

/// How the places of a group are used.
#[component]
pub fn PlacesTable(places: Places) -> impl IntoView {
    let i18n = use_i18n();
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, registry.capacity),
        |locale| td_string!(locale, registry.free),
        |locale| td_string!(locale, registry.resting),
        |locale| td_string!(locale, registry.unpublished),
        |locale| td_string!(locale, registry.held),
        |locale| td_string!(locale, registry.taken),
    ];
    let counts = [
        places.capacity,
        places.free,
        places.resting,
        places.unpublished,
        places.held,
        places.taken,
    ];
    let cells = counts
        .into_iter()
        .map(|count| {
            view! { <td class="number">{move || format::number(i18n.get_locale(), count)}</td> }
        })
        .collect_view();
    view! {
        <Table caption=move || t_string!(i18n, registry.places) head><tr>{cells}</tr></Table>
    }
}

/// Open referrals, without what they tell of the children.
#[component]
pub fn Referrals(items: Vec<OpenReferral>) -> impl IntoView {
    let i18n = use_i18n();
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, referral.number),
        |locale| td_string!(locale, registry.issued),
        |locale| td_string!(locale, referral.arrive_by),
    ];
    let row = move |referral: OpenReferral| {
        view! {
            <tr>
                <th scope="row">{referral.number}</th>
                <td>{move || format::moment(i18n.get_locale(), referral.issued_at)}</td>
                <td>{move || format::day(i18n.get_locale(), referral.deadline)}</td>
            </tr>
        }
    };
    let rows = items.into_iter().map(row).collect_view();
    view! { <Table caption=move || t_string!(i18n, registry.referrals) head>{rows}</Table> }
}

/// «Изменил(а) … 2 сентября в 09:14».
#[component]
pub fn Changed(last: Option<LastChange>) -> impl IntoView {
    let i18n = use_i18n();
    last.map(|last| {
        let words = move || {
            let at = format::moment(i18n.get_locale(), last.at);
            t_string!(i18n, registry.changed_by, by = last.by.clone(), at = at)
        };
        view! { <p class="muted">{words}</p> }
    })
}

/// What a thing was, when, and who has changed it.
#[component]
pub fn History(path: String, kind: ImportKind) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let paged = Paged::new();
    let history: Remote<Page<RegistryChange>> = Remote::asking(
        move || paged.cursor(),
        move |cursor| office.watch(api.registry_history(&path, cursor)),
    );
    let entry = move |change: RegistryChange| {
        let words = move || {
            let locale = i18n.get_locale();
            let by = change.by.clone();
            match change.import_id {
                Some(_) => t_string!(i18n, registry.by_import, by = by),
                None => {
                    let what = kind_words(locale, change.kind).to_owned();
                    t_string!(i18n, registry.by_official, by = by, what = what)
                }
            }
        };
        view! {
            <li>
                <time datetime=change.at.to_rfc3339()>
                    {move || format::moment(i18n.get_locale(), change.at)}
                </time>
                <p>{words}</p>
                <Data data=change.data kind/>
            </li>
        }
    };
    let list = move |page: Page<RegistryChange>| {
        if page.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, registry.no_history)}</p> }.into_any();
        }
        view! {
            <ol class="line">{page.items.into_iter().map(entry).collect_view()}</ol>
            <Pager paged next=page.next_cursor/>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>{t!(i18n, registry.history)}</h2>
            <Fetched data=history let:found>{list(found)}</Fetched>
        </section>
    }
}

/// A row of the registry, with what its columns hold.
#[component]
pub fn Data(data: Value, kind: ImportKind) -> impl IntoView {
    let i18n = use_i18n();
    let Value::Object(members) = data else {
        return ().into_any();
    };
    let rows = members
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let column = kind.columns().iter().find(|column| column.name == name);
            let label = move || match column {
                Some(column) => {
                    let [kk, ru, en] = column.about;
                    Language::from(i18n.get_locale())
                        .pick(kk, ru, en)
                        .to_owned()
                }
                None => name.clone(),
            };
            let value = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            view! { <div><dt>{label}</dt><dd>{value}</dd></div> }
        })
        .collect_view();
    view! {
        <details>
            <summary>{t!(i18n, registry.as_it_became)}</summary>
            <dl class="facts">{rows}</dl>
        </details>
    }
    .into_any()
}

pub fn kind_words(locale: Locale, kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Localities => td_string!(locale, imports.localities),
        ImportKind::Kindergartens => td_string!(locale, imports.kindergartens),
        ImportKind::Groups => td_string!(locale, imports.groups),
        ImportKind::Places => td_string!(locale, imports.places),
        ImportKind::Queue => td_string!(locale, imports.queue),
    }
}

pub fn kindergarten_kind(locale: Locale, kind: KindergartenKind) -> &'static str {
    match kind {
        KindergartenKind::PrivateStateOrder => td_string!(locale, registry.private_state_order),
        KindergartenKind::Private => td_string!(locale, registry.private),
        KindergartenKind::State => td_string!(locale, registry.state),
    }
}

pub fn taught_in(locale: Locale, language: InstructionLanguage) -> &'static str {
    language.name(Language::from(locale))
}
