//! The first page of the office: what the person may do here, by duty.

use super::{
    routes::OfficePage,
    state::use_office,
    words::{self, SECTIONS, Section},
};
use crate::{
    components::{card::Card, heading::Heading},
    i18n::{format, language, t, t_string, use_i18n},
};
use balabaqsha_shared::dto::DutyInLocality;
use chrono::TimeDelta;
use leptos::prelude::*;

#[component]
pub fn StartPage() -> impl IntoView {
    let i18n = use_i18n();
    let office = use_office();
    let tasks = move || {
        let held = office.duties();
        let mine = SECTIONS
            .into_iter()
            .filter(|section| section.page != OfficePage::Start && section.page.is_for(&held));
        mine.map(|section| view! { <Task section/> }).collect_view()
    };
    let duties = move || {
        let duties = office.duties().into_iter();
        duties.map(|held| view! { <Held held/> }).collect_view()
    };
    view! {
        <Heading text=move || t_string!(i18n, office.heading)/>
        <p class="lead">{t!(i18n, office.lead)}</p>
        <div class="two">
            <ul class="tasks">{tasks}</ul>
            <aside>
                <Card title=move || t_string!(i18n, office.my_duties)>
                    <ul>{duties}</ul>
                    <p class="muted">{t!(i18n, office.recorded)}</p>
                </Card>
            </aside>
        </div>
    }
}

#[component]
fn Task(section: Section) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <li class="card">
            <h2>
                <a href=section.page.path()>{move || (section.name)(i18n.get_locale())}</a>
            </h2>
            <p>{move || (section.text)(i18n.get_locale())}</p>
        </li>
    }
}

#[component]
fn Held(held: DutyInLocality) -> impl IntoView {
    let i18n = use_i18n();
    let sentence = move || {
        let locale = i18n.get_locale();
        let duty = words::duty(locale, held.duty).to_owned();
        let locality = held.locality_name.get(language(i18n)).to_owned();
        match held.ends_at {
            // The first moment at which it is no longer in force.
            Some(end) => {
                let day = format::day_of(locale, end - TimeDelta::seconds(1));
                t_string!(
                    i18n,
                    office.held_until,
                    duty = duty,
                    locality = locality,
                    day = day
                )
            }
            None => t_string!(i18n, office.held, duty = duty, locality = locality),
        }
    };
    view! { <li>{sentence}</li> }
}
