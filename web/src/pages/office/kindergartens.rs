//! The kindergartens of the official's localities: page by page, filtered, sorted, and as a table to take away.

use super::{
    export::{ExportButton, Fetching, Rows},
    list::{Paged, Pager, Table, Title, all},
    registry::kindergarten_kind,
    routes::OfficePage,
    state::use_office,
};
use crate::{
    api::{KindergartenQuery, use_api},
    components::{
        fields::{Choice, PlainButton, SelectField, TextField},
        form::Field,
        heading::Heading,
        links::ActionLink,
    },
    i18n::{I18n, Locale, format, language, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    state::{Localities, use_localities},
};
use balabaqsha_shared::{
    appointment::Duty,
    dto::{KindergartenSummary, Page},
    kindergarten::KindergartenKind,
};
use leptos::{ev, prelude::*};

#[component]
pub fn KindergartensPage() -> impl IntoView {
    let i18n = use_i18n();
    let office = use_office();
    let text = Field::new("filter-text", "");
    let locality = Field::new("filter-locality", "");
    let kind = Field::new("filter-kind", "");
    let order = Field::new("order", "");
    let wanted = RwSignal::new(KindergartenQuery::default());
    let show = move || {
        wanted.set(KindergartenQuery {
            locality: locality.value.get(),
            kind: kind.value.get(),
            text: text.text(),
            order: order.value.get(),
        });
    };
    // Choices count at once; what is typed, when it is sent.
    Effect::new(show);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        untrack(show);
    };
    let kinds = move || {
        let choice = |kind: KindergartenKind| Choice {
            value: kind.as_str().to_owned(),
            label: kindergarten_kind(i18n.get_locale(), kind).to_owned(),
        };
        KindergartenKind::ALL.map(choice).to_vec()
    };
    let orders = move || {
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        vec![
            choice("-name", t_string!(i18n, registry.by_name_from_end)),
            choice("bin", t_string!(i18n, registry.by_bin)),
        ]
    };
    view! {
        <Heading text=move || t_string!(i18n, registry.kindergartens)/>
        <p>
            <ActionLink to=OfficePage::NewKindergarten.route()
                text=move || t_string!(i18n, registry.new_kindergarten)/>
        </p>
        <form class="filters" aria-label=move || t_string!(i18n, places.filters) on:submit=submit>
            <TextField field=text label=move || t_string!(i18n, registry.search)
                hint=move || t_string!(i18n, registry.search_hint)/>
            <SelectField field=locality label=move || t_string!(i18n, common.locality)
                empty=move || t_string!(i18n, places.all_localities)
                choices=Signal::derive(move || office.localities(Duty::Registry))/>
            <SelectField field=kind label=move || t_string!(i18n, registry.kind)
                empty=move || t_string!(i18n, registry.all_kinds) choices=kinds/>
            <SelectField field=order label=move || t_string!(i18n, list.order)
                empty=move || t_string!(i18n, registry.by_name) choices=orders/>
            <div class="field">
                <PlainButton text=move || t_string!(i18n, registry.find)
                    on_press=move |()| untrack(show)/>
            </div>
        </form>
        {move || view! { <Found wanted=wanted.get()/> }}
    }
}

#[component]
fn Found(wanted: KindergartenQuery) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let localities = use_localities();
    let paged = Paged::new();
    let found: Remote<Page<KindergartenSummary>> = {
        let wanted = wanted.clone();
        Remote::asking(
            move || paged.cursor(),
            move |cursor| office.watch(api.office_kindergartens(&wanted, cursor)),
        )
    };
    let rows = move || {
        let wanted = wanted.clone();
        let rows: Fetching = Box::pin(async move {
            let items = all(|cursor| api.office_kindergartens(&wanted, cursor)).await?;
            Ok(table(i18n, localities, &items))
        });
        rows
    };
    let page = move |page: Page<KindergartenSummary>| {
        if page.items.is_empty() {
            return view! { <p class="empty" role="status">{t!(i18n, registry.none)}</p> }
                .into_any();
        }
        let rows = page.items.into_iter();
        let rows = rows
            .map(|kindergarten| view! { <Row kindergarten/> })
            .collect_view();
        view! {
            <Table caption=move || t_string!(i18n, registry.kindergartens) head=HEAD.to_vec()>
                {rows}
            </Table>
            <Pager paged next=page.next_cursor/>
        }
        .into_any()
    };
    view! {
        <Fetched data=found let:found>{page(found)}</Fetched>
        <ExportButton file_name="kindergartens.csv" rows/>
    }
}

const HEAD: [Title; 8] = [
    |locale| td_string!(locale, registry.name),
    |locale| td_string!(locale, common.locality),
    |locale| td_string!(locale, registry.kind),
    |locale| td_string!(locale, common.bin),
    |locale| td_string!(locale, registry.groups),
    |locale| td_string!(locale, registry.capacity),
    |locale| td_string!(locale, registry.free),
    |locale| td_string!(locale, registry.contract_until),
];

fn contract(locale: Locale, kindergarten: &KindergartenSummary) -> String {
    kindergarten
        .contract_until
        .map_or_else(String::new, |day| format::day(locale, day))
}

fn table(i18n: I18n, localities: Localities, items: &[KindergartenSummary]) -> Rows {
    let locale = i18n.get_locale_untracked();
    let head = HEAD.map(|title| title(locale).to_owned()).to_vec();
    let row = |kindergarten: &KindergartenSummary| {
        untrack(|| {
            vec![
                kindergarten.name.get(language(i18n)).to_owned(),
                localities.name(kindergarten.locality_id).get(),
                kindergarten_kind(locale, kindergarten.kind).to_owned(),
                kindergarten.bin.to_string(),
                kindergarten.groups.to_string(),
                kindergarten.places.capacity.to_string(),
                kindergarten.places.free.to_string(),
                contract(locale, kindergarten),
            ]
        })
    };
    std::iter::once(head).chain(items.iter().map(row)).collect()
}

#[component]
fn Row(kindergarten: KindergartenSummary) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let number = move |count: u32| {
        view! { <td class="number">{move || format::number(i18n.get_locale(), count)}</td> }
    };
    let (kind, places) = (kindergarten.kind, kindergarten.places);
    view! {
        <tr>
            <th scope="row">
                <a href=OfficePage::Kindergarten(kindergarten.id).path()>
                    {localized(i18n, &kindergarten.name)}
                </a>
            </th>
            <td>{localities.name(kindergarten.locality_id)}</td>
            <td>{move || kindergarten_kind(i18n.get_locale(), kind)}</td>
            <td>{kindergarten.bin.to_string()}</td>
            {number(kindergarten.groups)}
            {number(places.capacity)}
            {number(places.free)}
            <td>{move || contract(i18n.get_locale(), &kindergarten)}</td>
        </tr>
    }
}
