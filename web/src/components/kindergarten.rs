//! A group with free places as a parent compares it: name, address, language, years, places.

use crate::i18n::{I18n, format, t};
use balabaqsha_shared::{Language, dto::Vacancy, kindergarten::BirthYears};
use leptos::prelude::*;

/// `2022 г. р.` or `2021–2022 г. р.`
#[must_use]
pub fn years(language: Language, years: BirthYears) -> String {
    if years.from == years.to {
        t::place::born_in(language, &years.from.to_string())
    } else {
        t::place::born_between(language, &years.from.to_string(), &years.to.to_string())
    }
}

/// The facts under the name: address, how far, language, group, years.
pub fn details(vacancy: &Vacancy, distance_km: Option<f64>, i18n: I18n) -> AnyView {
    let address = {
        let address = vacancy.address.clone();
        i18n.say(move |language| {
            let address = address.get(language);
            match distance_km {
                Some(km) => {
                    let km = format::kilometres(language, km);
                    format!("{address} · {}", t::place::distance(language, &km))
                }
                None => address.to_owned(),
            }
        })
    };
    let instruction = vacancy.instruction_language;
    let birth_years = vacancy.birth_years;
    let group = vacancy.group_name.clone();
    view! {
        <span class="address">{address}</span>
        <span class="chips">
            <span class="chip">
                {i18n.say(move |language| instruction.name(language).to_owned())}
            </span>
            <span class="chip">{i18n.say(move |language| t::place::group(language, &group))}</span>
            <span class="chip">{i18n.say(move |language| years(language, birth_years))}</span>
        </span>
    }
    .into_any()
}

/// The number of free places, large.
pub fn free(count: u32, i18n: I18n) -> AnyView {
    view! {
        <span class="free">
            {i18n.say(move |language| t::place::free(language, count))}
        </span>
    }
    .into_any()
}
