//! How everything goes: the way to a place, the queue, the keys, the deadlines.

use super::{items, paragraph};
use crate::{
    components::heading::heading,
    dom::{
        Content, El, View, a, details, div, h2, li, nav, ol, p, say, section, summary, ul, view,
    },
    i18n::{Text, t},
    routes::Route,
};
use balabaqsha_shared::profile::RulesProfile;

pub fn page() -> View {
    let contents = [
        ("way", t::help::WAY),
        ("keys", t::help::KEYS),
        ("queue", t::help::QUEUE),
        ("choosing", t::help::CHOOSING),
        ("referral", t::help::REFERRAL),
        ("questions", t::help::QUESTIONS),
    ]
    .map(|(id, text)| li().add(a().href(&format!("#{id}")).add(text)));
    let way = [
        t::help::WAY_LOCALITY,
        t::help::WAY_LOGIN,
        t::help::WAY_EMAIL,
        t::help::WAY_APPLICATION,
        t::help::WAY_JOURNAL,
        t::help::WAY_CHOOSE,
        t::help::WAY_SIGN,
        t::help::WAY_DOCUMENT,
    ];
    let keys = [
        t::help::KEYS_AUTH,
        t::help::KEYS_RSA,
        t::help::KEYS_GOST,
        t::help::KEYS_SAFE,
        t::help::KEYS_EXPIRED,
    ];
    let queue = [
        t::help::QUEUE_ORDER,
        t::help::QUEUE_NUMBER,
        t::help::QUEUE_WHO,
    ];
    view((
        heading(t::help::HEADING),
        nav()
            .class("contents")
            .label(t::help::CONTENTS)
            .add(ul().add(contents)),
        div().class("prose").add((
            part("way", t::help::WAY, ol().add(items(&way))),
            part("keys", t::help::KEYS, ul().add(items(&keys))),
            part("queue", t::help::QUEUE, queue.map(paragraph)),
            part("choosing", t::help::CHOOSING, conditions()),
            part("referral", t::help::REFERRAL, deadlines()),
            part("questions", t::help::QUESTIONS, questions()),
        )),
    ))
}

fn part(id: &str, title: Text, content: impl Content) -> El {
    section()
        .id(id)
        .attr("tabindex", "-1")
        .add((h2().add(title), content))
}

/// R6 to R8. The numbers are those that hold where a locality has no others of its own.
fn conditions() -> View {
    let rules = RulesProfile::default();
    let (age, hold, unused) = (
        u32::from(rules.choosing_age_years),
        u32::from(rules.hold_minutes),
        u32::from(rules.unused_holds_per_day),
    );
    view((
        paragraph(t::help::CHOOSING_WHEN),
        ul().add((
            li().add(t::choosing::IS_QUEUED),
            li().add(say(move || t::locality::rule_age(age))),
            li().add(t::help::CHOOSING_PLACES),
        )),
        paragraph(t::choosing::NOTICE_QUEUE),
        p().add(say(move || t::locality::rule_hold(hold))),
        p().add(say(move || t::help::unused_holds(unused))),
    ))
}

/// R10 to R12.
fn deadlines() -> View {
    let rules = RulesProfile::default();
    let (arrival, stop_list) = (
        u32::from(rules.arrival_working_days),
        u32::from(rules.stop_list_working_days),
    );
    view((
        ul().add((
            li().add(say(move || t::locality::rule_arrival(arrival))),
            li().add(say(move || t::locality::rule_stop_list(stop_list))),
            li().add(t::referral::NEXT_LAPSE),
        )),
        paragraph(t::help::NUMBERS),
    ))
}

fn questions() -> View {
    let questions = [
        (t::help::Q_NOT_SEEN, t::help::A_NOT_SEEN),
        (t::help::Q_NO_BUTTON, t::help::A_NO_BUTTON),
        (t::help::Q_PASSWORD, t::help::A_PASSWORD),
        (t::help::Q_NETWORK, t::help::A_NETWORK),
        (t::help::Q_ENROLLED, t::help::A_ENROLLED),
        (t::help::Q_CITIES, t::help::A_CITIES),
    ]
    .map(|(question, answer)| details().add((summary().add(question), paragraph(answer))));
    let check = a()
        .href(&Route::VerifyByHand.path())
        .add(t::verification::NAV);
    view((questions, p().add(check)))
}
