//! R6: choosing a private kindergarten under the state order is offered exactly when the
//! application is queued, the child is old enough today, and a free place fits the year of birth.

use super::Violation;
use crate::{age, application::ApplicationState, code::Code, profile::RulesProfile, time};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

/// What the rule looks at; the state must have been settled before.
#[derive(Clone, Copy, Debug)]
pub struct Choosing<'a> {
    pub state: ApplicationState,
    pub birth_date: NaiveDate,
    pub today: NaiveDate,
    pub profile: &'a RulesProfile,
    /// Free places under the state order in the locality that fit the year of birth.
    pub free_places: u32,
}

/// All unmet conditions; none means that the button is there.
#[must_use]
pub fn violations(facts: &Choosing<'_>) -> Vec<Violation> {
    let mut unmet = Vec::new();
    unmet.extend(state_violation(facts.state));
    let from = age::reaches(facts.birth_date, facts.profile.choosing_age_years);
    if facts.today < from {
        unmet.push(
            Violation::new(Code::ChildTooYoung)
                .with_day("from", from)
                .with("years", facts.profile.choosing_age_years),
        );
    }
    if facts.free_places == 0 {
        unmet.push(Violation::new(Code::NoVacancy).with("birth_year", facts.birth_date.year()));
    }
    unmet
}

/// (f): referrals are issued again at `ends_at` (R24).
#[must_use]
pub fn suspension(ends_at: DateTime<Utc>, reason: &str) -> Violation {
    let last = time::local_date(ends_at - TimeDelta::microseconds(1));
    Violation::new(Code::IssueSuspended)
        .with_day("until", last)
        .with("reason", reason)
}

fn state_violation(state: ApplicationState) -> Option<Violation> {
    match state {
        ApplicationState::Queued => None,
        ApplicationState::StopListed { until } => {
            Some(Violation::new(Code::ChildInStopList).with_day("until", until))
        }
        ApplicationState::Referred { .. } => Some(Violation::new(Code::ReferralActive)),
        ApplicationState::Enrolled { .. }
        | ApplicationState::Removed { .. }
        | ApplicationState::Withdrawn { .. } => Some(Violation::new(Code::NotInQueue)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ReferralId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn codes(state: ApplicationState, birth: &str, today: &str, free_places: u32) -> Vec<Code> {
        violations(&Choosing {
            state,
            birth_date: birth.parse().unwrap(),
            today: today.parse().unwrap(),
            profile: &RulesProfile::default(),
            free_places,
        })
        .into_iter()
        .map(|violation| violation.code)
        .collect()
    }

    #[rstest::rstest]
    #[case("2023-11-23", 1, &[])]
    #[case("2023-11-24", 1, &[Code::ChildTooYoung])]
    #[case("2023-11-23", 0, &[Code::NoVacancy])]
    #[case("2024-01-01", 0, &[Code::ChildTooYoung, Code::NoVacancy])]
    fn a_queued_child(#[case] birth: &str, #[case] free: u32, #[case] expected: &[Code]) {
        assert_eq!(
            codes(ApplicationState::Queued, birth, "2026-11-23", free),
            expected
        );
    }

    #[test]
    fn a_child_that_is_not_queued() {
        let at = DateTime::UNIX_EPOCH;
        let until = "2026-12-01".parse().unwrap();
        let referral_id = ReferralId::new(Uuid::nil());
        for (state, code) in [
            (
                ApplicationState::StopListed { until },
                Code::ChildInStopList,
            ),
            (
                ApplicationState::Referred { referral_id },
                Code::ReferralActive,
            ),
            (ApplicationState::Enrolled { at }, Code::NotInQueue),
            (ApplicationState::Removed { at }, Code::NotInQueue),
            (ApplicationState::Withdrawn { at }, Code::NotInQueue),
        ] {
            assert_eq!(codes(state, "2022-01-01", "2026-11-23", 5), [code]);
        }
    }

    #[test]
    fn the_sentence_names_the_day_from_which_choosing_is_open() {
        let unmet = violations(&Choosing {
            state: ApplicationState::Queued,
            birth_date: "2024-02-29".parse().unwrap(),
            today: "2026-11-23".parse().unwrap(),
            profile: &RulesProfile::default(),
            free_places: 1,
        });
        let sentence = unmet[0].sentence(crate::Language::Ru);
        assert!(sentence.contains("28.02.2027"), "{sentence}");
    }

    #[test]
    fn a_suspension_names_its_last_day_and_its_reason() {
        let ends_at = time::end_of_day("2026-08-31".parse().unwrap());
        let sentence = suspension(ends_at, "перевод групп").sentence(crate::Language::Ru);
        assert!(sentence.contains("31.08.2026"), "{sentence}");
        assert!(sentence.contains("перевод групп"), "{sentence}");
    }

    proptest! {
        #[test]
        fn offered_exactly_when_old_enough_and_a_place_is_free(
            age_days in 0_u64..2600, free in 0_u32..3,
        ) {
            let today: NaiveDate = "2026-11-23".parse().unwrap();
            let birth = today - chrono::Days::new(age_days);
            let offered = violations(&Choosing {
                state: ApplicationState::Queued,
                birth_date: birth,
                today,
                profile: &RulesProfile::default(),
                free_places: free,
            }).is_empty();
            prop_assert_eq!(offered, age::full_years(birth, today) >= 3 && free > 0);
        }
    }
}
