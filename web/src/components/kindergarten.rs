//! A group with free places as a parent compares it: name, address, language, years, places.

use crate::{
    dom::{El, View, say, span, view},
    i18n::{format, language, t},
};
use balabaqsha_shared::{dto::Vacancy, kindergarten::BirthYears};

/// `2022 г. р.` or `2021–2022 г. р.`
#[must_use]
pub fn years(years: BirthYears) -> String {
    t::place::born_in(&plain_years(years))
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
pub fn details(vacancy: &Vacancy, distance_km: Option<f64>) -> View {
    let address = vacancy.address.clone();
    let address = say(move || {
        let address = address.get(language());
        match distance_km {
            Some(km) => format!(
                "{address} · {}",
                t::place::distance(&format::kilometres(km))
            ),
            None => address.to_owned(),
        }
    });
    let instruction = vacancy.instruction_language;
    let birth_years = vacancy.birth_years;
    let group = vacancy.group_name.clone();
    let chip = || span().class("chip");
    view((
        span().class("address").add(address),
        span().class("chips").add((
            chip().add(say(move || instruction.name(language()).to_owned())),
            chip().add(say(move || t::place::group(&group))),
            chip().add(say(move || years(birth_years))),
        )),
    ))
}

/// The number of free places.
pub fn free(count: u32) -> El {
    span().class("free").add(say(move || t::place::free(count)))
}
