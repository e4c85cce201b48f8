//! R4: queueing. One active application per child and locality, and the child has not reached the
//! locality's upper age.

use super::Violation;
use crate::{age, code::Code, profile::RulesProfile};
use chrono::NaiveDate;

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Queueing<'a> {
    pub birth_date: NaiveDate,
    pub today: NaiveDate,
    pub profile: &'a RulesProfile,
    /// Cities with systems of their own are not served here.
    pub served_here: bool,
    /// The child has a queued, stop-listed or referred application in the locality.
    pub has_active_application: bool,
}

/// All reasons against putting the child in the queue.
#[must_use]
pub fn violations(facts: &Queueing<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    if !facts.served_here {
        found.push(Violation::new(Code::LocalityServedElsewhere));
    }
    if facts.birth_date > facts.today {
        found.push(Violation::new(Code::BirthDateInvalid));
    }
    if age::is_at_least(facts.birth_date, facts.profile.upper_age_years, facts.today) {
        found.push(Violation::new(Code::ChildTooOld).with("years", facts.profile.upper_age_years));
    }
    if facts.has_active_application {
        found.push(Violation::new(Code::ChildAlreadyQueued));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(birth: &str, today: &str, served_here: bool, active: bool) -> Vec<Code> {
        violations(&Queueing {
            birth_date: birth.parse().unwrap(),
            today: today.parse().unwrap(),
            profile: &RulesProfile::default(),
            served_here,
            has_active_application: active,
        })
        .into_iter()
        .map(|violation| violation.code)
        .collect()
    }

    #[rstest::rstest]
    #[case("2026-11-23", "2026-11-23", true, false, &[])]
    #[case("2026-11-24", "2026-11-23", true, false, &[Code::BirthDateInvalid])]
    #[case("2020-11-24", "2026-11-23", true, false, &[])]
    #[case("2020-11-23", "2026-11-23", true, false, &[Code::ChildTooOld])]
    #[case("2022-01-01", "2026-11-23", true, true, &[Code::ChildAlreadyQueued])]
    #[case("2022-01-01", "2026-11-23", false, false, &[Code::LocalityServedElsewhere])]
    #[case(
        "2019-01-01", "2026-11-23", false, true,
        &[Code::LocalityServedElsewhere, Code::ChildTooOld, Code::ChildAlreadyQueued]
    )]
    fn every_reason_is_named(
        #[case] birth: &str,
        #[case] today: &str,
        #[case] served_here: bool,
        #[case] active: bool,
        #[case] expected: &[Code],
    ) {
        assert_eq!(codes(birth, today, served_here, active), expected);
    }
}
