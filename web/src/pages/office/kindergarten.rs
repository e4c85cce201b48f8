//! A kindergarten: what describes it, its groups, what is planned, its history; changing it and making new ones.

use super::{
    editor::{Column, Editor, Kind, Looking, Maker, Target, Thing},
    list::{Table, Title},
    planned::Planned,
    registry::{Changed, History, kindergarten_kind, taught_in},
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
    },
    i18n::{format, localized, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    state::use_localities,
};
use balabaqsha_shared::{
    appointment::Duty,
    dto::{KindergartenRequest, OfficeGroup, OfficeKindergarten},
    endpoint,
    id::KindergartenId,
    import::ImportKind,
};
use gloo_net::http::Method;
use leptos::prelude::*;
use serde_json::{Value, json};

#[component]
pub fn KindergartenPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let localities = use_localities();
    let found: Remote<OfficeKindergarten> =
        Remote::new(move || office.watch(api.office_kindergarten(id)));
    let shown = move |kindergarten: OfficeKindergarten| {
        let facts = kindergarten.facts;
        let (kind, licence, contract) = (facts.kind, facts.licence_until, facts.contract_until);
        let until = move |day: Option<chrono::NaiveDate>| match day {
            Some(day) => format::day(i18n.get_locale(), day),
            None => t_string!(i18n, registry.without_end).to_owned(),
        };
        let origin = kindergarten.source.map(|source| {
            let id = kindergarten.external_id.unwrap_or_default();
            view! {
                <Fact name=move || t_string!(i18n, registry.source)>{source} " " {id}</Fact>
            }
        });
        let name = localized(i18n, &facts.name);
        view! {
            <Heading text=name/>
            <Changed last=kindergarten.last_change/>
            <div class="two">
                <div>
                    <Groups groups=kindergarten.groups/>
                    <p>
                        <ActionLink to=OfficePage::NewGroup(id).route() class="btn ghost"
                            text=move || t_string!(i18n, registry.new_group)/>
                    </p>
                    <Planned planned=kindergarten.planned kind=ImportKind::Kindergartens
                        on_change=move |()| found.refresh()/>
                </div>
                <aside>
                    <Card title=move || t_string!(i18n, registry.facts)>
                        <Facts>
                            <Fact name=move || t_string!(i18n, common.locality)>
                                {localities.name(facts.locality_id)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.kind)>
                                {move || kindergarten_kind(i18n.get_locale(), kind)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, common.bin)>{facts.bin}</Fact>
                            <Fact name=move || t_string!(i18n, referral.address)>
                                {localized(i18n, &facts.address)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, referral.phone)>{facts.phone}</Fact>
                            <Fact name=move || t_string!(i18n, registry.schedule)>
                                {facts.schedule}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.licence_until)>
                                {move || until(licence)}
                            </Fact>
                            <Fact name=move || t_string!(i18n, registry.contract_until)>
                                {move || until(contract)}
                            </Fact>
                            {origin}
                        </Facts>
                        <ActionLink to=OfficePage::ChangeKindergarten(id).route()
                            text=move || t_string!(i18n, registry.change)/>
                    </Card>
                </aside>
            </div>
            <History path=endpoint::kindergarten_history(id) kind=ImportKind::Kindergartens/>
        }
    };
    view! {
        <BackLink to=OfficePage::Kindergartens.route()
            text=move || t_string!(i18n, registry.kindergartens)/>
        <Fetched data=found page=true let:found>{shown(found)}</Fetched>
    }
}

#[component]
fn Groups(groups: Vec<OfficeGroup>) -> impl IntoView {
    let i18n = use_i18n();
    if groups.is_empty() {
        return view! { <p class="empty">{t!(i18n, registry.no_groups)}</p> }.into_any();
    }
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, registry.group),
        |locale| td_string!(locale, place.language),
        |locale| td_string!(locale, registry.birth_years),
        |locale| td_string!(locale, registry.capacity),
        |locale| td_string!(locale, registry.free),
        |locale| td_string!(locale, registry.taken),
        |locale| td_string!(locale, registry.closed_from),
    ];
    let row = move |group: OfficeGroup| {
        let (language, closed) = (group.instruction_language, group.closed_from);
        let closed = move || closed.map(|day| format::day(i18n.get_locale(), day));
        let years = group.birth_years;
        view! {
            <tr>
                <th scope="row"><a href=OfficePage::Group(group.id).path()>{group.name}</a></th>
                <td>{move || taught_in(i18n.get_locale(), language)}</td>
                <td>{format!("{}–{}", years.from, years.to)}</td>
                <td class="number">{group.places.capacity}</td>
                <td class="number">{group.places.free}</td>
                <td class="number">{group.places.taken}</td>
                <td>{closed}</td>
            </tr>
        }
    };
    let rows = groups.into_iter().map(row).collect_view();
    view! {
        <h2>{t!(i18n, registry.groups)}</h2>
        <Table caption=move || t_string!(i18n, registry.groups) head>{rows}</Table>
    }
    .into_any()
}

const KINDS: &[(&str, super::editor::Words)] = &[
    ("private_state_order", |locale| {
        td_string!(locale, registry.private_state_order)
    }),
    ("private", |locale| td_string!(locale, registry.private)),
    ("state", |locale| td_string!(locale, registry.state)),
];

const COLUMNS: [Column; 15] = [
    Column::new(
        "/facts/kind",
        "kind",
        |locale| td_string!(locale, registry.kind),
        Kind::OneOf(KINDS),
    ),
    Column::new(
        "/facts/bin",
        "bin",
        |locale| td_string!(locale, common.bin),
        Kind::Text,
    ),
    Column::new(
        "/facts/name/kk",
        "name-kk",
        |locale| td_string!(locale, registry.name_kk),
        Kind::Text,
    ),
    Column::new(
        "/facts/name/ru",
        "name-ru",
        |locale| td_string!(locale, registry.name_ru),
        Kind::Text,
    ),
    Column::new(
        "/facts/name/en",
        "name-en",
        |locale| td_string!(locale, registry.name_en),
        Kind::Text,
    ),
    Column::new(
        "/facts/address/kk",
        "address-kk",
        |locale| td_string!(locale, registry.address_kk),
        Kind::Text,
    ),
    Column::new(
        "/facts/address/ru",
        "address-ru",
        |locale| td_string!(locale, registry.address_ru),
        Kind::Text,
    ),
    Column::new(
        "/facts/address/en",
        "address-en",
        |locale| td_string!(locale, registry.address_en),
        Kind::Text,
    ),
    Column::new(
        "/facts/coordinates/latitude",
        "latitude",
        |locale| td_string!(locale, registry.latitude),
        Kind::Fraction,
    ),
    Column::new(
        "/facts/coordinates/longitude",
        "longitude",
        |locale| td_string!(locale, registry.longitude),
        Kind::Fraction,
    ),
    Column::new(
        "/facts/phone",
        "phone",
        |locale| td_string!(locale, referral.phone),
        Kind::Text,
    ),
    Column::new(
        "/facts/schedule",
        "schedule",
        |locale| td_string!(locale, registry.schedule),
        Kind::OptionalText,
    ),
    Column::new(
        "/facts/licence_until",
        "licence-until",
        |locale| td_string!(locale, registry.licence_until),
        Kind::Day,
    )
    .with_hint(|locale| td_string!(locale, registry.empty_without_end)),
    Column::new(
        "/facts/contract_until",
        "contract-until",
        |locale| td_string!(locale, registry.contract_until),
        Kind::Day,
    )
    .with_hint(|locale| td_string!(locale, registry.empty_without_end)),
    EFFECTIVE,
];

/// From which day on a change counts.
pub const EFFECTIVE: Column = Column::new(
    "/effective_on",
    "effective-on",
    |locale| td_string!(locale, registry.effective_on),
    Kind::Day,
)
.with_hint(|locale| td_string!(locale, registry.effective_hint));

fn thing(kindergarten: OfficeKindergarten) -> Result<Thing, Failure> {
    let request = KindergartenRequest {
        facts: kindergarten.facts,
        effective_on: None,
    };
    Ok(Thing {
        version: kindergarten.version,
        request: serde_json::to_value(request).map_err(|_| Failure::lost(Loss::Unreadable))?,
        last_change: kindergarten.last_change,
    })
}

#[component]
pub fn ChangeKindergartenPage(id: KindergartenId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let back = move || OfficePage::Kindergarten(id).route();
    let found: Remote<Thing> = Remote::new(move || {
        let asked = office.watch(api.office_kindergarten(id));
        async move { thing(asked.await?) }
    });
    let look = move || {
        let looking: Looking = Box::pin(async move { thing(api.office_kindergarten(id).await?) });
        looking
    };
    let editor = move |thing: Thing| {
        let target = Target {
            method: Method::PUT,
            path: endpoint::office_kindergarten(id),
            previews: endpoint::kindergarten_change_previews(id),
        };
        view! {
            <Editor name=format!("kindergarten-{id}") columns=COLUMNS.to_vec() thing look target
                heading=Signal::derive(move || t_string!(i18n, registry.change_kindergarten).to_owned())
                back=back()/>
        }
    };
    view! {
        <BackLink to=back() text=move || t_string!(i18n, registry.kindergarten)/>
        <Fetched data=found page=true let:found>{editor(found)}</Fetched>
    }
}

#[component]
pub fn NewKindergartenPage() -> impl IntoView {
    let i18n = use_i18n();
    let office = use_office();
    let columns = move || {
        let mut columns = vec![LOCALITY];
        columns.extend(
            COLUMNS
                .into_iter()
                .filter(|column| column.pointer != EFFECTIVE.pointer),
        );
        columns
    };
    let base = office.only_locality(Duty::Registry).map_or_else(
        || json!({}),
        |id| json!({"facts": {"locality_id": id.to_string()}}),
    );
    view! {
        <BackLink to=OfficePage::Kindergartens.route()
            text=move || t_string!(i18n, registry.kindergartens)/>
        <Maker name="new-kindergarten" columns=columns() base=base
            heading=Signal::derive(move || t_string!(i18n, registry.new_kindergarten).to_owned())
            path=endpoint::OFFICE_KINDERGARTENS.to_owned() back=OfficePage::Kindergartens.route()/>
    }
}

const LOCALITY: Column = Column::new(
    "/facts/locality_id",
    "locality",
    |locale| td_string!(locale, common.locality),
    Kind::Locality,
);

/// The request that says nothing yet.
pub fn nothing() -> Value {
    json!({})
}
