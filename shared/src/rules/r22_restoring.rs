//! R22: an official restores a referral that lapsed, to a new last day, at least one working day away.

use crate::calendar::{NotCovered, WorkingCalendar};
use chrono::NaiveDate;

/// The first day that can be the new deadline.
pub fn earliest(today: NaiveDate, calendar: &WorkingCalendar) -> Result<NaiveDate, NotCovered> {
    calendar.add_working_days(today, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;

    #[rstest::rstest]
    #[case("2026-11-23", "2026-11-24")]
    #[case("2026-11-27", "2026-11-30")]
    #[case("2026-12-15", "2026-12-17")]
    fn a_working_day_is_left(#[case] today: &str, #[case] expected: &str) {
        let earliest = earliest(today.parse().unwrap(), &builtin::kazakhstan());
        assert_eq!(earliest, Ok(expected.parse().unwrap()));
    }
}
