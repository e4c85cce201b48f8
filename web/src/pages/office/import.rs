//! One import: how far it is, what its rows would become or what is wrong with them, applying and discarding.

use super::{
    export::{ExportButton, Fetching},
    imports::StateTag,
    list::{Paged, Pager, Table, Title, all},
    registry::kind_words,
    routes::OfficePage,
    state::use_office,
};
use crate::{
    api::{Failure, use_api},
    components::{
        dialog::Dialog,
        facts::{Fact, Facts},
        fields::{PlainButton, WorkingButton},
        heading::Heading,
        links::{ActionLink, BackLink},
        notice::Inset,
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Ready, Remote, failure_of},
};
use balabaqsha_shared::{
    Language,
    dto::{Import, ImportRow, ImportRowError, ImportState, ImportedQueue, Page, RowAction},
    id::ImportId,
};
use leptos::prelude::*;
use std::time::Duration;

/// While rows are being read.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// So many looks without a new row mean that nobody reads any more.
const STUCK_AFTER: u32 = 20;

#[component]
pub fn ImportPage(id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let import: Remote<Import> = Remote::new(move || office.watch(api.import(id))).in_language();
    let state = Memo::new(move |_| import.with(|import| import.state));
    let idle = RwSignal::new(0_u32);
    let read = StoredValue::new(0_u64);
    let beat = move || {
        if state.get_untracked() == Some(ImportState::Staging) {
            let rows = import
                .with_now(|import| import.rows_read)
                .unwrap_or_default();
            if rows == read.get_value() {
                idle.update(|idle| *idle += 1);
            } else {
                read.set_value(rows);
                idle.set(0);
            }
            import.refresh();
        }
    };
    if let Ok(timer) = set_interval_with_handle(beat, LOOK_AGAIN) {
        on_cleanup(move || timer.clear());
    }
    let kind = Memo::new(move |_| import.with(|import| import.kind));
    let title = move || {
        let kind = kind.get()?;
        Some(kind_words(i18n.get_locale(), kind).to_owned())
    };
    let stuck = move || idle.get() > STUCK_AFTER;
    let part = move || {
        state.get().map(|state| match state {
            ImportState::Staging => view! { <Reading import stuck/> }.into_any(),
            ImportState::Refused => view! { <Wrong import id/> }.into_any(),
            ImportState::Checked => view! { <DryRun import id/> }.into_any(),
            ImportState::Applied => view! { <Applied import/> }.into_any(),
            ImportState::Discarded => {
                view! { <Inset><p role="status">{t!(i18n, imports.discarded_text)}</p></Inset> }
                    .into_any()
            }
        })
    };
    view! {
        <BackLink to=OfficePage::Imports.route() text=move || t_string!(i18n, imports.heading)/>
        <Ready data=import page=true>
            <Heading text=move || title().unwrap_or_default()>
                {move || state.get().map(|state| view! { <StateTag state/> })}
            </Heading>
            <About import/>
            {part}
        </Ready>
    }
}

#[component]
fn About(import: Remote<Import>) -> impl IntoView {
    let i18n = use_i18n();
    let fixed = import.with_now(|import| {
        (
            import.file_name.clone(),
            import.source.clone(),
            import.by.clone(),
            import.created_at,
            import.sha256.clone(),
        )
    });
    fixed.map(|(file_name, source, by, created_at, sha256)| {
        view! {
            <Facts>
                <Fact name=move || t_string!(i18n, imports.file)>{file_name}</Fact>
                <Fact name=move || t_string!(i18n, registry.source)>{source}</Fact>
                <Fact name=move || t_string!(i18n, imports.by)>
                    {by} ", " {move || format::moment(i18n.get_locale(), created_at)}
                </Fact>
                <Fact name=move || t_string!(i18n, imports.digest)>
                    <code class="digest">{sha256}</code>
                </Fact>
            </Facts>
        }
    })
}

fn number(locale: Locale, count: u64) -> String {
    format::number(locale, u32::try_from(count).unwrap_or(u32::MAX))
}

#[component]
fn Reading(
    import: Remote<Import>,
    stuck: impl Fn() -> bool + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let rows = move || {
        let rows = import.with(|import| import.rows_read).unwrap_or_default();
        t_string!(
            i18n,
            imports.rows_read,
            count = number(i18n.get_locale(), rows)
        )
    };
    view! {
        <p class="lead">{t!(i18n, imports.reading)}</p>
        <p translate="no">{rows}</p>
        <Show when=stuck>
            <Inset>
                <p role="status">{t!(i18n, imports.stuck)}</p>
                <ActionLink to=OfficePage::NewImport.route() class="btn ghost"
                    text=move || t_string!(i18n, imports.resume)/>
            </Inset>
        </Show>
        <Discard import/>
    }
}

/// Why nothing of the table can be taken: all errors, by row, column and value.
#[component]
fn Wrong(import: Remote<Import>, id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let failure = import.with_now(|import| import.failure.clone()).flatten();
    let unreadable = failure.is_some();
    let failure = move || import.with(|import| import.failure.clone()).flatten();
    let failure = move || {
        failure().map(|error| {
            view! { <div class="trouble" role="alert"><p>{error.detail}</p></div> }
        })
    };
    let sum = move || {
        let count = import.with(|import| import.error_count).unwrap_or_default();
        t_string!(
            i18n,
            imports.errors,
            count = number(i18n.get_locale(), count)
        )
    };
    let paged = Paged::new();
    let errors: Remote<Page<ImportRowError>> = Remote::asking(
        move || paged.cursor(),
        move |cursor| office.watch(api.import_errors(id, cursor)),
    )
    .in_language();
    let page = move |page: Page<ImportRowError>| {
        let row = |error: ImportRowError| {
            view! {
                <tr>
                    <td class="number">{error.row}</td>
                    <th scope="row"><code>{error.column}</code></th>
                    <td>{error.value}</td>
                    <td>{error.detail}</td>
                </tr>
            }
        };
        view! {
            <Table caption=move || t_string!(i18n, imports.error_table) head=ERROR_HEAD.to_vec()>
                {page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager paged next=page.next_cursor/>
        }
    };
    let rows = move || {
        let rows: Fetching = Box::pin(async move {
            let locale = i18n.get_locale_untracked();
            let head = ERROR_HEAD.map(|title| title(locale).to_owned()).to_vec();
            let errors = all(|cursor| api.import_errors(id, cursor)).await?;
            let row = |error: ImportRowError| {
                vec![
                    error.row.to_string(),
                    error.column,
                    error.value,
                    error.detail,
                ]
            };
            Ok(std::iter::once(head)
                .chain(errors.into_iter().map(row))
                .collect())
        });
        rows
    };
    view! {
        <Inset><p role="status">{t!(i18n, imports.refused_text)}</p></Inset>
        {failure}
        {(!unreadable).then(|| view! {
            <p class="sum">{sum}</p>
            <Fetched data=errors let:found>{page(found)}</Fetched>
            <ExportButton file_name="errors.csv" rows/>
        })}
        <div class="buttons">
            <ActionLink to=OfficePage::NewImport.route()
                text=move || t_string!(i18n, imports.again)/>
            <Discard import/>
        </div>
    }
}

const ERROR_HEAD: [Title; 4] = [
    |locale| td_string!(locale, imports.row),
    |locale| td_string!(locale, imports.column),
    |locale| td_string!(locale, imports.value),
    |locale| td_string!(locale, imports.expected),
];

/// What would become of the rows; nothing is changed yet.
#[component]
fn DryRun(import: Remote<Import>, id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let apply = Action::new_local(move |(): &()| {
        let asked = api.apply_import(id);
        async move {
            let applied = office.watch(asked).await;
            // Whatever the answer is, it may be another state now.
            import.refresh();
            applied
        }
    });
    let press = move |()| {
        if !apply.pending().get_untracked() {
            apply.dispatch_local(());
        }
    };
    view! {
        <h2>{t!(i18n, imports.would_become)}</h2>
        <Counts import/>
        <Rows id/>
        <Inset><p>{t!(i18n, imports.apply_text)}</p></Inset>
        <TroubleSlot failure=failure_of(apply)/>
        <div class="buttons">
            <WorkingButton text=move || t_string!(i18n, imports.apply)
                working=move || t_string!(i18n, imports.applying)
                busy=apply.pending() on_press=press/>
            <Discard import/>
        </div>
    }
}

#[component]
fn Applied(import: Remote<Import>) -> impl IntoView {
    let i18n = use_i18n();
    let said = move || {
        let at = import.with(|import| import.applied_at).flatten()?;
        let at = format::moment(i18n.get_locale(), at);
        Some(t_string!(i18n, imports.applied_text, at = at))
    };
    let queues = import
        .with_now(|import| import.queues.clone())
        .unwrap_or_default();
    let protocol = (!queues.is_empty()).then(|| view! { <Protocol queues/> });
    view! {
        <Inset><p role="status">{said}</p></Inset>
        <Counts import/>
        {protocol}
    }
}

#[component]
fn Counts(import: Remote<Import>) -> impl IntoView {
    let i18n = use_i18n();
    let count = move |look: fn(&Import) -> u64| {
        move || {
            let count = import.with(look).unwrap_or_default();
            number(i18n.get_locale(), count)
        }
    };
    view! {
        <Facts>
            <Fact name=move || t_string!(i18n, imports.add)>{count(|import| import.counts.add)}</Fact>
            <Fact name=move || t_string!(i18n, imports.change)>
                {count(|import| import.counts.change)}
            </Fact>
            <Fact name=move || t_string!(i18n, imports.end)>{count(|import| import.counts.end)}</Fact>
            <Fact name=move || t_string!(i18n, imports.same)>
                {count(|import| import.counts.none)}
            </Fact>
        </Facts>
    }
}

#[component]
fn Rows(id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let paged = Paged::new();
    let rows: Remote<Page<ImportRow>> = Remote::asking(
        move || paged.cursor(),
        move |cursor| office.watch(api.import_rows(id, cursor)),
    );
    let page = move |page: Page<ImportRow>| {
        let row = move |row: ImportRow| {
            let (mood, action) = match row.action {
                RowAction::Add => (Mood::Good, RowAction::Add),
                RowAction::Change => (Mood::Soon, RowAction::Change),
                RowAction::End => (Mood::Stop, RowAction::End),
                RowAction::None => (Mood::Over, RowAction::None),
            };
            view! {
                <tr>
                    <td class="number">{row.row}</td>
                    <th scope="row">{row.key}</th>
                    <td><Tag mood text=move || action_words(i18n.get_locale(), action)/></td>
                </tr>
            }
        };
        let head: Vec<Title> = vec![
            |locale| td_string!(locale, imports.row),
            |locale| td_string!(locale, imports.key),
            |locale| td_string!(locale, imports.becomes),
        ];
        view! {
            <Table caption=move || t_string!(i18n, imports.rows) head>
                {page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager paged next=page.next_cursor/>
        }
    };
    view! { <Fetched data=rows let:found>{page(found)}</Fetched> }
}

fn action_words(locale: Locale, action: RowAction) -> &'static str {
    match action {
        RowAction::Add => td_string!(locale, imports.is_added),
        RowAction::Change => td_string!(locale, imports.is_changed),
        RowAction::End => td_string!(locale, imports.is_ended),
        RowAction::None => td_string!(locale, imports.stays),
    }
}

/// Of an imported queue (R23): how many children came to which queue.
#[component]
fn Protocol(queues: Vec<ImportedQueue>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |queue: ImportedQueue| {
        let category = queue.category;
        view! {
            <tr>
                <th scope="row">{queue.locality}</th>
                <td class="number">{queue.birth_year}</td>
                <td>{move || category.name(Language::from(i18n.get_locale()))}</td>
                <td class="number">{move || number(i18n.get_locale(), queue.children)}</td>
            </tr>
        }
    };
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, common.locality),
        |locale| td_string!(locale, places.birth_year),
        |locale| td_string!(locale, application.category),
        |locale| td_string!(locale, imports.children),
    ];
    view! {
        <h2>{t!(i18n, imports.protocol)}</h2>
        <Table caption=move || t_string!(i18n, imports.protocol) head>
            {queues.into_iter().map(row).collect_view()}
        </Table>
    }
}

/// Gives the import up, after a question.
#[component]
fn Discard(import: Remote<Import>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let asking = RwSignal::new(false);
    let discard = Action::new_local(move |(): &()| {
        let id = import.with_now(|import| import.id);
        async move {
            let Some(id) = id else { return Ok(()) };
            let discarded = office.watch(api.discard_import(id)).await;
            import.refresh();
            discarded.map(|()| {
                asking.try_set(false);
            })
        }
    });
    let press = move |()| {
        if !discard.pending().get_untracked() {
            discard.dispatch_local(());
        }
    };
    let failure: Signal<Option<Failure>> = failure_of(discard);
    let cancel = Callback::new(move |()| asking.set(false));
    view! {
        <PlainButton text=move || t_string!(i18n, imports.discard)
            on_press=move |()| asking.set(true)/>
        <Dialog id="discard-import" title=move || t_string!(i18n, imports.discard_title) open=asking
            on_cancel=cancel>
            <p>{t!(i18n, imports.discard_text)}</p>
            <TroubleSlot failure/>
            <div class="buttons">
                <WorkingButton text=move || t_string!(i18n, imports.discard)
                    busy=discard.pending() on_press=press/>
                <PlainButton text=move || t_string!(i18n, common.cancel) on_press=cancel/>
            </div>
        </Dialog>
    }
}
