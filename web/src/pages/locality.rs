//! A locality: its service, its queue and free places, and what the rules are here.

use super::{back, paragraph};
use crate::{
    components::{facts::Facts, heading::Heading, notice::Inset},
    flows::use_queueing,
    i18n::{format, t, use_i18n},
    localities::use_localities,
    pages::not_found,
    routes::Route,
};
use balabaqsha_shared::dto::Locality;
use leptos::prelude::*;

pub fn page(code: String) -> AnyView {
    let localities = use_localities();
    let known = code.clone();
    // The counts change with every refresh; the page itself only with its locality.
    let kind = Memo::new(move |_| {
        localities
            .by_code(&known)
            .map(|locality| locality.served_here)
    });
    let shown = localities.remote().show_once(move || match kind.get() {
        Some(true) => served(code.clone()),
        Some(false) => elsewhere(code.clone()),
        None => not_found::page(),
    });
    shown.into_any()
}

fn name(code: &str) -> crate::i18n::Words {
    let localities = use_localities();
    let code = code.to_owned();
    use_i18n().say(move |language| {
        let locality = localities.by_code(&code);
        locality
            .map(|locality| locality.name.get(language).to_owned())
            .unwrap_or_default()
    })
}

fn served(code: String) -> AnyView {
    let i18n = use_i18n();
    let localities = use_localities();
    use_queueing().update(|answers| answers.locality.clone_from(&code));
    let heading = name(&code);
    let locality = Memo::new(move |_| localities.by_code(&code));
    let district = i18n.say(move |language| {
        let locality = locality.get();
        locality
            .map(|locality| locality.district.get(language).to_owned())
            .unwrap_or_default()
    });
    let count = move |count: fn(&Locality) -> u32| {
        i18n.say(move |language| {
            locality
                .get()
                .map(|locality| format::number(language, count(&locality)))
                .unwrap_or_default()
        })
    };
    let rules = move || {
        let language = i18n.language();
        let rules = locality.get()?.rules;
        Some(
            [
                t::locality::rule_age(language, rules.choosing_age_years.into()),
                t::locality::rule_hold(language, rules.hold_minutes.into()),
                t::locality::rule_arrival(language, rules.arrival_working_days.into()),
                t::locality::rule_stop_list(language, rules.stop_list_working_days.into()),
            ]
            .map(|rule| view! { <li>{rule}</li> })
            .into_iter()
            .collect_view(),
        )
    };
    let needed = [
        t::locality::NEED_KEYS,
        t::locality::NEED_IIN,
        t::locality::NEED_CONTACT,
    ]
    .map(|text| view! { <li>{i18n.t(text)}</li> })
    .into_iter()
    .collect_view();
    let facts = vec![
        (
            t::locality::FREE,
            count(|locality| locality.free_places).into_any(),
        ),
        (
            t::locality::QUEUED,
            count(|locality| locality.queued_children).into_any(),
        ),
    ];
    view! {
        {back(&Route::Home, t::locality::OTHER)}
        <Heading words=heading/>
        <p class="lead">{district}</p>
        <div class="two">
            <div>
                <section class="card service">
                    <h2>
                        <a href=Route::Applications.path()>{i18n.t(t::locality::SERVICE)}</a>
                    </h2>
                    {paragraph(t::locality::SERVICE_TEXT)}
                    <h3>{i18n.t(t::locality::NEED)}</h3>
                    <ul>{needed}</ul>
                </section>
                <section>
                    <h2>{i18n.t(t::locality::RULES)}</h2>
                    <ul>{rules}</ul>
                </section>
            </div>
            <aside class="card">
                <h2>{i18n.t(t::locality::NOW)}</h2>
                <Facts facts=facts/>
                <p><a href=Route::Places.path()>{i18n.t(t::home::SEE_PLACES)}</a></p>
            </aside>
        </div>
    }
    .into_any()
}

/// Astana, Almaty and Aktobe run systems of their own.
fn elsewhere(code: String) -> AnyView {
    let i18n = use_i18n();
    let heading = name(&code);
    view! {
        {back(&Route::Home, t::locality::OTHER)}
        <Heading words=heading/>
        <Inset>
            <p>{move || t::locality::elsewhere(i18n.language(), &heading.get())}</p>
        </Inset>
        {paragraph(t::locality::ELSEWHERE_TEXT)}
    }
    .into_any()
}
