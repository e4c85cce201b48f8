//! What the act has changed and what happens next.

use crate::{
    api::use_api,
    components::{
        card::Card,
        deadline::{DaysLeft, LastDay},
        heading::Heading,
        paper_card::PaperCard,
    },
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    routes::Act,
};
use balabaqsha_shared::{
    dto::{Application, Position, Referral},
    id::ApplicationId,
};
use leptos::prelude::*;

#[component]
pub fn DonePage(id: ApplicationId, act: Act) -> impl IntoView {
    let api = use_api();
    let application: Remote<Application> = Remote::new(move || api.application(id));
    view! {
        <Fetched data=application page=true let:application><Confirmation application act/></Fetched>
    }
}

fn done(locale: Locale, act: Act) -> &'static str {
    match act {
        Act::Extension => td_string!(locale, act.extend_done),
        Act::Revocation => td_string!(locale, act.revoke_done),
        Act::Withdrawal => td_string!(locale, act.withdraw_done),
    }
}

fn next(locale: Locale, act: Act) -> &'static str {
    match act {
        Act::Extension => td_string!(locale, act.extend_next),
        Act::Revocation => td_string!(locale, act.revoke_next),
        Act::Withdrawal => td_string!(locale, act.withdraw_next),
    }
}

#[component]
fn Confirmation(application: Application, act: Act) -> impl IntoView {
    let i18n = use_i18n();
    let id = application.id;
    let number = application.number.as_str().to_owned();
    let referral = match act {
        Act::Extension => application.referral,
        Act::Revocation | Act::Withdrawal => None,
    };
    let deadline = referral.map(|referral| view! { <Deadline referral/> });
    let position = application
        .position
        .map(|position| view! { <Number position/> });
    view! {
        <div class="panel">
            <Heading text=move || done(i18n.get_locale(), act)/>
            <p>{t!(i18n, application.number)} " " <b>{number}</b></p>
        </div>
        <div class="grid">
            <Card title=move || t_string!(i18n, referral.next)>
                {deadline}
                {position}
                <p>{move || next(i18n.get_locale(), act)}</p>
            </Card>
            <PaperCard id text=move || t_string!(i18n, act.document)/>
        </div>
    }
}

#[component]
fn Deadline(referral: Referral) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="deadline">
            {t!(i18n, referral.arrive_by)} ": " <LastDay day=referral.deadline/> " "
            <DaysLeft count=referral.working_days_left/>
        </p>
    }
}

/// The child's number in the queue.
#[component]
fn Number(position: Position) -> impl IntoView {
    let i18n = use_i18n();
    let Position {
        number, birth_year, ..
    } = position;
    let words = move || {
        let number = format::number(i18n.get_locale(), number);
        t_string!(
            i18n,
            queueing.your_number,
            number = number,
            year = birth_year
        )
    };
    view! { <p>{words}</p> }
}
