//! Who is appointed, for what and until when; ending an appointment.

use super::{
    export::{ExportButton, Fetching, Rows},
    list::{Table, Title, all},
    routes::{AppointStep, OfficePage},
    state::use_office,
    words,
};
use crate::{
    api::use_api,
    components::{
        dialog::Dialog,
        fields::{Choice, PlainButton, SelectField, WorkingButton},
        form::Field,
        heading::Heading,
        links::ActionLink,
        tag::{Mood, Tag},
        trouble::TroubleSlot,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote, failure_of},
    state::{Localities, use_localities},
};
use balabaqsha_shared::{appointment::Duty, dto::Appointment};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::{ev, prelude::*};

/// Which of them are shown.
const IN_FORCE: &str = "in_force";
const BY_NAME: &str = "name";
const BY_END: &str = "end";

#[component]
pub fn AppointmentsPage() -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let localities = use_localities();
    let known: Remote<Vec<Appointment>> =
        Remote::new(move || office.watch(all(move |cursor| api.appointments(cursor))));
    let duty = Field::new("filter-duty", "");
    let state = Field::new("filter-state", IN_FORCE);
    let order = Field::new("order", "");
    let ending = RwSignal::new(None::<Appointment>);
    let wanted = move |known: &[Appointment]| {
        let (duty, state, order) = (duty.value.get(), state.value.get(), order.value.get());
        let mut wanted: Vec<Appointment> = known
            .iter()
            .filter(|appointment| duty.is_empty() || appointment.duty.as_str() == duty)
            .filter(|appointment| state.is_empty() || appointment.in_force)
            .cloned()
            .collect();
        match order.as_str() {
            BY_NAME => wanted.sort_by_key(shown_name),
            BY_END => wanted
                .sort_by_key(|appointment| (appointment.ends_at.is_none(), appointment.ends_at)),
            _ => {}
        }
        wanted
    };
    let shown = Memo::new(move |_| known.with(|known| wanted(known)).unwrap_or_default());
    let rows = move || {
        let rows: Fetching = Box::pin(async move {
            let shown = shown.get_untracked();
            Ok(table(i18n.get_locale_untracked(), localities, &shown))
        });
        rows
    };
    let duties = move || {
        let choice = |duty: Duty| Choice {
            value: duty.as_str().to_owned(),
            label: words::duty(i18n.get_locale(), duty).to_owned(),
        };
        Duty::ALL.map(choice).to_vec()
    };
    let states = move || {
        vec![Choice {
            value: IN_FORCE.to_owned(),
            label: t_string!(i18n, appointments.in_force_only).to_owned(),
        }]
    };
    let orders = move || {
        let choice = |value: &str, label: &str| Choice {
            value: value.to_owned(),
            label: label.to_owned(),
        };
        vec![
            choice(BY_NAME, t_string!(i18n, appointments.by_name)),
            choice(BY_END, t_string!(i18n, appointments.by_end)),
        ]
    };
    let body = move || {
        let rows = shown.get().into_iter();
        rows.map(|appointment| view! { <Row appointment ending/> })
            .collect_view()
    };
    let sum = move || {
        let count = format::count_of(i18n.get_locale(), &shown.get());
        t_string!(i18n, appointments.sum, count = count)
    };
    view! {
        <Heading text=move || t_string!(i18n, appointments.heading)/>
        <p>
            <ActionLink to=OfficePage::Appoint(AppointStep::Ask).route()
                text=move || t_string!(i18n, appointments.appoint)/>
        </p>
        <form class="filters" aria-label=move || t_string!(i18n, places.filters)
            on:submit=|event: ev::SubmitEvent| event.prevent_default()>
            <SelectField field=state label=move || t_string!(i18n, appointments.state)
                empty=move || t_string!(i18n, appointments.all) choices=states/>
            <SelectField field=duty label=move || t_string!(i18n, appointments.duty)
                empty=move || t_string!(i18n, appointments.all_duties) choices=duties/>
            <SelectField field=order label=move || t_string!(i18n, list.order)
                empty=move || t_string!(i18n, appointments.by_moment) choices=orders/>
        </form>
        <Fetched data=known let:_known>
            <p class="sum" role="status">{sum}</p>
            <Table caption=move || t_string!(i18n, appointments.heading) head=HEAD.to_vec()>
                {body}
            </Table>
            <ExportButton file_name="appointments.csv" rows/>
        </Fetched>
        <Ending ending known/>
    }
}

const HEAD: [Title; 6] = [
    |locale| td_string!(locale, appointments.person),
    |locale| td_string!(locale, common.iin),
    |locale| td_string!(locale, appointments.duty),
    |locale| td_string!(locale, common.locality),
    |locale| td_string!(locale, appointments.period),
    |locale| td_string!(locale, appointments.state),
];

/// Known once the person has logged in.
fn shown_name(appointment: &Appointment) -> String {
    appointment.full_name.clone().unwrap_or_default()
}

/// «с 1 сентября по 31 декабря»; the end is the first moment at which it is no longer in force.
fn period(locale: Locale, begins_at: DateTime<Utc>, ends_at: Option<DateTime<Utc>>) -> String {
    let from = format::day_of(locale, begins_at);
    match ends_at {
        Some(end) => {
            let until = format::day_of(locale, end - TimeDelta::seconds(1));
            td_string!(locale, appointments.from_until, from = from, until = until)
        }
        None => td_string!(locale, appointments.from, from = from),
    }
}

fn state_words(locale: Locale, in_force: bool) -> &'static str {
    if in_force {
        td_string!(locale, appointments.in_force)
    } else {
        td_string!(locale, appointments.not_in_force)
    }
}

fn table(locale: Locale, localities: Localities, shown: &[Appointment]) -> Rows {
    let head = HEAD.map(|title| title(locale).to_owned()).to_vec();
    let row = |appointment: &Appointment| {
        vec![
            shown_name(appointment),
            appointment.iin.to_string(),
            words::duty(locale, appointment.duty).to_owned(),
            localities.name(appointment.locality_id).get_untracked(),
            period(locale, appointment.begins_at, appointment.ends_at),
            state_words(locale, appointment.in_force).to_owned(),
        ]
    };
    std::iter::once(head).chain(shown.iter().map(row)).collect()
}

#[component]
fn Row(appointment: Appointment, ending: RwSignal<Option<Appointment>>) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let Appointment {
        duty,
        begins_at,
        ends_at,
        in_force,
        locality_id,
        ..
    } = appointment;
    let name = appointment.full_name.clone();
    let name = move || {
        let unknown = || t_string!(i18n, appointments.not_logged_in).to_owned();
        name.clone().unwrap_or_else(unknown)
    };
    let iin = appointment.iin.to_string();
    let mood = if in_force { Mood::Good } else { Mood::Over };
    let end = in_force.then(|| {
        let whose = iin.clone();
        view! {
            " "
            <button type="button" class="btn small ghost"
                on:click=move |_| ending.set(Some(appointment.clone()))>
                {t!(i18n, appointments.end)}
                <span class="visually-hidden">
                    {format!(": {whose}, ")} {move || words::duty(i18n.get_locale(), duty)}
                </span>
            </button>
        }
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{iin.clone()}</td>
            <td>{move || words::duty(i18n.get_locale(), duty)}</td>
            <td>{localities.name(locality_id)}</td>
            <td>{move || period(i18n.get_locale(), begins_at, ends_at)}</td>
            <td>
                <Tag mood text=move || state_words(i18n.get_locale(), in_force)/>
                {end}
            </td>
        </tr>
    }
}

/// Asks before an appointment is ended, and says what that means.
#[component]
fn Ending(ending: RwSignal<Option<Appointment>>, known: Remote<Vec<Appointment>>) -> impl IntoView {
    let i18n = use_i18n();
    let api = use_api();
    let office = use_office();
    let end = Action::new_local(move |appointment: &Appointment| {
        let asked = api.end_appointment(appointment.id);
        async move {
            let ended = office.watch(asked).await;
            // Whatever the answer is, the list may be another one now.
            known.refresh();
            ended.map(|_| {
                // It may have been one's own.
                office.me.refresh();
                ending.try_set(None);
            })
        }
    });
    let press = move |()| {
        let appointment = ending.get_untracked();
        if let (Some(appointment), false) = (appointment, end.pending().get_untracked()) {
            end.dispatch_local(appointment);
        }
    };
    let cancel = Callback::new(move |()| {
        end.clear();
        ending.set(None);
    });
    let text = move || {
        let appointment = ending.get()?;
        let name = appointment
            .full_name
            .unwrap_or_else(|| appointment.iin.to_string());
        let duty = words::duty(i18n.get_locale(), appointment.duty);
        Some(t_string!(
            i18n,
            appointments.end_text,
            name = name,
            duty = duty
        ))
    };
    view! {
        <Dialog id="end-appointment" title=move || t_string!(i18n, appointments.end_title)
            open=Signal::derive(move || ending.with(Option::is_some)) on_cancel=cancel>
            <p>{text}</p>
            <TroubleSlot failure=failure_of(end)/>
            <div class="buttons">
                <WorkingButton text=move || t_string!(i18n, appointments.end_now)
                    busy=end.pending() on_press=press/>
                <PlainButton text=move || t_string!(i18n, common.cancel) on_press=cancel/>
            </div>
        </Dialog>
    }
}
