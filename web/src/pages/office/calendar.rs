//! The working calendar: days that are not what their day of the week says, and days of a decree that are brought in.

use super::{
    list::{Table, Title, day},
    state::use_office,
};
use crate::{
    api::use_api,
    components::{
        card::Card,
        fields::{Choice, PlainButton, SelectField, SubmitButton, TextField},
        form::{Complaint, ErrorSummary, Field, Form},
        heading::Heading,
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    state::use_clock,
};
use balabaqsha_shared::{
    calendar::DayKind,
    dto::{CalendarDay, CalendarYear},
    endpoint, time,
};
use chrono::Datelike;
use leptos::{ev, prelude::*};
use serde_json::json;

#[component]
pub fn CalendarPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let clock = use_clock();
    let year = RwSignal::new(time::local_date(clock.now()).year());
    let found: Remote<CalendarYear> = Remote::asking(
        move || year.get(),
        move |year| office.watch(api.calendar(year)),
    );
    let head: Vec<Title> = vec![
        |locale| td_string!(locale, common.day),
        |locale| td_string!(locale, calendar.kind),
        |locale| td_string!(locale, calendar.decree),
    ];
    let row = move |found: CalendarDay| {
        view! {
            <tr>
                <th scope="row">{move || format::weekday(i18n.get_locale(), found.day)}</th>
                <td>{move || kind_words(i18n.get_locale(), found.kind)}</td>
                <td>{found.decree}</td>
            </tr>
        }
    };
    let rows = move |found: CalendarYear| {
        let days = found.days.into_iter();
        days.map(row).collect_view()
    };
    view! {
        <Heading text=move || t_string!(i18n, calendar.heading)/>
        <p>{t!(i18n, calendar.section_text)}</p>
        <div class="two">
            <div>
                <nav class="pager" aria-label=move || t_string!(i18n, common.year)>
                    <PlainButton text=move || (year.get() - 1).to_string()
                        on_press=move |()| year.update(|year| *year -= 1)/>
                    <b role="status">{move || year.get()}</b>
                    <PlainButton text=move || (year.get() + 1).to_string()
                        on_press=move |()| year.update(|year| *year += 1)/>
                </nav>
                <Fetched data=found let:found>
                    <Table caption=move || t_string!(i18n, calendar.heading) head=head.clone()>
                        {rows(found)}
                    </Table>
                </Fetched>
            </div>
            <aside><Decree found/></aside>
        </div>
    }
}

fn kind_words(locale: Locale, kind: DayKind) -> &'static str {
    match kind {
        DayKind::Off => td_string!(locale, calendar.off),
        DayKind::Work => td_string!(locale, calendar.work),
    }
}

const OFF: &str = "off";
const WORK: &str = "work";

/// A day that a decree makes off or worked.
#[component]
fn Decree(found: Remote<CalendarYear>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let when = Field::new("decreed-day", "");
    let kind = Field::new("decreed-kind", "");
    let decree = Field::new("decree", "");
    let form = Form::new([when, kind, decree]);
    let add = Action::new_local(move |wanted: &String| {
        let asked = api.make(endpoint::OFFICE_CALENDAR, wanted.clone());
        async move {
            match office.watch(asked).await {
                Ok(()) => {
                    when.value.set(String::new());
                    found.refresh();
                    Ok(())
                }
                Err(refused) => {
                    let pointers = [
                        ("/days/0/day", when),
                        ("/days/0/kind", kind),
                        ("/days/0/decree", decree),
                    ];
                    form.take(refused, &pointers)
                }
            }
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if add.pending().get_untracked() {
            return;
        }
        form.clear();
        let text = |text: &str| -> Result<String, Complaint> { Ok(text.to_owned()) };
        let (on, as_what, by) = (when.read(day), kind.read(text), decree.read(text));
        let (Some(on), Some(as_what), Some(by)) = (on, as_what, by) else {
            return form.refuse();
        };
        let wanted = json!({"days": [{"day": on, "kind": as_what, "decree": by}]});
        add.dispatch_local(wanted.to_string());
    };
    let kinds = move || {
        let choice = |value: &str, kind| Choice {
            value: value.to_owned(),
            label: kind_words(i18n.get_locale(), kind).to_owned(),
        };
        vec![choice(OFF, DayKind::Off), choice(WORK, DayKind::Work)]
    };
    let said = move || {
        let done = add.value().with(|outcome| matches!(outcome, Some(Ok(()))));
        (done && !add.pending().get()).then(|| t_string!(i18n, calendar.added))
    };
    view! {
        <Card title=move || t_string!(i18n, calendar.add)>
            <p>{t!(i18n, calendar.add_text)}</p>
            <ErrorSummary form/>
            <form on:submit=submit novalidate>
                <TextField field=when label=move || t_string!(i18n, common.day)
                    hint=move || t_string!(i18n, calendar.day_hint) width="w-12"/>
                <SelectField field=kind label=move || t_string!(i18n, calendar.kind)
                    empty=move || t_string!(i18n, common.choose) choices=kinds/>
                <TextField field=decree label=move || t_string!(i18n, calendar.decree)
                    hint=move || t_string!(i18n, calendar.decree_hint)/>
                <TroubleSlot failure=failure_of(add)/>
                <SubmitButton text=move || t_string!(i18n, calendar.add) busy=add.pending()/>
            </form>
            <p role="status">{said}</p>
        </Card>
    }
}
