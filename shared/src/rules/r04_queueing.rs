//! R4: queueing. One active application of an applicant per child and locality, the child has not
//! reached the locality's upper age, the number given for the child can be that of a child, and a
//! person queues so many children.

use super::{Violation, tomorrow};
use crate::{age, code::Code, iin::Iin, profile::RulesProfile};
use chrono::NaiveDate;

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Queueing<'a> {
    pub birth_date: NaiveDate,
    pub today: NaiveDate,
    pub profile: &'a RulesProfile,
    /// Cities with systems of their own are not served here.
    pub served_here: bool,
    /// The child has a queued, stop-listed or referred application of the same applicant, or one
    /// that is attached to the applicant, in the locality.
    pub has_own_application: bool,
    /// Absent where people are not counted: in the demo, where visitors share keys, and where an
    /// official has lifted the limits (R22).
    pub of_person: Option<OfPerson>,
}

/// What the applicant has already.
#[derive(Clone, Copy, Debug)]
pub struct OfPerson {
    /// Applications submitted today.
    pub new_today: u32,
    /// Active applications.
    pub active: u32,
}

/// All reasons against putting the child in the queue.
#[must_use]
pub fn violations(facts: &Queueing<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    if !facts.served_here {
        found.push(Violation::new(Code::LocalityServedElsewhere));
    }
    if facts.birth_date > facts.today {
        found.push(Violation::new(Code::BirthDateInvalid).with_day("read", facts.birth_date));
    }
    if age::is_at_least(facts.birth_date, facts.profile.upper_age_years, facts.today) {
        found.push(Violation::new(Code::ChildTooOld).with("years", facts.profile.upper_age_years));
    }
    if facts.has_own_application {
        found.push(Violation::new(Code::ChildAlreadyQueued));
    }
    let limits = &facts.profile.limits;
    if let Some(of_person) = facts.of_person {
        if of_person.new_today >= u32::from(limits.new_applications_per_day) {
            found.push(
                Violation::new(Code::TooManyApplications)
                    .with("limit", limits.new_applications_per_day)
                    .with_day("from", tomorrow(facts.today)),
            );
        }
        if of_person.active >= u32::from(limits.active_applications) {
            found.push(
                Violation::new(Code::TooManyActiveApplications)
                    .with("limit", limits.active_applications),
            );
        }
    }
    found
}

/// A person of this age is no child that is queued, whatever birth date is entered.
const ADULT_YEARS: u8 = 18;

/// All reasons against the number that is given for the child. Its digits count only where they
/// cannot belong to a child: a birth date that differs from them is no error.
#[must_use]
pub fn number_violations(child: &Iin, applicant: &Iin, today: NaiveDate) -> Vec<Violation> {
    if child == applicant {
        return vec![Violation::new(Code::ChildIinOwn)];
    }
    match child.birth_date() {
        None => vec![Violation::new(Code::ChildIinImpossible)],
        Some(born) if born > today => vec![Violation::new(Code::ChildIinImpossible)],
        Some(born) if age::is_at_least(born, ADULT_YEARS, today) => {
            vec![Violation::new(Code::ChildIinAdult).with("years", ADULT_YEARS)]
        }
        Some(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number with these first eleven digits, the next ones where it does not exist.
    fn number(stem: &str) -> Iin {
        let stem: u64 = stem.parse().unwrap();
        (stem..stem + 20)
            .flat_map(|stem| (0..10).map(move |control| format!("{stem:011}{control}")))
            .find_map(|text| Iin::parse(&text).ok())
            .unwrap()
    }

    #[rstest::rstest]
    #[case::a_child("22010150001", &[])]
    #[case::the_day_before_eighteen("08112450001", &[])]
    #[case::eighteen_today("08112350001", &[Code::ChildIinAdult])]
    #[case::born_in_the_last_century("85071530001", &[Code::ChildIinAdult])]
    #[case::born_in_1822("22010110001", &[Code::ChildIinAdult])]
    #[case::born_today("26112350001", &[])]
    #[case::born_tomorrow("26112450001", &[Code::ChildIinImpossible])]
    #[case::noughts("00000000000", &[Code::ChildIinImpossible])]
    #[case::no_such_month("99999999099", &[Code::ChildIinImpossible])]
    #[case::no_such_day("22023150001", &[Code::ChildIinImpossible])]
    #[case::no_such_century("22010190001", &[Code::ChildIinImpossible])]
    fn numbers_that_cannot_be_of_a_child_are_refused(
        #[case] stem: &str,
        #[case] expected: &[Code],
    ) {
        let applicant = number("88022940001");
        let today = "2026-11-23".parse().unwrap();
        let child = number(stem);
        let found = number_violations(&child, &applicant, today);
        let codes: Vec<Code> = found.iter().map(|violation| violation.code).collect();
        assert_eq!(codes, expected);
    }

    #[test]
    fn the_applicants_own_number_is_refused_as_that() {
        let applicant = number("85071530001");
        let found = number_violations(&applicant, &applicant, "2026-11-23".parse().unwrap());
        assert_eq!(found, [Violation::new(Code::ChildIinOwn)]);
    }

    fn codes(birth: &str, today: &str, served_here: bool, active: bool) -> Vec<Code> {
        violations(&Queueing {
            birth_date: birth.parse().unwrap(),
            today: today.parse().unwrap(),
            profile: &RulesProfile::default(),
            served_here,
            has_own_application: active,
            of_person: None,
        })
        .into_iter()
        .map(|violation| violation.code)
        .collect()
    }

    #[rstest::rstest]
    #[case(4, 11, &[])]
    #[case(5, 11, &[Code::TooManyApplications])]
    #[case(4, 12, &[Code::TooManyActiveApplications])]
    #[case(5, 12, &[Code::TooManyApplications, Code::TooManyActiveApplications])]
    fn a_person_has_so_many_applications(
        #[case] new_today: u32,
        #[case] active: u32,
        #[case] expected: &[Code],
    ) {
        let found = violations(&Queueing {
            birth_date: "2022-01-01".parse().unwrap(),
            today: "2026-11-23".parse().unwrap(),
            profile: &RulesProfile::default(),
            served_here: true,
            has_own_application: false,
            of_person: Some(OfPerson { new_today, active }),
        });
        let codes: Vec<Code> = found.iter().map(|violation| violation.code).collect();
        assert_eq!(codes, expected);
        if let Some(day) = found
            .iter()
            .find_map(|violation| violation.params.get("from"))
        {
            assert_eq!(day, "24.11.2026");
        }
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
