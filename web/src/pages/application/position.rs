//! Why the number in the queue changed, day by day, and when the child may stand first.

use crate::{
    api::use_api,
    changes::Topic,
    dom::{El, View, b, li, p, say, ul, view},
    i18n::{format, t},
    pages::card,
    remote::Remote,
};
use balabaqsha_shared::{
    dto::{PositionChange, PositionDay, PositionHistory},
    forecast::{Interval, Outcome},
    id::ApplicationId,
};

const REFRESH_SECONDS: u32 = 60;

pub fn explained(id: ApplicationId) -> View {
    let api = use_api();
    let history: Remote<PositionHistory> =
        Remote::new(move || api.position_history(id)).follow(Topic::Account, REFRESH_SECONDS);
    history.show(|history| {
        let days: Vec<El> = history.days.iter().filter_map(day).collect();
        let changes = if days.is_empty() {
            view(p().add(t::position::UNCHANGED))
        } else {
            view(ul().class("changes").add(days))
        };
        let forecast = history.forecast.as_ref().map(|forecast| {
            let (outcome, weeks) = (forecast.outcome, forecast.basis.weeks.len());
            let weeks = u32::try_from(weeks).unwrap_or(u32::MAX);
            card(
                t::position::FORECAST,
                (
                    p().add(say(move || expected(outcome))),
                    p().class("muted")
                        .add(say(move || t::position::basis(weeks))),
                ),
            )
        });
        view((forecast, card(t::position::WHY, changes)))
    })
}

fn day(day: &PositionDay) -> Option<El> {
    let PositionDay {
        day,
        number,
        change,
    } = *day;
    let reasons = move || reasons(&change);
    if reasons().is_empty() {
        return None;
    }
    let number = number.map(|number| {
        (
            " ",
            b().add(say(move || t::position::number(&format::number(number)))),
        )
    });
    Some(li().add((
        say(move || format::day(day)),
        number,
        p().add(say(move || reasons().join(" "))),
    )))
}

/// A sentence with a number in it.
type Sentence = fn(u32) -> String;

/// What happened before this child that day, in sentences.
fn reasons(change: &PositionChange) -> Vec<String> {
    let PositionChange { left, came } = change;
    let sentences: [(u32, Sentence); 7] = [
        (left.referred, t::position::referred),
        (left.withdrawn, t::position::withdrawn),
        (left.other, t::position::left_otherwise),
        (came.extraordinary, t::position::extraordinary),
        (came.priority, t::position::priority),
        (came.general, t::position::general),
        (came.returned, t::position::returned),
    ];
    sentences
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, sentence)| sentence(count))
        .collect()
}

fn expected(outcome: Outcome) -> String {
    let weeks = |weeks: f64| format::kilometres(weeks.max(1.0).ceil());
    let text = match outcome {
        Outcome::First => t::position::FIRST,
        Outcome::NotEnoughData => t::position::NOT_ENOUGH,
        Outcome::NotMoving => t::position::NOT_MOVING,
        // So many weeks say nothing to anybody, and the queue will not move like this for so long.
        Outcome::Estimate {
            ninety: Interval { from_weeks, .. },
            ..
        } if from_weeks > 52.0 => t::position::FAR,
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
                Some(to) => t::position::estimate(&from, &middle, &weeks(to)),
                None => t::position::estimate_open(&from, &middle),
            };
        }
    };
    text.get().to_owned()
}
