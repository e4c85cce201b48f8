//! A locality: its service, its queue and free places, and what the rules are here.

use super::{not_found::NotFoundPage, places::places_of};
use crate::{
    components::{
        facts::{Fact, Facts},
        heading::Heading,
        links::BackLink,
        notice::Inset,
        suspension::Suspended,
    },
    flows::use_queueing,
    i18n::{format, language, t, t_string, use_i18n},
    remote::Ready,
    routes::Route,
    state::{shown_name, use_localities},
};
use balabaqsha_shared::{dto::Locality, profile::RulesProfile};
use leptos::prelude::*;

#[component]
pub fn LocalityPage(
    /// Its short name.
    code: String,
) -> impl IntoView {
    let localities = use_localities();
    let code = StoredValue::new(code);
    let found = Signal::derive(move || {
        code.with_value(|code| localities.one(|found| found.code == *code, Locality::clone))
    });
    // The counts change with every refresh; the page itself only with its locality.
    let served_here = Memo::new(move |_| found.get().map(|found| found.served_here));
    let page = move || match served_here.get() {
        Some(true) => view! { <Served found/> }.into_any(),
        Some(false) => view! { <ServedElsewhere found/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    view! { <Ready data=localities.remote() page=true>{page}</Ready> }
}

type Found = Signal<Option<Locality>>;

#[component]
fn Served(found: Found) -> impl IntoView {
    let i18n = use_i18n();
    if let Some(code) = found.with_untracked(|found| found.as_ref().map(|found| found.code.clone()))
    {
        use_queueing().update(|answers| answers.locality = code);
    }
    let text = move |read: fn(&Locality) -> u32| {
        let number = found.with(|found| found.as_ref().map(read));
        number.map(|number| format::number(i18n.get_locale(), number))
    };
    let name = move || {
        found
            .get()
            .map(|found| shown_name(i18n, &found))
            .unwrap_or_default()
    };
    let district = move || {
        found
            .get()
            .map(|found| found.district.get(language(i18n)).to_owned())
    };
    let places = move || {
        let code = found.with(|found| found.as_ref().map(|found| found.code.clone()));
        places_of(&code.unwrap_or_default())
    };
    let rules = Memo::new(move |_| found.get().map(|found| found.rules));
    let this_one = Callback::new(move |one: Locality| {
        found.with(|found| found.as_ref().is_some_and(|found| found.id == one.id))
    });
    view! {
        <BackLink to=Route::Home text=move || t_string!(i18n, locality.other)/>
        <Heading text=name/>
        <p class="lead">{district}</p>
        <Suspended shown=this_one/>
        <div class="two">
            <div>
                <section class="card service">
                    <h2>
                        <a href=Route::Applications.path()>{t!(i18n, locality.service)}</a>
                    </h2>
                    <p>{t!(i18n, locality.service_text)}</p>
                    <p>
                        <a href=Route::Applications.path()>{t!(i18n, home.service_extension)}</a>
                    </p>
                    <h3>{t!(i18n, locality.need)}</h3>
                    <ul>
                        <li>{t!(i18n, locality.need_keys)}</li>
                        <li>{t!(i18n, locality.need_iin)}</li>
                        <li>{t!(i18n, locality.need_contact)}</li>
                    </ul>
                </section>
                <section>
                    <h2>{t!(i18n, locality.rules)}</h2>
                    {move || rules.get().map(|rules| view! { <Rules rules/> })}
                </section>
            </div>
            <aside class="card">
                <h2>{t!(i18n, locality.now)}</h2>
                <Facts>
                    <Fact name=move || t_string!(i18n, locality.free)>
                        {move || text(|found| found.free_places)}
                    </Fact>
                    <Fact name=move || t_string!(i18n, locality.queued)>
                        {move || text(|found| found.queued_children)}
                    </Fact>
                </Facts>
                <p><a href=places>{t!(i18n, home.see_places)}</a></p>
            </aside>
        </div>
    }
}

#[component]
fn Rules(rules: RulesProfile) -> impl IntoView {
    let i18n = use_i18n();
    let count = move |number: u32| format::count(i18n.get_locale(), number);
    let age = rules.choosing_age_years.into();
    let hold = rules.hold_minutes.into();
    let arrival = rules.arrival_working_days.into();
    let stop_list = rules.stop_list_working_days.into();
    view! {
        <ul>
            <li>{move || t_string!(i18n, locality.rule_age, count = count(age))}</li>
            <li>{move || t_string!(i18n, locality.rule_hold, count = count(hold))}</li>
            <li>{move || t_string!(i18n, locality.rule_arrival, count = count(arrival))}</li>
            <li>{move || t_string!(i18n, locality.rule_stop_list, count = count(stop_list))}</li>
        </ul>
    }
}

/// Astana, Almaty and Aktobe run systems of their own.
#[component]
fn ServedElsewhere(found: Found) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || {
        found
            .get()
            .map(|found| shown_name(i18n, &found))
            .unwrap_or_default()
    };
    view! {
        <BackLink to=Route::Home text=move || t_string!(i18n, locality.other)/>
        <Heading text=name/>
        <Inset>
            <p>{move || t_string!(i18n, locality.elsewhere, name = name())}</p>
        </Inset>
        <p>{t!(i18n, locality.elsewhere_text)}</p>
    }
}
