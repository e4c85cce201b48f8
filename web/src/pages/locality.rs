//! A locality: its service, its queue and free places, and what the rules are here.

use super::{back, items, paragraph};
use crate::{
    components::{
        facts::{fact, facts},
        heading::heading,
        notice::inset,
    },
    dom::{El, View, Words, a, aside, div, h2, h3, li, live, p, say, section, ul, view},
    flows::use_queueing,
    i18n::{format, language, t},
    localities::{shown_name, use_localities},
    pages::not_found,
    routes::Route,
};
use balabaqsha_shared::{dto::Locality, profile::RulesProfile};

pub fn page(code: String) -> View {
    let localities = use_localities();
    // The counts change with every refresh; the page itself only with its locality.
    localities.remote().show_once(move || {
        let served_here = leptos::prelude::untrack(|| look(&code, |found| found.served_here));
        match served_here {
            Some(true) => served(&code),
            Some(false) => elsewhere(&code),
            None => not_found::page(),
        }
    })
}

fn look<R>(code: &str, look: impl FnOnce(&Locality) -> R) -> Option<R> {
    use_localities().one(|locality| locality.code == code, look)
}

/// Words about the locality that follow its changes.
fn about(code: &str, words: fn(&Locality) -> String) -> Words {
    let localities = use_localities();
    let code = code.to_owned();
    say(move || {
        localities
            .one(|locality| locality.code == code, words)
            .unwrap_or_default()
    })
}

fn served(code: &str) -> View {
    use_queueing().update(|answers| code.clone_into(&mut answers.locality));
    let localities = use_localities();
    let rules = {
        let code = code.to_owned();
        live(move || {
            localities.one(
                |locality| locality.code == code,
                |found| rules(&found.rules),
            )
        })
    };
    let needed = [
        t::locality::NEED_KEYS,
        t::locality::NEED_IIN,
        t::locality::NEED_CONTACT,
    ];
    let service = section().class("card service").add((
        h2().add(
            a().href(&Route::Applications.path())
                .add(t::locality::SERVICE),
        ),
        paragraph(t::locality::SERVICE_TEXT),
        h3().add(t::locality::NEED),
        ul().add(items(&needed)),
    ));
    let now = aside().class("card").add((
        h2().add(t::locality::NOW),
        facts((
            fact(
                t::locality::FREE,
                about(code, |found| format::number(found.free_places)),
            ),
            fact(
                t::locality::QUEUED,
                about(code, |found| format::number(found.queued_children)),
            ),
        )),
        p().add(a().href(&Route::Places.path()).add(t::home::SEE_PLACES)),
    ));
    view((
        back(&Route::Home, t::locality::OTHER),
        heading(about(code, shown_name)),
        p().class("lead").add(about(code, |found| {
            found.district.get(language()).to_owned()
        })),
        div().class("two").add((
            div().add((
                service,
                section().add((h2().add(t::locality::RULES), rules)),
            )),
            now,
        )),
    ))
}

fn rules(rules: &RulesProfile) -> El {
    let sentences = [
        t::locality::rule_age(rules.choosing_age_years.into()),
        t::locality::rule_hold(rules.hold_minutes.into()),
        t::locality::rule_arrival(rules.arrival_working_days.into()),
        t::locality::rule_stop_list(rules.stop_list_working_days.into()),
    ];
    ul().add(sentences.map(|sentence| li().add(sentence)))
}

/// Astana, Almaty and Aktobe run systems of their own.
fn elsewhere(code: &str) -> View {
    view((
        back(&Route::Home, t::locality::OTHER),
        heading(about(code, shown_name)),
        inset(p().add(about(code, |found| {
            t::locality::elsewhere(&shown_name(found))
        }))),
        paragraph(t::locality::ELSEWHERE_TEXT),
    ))
}
