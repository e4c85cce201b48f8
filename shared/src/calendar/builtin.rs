//! The days off of Kazakhstan that are known in advance: the Law on Holidays, the first day of
//! Kurban Ait, and the government's decrees that moved days.

use super::{DayKind, WorkingCalendar};
use chrono::NaiveDate;
use std::{collections::BTreeSet, ops::RangeInclusive};

const YEARS: RangeInclusive<i32> = 2024..=2030;

/// National and state holidays: month, day, first year, last year.
const HOLIDAYS: [(u32, u32, i32, i32); 14] = [
    (1, 1, 2024, 2030),
    (1, 2, 2024, 2030),
    (3, 8, 2024, 2030),
    (3, 15, 2027, 2030), // Constitution Day from 2027 on
    (3, 21, 2024, 2030),
    (3, 22, 2024, 2030),
    (3, 23, 2024, 2030),
    (5, 1, 2024, 2030),
    (5, 7, 2024, 2030),
    (5, 9, 2024, 2030),
    (7, 6, 2024, 2030),
    (8, 30, 2024, 2025), // Constitution Day up to 2025
    (10, 25, 2024, 2030),
    (12, 16, 2024, 2030),
];

/// Orthodox Christmas: a day off that does not move.
const CHRISTMAS: (u32, u32) = (1, 7);

/// The first day of Kurban Ait, a day off that does not move; estimates from 2027 on.
const KURBAN_AIT: [(i32, u32, u32); 7] = [
    (2024, 6, 16),
    (2025, 6, 6),
    (2026, 5, 27),
    (2027, 5, 16),
    (2028, 5, 5),
    (2029, 4, 24),
    (2030, 4, 13),
];

const DECREES: [(i32, u32, u32, DayKind); 4] = [
    (2024, 5, 4, DayKind::Work),
    (2024, 5, 8, DayKind::Off),
    (2025, 1, 3, DayKind::Off),
    (2025, 1, 5, DayKind::Work),
];

/// The working calendar of 2024 to 2030.
#[must_use]
pub fn kazakhstan() -> WorkingCalendar {
    let holidays: BTreeSet<NaiveDate> = HOLIDAYS
        .into_iter()
        .flat_map(|(month, day, first, last)| {
            (first..=last).filter_map(move |year| NaiveDate::from_ymd_opt(year, month, day))
        })
        .collect();
    let fixed: BTreeSet<NaiveDate> = YEARS
        .filter_map(|year| NaiveDate::from_ymd_opt(year, CHRISTMAS.0, CHRISTMAS.1))
        .chain(
            KURBAN_AIT
                .into_iter()
                .filter_map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day)),
        )
        .collect();
    DECREES.into_iter().fold(
        WorkingCalendar::new(YEARS, &holidays, &fixed),
        |calendar, (year, month, day, kind)| match NaiveDate::from_ymd_opt(year, month, day) {
            Some(date) => calendar.with_decree(date, kind),
            None => calendar,
        },
    )
}
