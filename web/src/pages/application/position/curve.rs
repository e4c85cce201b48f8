//! The way of the number as a curve, for the eye; the same numbers stand in a table beside it, for
//! those who read.

use crate::{
    components::card::Card,
    i18n::{format, t, t_string, use_i18n},
};
use balabaqsha_shared::dto::PositionDay;
use chrono::NaiveDate;
use leptos::prelude::*;

/// The picture, in its own units.
const WIDTH: u32 = 320;
const HEIGHT: u32 = 120;
const EDGE: u32 = 10;

/// A number on a day.
type Point = (NaiveDate, u32);

#[component]
pub fn Curve(
    /// The newest first.
    days: Vec<PositionDay>,
    /// The present number.
    now: Option<u32>,
    /// The number before the first of the days.
    since: Option<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    let points = points(&days);
    // A single number is no way.
    let ends = (points.first().copied(), points.last().copied());
    let (Some((_, first)), Some((_, last)), true) = (ends.0, ends.1, points.len() > 1) else {
        return ().into_any();
    };
    let line = steps(&points);
    let (from, to) = (since.unwrap_or(first), now.unwrap_or(last));
    let words = move || {
        let locale = i18n.get_locale();
        t_string!(
            i18n,
            position.curve_words,
            from = format::number(locale, from),
            to = format::number(locale, to)
        )
    };
    let rows = points.into_iter().rev().map(move |(day, number)| {
        view! {
            <tr>
                <th scope="row">{move || format::day(i18n.get_locale(), day)}</th>
                <td translate="no">{move || format::number(i18n.get_locale(), number)}</td>
            </tr>
        }
    });
    view! {
        <Card title=move || t_string!(i18n, position.curve)>
            <p>{words}</p>
            <svg class="curve" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=words>
                <path d=line></path>
            </svg>
            <details>
                <summary>{t!(i18n, position.table)}</summary>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, position.table_day)}</th>
                            <th scope="col">{t!(i18n, position.table_number)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </details>
        </Card>
    }
    .into_any()
}

/// The days that have a number, the oldest first.
fn points(days: &[PositionDay]) -> Vec<Point> {
    let points = days.iter().rev();
    points
        .filter_map(|day| Some((day.day, day.number?)))
        .collect()
}

/// A line that stays at a number until the day of the next; the first in the queue is at the top.
fn steps(points: &[Point]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return String::new();
    };
    let days = |day: NaiveDate| u32::try_from((day - first.0).num_days()).unwrap_or_default();
    let span = days(last.0).max(1);
    let numbers = points.iter().map(|(_, number)| *number);
    let least = numbers.clone().min().unwrap_or_default();
    let range = numbers
        .max()
        .unwrap_or_default()
        .saturating_sub(least)
        .max(1);
    let along = |day| EDGE + days(day) * (WIDTH - 2 * EDGE) / span;
    let down = |number: u32| {
        let part = u64::from(number - least) * u64::from(HEIGHT - 2 * EDGE) / u64::from(range);
        u64::from(EDGE) + part
    };
    let mut line = format!("M{} {}", along(first.0), down(first.1));
    for (day, number) in points.iter().skip(1) {
        line.push_str(&format!("H{}V{}", along(*day), down(*number)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn a_smaller_number_is_higher() {
        let line = steps(&[(day(1), 30), (day(11), 20), (day(21), 10)]);
        assert_eq!(line, "M10 110H160V60H310V10");
    }

    #[test]
    fn a_number_that_stays_is_a_flat_line() {
        assert_eq!(steps(&[(day(1), 5), (day(3), 5)]), "M10 10H310V10");
    }

    #[test]
    fn days_without_a_number_are_left_out() {
        let days = [(3, Some(1)), (2, None), (1, Some(2))].map(|(number, position)| PositionDay {
            day: day(number),
            number: position,
            change: Default::default(),
        });
        assert_eq!(points(&days), [(day(1), 2), (day(3), 1)]);
    }
}
