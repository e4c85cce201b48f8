//! The bulletin of free places under the state order, for everybody, always the present state.

use super::{paragraph, words};
use crate::{
    api::use_api,
    clock::use_clock,
    components::{fields::SelectField, form::Field, heading::Heading, kindergarten},
    i18n::{format, t, use_i18n},
    localities::use_localities,
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{Vacancy, VacancyList},
    kindergarten::InstructionLanguage,
};
use leptos::prelude::*;

/// The answer has an ETag, so asking again costs next to nothing while nothing has changed.
const REFRESH_SECONDS: u64 = 10;

pub fn page() -> AnyView {
    let i18n = use_i18n();
    let api = use_api();
    let clock = use_clock();
    let localities = use_localities();
    let asked_at = RwSignal::new(clock.now());
    let vacancies: Remote<VacancyList> = Remote::new(move || async move {
        let list = api.vacancies().await?;
        asked_at.try_set(clock.now());
        Ok(list)
    })
    .every(REFRESH_SECONDS);

    let locality = Field::new("filter-locality", "");
    let language = Field::new("filter-language", "");
    let localities_on_offer = Signal::derive(move || {
        let list = localities
            .remote()
            .get()
            .map(|list| list.items)
            .unwrap_or_default();
        list.into_iter()
            .filter(|locality| locality.served_here)
            .map(|locality| {
                (
                    locality.id.to_string(),
                    locality.name.get(i18n.language()).to_owned(),
                )
            })
            .collect::<Vec<_>>()
    });
    let found = Memo::new(move |_| {
        let (locality, language) = (locality.value.get(), language.value.get());
        let list = vacancies.get().map(|list| list.items).unwrap_or_default();
        list.into_iter()
            .filter(|vacancy| locality.is_empty() || vacancy.locality_id.to_string() == locality)
            .filter(|vacancy| language.is_empty() || tag(vacancy.instruction_language) == language)
            .collect::<Vec<Vacancy>>()
    });
    let sum = move || {
        let language = i18n.language();
        let found = found.get();
        let places = found.iter().map(|vacancy| vacancy.free_places).sum();
        let groups = u32::try_from(found.len()).unwrap_or(u32::MAX);
        format!(
            "{} · {}",
            t::places::sum(language, places),
            t::places::groups(language, groups)
        )
    };
    let list = vacancies.show_once(move || {
        view! {
            <p class="sum" role="status">{sum}</p>
            <ul class="places">
                <For each=move || found.get() key=key let:vacancy>
                    {row(&vacancy)}
                </For>
            </ul>
            {move || found.with(Vec::is_empty).then(|| view! {
                <p class="empty">{i18n.t(t::places::EMPTY)}</p>
            })}
            <p class="muted">
                {move || t::places::as_of(i18n.language(), &format::clock(asked_at.get()))}
            </p>
        }
        .into_any()
    });
    view! {
        <Heading words=words(t::places::HEADING)/>
        {paragraph(t::places::TEXT)}
        <form class="filters" aria-label=i18n.t(t::places::FILTERS)
            on:submit=|event| event.prevent_default()>
            <SelectField field=locality label=t::common::LOCALITY options=localities_on_offer
                empty=t::places::ALL_LOCALITIES/>
            <SelectField field=language label=t::place::LANGUAGE options=languages()
                empty=t::places::ALL_LANGUAGES/>
        </form>
        {list}
    }
    .into_any()
}

/// The languages of instruction as options.
pub fn languages() -> Signal<Vec<(String, String)>> {
    let i18n = use_i18n();
    Signal::derive(move || {
        [
            InstructionLanguage::Kazakh,
            InstructionLanguage::Russian,
            InstructionLanguage::English,
        ]
        .map(|taught| {
            (
                tag(taught).to_owned(),
                taught.name(i18n.language()).to_owned(),
            )
        })
        .to_vec()
    })
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
fn key(vacancy: &Vacancy) -> (balabaqsha_shared::id::GroupId, u32) {
    (vacancy.group_id, vacancy.free_places)
}

fn row(vacancy: &Vacancy) -> AnyView {
    let i18n = use_i18n();
    let localities = use_localities();
    let name = vacancy.kindergarten_name.clone();
    view! {
        <li class="place">
            <div>
                <h2>{i18n.say(move |language| name.get(language).to_owned())}</h2>
                <span class="locality">{localities.name(vacancy.locality_id, i18n)}</span>
                {kindergarten::details(vacancy, None, i18n)}
            </div>
            {kindergarten::free(vacancy.free_places, i18n)}
        </li>
    }
    .into_any()
}
