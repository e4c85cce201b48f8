//! R6: choosing a private kindergarten under the state order is offered exactly when the
//! application is queued, the child is old enough today, a place that fits the year of birth is free
//! for this child, and nothing stands against it.

use super::{Violation, r27_child};
use crate::{
    age,
    application::{ApplicationState, Standing, Verification},
    code::Code,
    profile::RulesProfile,
    time,
};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

/// What the rule looks at; the state must have been settled before.
#[derive(Clone, Copy, Debug)]
pub struct Choosing<'a> {
    pub state: ApplicationState,
    pub birth_date: NaiveDate,
    pub today: NaiveDate,
    pub profile: &'a RulesProfile,
    pub places: Places,
    pub standing: Standing,
    pub verification: Verification,
    /// A referral of the child is active in another locality.
    pub referred_elsewhere: bool,
    /// What stands against a new hold (R8); nothing where the child has a hold, or a place to go
    /// back to.
    pub against_holding: &'a [Violation],
}

/// Places under the state order in the locality that fit the year of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Free for this child: public, held by it, or resting after its own hold.
    pub free: u32,
    pub next: Option<Next>,
}

/// When a place that nobody can have now may become free. The moment itself is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A place rests after a hold or a referral (R16).
    WithinMinutes,
    /// At the publication of the locality.
    At(DateTime<Utc>),
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
    if facts.places.free == 0 {
        unmet.push(no_place(facts));
    }
    unmet.extend(r27_child::violation(
        facts.standing,
        facts.verification,
        facts.profile.child_check,
    ));
    if facts.referred_elsewhere {
        unmet.push(Violation::new(Code::ReferralElsewhere));
    }
    unmet.extend_from_slice(facts.against_holding);
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

fn no_place(facts: &Choosing<'_>) -> Violation {
    match facts.places.next {
        None => Violation::new(Code::NoVacancy).with("birth_year", facts.birth_date.year()),
        Some(Next::WithinMinutes) => {
            Violation::new(Code::PlacesResting).with("minutes", facts.profile.resting.to_minutes)
        }
        Some(Next::At(at)) => {
            let at = time::local(at).format("%d.%m.%Y %H:%M");
            Violation::new(Code::PlacesAtPublication).with("at", at)
        }
    }
}

fn state_violation(state: ApplicationState) -> Option<Violation> {
    match state {
        ApplicationState::Queued => None,
        ApplicationState::StopListed { until } => {
            Some(Violation::new(Code::ChildInStopList).with_day("until", until))
        }
        ApplicationState::Referred { .. } => Some(Violation::new(Code::ReferralActive)),
        ApplicationState::Enrolled { .. }
        | ApplicationState::Left { .. }
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

    fn places(free: u32) -> Places {
        Places { free, next: None }
    }

    #[rstest::rstest]
    #[case(None, Code::NoVacancy, ("birth_year", "2022"))]
    #[case(Some(Next::WithinMinutes), Code::PlacesResting, ("minutes", "5"))]
    #[case(
        Some(Next::At(DateTime::UNIX_EPOCH)),
        Code::PlacesAtPublication,
        ("at", "01.01.1970 05:00")
    )]
    fn while_places_rest_it_is_said_when_one_may_become_free(
        #[case] next: Option<Next>,
        #[case] code: Code,
        #[case] param: (&str, &str),
    ) {
        let unmet = violations(&Choosing {
            state: ApplicationState::Queued,
            birth_date: "2022-01-01".parse().unwrap(),
            today: "2026-11-23".parse().unwrap(),
            profile: &RulesProfile::default(),
            places: Places { free: 0, next },
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            referred_elsewhere: false,
            against_holding: &[],
        });
        assert_eq!(unmet.len(), 1);
        assert_eq!(unmet[0].code, code);
        assert_eq!(unmet[0].params[param.0], param.1);
    }

    #[test]
    fn all_that_stands_against_it_is_named() {
        let profile = RulesProfile {
            child_check: crate::profile::ChildCheck::On,
            ..RulesProfile::default()
        };
        let unmet = violations(&Choosing {
            state: ApplicationState::Queued,
            birth_date: "2022-01-01".parse().unwrap(),
            today: "2026-11-23".parse().unwrap(),
            profile: &profile,
            places: places(1),
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            referred_elsewhere: true,
            against_holding: &[Violation::new(Code::TooManyHolds)],
        });
        let codes: Vec<Code> = unmet.iter().map(|one| one.code).collect();
        assert_eq!(
            codes,
            [
                Code::ChildVerificationPending,
                Code::ReferralElsewhere,
                Code::TooManyHolds
            ]
        );
    }

    fn codes(state: ApplicationState, birth: &str, today: &str, free_places: u32) -> Vec<Code> {
        violations(&Choosing {
            state,
            birth_date: birth.parse().unwrap(),
            today: today.parse().unwrap(),
            profile: &RulesProfile::default(),
            places: places(free_places),
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            referred_elsewhere: false,
            against_holding: &[],
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
            (ApplicationState::Left { at }, Code::NotInQueue),
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
            places: places(1),
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            referred_elsewhere: false,
            against_holding: &[],
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
                places: places(free),
                standing: Standing::TakesPart,
                verification: Verification::Unanswered,
                referred_elsewhere: false,
                against_holding: &[],
            }).is_empty();
            prop_assert_eq!(offered, age::full_years(birth, today) >= 3 && free > 0);
        }
    }
}
