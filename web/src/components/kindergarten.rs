//! A group with free places as a parent compares it: name, address, language, years, places.

use crate::i18n::{Locale, format, language, t_string, td_string, use_i18n};
use balabaqsha_shared::{dto::Vacancy, kindergarten::BirthYears};
use leptos::prelude::*;

/// `2022 г. р.` or `2021–2022 г. р.`
#[must_use]
pub fn years(locale: Locale, years: BirthYears) -> String {
    td_string!(locale, place.born_in, years = plain_years(years))
}

/// `2022` or `2021–2022`
#[must_use]
pub fn plain_years(years: BirthYears) -> String {
    if years.from == years.to {
        years.from.to_string()
    } else {
        format!("{}–{}", years.from, years.to)
    }
}

/// The facts under the name: address, how far, language, group, years.
#[component]
pub fn VacancyDetails(
    vacancy: Vacancy,
    #[prop(optional)] distance_km: Option<f64>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Vacancy {
        address,
        instruction_language,
        birth_years,
        group_name,
        ..
    } = vacancy;
    let address = move || {
        let address = address.get(language(i18n));
        match distance_km {
            Some(km) => {
                let km = format::kilometres(i18n.get_locale(), km);
                format!("{address} · {}", t_string!(i18n, place.distance, km = km))
            }
            None => address.to_owned(),
        }
    };
    let group = move || t_string!(i18n, place.group, name = group_name.clone());
    view! {
        <span class="address">{address}</span>
        <span class="chips">
            <span class="chip">{move || instruction_language.name(language(i18n))}</span>
            <span class="chip">{group}</span>
            <span class="chip">{move || years(i18n.get_locale(), birth_years)}</span>
        </span>
    }
}

/// The number of free places.
#[component]
pub fn FreePlaces(count: u32) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        t_string!(
            i18n,
            place.free,
            count = format::count(i18n.get_locale(), count)
        )
    };
    view! { <span class="free">{words}</span> }
}
