//! The bulletin of free places under the state order, for everybody, always the present state.

use super::paragraph;
use crate::{
    api::use_api,
    changes::Topic,
    clock::use_clock,
    components::{
        fields::select_field, form::Field, heading::heading, kindergarten, subscriptions::subscribe,
    },
    dom::{El, View, a, div, each, form, h2, li, live, p, say, span, ul, view},
    i18n::{self, format, t},
    localities::use_localities,
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{Vacancy, VacancyList},
    endpoint,
    kindergarten::InstructionLanguage,
    vacancy::VacancyFilter,
};
use leptos::prelude::*;

/// The answer has an ETag, so asking again costs next to nothing while nothing has changed.
const REFRESH_SECONDS: u32 = 10;

pub fn page() -> View {
    let api = use_api();
    let clock = use_clock();
    let localities = use_localities();
    let asked_at = RwSignal::new(clock.now());
    let vacancies: Remote<VacancyList> = Remote::new(move || async move {
        let list = api.vacancies().await?;
        asked_at.try_set(clock.now());
        Ok(list)
    })
    .follow(Topic::Places, REFRESH_SECONDS);
    let locality = Field::new("filter-locality", "");
    let language = Field::new("filter-language", "");
    let found = move || {
        let (locality, language) = (locality.value.get(), language.value.get());
        let fits = |vacancy: &&Vacancy| {
            (locality.is_empty() || vacancy.locality_id.to_string() == locality)
                && (language.is_empty() || tag(vacancy.instruction_language) == language)
        };
        let fitting = |list: &VacancyList| list.items.iter().filter(fits).cloned().collect();
        vacancies.with(fitting).unwrap_or_default()
    };
    let sum = move || {
        let found: Vec<Vacancy> = found();
        let places = found.iter().map(|vacancy| vacancy.free_places).sum();
        let groups = u32::try_from(found.len()).unwrap_or(u32::MAX);
        format!("{} · {}", t::places::sum(places), t::places::groups(groups))
    };
    let list = vacancies.show_once(move || {
        (
            p().class("sum").attr("role", "status").add(say(sum)),
            ul().class("places").add(each(found, key, row)),
            live(move || {
                found()
                    .is_empty()
                    .then(|| p().class("empty").add(t::places::EMPTY))
            }),
            p().class("muted").add(say(move || {
                t::places::as_of(&format::clock(asked_at.get()))
            })),
        )
    });
    let filters = form()
        .class("filters")
        .label(t::places::FILTERS)
        .on_submit(|| {})
        .add((
            select_field(
                locality,
                t::common::LOCALITY,
                None,
                Some(t::places::ALL_LOCALITIES),
                move || localities.options(|locality| locality.id.to_string()),
            ),
            language_filter(language),
        ));
    view((
        heading(t::places::HEADING),
        paragraph(t::places::TEXT),
        filters,
        list,
        subscribe(move || wanted(locality, language)),
        p().add(
            a().href(endpoint::VACANCIES_FEED)
                .attr("type", "application/atom+xml")
                .add(t::subscriptions::FEED),
        ),
    ))
}

/// What the filters ask for, for a subscription.
fn wanted(locality: Field, language: Field) -> VacancyFilter {
    use InstructionLanguage::{English, Kazakh, Russian};
    let chosen = language.value.get();
    VacancyFilter {
        locality_id: locality.value.get().parse().ok(),
        instruction_language: [Kazakh, Russian, English]
            .into_iter()
            .find(|taught| tag(*taught) == chosen),
        ..VacancyFilter::default()
    }
}

/// The choice of a language of instruction.
pub fn language_filter(field: Field) -> El {
    let languages = || {
        use InstructionLanguage::{English, Kazakh, Russian};
        [Kazakh, Russian, English]
            .map(|taught| {
                (
                    tag(taught).to_owned(),
                    taught.name(i18n::language()).to_owned(),
                )
            })
            .to_vec()
    };
    select_field(
        field,
        t::place::LANGUAGE,
        None,
        Some(t::places::ALL_LANGUAGES),
        languages,
    )
}

/// The value of the option.
pub const fn tag(language: InstructionLanguage) -> &'static str {
    match language {
        InstructionLanguage::Kazakh => "kk",
        InstructionLanguage::Russian => "ru",
        InstructionLanguage::English => "en",
    }
}

/// A row is made anew when its count changes, and only then.
fn key(vacancy: &Vacancy) -> String {
    format!("{}/{}", vacancy.group_id, vacancy.free_places)
}

fn row(vacancy: Vacancy) -> El {
    let facts = div().add((
        h2().add(i18n::name(&vacancy.kindergarten_name)),
        span()
            .class("locality")
            .add(use_localities().name(vacancy.locality_id)),
        kindergarten::details(&vacancy, None),
    ));
    li().class("place")
        .add((facts, kindergarten::free(vacancy.free_places)))
}
