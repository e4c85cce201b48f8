//! What the numbers of a rules profile may be. Above the profile, because a number that cannot be is a
//! violation.

use super::Violation;
use crate::{code::Code, profile::RulesProfile};
use std::ops::RangeInclusive;

impl RulesProfile {
    /// What no locality can have, each with the JSON Pointer of its member.
    #[must_use]
    pub fn violations(&self) -> Vec<(&'static str, Violation)> {
        let numbers: [(&'static str, i32, RangeInclusive<i32>); 19] = [
            (
                "/upper_age_years",
                self.upper_age_years.into(),
                Self::UPPER_AGE_YEARS,
            ),
            (
                "/choosing_age_years",
                self.choosing_age_years.into(),
                0..=self.upper_age_years.into(),
            ),
            (
                "/hold_minutes",
                self.hold_minutes.into(),
                Self::HOLD_MINUTES,
            ),
            (
                "/unused_holds_per_day",
                self.unused_holds_per_day.into(),
                1..=100,
            ),
            (
                "/arrival_working_days",
                self.arrival_working_days.into(),
                Self::ARRIVAL_WORKING_DAYS,
            ),
            (
                "/late_confirmation_working_days",
                self.late_confirmation_working_days.into(),
                0..=30,
            ),
            (
                "/stop_list_working_days",
                self.stop_list_working_days.into(),
                Self::STOP_LIST_WORKING_DAYS,
            ),
            ("/lapses_to_removal", self.lapses_to_removal.into(), 1..=100),
            (
                "/extension_calendar_days",
                self.extension_calendar_days.into(),
                0..=366,
            ),
            ("/revocation_hours", self.revocation_hours.into(), 0..=720),
            (
                "/resting/from_minutes",
                self.resting.from_minutes.into(),
                0..=60,
            ),
            (
                "/resting/to_minutes",
                self.resting.to_minutes.into(),
                self.resting.from_minutes.into()..=60,
            ),
            (
                "/resting/regained_hold_minutes",
                self.resting.regained_hold_minutes.into(),
                1..=120,
            ),
            (
                "/limits/new_applications_per_day",
                self.limits.new_applications_per_day.into(),
                1..=1000,
            ),
            (
                "/limits/active_applications",
                self.limits.active_applications.into(),
                1..=1000,
            ),
            (
                "/limits/holds_per_further_child",
                self.limits.holds_per_further_child.into(),
                0..=1000,
            ),
            ("/limits/live_holds", self.limits.live_holds.into(), 1..=100),
            (
                "/limits/unverified_in_hand",
                self.limits.unverified_in_hand.into(),
                0..=1000,
            ),
            (
                "/limits/drafts_about_others_per_day",
                self.limits.drafts_about_others_per_day.into(),
                0..=1000,
            ),
        ];
        numbers
            .into_iter()
            .filter(|(_, number, range)| !range.contains(number))
            .map(|(pointer, _, range)| {
                let violation = Violation::new(Code::QuantityInvalid)
                    .with("from", range.start())
                    .with("to", range.end());
                (pointer, violation)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Resting;

    #[test]
    fn the_default_fits_and_all_that_does_not_is_named() {
        assert!(RulesProfile::default().violations().is_empty());
        let wrong = RulesProfile {
            upper_age_years: 0,
            choosing_age_years: 3,
            hold_minutes: 121,
            resting: Resting {
                from_minutes: 6,
                ..Resting::default()
            },
            ..RulesProfile::default()
        };
        let named: Vec<_> = wrong
            .violations()
            .into_iter()
            .map(|(pointer, violation)| (pointer, violation.code))
            .collect();
        let expected = [
            "/upper_age_years",
            "/choosing_age_years",
            "/hold_minutes",
            "/resting/to_minutes",
        ]
        .map(|pointer| (pointer, Code::QuantityInvalid));
        assert_eq!(named, expected);
    }
}
