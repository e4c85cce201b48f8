//! Changing a thing of the registry: what is typed, what the change would do, and what somebody else has changed
//! meanwhile. Things are the JSON of the request that says everything of them; a column is a member of it.

use super::{list::day, state::use_office};
use crate::{
    api::{Failure, use_api},
    browser,
    components::{
        fields::{Choice, PlainButton, SelectField, TextField, WorkingButton},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    flows::Kept,
    i18n::{I18n, Locale, format, t, t_string, td_string, use_i18n},
    navigation::use_navigation,
    remote::failure_of,
    routes::Route,
};
use balabaqsha_shared::{
    Code,
    appointment::Duty,
    dto::{ChangePreview, LastChange},
};
use gloo_net::http::Method;
use leptos::{ev, prelude::*};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, time::Duration};

/// So often an open form looks whether somebody else has changed the thing.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The words of a column or a choice: `|locale| td_string!(locale, …)`.
pub type Words = fn(Locale) -> &'static str;

/// How a member is typed.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text,
    /// A text that may be empty.
    OptionalText,
    Number,
    /// Of degrees.
    Fraction,
    /// A day or nothing.
    Day,
    /// A time of the day or nothing.
    Time,
    YesNo,
    /// One of those in which the official keeps the registry.
    Locality,
    OneOf(&'static [(&'static str, Words)]),
}

/// A member of the request.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// JSON Pointer in the request.
    pub pointer: &'static str,
    /// Of its control.
    pub id: &'static str,
    pub label: Words,
    pub hint: Option<Words>,
    pub kind: Kind,
}

impl Column {
    pub const fn new(pointer: &'static str, id: &'static str, label: Words, kind: Kind) -> Self {
        Self {
            pointer,
            id,
            label,
            hint: None,
            kind,
        }
    }

    pub const fn with_hint(mut self, hint: Words) -> Self {
        self.hint = Some(hint);
        self
    }

    /// As it is typed.
    pub fn text(&self, thing: &Value) -> String {
        match thing.pointer(self.pointer) {
            Some(Value::String(text)) => match self.kind {
                Kind::Day => text
                    .parse::<chrono::NaiveDate>()
                    .map_or_else(|_| text.clone(), |day| day.format("%d.%m.%Y").to_string()),
                Kind::Time => text.chars().take(5).collect(),
                _ => text.clone(),
            },
            Some(Value::Bool(yes)) => if *yes { YES } else { NO }.to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        }
    }

    /// What was typed as the member; nothing where it may be absent.
    fn value(&self, typed: &str) -> Result<Option<Value>, Complaint> {
        let typed = typed.trim();
        let required = || Complaint::from(Code::FieldRequired);
        if typed.is_empty() {
            return match self.kind {
                Kind::Day | Kind::Time => Ok(None),
                Kind::OptionalText => Ok(Some(Value::String(String::new()))),
                _ => Err(required()),
            };
        }
        let value = match self.kind {
            Kind::Text | Kind::OptionalText => Value::String(typed.to_owned()),
            Kind::Number => typed
                .parse::<u32>()
                .map(Value::from)
                .map_err(|_| Complaint::Text(|locale| td_string!(locale, registry.no_number)))?,
            Kind::Fraction => typed
                .replace(',', ".")
                .parse::<f64>()
                .map(Value::from)
                .map_err(|_| Complaint::Text(|locale| td_string!(locale, registry.no_number)))?,
            Kind::Day => Value::String(day(typed)?.to_string()),
            Kind::Time => {
                let time = chrono::NaiveTime::parse_from_str(typed, "%H:%M");
                let time = time
                    .map_err(|_| Complaint::Text(|locale| td_string!(locale, registry.no_time)))?;
                Value::String(time.format("%H:%M:%S").to_string())
            }
            Kind::YesNo => Value::Bool(typed == YES),
            Kind::OneOf(_) | Kind::Locality => Value::String(typed.to_owned()),
        };
        Ok(Some(value))
    }

    /// As a reader sees it.
    pub fn shown(&self, locale: Locale, text: &str) -> String {
        if text.is_empty() {
            return td_string!(locale, registry.nothing).to_owned();
        }
        match self.kind {
            Kind::YesNo => yes_no(locale, text == YES).to_owned(),
            Kind::OneOf(choices) => choices
                .iter()
                .find(|(value, _)| *value == text)
                .map_or_else(|| text.to_owned(), |(_, words)| words(locale).to_owned()),
            _ => text.to_owned(),
        }
    }
}

const YES: &str = "yes";
const NO: &str = "no";

fn yes_no(locale: Locale, yes: bool) -> &'static str {
    if yes {
        td_string!(locale, registry.yes)
    } else {
        td_string!(locale, registry.no)
    }
}

/// The request that the typed texts make, or nothing with complaints beside the fields.
fn request(columns: &[(Column, Field)], base: &Value) -> Option<Value> {
    let mut request = base.clone();
    let mut complete = true;
    for (column, field) in columns {
        match column.value(&field.text()) {
            Ok(value) => put(&mut request, column.pointer, value),
            Err(complaint) => {
                field.complain(complaint);
                complete = false;
            }
        }
    }
    complete.then_some(request)
}

/// Puts a member where the pointer says, or takes it away.
fn put(thing: &mut Value, pointer: &str, value: Option<Value>) {
    let mut here = thing;
    let mut parts = pointer.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        if !here.is_object() {
            *here = Value::Object(Map::new());
        }
        let Value::Object(members) = here else { return };
        if parts.peek().is_none() {
            match value {
                Some(value) => drop(members.insert(part.to_owned(), value)),
                None => drop(members.remove(part)),
            }
            return;
        }
        here = members.entry(part.to_owned()).or_insert(Value::Null);
    }
}

/// A thing as the service has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub version: u32,
    /// The request that would say it as it is.
    pub request: Value,
    pub last_change: Option<LastChange>,
}

/// What is kept of an open form: the version that it is meant for, how the thing was then, and what was typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Open {
    version: Option<u32>,
    before: BTreeMap<String, String>,
    typed: BTreeMap<String, String>,
}

/// A member that two people have changed.
#[derive(Clone, Debug, PartialEq)]
struct Clash {
    column: &'static str,
    before: String,
    now: String,
    mine: String,
}

/// Takes over what somebody else has changed and the typist has not; gives back what both have.
fn merge(open: &mut Open, now: &BTreeMap<String, String>, version: u32) -> Vec<(String, String)> {
    let mut both = Vec::new();
    for (pointer, now) in now {
        let before = open.before.get(pointer).cloned().unwrap_or_default();
        let mine = open.typed.get(pointer).cloned().unwrap_or_default();
        if *now == before || *now == mine {
            continue;
        }
        if mine == before {
            open.typed.insert(pointer.clone(), now.clone());
        } else {
            both.push((pointer.clone(), before));
        }
    }
    open.before = now.clone();
    open.version = Some(version);
    both
}

/// Where a form sends what was typed.
#[derive(Clone, Debug)]
pub struct Target {
    pub method: Method,
    pub path: String,
    pub previews: String,
}

/// Changes a thing that is there.
#[component]
pub fn Editor(
    /// Under which it is kept in the tab.
    name: String,
    #[prop(into)] heading: Signal<String>,
    columns: Vec<Column>,
    thing: Thing,
    /// Looks how the thing is now.
    look: impl Fn() -> Looking + Clone + Send + Sync + 'static,
    target: Target,
    /// Where the thing is shown.
    back: Route,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let texts = {
        let columns = columns.clone();
        move |thing: &Value| -> BTreeMap<String, String> {
            let text = |column: &Column| (column.pointer.to_owned(), column.text(thing));
            columns.iter().map(text).collect()
        }
    };
    let kept: Kept<Open> = Kept::of(&name);
    if kept.get_now().version.is_none() {
        kept.update(|open| {
            open.version = Some(thing.version);
            open.before = texts(&thing.request);
            open.typed.clone_from(&open.before);
        });
    }
    let typed = kept.get_now().typed;
    let fields: Vec<(Column, Field)> = columns
        .iter()
        .map(|column| {
            let value = typed.get(column.pointer).cloned().unwrap_or_default();
            (*column, Field::new(column.id, value))
        })
        .collect();
    let fields = StoredValue::new(fields);
    let form = Form::new(
        fields.with_value(|fields| fields.iter().map(|(_, field)| *field).collect::<Vec<_>>()),
    );
    // Kept as it is typed, for a reload or a lost network.
    Effect::new(move || {
        let typed: BTreeMap<String, String> = fields.with_value(|fields| {
            let text =
                |(column, field): &(Column, Field)| (column.pointer.to_owned(), field.value.get());
            fields.iter().map(text).collect()
        });
        kept.update(|open| open.typed = typed);
    });

    let preview = RwSignal::new(None::<ChangePreview>);
    let base = StoredValue::new(thing.request.clone());
    let clashes = RwSignal::new(Vec::<Clash>::new());
    let changed_by = RwSignal::new(None::<LastChange>);
    let take = {
        let texts = texts.clone();
        move |now: Thing| {
            let known = kept.get_now().version;
            if known == Some(now.version) {
                return;
            }
            let texts = texts(&now.request);
            let mut open = kept.get_now();
            let both = merge(&mut open, &texts, now.version);
            base.set_value(now.request.clone());
            // What it would do has to be looked at again.
            preview.set(None);
            fields.with_value(|fields| {
                for (column, field) in fields {
                    let merged = open.typed.get(column.pointer).cloned().unwrap_or_default();
                    if field.value.get_untracked() != merged {
                        field.value.set(merged);
                    }
                }
                let found = both.iter().filter_map(|(pointer, before)| {
                    let (column, _) = fields
                        .iter()
                        .find(|(column, _)| column.pointer == pointer)?;
                    Some(Clash {
                        column: column.pointer,
                        before: before.clone(),
                        now: texts.get(pointer).cloned().unwrap_or_default(),
                        mine: open.typed.get(pointer).cloned().unwrap_or_default(),
                    })
                });
                clashes.set(found.collect());
            });
            kept.update(|kept| *kept = open);
            changed_by.set(now.last_change);
        }
    };
    // What was typed before may be meant for an older version.
    take(thing.clone());
    let look_again = Action::new_local({
        let (look, take) = (look.clone(), take.clone());
        move |(): &()| {
            let (looking, take) = (look(), take.clone());
            async move {
                let now = office.watch(looking).await?;
                take(now);
                Ok::<(), Failure>(())
            }
        }
    });
    let beat = move || {
        if browser::visible() && !look_again.pending().get_untracked() {
            look_again.dispatch_local(());
        }
    };
    if let Ok(timer) = set_interval_with_handle(beat, LOOK_AGAIN) {
        on_cleanup(move || timer.clear());
    }

    let pointers = move || {
        fields.with_value(|fields| {
            let pair = |(column, field): &(Column, Field)| (column.pointer, *field);
            fields.iter().map(pair).collect::<Vec<_>>()
        })
    };
    let read = move || {
        form.clear();
        let wanted = base.with_value(|base| fields.with_value(|fields| request(fields, base)));
        if wanted.is_none() {
            form.refuse();
        }
        wanted.map(|wanted| wanted.to_string())
    };
    let previews = target.previews.clone();
    let look_ahead = Action::new_local(move |wanted: &String| {
        let asked = api.change_preview(&previews, wanted.clone());
        async move {
            preview.try_set(None);
            match office.watch(asked).await {
                Ok(found) => {
                    preview.try_set(Some(found));
                    browser::soon(|| browser::focus_id(PREVIEW));
                    Ok(())
                }
                Err(refused) => form.take(refused, &pointers()),
            }
        }
    });
    let save = Action::new_local({
        let back = back.clone();
        move |wanted: &String| {
            let version = kept.get_now().version.unwrap_or_default();
            let asked = api.change(target.method.clone(), &target.path, wanted.clone(), version);
            let back = back.clone();
            async move {
                match office.watch(asked).await {
                    Ok(()) => {
                        kept.clear();
                        navigation.go(&back);
                        Ok(())
                    }
                    Err(refused) => {
                        let outdated = refused.is(Code::ChangedByOther)
                            || refused.is(Code::PreconditionFailed);
                        if outdated {
                            preview.try_set(None);
                            look_again.dispatch_local(());
                            browser::soon(|| browser::focus_id(CHANGED));
                        }
                        form.take(refused, &pointers())
                    }
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if let (Some(wanted), false) = (read(), look_ahead.pending().get_untracked()) {
            look_ahead.dispatch_local(wanted);
        }
    };
    let press_save = move |()| {
        if let (Some(wanted), false) = (read(), save.pending().get_untracked()) {
            save.dispatch_local(wanted);
        }
    };
    let give_up = {
        let back = back.clone();
        move |()| {
            kept.clear();
            navigation.go(&back);
        }
    };
    // What was typed since belongs to another preview.
    Effect::new(move |before: Option<()>| {
        fields.with_value(|fields| {
            for (_, field) in fields {
                field.value.track();
            }
        });
        if before.is_some() {
            preview.set(None);
        }
    });
    let controls = fields.with_value(|fields| {
        fields
            .iter()
            .map(|(column, field)| control(i18n, *column, *field))
            .collect_view()
    });
    let label_of = move |pointer: &str| {
        fields.with_value(|fields| {
            let column = fields.iter().find(|(column, _)| column.pointer == pointer);
            column.map(|(column, _)| *column)
        })
    };
    view! {
        <ErrorSummary form/>
        <Heading text=heading form/>
        <Changed by=changed_by clashes label_of/>
        <form class="editor" on:submit=submit novalidate>
            {controls}
            <TroubleSlot failure=failure_of(look_ahead)/>
            <div class="buttons">
                <button type="submit" class="btn">{t!(i18n, registry.preview)}</button>
                <PlainButton text=move || t_string!(i18n, registry.give_up) on_press=give_up/>
            </div>
        </form>
        {move || preview.get().map(|found| {
            let taken = found.refused.is_empty() && !found.changes.is_empty();
            view! {
                <section id=PREVIEW class="card" tabindex="-1">
                    <Preview found label_of/>
                    <TroubleSlot failure=failure_of(save)/>
                    {taken.then(|| view! {
                        <WorkingButton text=move || t_string!(i18n, registry.save)
                            busy=save.pending() on_press=press_save/>
                    })}
                </section>
            }
        })}
    }
}

/// How the thing is now, on its way.
pub type Looking = std::pin::Pin<Box<dyn std::future::Future<Output = Result<Thing, Failure>>>>;

const PREVIEW: &str = "preview";
const CHANGED: &str = "changed";

/// That somebody else has changed the thing while it was being typed, and what both have changed.
#[component]
fn Changed(
    by: RwSignal<Option<LastChange>>,
    clashes: RwSignal<Vec<Clash>>,
    label_of: impl Fn(&str) -> Option<Column> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let said = move |change: &LastChange| {
        let at = format::moment(i18n.get_locale(), change.at);
        t_string!(i18n, registry.changed_by, by = change.by.clone(), at = at)
    };
    let row = move |clash: Clash| {
        let column = label_of(clash.column)?;
        let shown = move |text: &str| column.shown(i18n.get_locale(), text);
        Some(view! {
            <tr>
                <th scope="row">{move || (column.label)(i18n.get_locale())}</th>
                <td>{shown(&clash.before)}</td>
                <td>{shown(&clash.now)}</td>
                <td>{shown(&clash.mine)}</td>
            </tr>
        })
    };
    move || {
        let change = by.get()?;
        let both = clashes.get();
        let table = (!both.is_empty()).then(|| {
            view! {
                <p>{t!(i18n, registry.both_changed)}</p>
                <super::list::Table caption=move || t_string!(i18n, registry.both_changed)
                    head=vec![
                        |locale| td_string!(locale, registry.member),
                        |locale| td_string!(locale, registry.was),
                        |locale| td_string!(locale, registry.is_now),
                        |locale| td_string!(locale, registry.is_yours),
                    ]>
                    {both.into_iter().filter_map(row).collect_view()}
                </super::list::Table>
            }
        });
        Some(view! {
            <section id=CHANGED class="trouble" role="alert" tabindex="-1">
                <h2>{t!(i18n, registry.changed_meanwhile)}</h2>
                <p>{said(&change)}</p>
                {table}
                <p>{t!(i18n, registry.nothing_lost)}</p>
            </section>
        })
    }
}

/// What the change would do, or why it would be refused.
#[component]
fn Preview(
    found: ChangePreview,
    label_of: impl Fn(&str) -> Option<Column> + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let ChangePreview {
        changes,
        refused,
        open_referrals,
        open_referral_count,
        places,
        concerned,
    } = found;
    let refusals = (!refused.is_empty()).then(|| {
        let items = refused
            .iter()
            .map(|error| view! { <li>{error.detail.clone()}</li> });
        view! {
            <div class="trouble" role="alert">
                <h3>{t!(i18n, registry.refused)}</h3>
                <ul>{items.collect_view()}</ul>
            </div>
        }
    });
    let nothing = changes
        .is_empty()
        .then(|| view! { <p class="empty">{t!(i18n, registry.no_change)}</p> });
    let rows = changes
        .into_iter()
        .map(|change| {
            let column = label_of(&change.pointer);
            let pointer = change.pointer.clone();
            let label = move || match column {
                Some(column) => (column.label)(i18n.get_locale()).to_owned(),
                None => pointer.clone(),
            };
            let shown = move |value: &Value| match column {
                Some(column) => {
                    let mut thing = Value::Null;
                    put(&mut thing, column.pointer, Some(value.clone()));
                    column.shown(i18n.get_locale(), &column.text(&thing))
                }
                None => value.to_string(),
            };
            let (before, after) = (change.before, change.after);
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{move || shown(&before)}</td>
                    <td>{move || shown(&after)}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <super::list::Table caption=move || t_string!(i18n, registry.what_changes)
                head=vec![
                    |locale| td_string!(locale, registry.member),
                    |locale| td_string!(locale, registry.was),
                    |locale| td_string!(locale, registry.becomes),
                ]>
                {rows}
            </super::list::Table>
        }
    });
    let places = places.map(|places| view! { <super::registry::PlacesTable places/> });
    let concerned = concerned.map(|concerned| {
        let words = move || {
            let locale = i18n.get_locale();
            let count = |value: u32| format::number(locale, value);
            vec![
                t_string!(
                    i18n,
                    registry.concerned_waiting,
                    count = count(concerned.waiting)
                ),
                t_string!(
                    i18n,
                    registry.concerned_choose,
                    before = count(concerned.may_choose_before),
                    after = count(concerned.may_choose_after)
                ),
                t_string!(
                    i18n,
                    registry.concerned_old,
                    before = count(concerned.too_old_before),
                    after = count(concerned.too_old_after)
                ),
                t_string!(
                    i18n,
                    registry.concerned_verified,
                    count = count(concerned.counted_as_verified)
                ),
                t_string!(
                    i18n,
                    registry.concerned_deadlines,
                    count = count(concerned.deadlines_kept)
                ),
                t_string!(
                    i18n,
                    registry.concerned_holds,
                    count = count(concerned.holds_kept)
                ),
            ]
        };
        let items = move || {
            let words = words().into_iter();
            words.map(|words| view! { <li>{words}</li> }).collect_view()
        };
        view! { <h3>{t!(i18n, registry.concerned)}</h3><ul>{items}</ul> }
    });
    let referrals = (open_referral_count > 0).then(|| {
        let sum = move || {
            let count = format::count(i18n.get_locale(), open_referral_count);
            t_string!(i18n, registry.open_referrals, count = count)
        };
        view! { <h3>{sum}</h3><super::registry::Referrals items=open_referrals/> }
    });
    view! {
        <h2>{t!(i18n, registry.what_changes)}</h2>
        {refusals} {nothing} {table} {places} {concerned} {referrals}
    }
}

/// The control of a column.
pub fn control(i18n: I18n, column: Column, field: Field) -> AnyView {
    let label = Signal::derive(move || (column.label)(i18n.get_locale()).to_owned());
    let hint = column
        .hint
        .map(|hint| Signal::derive(move || hint(i18n.get_locale()).to_owned()));
    let select = move |choices: Signal<Vec<Choice>>| {
        view! {
            <SelectField field label empty=move || t_string!(i18n, common.choose) choices/>
        }
        .into_any()
    };
    let text = move |width: &'static str, inputmode: &'static str| match hint {
        Some(hint) => view! { <TextField field label hint width inputmode/> }.into_any(),
        None => view! { <TextField field label width inputmode/> }.into_any(),
    };
    match column.kind {
        Kind::Text | Kind::OptionalText => text("", "text"),
        Kind::Number => text("w-6", "numeric"),
        Kind::Fraction => text("w-12", "decimal"),
        Kind::Day => text("w-12", "text"),
        Kind::Time => text("w-6", "text"),
        Kind::YesNo => select(Signal::derive(move || {
            let choice = |value: &str, yes: bool| Choice {
                value: value.to_owned(),
                label: yes_no(i18n.get_locale(), yes).to_owned(),
            };
            vec![choice(YES, true), choice(NO, false)]
        })),
        Kind::Locality => {
            let office = use_office();
            select(Signal::derive(move || office.localities(Duty::Registry)))
        }
        Kind::OneOf(choices) => select(Signal::derive(move || {
            let choice = |(value, words): &(&str, Words)| Choice {
                value: (*value).to_owned(),
                label: words(i18n.get_locale()).to_owned(),
            };
            choices.iter().map(choice).collect()
        })),
    }
}

/// Makes a thing that is not there yet.
#[component]
pub fn Maker(
    name: &'static str,
    #[prop(into)] heading: Signal<String>,
    columns: Vec<Column>,
    /// What is said of it without being typed.
    base: Value,
    path: String,
    back: Route,
) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let navigation = use_navigation();
    let kept: Kept<Open> = Kept::of(name);
    let typed = kept.get_now().typed;
    let fields: Vec<(Column, Field)> = columns
        .iter()
        .map(|column| {
            let value = typed.get(column.pointer).cloned();
            let value = value.unwrap_or_else(|| column.text(&base));
            (*column, Field::new(column.id, value))
        })
        .collect();
    let form = Form::new(fields.iter().map(|(_, field)| *field).collect::<Vec<_>>());
    let controls = fields
        .iter()
        .map(|(column, field)| control(i18n, *column, *field))
        .collect_view();
    let fields = StoredValue::new(fields);
    Effect::new(move || {
        let typed: BTreeMap<String, String> = fields.with_value(|fields| {
            let text =
                |(column, field): &(Column, Field)| (column.pointer.to_owned(), field.value.get());
            fields.iter().map(text).collect()
        });
        kept.update(|open| open.typed = typed);
    });
    let make = Action::new_local(move |wanted: &String| {
        let asked = api.make(&path, wanted.clone());
        let back = back.clone();
        async move {
            match office.watch(asked).await {
                Ok(()) => {
                    kept.clear();
                    navigation.go(&back);
                    Ok(())
                }
                Err(refused) => {
                    let pointers = fields.with_value(|fields| {
                        let pair = |(column, field): &(Column, Field)| (column.pointer, *field);
                        fields.iter().map(pair).collect::<Vec<_>>()
                    });
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if make.pending().get_untracked() {
            return;
        }
        form.clear();
        match fields.with_value(|fields| request(fields, &base)) {
            Some(wanted) => drop(make.dispatch_local(wanted.to_string())),
            None => form.refuse(),
        }
    };
    view! {
        <ErrorSummary form/>
        <Heading text=heading form/>
        <form class="editor" on:submit=submit novalidate>
            {controls}
            <TroubleSlot failure=failure_of(make)/>
            <crate::components::fields::SubmitButton text=move || t_string!(i18n, registry.make)
                busy=make.pending()/>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn texts(name: &str, capacity: &str) -> BTreeMap<String, String> {
        [("/name", name), ("/capacity", capacity)]
            .map(|(pointer, text)| (pointer.to_owned(), text.to_owned()))
            .into()
    }

    #[test]
    fn what_only_the_other_has_changed_is_taken_over() {
        let mut open = Open {
            version: Some(1),
            before: texts("Ботақан", "25"),
            typed: texts("Ботақан", "20"),
        };
        assert_eq!(merge(&mut open, &texts("Балапан", "25"), 2), []);
        assert_eq!(open.typed, texts("Балапан", "20"));
        assert_eq!(open.before, texts("Балапан", "25"));
        assert_eq!(open.version, Some(2));
    }

    #[test]
    fn what_both_have_changed_is_named_and_the_typed_stays() {
        let mut open = Open {
            version: Some(1),
            before: texts("Ботақан", "25"),
            typed: texts("Ботақан", "20"),
        };
        let both = merge(&mut open, &texts("Ботақан", "30"), 2);
        assert_eq!(both, [("/capacity".to_owned(), "25".to_owned())]);
        assert_eq!(open.typed, texts("Ботақан", "20"));
    }

    #[test]
    fn the_same_change_of_both_is_no_clash() {
        let mut open = Open {
            version: Some(1),
            before: texts("Ботақан", "25"),
            typed: texts("Ботақан", "20"),
        };
        assert_eq!(merge(&mut open, &texts("Ботақан", "20"), 2), []);
    }

    #[test]
    fn a_member_is_put_where_its_pointer_says_and_read_from_there() {
        let mut thing = json!({"rules": {"hold_minutes": 10}});
        put(&mut thing, "/rules/limits/live_holds", Some(json!(2)));
        put(&mut thing, "/rules/hold_minutes", None);
        assert_eq!(thing, json!({"rules": {"limits": {"live_holds": 2}}}));
        let words: Words = |_| "";
        let column = |kind| Column::new("/a", "a", words, kind);
        let text = |kind, value: Value| column(kind).text(&json!({"a": value}));
        assert_eq!(text(Kind::Day, json!("2027-08-31")), "31.08.2027");
        assert_eq!(text(Kind::Time, json!("09:00:00")), "09:00");
        assert_eq!(text(Kind::YesNo, json!(true)), "yes");
        assert_eq!(column(Kind::Number).text(&json!({})), "");
        let value = |kind, typed: &str| column(kind).value(typed).ok().flatten();
        assert_eq!(value(Kind::Day, "31.08.2027"), Some(json!("2027-08-31")));
        assert_eq!(value(Kind::Time, "9:00"), Some(json!("09:00:00")));
        assert_eq!(value(Kind::Fraction, "49,47"), Some(json!(49.47)));
        assert_eq!(value(Kind::Number, "25"), Some(json!(25)));
        assert!(column(Kind::Number).value("много").is_err());
        assert!(column(Kind::Text).value(" ").is_err());
        assert_eq!(value(Kind::Day, ""), None);
    }
}
