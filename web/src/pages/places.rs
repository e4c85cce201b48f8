//! The bulletin of free places under the state order, for everybody, always the present state.

use crate::{
    api::use_api,
    components::{
        fields::{Choice, PlainButton, SelectField},
        form::Field,
        heading::Heading,
        kindergarten::{FreePlaces, VacancyDetails},
        subscriptions::Subscribe,
        suspension::Suspended,
    },
    i18n::{format, language, localized, t, t_string, use_i18n},
    remote::{Ready, Remote},
    routes::Route,
    state::{Topic, use_clock, use_localities},
};
use balabaqsha_shared::{
    dto::{Locality, Vacancy, VacancyList},
    endpoint,
    id::GroupId,
    kindergarten::InstructionLanguage,
    profile::RulesProfile,
    time,
    vacancy::VacancyFilter,
};
use chrono::Datelike;
use leptos::{ev, prelude::*};
use leptos_router::hooks::use_query_map;

/// The answer has an ETag, so asking again costs next to nothing while nothing has changed.
const REFRESH_SECONDS: u32 = 10;

/// So many groups are shown at once, and so many more each time.
const FOLDED: usize = 12;

/// The part of the address that names the locality to look at.
const LOCALITY: &str = "locality";

/// The bulletin with the places of one locality, by its short name.
pub fn places_of(code: &str) -> String {
    format!("{}?{LOCALITY}={code}", Route::Places.path())
}

#[component]
pub fn PlacesPage() -> impl IntoView {
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
    .follow(Topic::Places, REFRESH_SECONDS);

    let locality = Field::new("filter-locality", "");
    let birth_year = Field::new("filter-birth-year", "");
    let language = Field::new("filter-language", "");
    let shown = RwSignal::new(FOLDED);
    // The locality of whose page the link was followed, once its id is known.
    let asked = use_query_map().with_untracked(|query| query.get(LOCALITY));
    let asked = StoredValue::new(asked);
    Effect::new(move || {
        let Some(code) = asked.get_value() else {
            return;
        };
        if let Some(id) = localities.one(|found| found.code == code, |found| found.id) {
            asked.set_value(None);
            locality.value.set(id.to_string());
        }
    });
    // Another question begins with the first of its answers.
    Effect::new(move || {
        locality.value.track();
        birth_year.value.track();
        language.value.track();
        shown.set(FOLDED);
    });
    let found = Memo::new(move |_| {
        let (locality, language) = (locality.value.get(), language.value.get());
        let birth_year = birth_year.value.with(|year| year.parse().ok());
        let fits = |vacancy: &&Vacancy| {
            (locality.is_empty() || vacancy.locality_id.to_string() == locality)
                && (language.is_empty() || tag(vacancy.instruction_language) == language)
                && birth_year.is_none_or(|year| {
                    (vacancy.birth_years.from..=vacancy.birth_years.to).contains(&year)
                })
        };
        vacancies
            .with(|list| list.items.iter().filter(fits).cloned().collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let sum = move || {
        let locale = i18n.get_locale();
        let (places, groups) = found.with(|found| {
            let places = found.iter().map(|vacancy| vacancy.free_places).sum();
            (
                format::count(locale, places),
                format::count_of(locale, found),
            )
        });
        let places = t_string!(i18n, places.sum, count = places);
        let groups = t_string!(i18n, places.groups, count = groups);
        format!("{places} · {groups}")
    };
    let as_of = move || t_string!(i18n, places.as_of, time = format::clock(asked_at.get()));
    let wanted = move || VacancyFilter {
        locality_id: locality.value.get().parse().ok(),
        instruction_language: instruction_language(&language.value.get()),
        birth_year: birth_year.value.with(|year| year.parse().ok()),
        ..VacancyFilter::default()
    };
    let looked_at = Callback::new(move |found: Locality| {
        locality
            .value
            .with(|id| id.is_empty() || *id == found.id.to_string())
    });
    // The years that a child on any queue may be born in.
    let years = move || {
        let this_year = time::local_date(clock.now()).year();
        let oldest = this_year - i32::from(RulesProfile::default().upper_age_years);
        (oldest..=this_year)
            .rev()
            .map(|year| Choice {
                value: year.to_string(),
                label: year.to_string(),
            })
            .collect::<Vec<_>>()
    };
    let visible =
        move || found.with(|found| found.iter().take(shown.get()).cloned().collect::<Vec<_>>());
    let folded = Memo::new(move |_| found.with(|found| found.len().saturating_sub(shown.get())));
    let more = move || {
        let next = u32::try_from(folded.get().min(FOLDED)).unwrap_or(u32::MAX);
        t_string!(
            i18n,
            places.more,
            count = format::count(i18n.get_locale(), next)
        )
    };
    view! {
        <Heading text=move || t_string!(i18n, places.heading)/>
        <p>{t!(i18n, places.text)}</p>
        <Suspended shown=looked_at/>
        <form class="filters" aria-label=move || t_string!(i18n, places.filters)
            on:submit=|event: ev::SubmitEvent| event.prevent_default()>
            <SelectField field=locality label=move || t_string!(i18n, common.locality)
                empty=move || t_string!(i18n, places.all_localities)
                choices=move || localities.choices(|locality| locality.id.to_string())/>
            <SelectField field=birth_year label=move || t_string!(i18n, places.birth_year)
                empty=move || t_string!(i18n, places.all_years) choices=years/>
            <InstructionLanguageFilter field=language/>
        </form>
        <Ready data=vacancies>
            <p class="sum" role="status">{sum}</p>
            <Subscribe filter=wanted/>
            <ul class="places">
                <For each=visible key=row_key let:vacancy>
                    <Row vacancy/>
                </For>
            </ul>
            <Show when=move || { folded.get() > 0 }>
                <PlainButton text=more on_press=move |()| shown.update(|shown| *shown += FOLDED)/>
            </Show>
            <Show when=move || found.with(Vec::is_empty)>
                <p class="empty">{t!(i18n, places.empty)}</p>
            </Show>
            <p class="muted">{as_of}</p>
        </Ready>
        <p>
            <a href=endpoint::VACANCIES_FEED type="application/atom+xml" rel="external">
                {t!(i18n, subscriptions.feed)}
            </a>
        </p>
    }
}

const INSTRUCTION_LANGUAGES: [InstructionLanguage; 3] = [
    InstructionLanguage::Kazakh,
    InstructionLanguage::Russian,
    InstructionLanguage::English,
];

/// The choice of a language of instruction.
#[component]
pub fn InstructionLanguageFilter(field: Field) -> impl IntoView {
    let i18n = use_i18n();
    let choices = move || {
        INSTRUCTION_LANGUAGES
            .map(|taught| Choice {
                value: tag(taught).to_owned(),
                label: taught.name(language(i18n)).to_owned(),
            })
            .to_vec()
    };
    view! {
        <SelectField field label=move || t_string!(i18n, place.language)
            empty=move || t_string!(i18n, places.all_languages) choices/>
    }
}

/// The value of the option.
pub const fn tag(language: InstructionLanguage) -> &'static str {
    match language {
        InstructionLanguage::Kazakh => "kk",
        InstructionLanguage::Russian => "ru",
        InstructionLanguage::English => "en",
    }
}

fn instruction_language(value: &str) -> Option<InstructionLanguage> {
    INSTRUCTION_LANGUAGES
        .into_iter()
        .find(|taught| tag(*taught) == value)
}

/// A row is made anew when its count changes, and only then.
const fn row_key(vacancy: &Vacancy) -> (GroupId, u32) {
    (vacancy.group_id, vacancy.free_places)
}

#[component]
fn Row(vacancy: Vacancy) -> impl IntoView {
    let i18n = use_i18n();
    let localities = use_localities();
    let free_places = vacancy.free_places;
    view! {
        <li class="place">
            <div>
                <h2>
                    <a href=Route::Kindergarten(vacancy.kindergarten_id).path()>
                        {localized(i18n, &vacancy.kindergarten_name)}
                    </a>
                </h2>
                <span class="locality">{localities.name(vacancy.locality_id)}</span>
                <VacancyDetails vacancy/>
            </div>
            <FreePlaces count=free_places/>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_of_instruction_is_read_from_its_option() {
        for taught in INSTRUCTION_LANGUAGES {
            assert_eq!(instruction_language(tag(taught)), Some(taught));
        }
        assert_eq!(instruction_language(""), None);
    }
}
