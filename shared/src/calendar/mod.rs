//! The working calendar: which days are worked, and what lies so many working days ahead.
//!
//! The days are data: [`builtin`] gives the years of the law and the known decrees; further
//! decrees are laid over it with [`WorkingCalendar::with_decree`]. A day outside the covered years
//! is refused rather than guessed.

pub mod builtin;
pub mod decrees;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, ops::RangeInclusive};

/// A five-day week with its days off and the days off that are worked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingCalendar {
    years: RangeInclusive<i32>,
    off: BTreeSet<NaiveDate>,
    worked: BTreeSet<NaiveDate>,
}

/// What a decree makes of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DayKind {
    Off,
    Work,
}

impl DayKind {
    /// The name in storage and in files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "work",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Off, Self::Work]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// The calendar has no data for a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the working calendar does not cover {0}")]
pub struct NotCovered(pub NaiveDate);

impl WorkingCalendar {
    /// `holidays` that fall on a day off move to the next working day, several of them one behind
    /// the other; `fixed_days_off` do not move.
    #[must_use]
    pub fn new(
        years: RangeInclusive<i32>,
        holidays: &BTreeSet<NaiveDate>,
        fixed_days_off: &BTreeSet<NaiveDate>,
    ) -> Self {
        let mut off: BTreeSet<NaiveDate> = holidays.union(fixed_days_off).copied().collect();
        for holiday in holidays {
            if is_weekend(*holiday) || fixed_days_off.contains(holiday) {
                let moved_to = holiday
                    .iter_days()
                    .skip(1)
                    .find(|day| !is_weekend(*day) && !off.contains(day));
                off.extend(moved_to);
            }
        }
        Self {
            years,
            off,
            worked: BTreeSet::new(),
        }
    }

    /// The same calendar with one day changed by a decree.
    #[must_use]
    pub fn with_decree(mut self, day: NaiveDate, kind: DayKind) -> Self {
        match kind {
            DayKind::Off => {
                self.worked.remove(&day);
                self.off.insert(day);
            }
            DayKind::Work => {
                self.off.remove(&day);
                self.worked.insert(day);
            }
        }
        self
    }

    /// The years that there is data for.
    #[must_use]
    pub const fn years(&self) -> &RangeInclusive<i32> {
        &self.years
    }

    #[must_use]
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.years.contains(&day.year())
    }

    /// The days of a year that differ from a plain five-day week, in their order.
    #[must_use]
    pub fn exceptions(&self, year: i32) -> Vec<(NaiveDate, DayKind)> {
        let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else {
            return Vec::new();
        };
        first
            .iter_days()
            .take_while(|day| day.year() == year)
            .filter_map(|day| match (self.is_working(day), is_weekend(day)) {
                (Ok(true), true) => Some((day, DayKind::Work)),
                (Ok(false), false) => Some((day, DayKind::Off)),
                _ => None,
            })
            .collect()
    }

    /// The last day with data.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(*self.years.end(), 12, 31).unwrap_or(NaiveDate::MAX)
    }

    /// Whether `day` is worked.
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, NotCovered> {
        if !self.covers(day) {
            return Err(NotCovered(day));
        }
        Ok(self.worked.contains(&day) || !(is_weekend(day) || self.off.contains(&day)))
    }

    /// The `count`-th working day after `day`, counted from the next day (R10).
    pub fn add_working_days(&self, day: NaiveDate, count: u16) -> Result<NaiveDate, NotCovered> {
        let mut left = count;
        let mut reached = day;
        while left > 0 {
            reached = reached.succ_opt().ok_or(NotCovered(reached))?;
            if self.is_working(reached)? {
                left -= 1;
            }
        }
        Ok(reached)
    }

    /// The working day after which `count` working days (one at least) are left, up to and
    /// including `day`.
    pub fn working_day_before(&self, day: NaiveDate, count: u16) -> Result<NaiveDate, NotCovered> {
        let mut left = 0;
        let mut reached = day;
        loop {
            if self.is_working(reached)? {
                if left == count {
                    return Ok(reached);
                }
                left += 1;
            }
            reached = reached.pred_opt().ok_or(NotCovered(reached))?;
        }
    }

    /// How many working days lie after `from`, up to and including `to`.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> Result<u16, NotCovered> {
        let mut count = 0;
        for day in from.iter_days().skip(1).take_while(|day| *day <= to) {
            if self.is_working(day)? {
                count += 1;
            }
        }
        Ok(count)
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use super::{builtin, *};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[rstest::rstest]
    #[case("2026-03-19", "2026-03-31", "2026-04-07")]
    #[case("2026-05-06", "2026-05-15", "2026-05-22")]
    #[case("2026-05-25", "2026-06-02", "2026-06-09")]
    #[case("2026-08-28", "2026-09-04", "2026-09-11")]
    #[case("2026-10-22", "2026-10-30", "2026-11-06")]
    #[case("2025-12-30", "2026-01-09", "2026-01-16")]
    #[case("2026-12-31", "2027-01-12", "2027-01-19")]
    #[case("2024-05-02", "2024-05-13", "2024-05-20")]
    #[case("2025-01-01", "2025-01-10", "2025-01-17")]
    #[case("2026-06-01", "2026-06-08", "2026-06-15")]
    fn five_and_ten_working_days(#[case] from: &str, #[case] five: &str, #[case] ten: &str) {
        let calendar = builtin::kazakhstan();
        assert_eq!(calendar.add_working_days(day(from), 5), Ok(day(five)));
        assert_eq!(calendar.add_working_days(day(from), 10), Ok(day(ten)));
    }

    #[test]
    fn a_decree_changes_one_day() {
        let saturday = day("2026-11-28");
        let monday = day("2026-11-30");
        let calendar = builtin::kazakhstan()
            .with_decree(saturday, DayKind::Work)
            .with_decree(monday, DayKind::Off);
        assert_eq!(calendar.is_working(saturday), Ok(true));
        assert_eq!(calendar.is_working(monday), Ok(false));
        assert_eq!(
            calendar.add_working_days(day("2026-11-27"), 2),
            Ok(day("2026-12-01"))
        );
    }

    #[test]
    fn a_year_without_data_is_refused() {
        let calendar = builtin::kazakhstan();
        assert!(calendar.is_working(day("2023-12-31")).is_err());
        assert!(calendar.add_working_days(day("2030-12-30"), 5).is_err());
    }

    #[test]
    fn the_exceptions_of_a_year_are_listed() {
        let calendar = builtin::kazakhstan();
        let of_2025 = calendar.exceptions(2025);
        let worked: Vec<_> = of_2025
            .iter()
            .filter(|(_, kind)| *kind == DayKind::Work)
            .map(|(day, _)| day.to_string())
            .collect();
        assert_eq!(worked, ["2025-01-05"]);
        let off: Vec<_> = of_2025
            .iter()
            .filter(|(_, kind)| *kind == DayKind::Off)
            .map(|(day, _)| day.to_string())
            .collect();
        assert_eq!(
            off,
            [
                "2025-01-01",
                "2025-01-02",
                "2025-01-03",
                "2025-01-07",
                "2025-03-10",
                "2025-03-21",
                "2025-03-24",
                "2025-03-25",
                "2025-05-01",
                "2025-05-07",
                "2025-05-09",
                "2025-06-06",
                "2025-07-07",
                "2025-09-01",
                "2025-10-27",
                "2025-12-16",
            ]
        );
        assert!(calendar.exceptions(2031).is_empty());
        assert_eq!(calendar.years(), &(2024..=2030));
        assert_eq!(calendar.last_day(), day("2030-12-31"));
    }

    #[test]
    fn a_holiday_on_a_fixed_day_off_moves_and_the_fixed_day_stays() {
        let friday = day("2026-11-27");
        let calendar =
            WorkingCalendar::new(2026..=2026, &BTreeSet::from([friday]), &[friday].into());
        assert_eq!(
            calendar.exceptions(2026),
            [(friday, DayKind::Off), (day("2026-11-30"), DayKind::Off)]
        );
    }

    #[test]
    fn kinds_of_days_have_names() {
        for (name, kind) in [("off", DayKind::Off), ("work", DayKind::Work)] {
            assert_eq!(kind.as_str(), name);
            assert_eq!(DayKind::from_name(name), Some(kind));
        }
        assert_eq!(DayKind::from_name("holiday"), None);
    }

    /// The rule in other words: count day by day.
    fn counted(calendar: &WorkingCalendar, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days()
            .skip(1)
            .take_while(|day| *day <= to)
            .filter(|day| calendar.is_working(*day) == Ok(true))
            .count()
    }

    proptest! {
        #[test]
        fn so_many_working_days_are_left_after_the_working_day_before(
            offset in 60_u64..2400, count in 1_u16..20,
        ) {
            let calendar = builtin::kazakhstan();
            let day = day("2024-01-01") + chrono::Days::new(offset);
            let before = calendar.working_day_before(day, count).unwrap();
            prop_assert!(before < day);
            prop_assert_eq!(calendar.is_working(before), Ok(true));
            prop_assert_eq!(calendar.working_days_between(before, day), Ok(count));
        }

        /// Over all of 2024 to 2030.
        #[test]
        fn a_deadline_is_a_working_day_and_exactly_so_many_lie_up_to_it(
            offset in 0_u64..2557, count in 1_u16..40,
        ) {
            let calendar = builtin::kazakhstan();
            let from = day("2024-01-01") + chrono::Days::new(offset);
            match calendar.add_working_days(from, count) {
                Ok(reached) => {
                    prop_assert!(reached > from);
                    prop_assert_eq!(calendar.is_working(reached), Ok(true));
                    prop_assert_eq!(calendar.working_days_between(from, reached), Ok(count));
                    prop_assert_eq!(counted(&calendar, from, reached), usize::from(count));
                }
                // Only where the calendar ends.
                Err(NotCovered(_)) => prop_assert!(from > day("2030-10-01")),
            }
        }

        /// Who begins later never has to arrive earlier, and one working day more is later.
        #[test]
        fn deadlines_grow_with_the_day_and_with_the_count(
            offset in 0_u64..2450, gap in 0_u64..30, count in 1_u16..20,
        ) {
            let calendar = builtin::kazakhstan();
            let from = day("2024-01-01") + chrono::Days::new(offset);
            let later = from + chrono::Days::new(gap);
            let reached = calendar.add_working_days(from, count).unwrap();
            prop_assert!(reached <= calendar.add_working_days(later, count).unwrap());
            prop_assert!(reached < calendar.add_working_days(from, count + 1).unwrap());
        }
    }
}
