//! R20: the numbers that the rules profile of a locality may have.

use super::Violation;
use crate::{code::Code, profile::RulesProfile};
use std::ops::RangeInclusive;

/// What no locality can have, each with the JSON Pointer of its member.
#[must_use]
pub fn violations(profile: &RulesProfile) -> Vec<(&'static str, Violation)> {
    let numbers: [(&'static str, i32, RangeInclusive<i32>); 19] = [
        (
            "/upper_age_years",
            profile.upper_age_years.into(),
            RulesProfile::UPPER_AGE_YEARS,
        ),
        (
            "/choosing_age_years",
            profile.choosing_age_years.into(),
            0..=profile.upper_age_years.into(),
        ),
        (
            "/hold_minutes",
            profile.hold_minutes.into(),
            RulesProfile::HOLD_MINUTES,
        ),
        (
            "/unused_holds_per_day",
            profile.unused_holds_per_day.into(),
            1..=100,
        ),
        (
            "/arrival_working_days",
            profile.arrival_working_days.into(),
            RulesProfile::ARRIVAL_WORKING_DAYS,
        ),
        (
            "/late_confirmation_working_days",
            profile.late_confirmation_working_days.into(),
            0..=30,
        ),
        (
            "/stop_list_working_days",
            profile.stop_list_working_days.into(),
            RulesProfile::STOP_LIST_WORKING_DAYS,
        ),
        (
            "/lapses_to_removal",
            profile.lapses_to_removal.into(),
            1..=100,
        ),
        (
            "/extension_calendar_days",
            profile.extension_calendar_days.into(),
            0..=366,
        ),
        (
            "/revocation_hours",
            profile.revocation_hours.into(),
            0..=720,
        ),
        (
            "/resting/from_minutes",
            profile.resting.from_minutes.into(),
            0..=60,
        ),
        (
            "/resting/to_minutes",
            profile.resting.to_minutes.into(),
            profile.resting.from_minutes.into()..=60,
        ),
        (
            "/resting/regained_hold_minutes",
            profile.resting.regained_hold_minutes.into(),
            1..=120,
        ),
        (
            "/limits/new_applications_per_day",
            profile.limits.new_applications_per_day.into(),
            1..=1000,
        ),
        (
            "/limits/active_applications",
            profile.limits.active_applications.into(),
            1..=1000,
        ),
        (
            "/limits/holds_per_further_child",
            profile.limits.holds_per_further_child.into(),
            0..=1000,
        ),
        (
            "/limits/live_holds",
            profile.limits.live_holds.into(),
            1..=1000,
        ),
        (
            "/limits/unverified_in_hand",
            profile.limits.unverified_in_hand.into(),
            0..=1000,
        ),
        (
            "/limits/drafts_about_others_per_day",
            profile.limits.drafts_about_others_per_day.into(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Resting;

    #[test]
    fn the_default_fits_and_all_that_does_not_is_named() {
        assert!(violations(&RulesProfile::default()).is_empty());
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
        let named: Vec<_> = violations(&wrong)
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
