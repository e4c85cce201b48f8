//! The tab «Заявление».

use crate::{
    components::{
        facts::{Facts, plain},
        notice::Inset,
        tag::{self, tag},
    },
    i18n::{I18n, format, t, use_i18n},
    localities::use_localities,
    pages::action,
    remote::Remote,
    routes::{ChooseStep, Route},
};
use balabaqsha_shared::{
    application::ApplicationState,
    dto::{Application, Choosing, Position, Referral},
    referral::ReferralState,
};
use leptos::prelude::*;

pub fn tab(application: Remote<Application>) -> AnyView {
    let i18n = use_i18n();
    let view = move || application.get().map(|found| content(found, i18n));
    view.into_any()
}

fn content(application: Application, i18n: I18n) -> AnyView {
    let referral = application
        .referral
        .clone()
        .map(|referral| referral_card(referral, i18n));
    let state = state_note(&application, i18n);
    let position = application
        .position
        .clone()
        .map(|position| queue_card(position, i18n));
    let choosing = choosing_card(&application, i18n);
    view! {
        <div class="two">
            <div>
                {state}
                {referral}
                {position}
                {data_card(application, i18n)}
            </div>
            <aside>{choosing}</aside>
        </div>
    }
    .into_any()
}

/// What the present state means, where it needs saying.
fn state_note(application: &Application, i18n: I18n) -> Option<AnyView> {
    let sentence = match application.state {
        ApplicationState::StopListed { until } => i18n.say(move |language| {
            t::application::stop_listed(language, &format::weekday(language, until))
        }),
        ApplicationState::Removed { at } => i18n
            .say(move |language| t::application::removed(language, &format::day_of(language, at))),
        ApplicationState::Enrolled { at } => i18n
            .say(move |language| t::application::enrolled(language, &format::day_of(language, at))),
        ApplicationState::Withdrawn { at } => i18n.say(move |language| {
            t::application::withdrawn(language, &format::day_of(language, at))
        }),
        ApplicationState::Queued | ApplicationState::Referred { .. } => return None,
    };
    Some(view! { <Inset><p>{sentence}</p></Inset> }.into_any())
}

/// The number and what stands before it (R5).
fn queue_card(position: Position, i18n: I18n) -> AnyView {
    let Position {
        number,
        total,
        birth_year,
        before,
    } = position;
    let ahead = [
        (
            before.extraordinary,
            t::queue::extraordinary as fn(_, _) -> String,
        ),
        (before.priority, t::queue::priority),
        (before.general, t::queue::general),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, words)| view! { <li>{i18n.say(move |language| words(language, count))}</li> })
    .collect_view();
    let first = number == 1;
    view! {
        <section class="card">
            <h2>{i18n.t(t::queue::HEADING)}</h2>
            <p class="position">
                <span class="num">{i18n.say(move |language| format::number(language, number))}</span>
                " "
                {i18n.say(move |language| t::queue::of(language, total, &birth_year.to_string()))}
            </p>
            {if first {
                view! { <p>{i18n.t(t::queue::FIRST)}</p> }.into_any()
            } else {
                view! { <p>{i18n.t(t::queue::BEFORE)}</p><ul>{ahead}</ul> }.into_any()
            }}
            <p class="muted">{i18n.t(t::queue::WHY)}</p>
        </section>
    }
    .into_any()
}

fn data_card(application: Application, i18n: I18n) -> AnyView {
    let localities = use_localities();
    let child = application.child;
    let (birth_date, submitted_at) = (child.birth_date, application.submitted_at);
    let category = application.category;
    let facts = vec![
        (
            t::application::NUMBER,
            plain(application.number.to_string()),
        ),
        (t::application::CHILD, plain(child.full_name())),
        (t::common::IIN, plain(child.iin.to_string())),
        (
            t::common::BIRTH_DATE,
            i18n.say(move |language| format::day(language, birth_date))
                .into_any(),
        ),
        (
            t::common::LOCALITY,
            localities.name(application.locality_id, i18n).into_any(),
        ),
        (
            t::application::SUBMITTED,
            i18n.say(move |language| format::moment(language, submitted_at))
                .into_any(),
        ),
        (
            t::application::CATEGORY,
            i18n.say(move |language| category.name(language).to_owned())
                .into_any(),
        ),
        (
            t::application::PHONE,
            plain(application.contact_phone.as_str()),
        ),
    ];
    view! {
        <section class="card">
            <h2>{i18n.t(t::application::DATA)}</h2>
            <Facts facts=facts/>
        </section>
    }
    .into_any()
}

/// R6: the button is there exactly when the rule is met; otherwise the reasons are.
fn choosing_card(application: &Application, i18n: I18n) -> Option<AnyView> {
    let over = matches!(
        application.state,
        ApplicationState::Enrolled { .. }
            | ApplicationState::Removed { .. }
            | ApplicationState::Withdrawn { .. }
            | ApplicationState::Referred { .. }
    );
    if over {
        return None;
    }
    let Choosing {
        allowed,
        unmet,
        free_places,
        kindergartens,
    } = application.choosing.clone();
    let content = if allowed {
        let places = i18n.say(move |language| {
            format!(
                "{} {}",
                t::choosing::places(language, free_places),
                t::choosing::kindergartens(language, kindergartens)
            )
        });
        view! {
            <ul class="check">
                <li>{i18n.t(t::choosing::IS_QUEUED)}</li>
                <li>{i18n.t(t::choosing::IS_OLD_ENOUGH)}</li>
                <li>{places}</li>
            </ul>
            <p>{action(&Route::Choose(application.id, ChooseStep::List), t::choosing::CHOOSE)}</p>
            <p class="muted">{i18n.t(t::choosing::CONSEQUENCE)}</p>
        }
        .into_any()
    } else {
        let reasons = unmet
            .into_iter()
            .map(|reason| view! { <li class="no">{reason.detail}</li> })
            .collect_view();
        view! {
            <p>{i18n.t(t::choosing::NOT_YET)}</p>
            <ul class="check">{reasons}</ul>
        }
        .into_any()
    };
    let view = view! {
        <section class="card choosing">
            <h2>{i18n.t(t::choosing::HEADING)}</h2>
            {content}
        </section>
    };
    Some(view.into_any())
}

/// The latest referral, with its deadline.
pub fn referral_card(referral: Referral, i18n: I18n) -> AnyView {
    let state = referral.state;
    let active = matches!(state, ReferralState::Active);
    let (deadline, left) = (referral.deadline, u32::from(referral.working_days_left));
    let (name, address) = (referral.kindergarten_name, referral.address);
    let instruction = referral.instruction_language;
    let facts = vec![
        (t::referral::NUMBER, plain(referral.number.to_string())),
        (
            t::referral::KINDERGARTEN,
            i18n.say(move |language| name.get(language).to_owned())
                .into_any(),
        ),
        (
            t::referral::ADDRESS,
            i18n.say(move |language| address.get(language).to_owned())
                .into_any(),
        ),
        (t::referral::GROUP, plain(referral.group_name)),
        (
            t::place::LANGUAGE,
            i18n.say(move |language| instruction.name(language).to_owned())
                .into_any(),
        ),
        (
            t::referral::PHONE,
            view! { <a href=format!("tel:{}", referral.phone)>{referral.phone.clone()}</a> }
                .into_any(),
        ),
    ];
    let due = active.then(|| {
        view! {
            <p class="deadline">
                {i18n.t(t::referral::ARRIVE_BY)} " "
                <b>{i18n.say(move |language| format::weekday(language, deadline))}</b>
                " "
                <span class="tag soon">
                    {i18n.say(move |language| t::referral::days_left(language, left))}
                </span>
            </p>
        }
    });
    view! {
        <section class="card">
            <h2>{i18n.t(t::referral::HEADING)} " " {tag(tag::of_referral(&state), i18n)}</h2>
            {due}
            <Facts facts=facts/>
        </section>
    }
    .into_any()
}
