//! Tables of other systems (R20, R23): which were brought in, templates, exports, and a new one.

use super::{
    list::{Paged, Pager, Table, Title},
    registry::kind_words,
    routes::OfficePage,
    state::use_office,
};
use crate::{
    api::{Failure, use_api},
    browser,
    components::{
        card::Card,
        document::DownloadButton,
        fields::{RadioChoice, RadioField, SubmitButton, TextField, true_when},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        links::{ActionLink, BackLink},
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::{Fetched, Remote, failure_of},
    state::{use_demo, use_localities},
};
use balabaqsha_shared::{
    Code, Language,
    appointment::Duty,
    dto::{Import, ImportState, Page, RegistrySourceList, TableFormat},
    endpoint,
    id::LocalityId,
    import::ImportKind,
};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// A file may have so many bytes: told before it is sent.
const LIMIT_BYTES: f64 = 128.0 * 1024.0 * 1024.0;
/// The name of the source of the last import, which is mostly that of the next one.
const SOURCE: &str = "import-source";

#[component]
pub fn ImportsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let paged = Paged::new();
    let found: Remote<Page<Import>> = Remote::asking(
        move || paged.cursor(),
        move |cursor| office.watch(api.imports(cursor)),
    );
    let page = move |page: Page<Import>| {
        if page.items.is_empty() {
            return view! { <p class="empty">{t!(i18n, imports.none)}</p> }.into_any();
        }
        let rows = page.items.into_iter().map(|import| view! { <Row import/> });
        let rows = rows.collect_view();
        view! {
            <Table caption=move || t_string!(i18n, imports.heading) head=HEAD.to_vec()>{rows}</Table>
            <Pager paged next=page.next_cursor/>
        }
        .into_any()
    };
    view! {
        <Heading text=move || t_string!(i18n, imports.heading)/>
        <p>{t!(i18n, imports.section_text)}</p>
        <p>
            <ActionLink to=OfficePage::NewImport.route() text=move || t_string!(i18n, imports.new)/>
        </p>
        <Fetched data=found let:found>{page(found)}</Fetched>
        <Exports/>
    }
}

const HEAD: [Title; 6] = [
    |locale| td_string!(locale, imports.table),
    |locale| td_string!(locale, imports.file),
    |locale| td_string!(locale, registry.source),
    |locale| td_string!(locale, imports.when),
    |locale| td_string!(locale, imports.by),
    |locale| td_string!(locale, imports.state),
];

#[component]
fn Row(import: Import) -> impl IntoView {
    let i18n = use_i18n();
    let Import {
        id,
        kind,
        source,
        file_name,
        state,
        created_at,
        by,
        ..
    } = import;
    view! {
        <tr>
            <th scope="row">
                <a href=OfficePage::Import(id).path()>
                    {move || kind_words(i18n.get_locale(), kind)}
                </a>
            </th>
            <td>{file_name}</td>
            <td>{source}</td>
            <td>{move || format::moment(i18n.get_locale(), created_at)}</td>
            <td>{by}</td>
            <td><StateTag state/></td>
        </tr>
    }
}

#[component]
pub fn StateTag(state: ImportState) -> impl IntoView {
    let i18n = use_i18n();
    let mood = match state {
        ImportState::Staging => Mood::Wait,
        ImportState::Refused => Mood::Stop,
        ImportState::Checked => Mood::Soon,
        ImportState::Applied => Mood::Good,
        ImportState::Discarded => Mood::Over,
    };
    view! { <Tag mood text=move || state_words(i18n.get_locale(), state)/> }
}

fn state_words(locale: Locale, state: ImportState) -> &'static str {
    match state {
        ImportState::Staging => td_string!(locale, imports.staging),
        ImportState::Refused => td_string!(locale, imports.refused),
        ImportState::Checked => td_string!(locale, imports.checked),
        ImportState::Applied => td_string!(locale, imports.applied),
        ImportState::Discarded => td_string!(locale, imports.discarded),
    }
}

/// What is there as tables, with the same columns.
#[component]
fn Exports() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let sources: Remote<RegistrySourceList> =
        Remote::new(move || office.watch(api.registry_sources()));
    let localities = use_localities();
    let failure = RwSignal::new(None::<Failure>);
    let buttons = move |list: RegistrySourceList| {
        let of_source = move |source: String, locality: LocalityId| {
            let kinds = ImportKind::ALL.into_iter();
            let kinds = kinds.filter(|kind| *kind != ImportKind::Queue);
            let buttons = kinds
                .map(|kind| {
                    let path = format!(
                        "{}?kind={}&locality_id={locality}&source={source}&format={}",
                        endpoint::EXPORTS,
                        kind.as_str(),
                        TableFormat::Xlsx.as_str()
                    );
                    let file_name = format!("{}-{source}.xlsx", kind.as_str());
                    view! {
                        <DownloadButton text=move || kind_words(i18n.get_locale(), kind) path
                            file_name failure class="btn small ghost"/>
                    }
                })
                .collect_view();
            view! {
                <h3>{localities.name(locality)} ", " {source.clone()}</h3>
                <div class="buttons">{buttons}</div>
            }
        };
        let parts = list.items.into_iter().flat_map(|known| {
            let places = known.locality_ids.into_iter();
            places.map(move |locality| of_source(known.source.clone(), locality))
        });
        parts.collect_view()
    };
    view! {
        <Show when=move || office.has(Duty::Registry)>
            <Card title=move || t_string!(i18n, imports.exports)>
                <p>{t!(i18n, imports.exports_text)}</p>
                <TroubleSlot failure/>
                <Fetched data=sources let:found>{buttons(found)}</Fetched>
            </Card>
        </Show>
    }
}

/// Which duty keeps tables of the kind.
const fn duty_of(kind: ImportKind) -> Duty {
    match kind {
        ImportKind::Queue => Duty::Queue,
        _ => Duty::Registry,
    }
}

/// The type that a file of this name is sent as.
fn media_type(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "csv" => TableFormat::Csv.media_type(),
        "xlsx" => TableFormat::Xlsx.media_type(),
        "json" => TableFormat::Json.media_type(),
        "ndjson" | "jsonl" => "application/x-ndjson",
        _ => return None,
    })
}

#[component]
pub fn NewImportPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let kind = Field::new("kind", "");
    let source = Field::new("source", browser::remembered(SOURCE).unwrap_or_default());
    let file = Field::new("table-file", "");
    let form = Form::new([kind, source, file]);
    let input = NodeRef::<html::Input>::new();
    let upload = Action::new_local(move |wanted: &(ImportKind, String, &'static str)| {
        let (kind_wanted, from, media_type) = wanted.clone();
        let chosen = input
            .get_untracked()
            .and_then(|input| input.files()?.get(0));
        async move {
            let Some(table) = chosen else { return Ok(()) };
            let asked = api.upload(kind_wanted, from, media_type, table);
            match office.watch(asked).await {
                Ok(import) => {
                    navigation.go(&OfficePage::Import(import.id).route());
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [("/kind", kind), ("/source", source), ("/file", file)];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if upload.pending().get_untracked() {
            return;
        }
        form.clear();
        let wanted = kind.read(|text| ImportKind::from_name(text).ok_or(Code::FieldRequired));
        let from = source.read(|text| -> Result<String, Code> { Ok(text.to_owned()) });
        let chosen = input
            .get_untracked()
            .and_then(|input| input.files()?.get(0));
        let media_type = chosen
            .as_ref()
            .and_then(|chosen| media_type(&chosen.name()));
        match (&chosen, media_type) {
            (None, _) => file.complain(Code::FieldRequired),
            (Some(_), None) => {
                file.complain(Complaint::Text(|locale| {
                    td_string!(locale, imports.no_table)
                }));
            }
            (Some(chosen), _) if chosen.size() > LIMIT_BYTES => {
                file.complain(Complaint::Text(|locale| {
                    td_string!(locale, imports.too_large)
                }));
            }
            _ => {}
        }
        match (wanted, from, media_type) {
            (Some(kind), Some(from), Some(media_type)) if !untrack(|| form.is_refused()) => {
                browser::remember(SOURCE, &from);
                upload.dispatch_local((kind, from, media_type));
            }
            _ => form.refuse(),
        }
    };
    let kinds = ImportKind::ALL
        .into_iter()
        .filter(|kind| untrack(|| office.has(duty_of(*kind))))
        .map(|kind| RadioChoice {
            value: kind.as_str(),
            label: Signal::derive(move || kind_words(i18n.get_locale(), kind).to_owned()),
            hint: None,
        })
        .collect::<Vec<_>>();
    let about = move || {
        let chosen = ImportKind::from_name(&kind.value.get())?;
        Some(view! { <Columns kind=chosen/> })
    };
    view! {
        <BackLink to=OfficePage::Imports.route() text=move || t_string!(i18n, imports.heading)/>
        <ErrorSummary form/>
        <Heading text=move || t_string!(i18n, imports.new) form/>
        <div class="two">
            <form on:submit=submit novalidate>
                <RadioField field=kind label=move || t_string!(i18n, imports.table) choices=kinds/>
                <TextField field=source label=move || t_string!(i18n, registry.source)
                    hint=move || t_string!(i18n, imports.source_hint) width="w-20"/>
                <TableFile field=file input/>
                <p class="hint">{t!(i18n, imports.dry_run)}</p>
                <TroubleSlot failure=failure_of(upload)/>
                <SubmitButton text=move || t_string!(i18n, imports.upload) busy=upload.pending()/>
            </form>
            <aside>{about}</aside>
        </div>
    }
}

/// The choice of a file.
#[component]
fn TableFile(field: Field, input: NodeRef<html::Input>) -> impl IntoView {
    let i18n = use_i18n();
    let label = Signal::derive(move || t_string!(i18n, imports.file).to_owned());
    let hint = Some(Signal::derive(move || {
        t_string!(i18n, imports.file_hint).to_owned()
    }));
    field.label.set(Some(label));
    view! {
        <div class="field" class:has-error=move || field.is_wrong()>
            <label for=field.id>{label}</label>
            <crate::components::fields::Hint id=field.id text=hint/>
            <crate::components::fields::FieldError field/>
            <input node_ref=input id=field.id name=field.id type="file"
                accept=".csv,.xlsx,.json,.ndjson,.jsonl"
                aria-invalid=true_when(move || field.is_wrong())
                aria-describedby=crate::components::fields::described_by(field, hint)
                on:change=move |event| {
                    let target = event.target();
                    let chosen = target.and_then(|target| {
                        target.dyn_into::<web_sys::HtmlInputElement>().ok()?.files()?.get(0)
                    });
                    field.value.set(chosen.map(|chosen| chosen.name()).unwrap_or_default());
                }/>
        </div>
    }
}

/// What the columns of a table hold, and the templates.
#[component]
fn Columns(kind: ImportKind) -> impl IntoView {
    let i18n = use_i18n();
    let demo = use_demo();
    let failure = RwSignal::new(None::<Failure>);
    let example = move |kind: ImportKind| {
        let name = format!("{}.csv", kind.as_str());
        let url = format!("{}/{name}", endpoint::DEMO_TABLES);
        view! { <p><a href=url download=name>{t!(i18n, imports.example)}</a></p> }
    };
    let templates = TableFormat::ALL
        .into_iter()
        .map(|format| {
            let path = format!(
                "{}?kind={}&format={}",
                endpoint::IMPORT_TEMPLATES,
                kind.as_str(),
                format.as_str()
            );
            let file_name = format!("{}-template.{}", kind.as_str(), format.as_str());
            let name = format.as_str().to_uppercase();
            view! {
                <DownloadButton text=move || name.clone() path file_name failure
                    class="btn small ghost"/>
            }
        })
        .collect_view();
    let rows = kind
        .columns()
        .iter()
        .map(|column| {
            let [kk, ru, en] = column.about;
            let about = move || Language::from(i18n.get_locale()).pick(kk, ru, en);
            let optional = (!column.required).then(|| {
                view! { <span class="note">" " {t!(i18n, imports.optional)}</span> }
            });
            view! { <tr><th scope="row"><code>{column.name}</code> {optional}</th><td>{about}</td></tr> }
        })
        .collect_view();
    let head: Vec<Title> = vec![|locale| td_string!(locale, imports.column), |locale| {
        td_string!(locale, imports.holds)
    }];
    view! {
        <Card title=move || t_string!(i18n, imports.template)>
            <TroubleSlot failure/>
            <div class="buttons">{templates}</div>
            <Show when=move || demo.get()>{example(kind)}</Show>
        </Card>
        <Table caption=move || t_string!(i18n, imports.columns) head>{rows}</Table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_file_is_read_from_its_name() {
        assert_eq!(media_type("a.b.CSV"), Some("text/csv"));
        assert_eq!(media_type("a.ndjson"), Some("application/x-ndjson"));
        assert_eq!(media_type("a.pdf"), None);
        assert_eq!(media_type("csv"), None);
    }
}
