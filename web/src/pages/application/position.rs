//! Why the number in the queue changed, day by day, as a curve and as a list, and when the child may
//! stand first.

mod curve;

use self::curve::Curve;
use crate::{
    api::use_api,
    components::card::Card,
    i18n::{Locale, format, t, t_string, td_string, use_i18n},
    remote::{Fetched, Remote},
    state::Topic,
};
use balabaqsha_shared::{
    dto::{Forecast, PositionChange, PositionDay, PositionHistory},
    forecast::{FAR_WEEKS, Interval, Outcome},
    id::ApplicationId,
};
use leptos::prelude::*;

const REFRESH_SECONDS: u32 = 60;

#[component]
pub fn PositionExplained(id: ApplicationId) -> impl IntoView {
    let api = use_api();
    let history: Remote<PositionHistory> =
        Remote::new(move || api.position_history(id)).follow(Topic::Account, REFRESH_SECONDS);
    view! {
        <Fetched data=history let:found>
            {found.forecast.map(|forecast| view! { <ForecastCard forecast/> })}
            <Curve days=found.days.clone() now=found.number since=found.number_then/>
            <Changes days=found.days/>
        </Fetched>
    }
}

#[component]
fn ForecastCard(forecast: Forecast) -> impl IntoView {
    let i18n = use_i18n();
    let Forecast { outcome, basis } = forecast;
    let basis = move || {
        let count = format::count_of(i18n.get_locale(), &basis.weeks);
        t_string!(i18n, position.basis, count = count)
    };
    view! {
        <Card title=move || t_string!(i18n, position.forecast)>
            <p>{move || expected(i18n.get_locale(), outcome)}</p>
            <p class="muted">{basis}</p>
        </Card>
    }
}

#[component]
fn Changes(days: Vec<PositionDay>) -> impl IntoView {
    let i18n = use_i18n();
    let told = |day: &PositionDay| day.change != PositionChange::default();
    let days: Vec<_> = days.into_iter().filter(told).collect();
    let changes = if days.is_empty() {
        view! { <p>{t!(i18n, position.unchanged)}</p> }.into_any()
    } else {
        let days = days.into_iter().map(|day| view! { <Day day/> });
        view! { <ul class="changes">{days.collect_view()}</ul> }.into_any()
    };
    view! { <Card title=move || t_string!(i18n, position.why)>{changes}</Card> }
}

#[component]
fn Day(day: PositionDay) -> impl IntoView {
    let i18n = use_i18n();
    let PositionDay {
        day,
        number,
        change,
    } = day;
    let number = number.map(|number| {
        let words = move || {
            let number = format::number(i18n.get_locale(), number);
            t_string!(i18n, position.number, number = number)
        };
        view! { " " <b>{words}</b> }
    });
    view! {
        <li>
            {move || format::day(i18n.get_locale(), day)}
            {number}
            <p>{move || reasons(i18n.get_locale(), &change).join(" ")}</p>
        </li>
    }
}

/// A sentence with a number in it.
type Sentence = fn(Locale, u32) -> String;

/// What happened before this child that day, in sentences.
fn reasons(locale: Locale, change: &PositionChange) -> Vec<String> {
    macro_rules! sentence {
        ($name:ident) => {
            |locale, count| td_string!(locale, position.$name, count = format::count(locale, count))
        };
    }
    let PositionChange { left, came } = change;
    let sentences: [(u32, Sentence); 7] = [
        (left.referred, sentence!(referred)),
        (left.withdrawn, sentence!(withdrawn)),
        (left.other, sentence!(left_otherwise)),
        (came.extraordinary, sentence!(extraordinary)),
        (came.priority, sentence!(priority)),
        (came.general, sentence!(general)),
        (came.returned, sentence!(returned)),
    ];
    sentences
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, sentence)| sentence(locale, count))
        .collect()
}

fn expected(locale: Locale, outcome: Outcome) -> String {
    let weeks = |weeks: f64| format::rounded_up(locale, weeks.max(1.0));
    let words = match outcome {
        Outcome::First => td_string!(locale, position.first),
        Outcome::NotEnoughData => td_string!(locale, position.not_enough),
        Outcome::NotMoving => td_string!(locale, position.not_moving),
        Outcome::Estimate {
            ninety: Interval { from_weeks, .. },
            ..
        } if from_weeks > FAR_WEEKS => td_string!(locale, position.far),
        Outcome::Estimate {
            median_weeks,
            ninety: Interval {
                from_weeks,
                to_weeks,
            },
            ..
        } => {
            let (from, middle) = (weeks(from_weeks), weeks(median_weeks));
            return match to_weeks {
                Some(to) => td_string!(
                    locale,
                    position.estimate,
                    from = from,
                    middle = middle,
                    to = weeks(to)
                ),
                None => td_string!(locale, position.estimate_open, from = from, middle = middle),
            };
        }
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(from_weeks: f64) -> Outcome {
        let interval = Interval {
            from_weeks,
            to_weeks: None,
        };
        Outcome::Estimate {
            median_weeks: from_weeks,
            half: interval,
            ninety: interval,
        }
    }

    #[test]
    fn a_forecast_beyond_a_year_names_no_number() {
        let far = expected(Locale::ru, estimate(52.1));
        assert_eq!(far, td_string!(Locale::ru, position.far));
    }

    #[test]
    fn a_day_without_changes_has_no_sentences() {
        assert!(reasons(Locale::ru, &PositionChange::default()).is_empty());
    }
}
