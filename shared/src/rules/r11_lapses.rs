//! R11, R12: stop-list and lapses belong to the child in the locality, whatever became of the
//! applications. They are computed from the referrals that have lapsed since the last enrolment or
//! removal of the child there.

use crate::calendar::{NotCovered, WorkingCalendar};
use chrono::NaiveDate;

/// A lapse of the child that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub deadline: NaiveDate,
    /// As it was fixed at the lapse; absent in lapses of before.
    pub stop_listed_until: Option<NaiveDate>,
}

/// How many lapses the child has.
#[must_use]
pub fn count(lapses: &[Lapse]) -> u16 {
    u16::try_from(lapses.len()).unwrap_or(u16::MAX)
}

/// The last day of the child's stop-list that runs on `today`; `working_days` are those of the
/// profile, for lapses that have not fixed theirs.
pub fn stop_listed_until(
    lapses: &[Lapse],
    working_days: u16,
    calendar: &WorkingCalendar,
    today: NaiveDate,
) -> Result<Option<NaiveDate>, NotCovered> {
    let mut latest = None;
    for lapse in lapses {
        let until = match lapse.stop_listed_until {
            Some(until) => until,
            None => calendar.add_working_days(lapse.deadline, working_days)?,
        };
        latest = latest.max(Some(until));
    }
    Ok(latest.filter(|until| today <= *until))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;

    fn lapse(deadline: &str, until: Option<&str>) -> Lapse {
        Lapse {
            deadline: deadline.parse().unwrap(),
            stop_listed_until: until.map(|day| day.parse().unwrap()),
        }
    }

    #[rstest::rstest]
    #[case::none(&[], "2026-06-02", None)]
    #[case::fixed(&[lapse("2026-06-01", Some("2026-06-12"))], "2026-06-12", Some("2026-06-12"))]
    #[case::over(&[lapse("2026-06-01", Some("2026-06-12"))], "2026-06-13", None)]
    #[case::of_before(&[lapse("2026-06-01", None)], "2026-06-02", Some("2026-06-15"))]
    #[case::of_before_and_over(&[lapse("2026-06-01", None)], "2026-06-16", None)]
    #[case::the_latest_counts(
        &[lapse("2026-06-01", None), lapse("2026-05-29", Some("2026-06-19"))],
        "2026-06-02",
        Some("2026-06-19")
    )]
    fn the_stop_list_of_a_child(
        #[case] lapses: &[Lapse],
        #[case] today: &str,
        #[case] expected: Option<&str>,
    ) {
        let calendar = builtin::kazakhstan();
        let until = stop_listed_until(lapses, 10, &calendar, today.parse().unwrap());
        assert_eq!(until, Ok(expected.map(|day| day.parse().unwrap())));
        assert_eq!(usize::from(count(lapses)), lapses.len());
    }
}
