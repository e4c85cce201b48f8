//! The audit log (R25): who looked at whose data, and who did what. Looking is recorded as well, so nothing is
//! asked for before the person says so.

use super::{
    export::{ExportButton, Rows},
    list::{Paged, Pager, Table, Title, all, day},
    state::use_office,
    words,
};
use crate::{
    api::{AuditQuery, use_api},
    components::{
        fields::{SubmitButton, TextField},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        notice::Inset,
    },
    i18n::{I18n, Locale, format, language, t, t_string, td_string, use_i18n},
    pages::looks::{capacity_words, kind_words, reason_words},
    remote::{Fetched, Remote},
};
use balabaqsha_shared::{
    dto::{AuditRecord, Page},
    id::ApplicationId,
};
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;

/// The part of the address that names the application whose records are wanted.
const APPLICATION: &str = "application";

#[component]
pub fn AuditPage() -> impl IntoView {
    let i18n = use_i18n();
    let asked = use_query_map().with_untracked(|query| query.get(APPLICATION));
    let actor = Field::new("actor", "");
    let application = Field::new("application", asked.unwrap_or_default());
    let since = Field::new("since", "");
    let until = Field::new("until", "");
    let form = Form::new([actor, application, since, until]);
    let wanted = RwSignal::new(None::<AuditQuery>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        let about = match application.text() {
            text if text.is_empty() => None,
            _ => application.read(|text| {
                text.parse::<ApplicationId>()
                    .map_err(|_| Complaint::Text(|locale| td_string!(locale, audit.no_id)))
            }),
        };
        let day_of = |field: Field| match field.text() {
            text if text.is_empty() => None,
            _ => field.read(day),
        };
        let (first, last) = (day_of(since), day_of(until));
        if untrack(|| form.is_refused()) {
            return form.refuse();
        }
        let actor = actor.text();
        wanted.set(Some(AuditQuery {
            actor: (!actor.is_empty()).then_some(actor),
            application: about,
            since: first,
            until: last,
        }));
    };
    let records = move || wanted.get().map(|query| view! { <Records query/> });
    view! {
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, audit.heading) form/>
        <Inset><p>{t!(i18n, audit.recorded)}</p></Inset>
        <form class="filters" on:submit=submit novalidate>
            <TextField field=actor label=move || t_string!(i18n, audit.actor)
                hint=move || t_string!(i18n, audit.actor_hint)/>
            <TextField field=application label=move || t_string!(i18n, audit.application)
                hint=move || t_string!(i18n, audit.application_hint)/>
            <TextField field=since label=move || t_string!(i18n, audit.since)
                hint=move || t_string!(i18n, audit.day_hint)/>
            <TextField field=until label=move || t_string!(i18n, audit.until)/>
            <div class="field"><SubmitButton text=move || t_string!(i18n, audit.show)/></div>
        </form>
        {records}
    }
}

#[component]
fn Records(query: AuditQuery) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let paged = Paged::new();
    let found: Remote<Page<AuditRecord>> = {
        let query = query.clone();
        Remote::asking(
            move || paged.cursor(),
            move |cursor| office.watch(api.audit_records(&query, cursor)),
        )
    };
    let rows = {
        let query = query.clone();
        move || {
            let query = query.clone();
            let rows: super::export::Fetching = Box::pin(async move {
                let records = all(|cursor| api.audit_records(&query, cursor)).await?;
                Ok(table(i18n, &records))
            });
            rows
        }
    };
    let page = move |page: Page<AuditRecord>| {
        if page.items.is_empty() {
            return view! { <p class="empty" role="status">{t!(i18n, audit.empty)}</p> }.into_any();
        }
        let rows = page.items.into_iter().map(|record| view! { <Row record/> });
        let rows = rows.collect_view();
        view! {
            <Table caption=move || t_string!(i18n, audit.heading) head=HEAD.to_vec()>{rows}</Table>
            <Pager paged next=page.next_cursor/>
        }
        .into_any()
    };
    view! {
        <Fetched data=found let:found>{page(found)}</Fetched>
        <ExportButton file_name="audit.csv" rows/>
    }
}

const HEAD: [Title; 7] = [
    |locale| td_string!(locale, audit.at),
    |locale| td_string!(locale, audit.actor),
    |locale| td_string!(locale, audit.capacity),
    |locale| td_string!(locale, audit.operation),
    |locale| td_string!(locale, audit.reason),
    |locale| td_string!(locale, audit.applications),
    |locale| td_string!(locale, audit.address),
];

/// What the columns say of a record, in their order.
fn cells(i18n: I18n, locale: Locale, record: &AuditRecord) -> [String; 7] {
    let look = &record.look;
    let capacity = capacity_words(locale, look.capacity);
    let organisation = look.organisation.get(language(i18n));
    let kind = kind_words(locale, look.kind);
    let operation = words::operation(locale, &look.operation);
    let reason = look.reason.map(|reason| reason_words(locale, reason));
    let applications: Vec<String> = record
        .application_ids
        .iter()
        .map(ToString::to_string)
        .collect();
    [
        format::moment(locale, look.at),
        record.actor.clone(),
        format!("{capacity}, {organisation}"),
        format!("{operation} ({kind})"),
        reason.unwrap_or_default().to_owned(),
        applications.join(" "),
        record.address.clone().unwrap_or_default(),
    ]
}

fn table(i18n: I18n, records: &[AuditRecord]) -> Rows {
    let locale = i18n.get_locale_untracked();
    let head = HEAD.map(|title| title(locale).to_owned()).to_vec();
    let rows = records
        .iter()
        .map(|record| untrack(|| cells(i18n, locale, record)).to_vec());
    std::iter::once(head).chain(rows).collect()
}

#[component]
fn Row(record: AuditRecord) -> impl IntoView {
    let i18n = use_i18n();
    let cells = move || {
        let cells = cells(i18n, i18n.get_locale(), &record).into_iter();
        cells.map(|cell| view! { <td>{cell}</td> }).collect_view()
    };
    view! { <tr>{cells}</tr> }
}
