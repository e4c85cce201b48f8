//! How everything goes: the way to a place, the queue, the keys, the deadlines.

use super::{paragraph, words};
use crate::{
    components::heading::Heading,
    i18n::{Text, t, use_i18n},
    routes::Route,
};
use balabaqsha_shared::profile::RulesProfile;
use leptos::prelude::*;

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let sections = [
        ("way", t::help::WAY),
        ("keys", t::help::KEYS),
        ("queue", t::help::QUEUE),
        ("choosing", t::help::CHOOSING),
        ("referral", t::help::REFERRAL),
        ("questions", t::help::QUESTIONS),
    ];
    let contents = sections
        .into_iter()
        .map(|(id, text)| view! { <li><a href=format!("#{id}")>{i18n.t(text)}</a></li> })
        .collect_view();
    view! {
        <Heading words=words(t::help::HEADING)/>
        <nav class="contents" aria-label=i18n.t(t::help::CONTENTS)><ul>{contents}</ul></nav>
        <div class="prose">
            {section("way", t::help::WAY, list(&[
                t::help::WAY_LOCALITY,
                t::help::WAY_LOGIN,
                t::help::WAY_EMAIL,
                t::help::WAY_APPLICATION,
                t::help::WAY_JOURNAL,
                t::help::WAY_CHOOSE,
                t::help::WAY_SIGN,
                t::help::WAY_DOCUMENT,
            ], true))}
            {section("keys", t::help::KEYS, list(&[
                t::help::KEYS_AUTH,
                t::help::KEYS_RSA,
                t::help::KEYS_GOST,
                t::help::KEYS_SAFE,
                t::help::KEYS_EXPIRED,
            ], false))}
            {section("queue", t::help::QUEUE, (
                paragraph(t::help::QUEUE_ORDER),
                paragraph(t::help::QUEUE_NUMBER),
                paragraph(t::help::QUEUE_WHO),
            ).into_any())}
            {section("choosing", t::help::CHOOSING, conditions())}
            {section("referral", t::help::REFERRAL, deadlines())}
            {section("questions", t::help::QUESTIONS, questions())}
        </div>
    }
    .into_any()
}

fn section(id: &'static str, title: Text, content: AnyView) -> AnyView {
    let i18n = use_i18n();
    view! { <section id=id tabindex="-1"><h2>{i18n.t(title)}</h2>{content}</section> }.into_any()
}

fn list(items: &[Text], ordered: bool) -> AnyView {
    let i18n = use_i18n();
    let items = items
        .iter()
        .map(|text| view! { <li>{i18n.t(*text)}</li> })
        .collect_view();
    if ordered {
        view! { <ol>{items}</ol> }.into_any()
    } else {
        view! { <ul>{items}</ul> }.into_any()
    }
}

/// R6 to R8. The numbers are those that hold where a locality has no others of its own.
fn conditions() -> AnyView {
    let i18n = use_i18n();
    let rules = RulesProfile::default();
    let (age, hold, unused) = (
        u32::from(rules.choosing_age_years),
        u32::from(rules.hold_minutes),
        u32::from(rules.unused_holds_per_day),
    );
    view! {
        {paragraph(t::help::CHOOSING_WHEN)}
        <ul>
            <li>{i18n.t(t::choosing::IS_QUEUED)}</li>
            <li>{i18n.say(move |language| t::locality::rule_age(language, age))}</li>
            <li>{i18n.t(t::help::CHOOSING_PLACES)}</li>
        </ul>
        {paragraph(t::choosing::NOTICE_QUEUE)}
        <p>{i18n.say(move |language| t::locality::rule_hold(language, hold))}</p>
        <p>{i18n.say(move |language| t::help::unused_holds(language, unused))}</p>
    }
    .into_any()
}

/// R10 to R12.
fn deadlines() -> AnyView {
    let i18n = use_i18n();
    let rules = RulesProfile::default();
    let (arrival, stop_list) = (
        u32::from(rules.arrival_working_days),
        u32::from(rules.stop_list_working_days),
    );
    view! {
        <ul>
            <li>{i18n.say(move |language| t::locality::rule_arrival(language, arrival))}</li>
            <li>{i18n.say(move |language| t::locality::rule_stop_list(language, stop_list))}</li>
            <li>{i18n.t(t::referral::NEXT_LAPSE)}</li>
        </ul>
        {paragraph(t::help::NUMBERS)}
    }
    .into_any()
}

fn questions() -> AnyView {
    let i18n = use_i18n();
    let questions = [
        (t::help::Q_NOT_SEEN, t::help::A_NOT_SEEN),
        (t::help::Q_NO_BUTTON, t::help::A_NO_BUTTON),
        (t::help::Q_PASSWORD, t::help::A_PASSWORD),
        (t::help::Q_NETWORK, t::help::A_NETWORK),
        (t::help::Q_ENROLLED, t::help::A_ENROLLED),
        (t::help::Q_CITIES, t::help::A_CITIES),
    ]
    .map(|(question, answer)| {
        view! {
            <details>
                <summary>{i18n.t(question)}</summary>
                <p>{i18n.t(answer)}</p>
            </details>
        }
    })
    .into_iter()
    .collect_view();
    view! {
        {questions}
        <p><a href=Route::VerifyByHand.path()>{i18n.t(t::verification::NAV)}</a></p>
    }
    .into_any()
}
