//! R8: opening the signing step holds the chosen place for some minutes. Unused holds and revocations
//! are counted per child and per person, and so is what a person has in hand.

use super::{Violation, tomorrow};
use crate::{code::Code, profile::RulesProfile, time};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::RangeInclusive;

/// So many children can be in one joint step.
pub const CHILDREN_OF_STEP: RangeInclusive<usize> = 2..=4;

/// When a hold that begins now is over.
#[must_use]
pub fn expires_at(now: DateTime<Utc>, profile: &RulesProfile) -> DateTime<Utc> {
    now + TimeDelta::minutes(i64::from(profile.hold_minutes))
}

/// When a hold is over by which a child takes its resting place again: it has what was left of the
/// first hold when that ended, and some minutes at least.
#[must_use]
pub fn regained_expires_at(
    now: DateTime<Utc>,
    left: TimeDelta,
    profile: &RulesProfile,
) -> DateTime<Utc> {
    let least = TimeDelta::minutes(i64::from(profile.resting.regained_hold_minutes));
    now + left.max(least)
}

/// What the rule looks at. Counted are the unused holds of the day, the live ones among them, and
/// the revocations of the day.
#[derive(Clone, Copy, Debug)]
pub struct Holding<'a> {
    pub now: DateTime<Utc>,
    pub profile: &'a RulesProfile,
    /// Of the child, over all localities.
    pub of_child: u32,
    /// Absent where people are not counted: in the demo, where visitors share keys.
    pub of_person: Option<OfPerson>,
}

/// What the person has already.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfPerson {
    pub counted: u32,
    /// Other children with an active application.
    pub further_children: u32,
    /// Live holds for other children.
    pub live_holds: u32,
    /// Further children for whom places are held in the same step.
    pub further_in_step: u32,
    /// Live holds and active referrals for other children that nobody verified, those of the same step among them;
    /// absent when this child is verified, or an official has lifted the limit (R22).
    pub unverified_in_hand: Option<u32>,
}

/// How many new holds are left today; one that is replaced is counted already.
#[must_use]
pub fn left(facts: &Holding<'_>) -> u32 {
    let of_child = of_child_left(facts);
    match &facts.of_person {
        Some(of_person) => of_child.min(of_person_left(facts, of_person)),
        None => of_child,
    }
}

fn of_child_left(facts: &Holding<'_>) -> u32 {
    u32::from(facts.profile.unused_holds_per_day).saturating_sub(facts.of_child)
}

fn limit_of_person(facts: &Holding<'_>, of_person: &OfPerson) -> u32 {
    let each = u32::from(facts.profile.limits.holds_per_further_child);
    u32::from(facts.profile.unused_holds_per_day)
        .saturating_add(each.saturating_mul(of_person.further_children))
}

fn of_person_left(facts: &Holding<'_>, of_person: &OfPerson) -> u32 {
    limit_of_person(facts, of_person).saturating_sub(of_person.counted)
}

/// All reasons against a new hold.
#[must_use]
pub fn violations(facts: &Holding<'_>) -> Vec<Violation> {
    let from = tomorrow(time::local_date(facts.now));
    let mut found = Vec::new();
    if of_child_left(facts) == 0 {
        found.push(
            Violation::new(Code::TooManyHolds)
                .with("limit", facts.profile.unused_holds_per_day)
                .with_day("from", from),
        );
    }
    let Some(of_person) = &facts.of_person else {
        return found;
    };
    if of_person_left(facts, of_person) == 0 {
        found.push(
            Violation::new(Code::TooManyHoldsOfPerson)
                .with("limit", limit_of_person(facts, of_person))
                .with_day("from", from),
        );
    }
    found.extend(in_hand(facts.profile, of_person));
    found
}

/// How many live holds the person may have: as many as the children of a joint step, where that is more.
fn live_holds(profile: &RulesProfile, of_person: &OfPerson) -> u32 {
    let usual = u32::from(profile.limits.live_holds);
    match of_person.further_in_step {
        0 => usual,
        further => usual.max(further.saturating_add(1)),
    }
}

/// The reasons that also stand against a place that is taken again.
#[must_use]
pub fn in_hand(profile: &RulesProfile, of_person: &OfPerson) -> Vec<Violation> {
    let limits = &profile.limits;
    let mut found = Vec::new();
    let limit = live_holds(profile, of_person);
    if of_person
        .live_holds
        .saturating_add(of_person.further_in_step)
        >= limit
    {
        found.push(Violation::new(Code::TooManyLiveHolds).with("limit", limit));
    }
    let unverified = of_person.unverified_in_hand;
    if unverified.is_some_and(|unverified| unverified >= u32::from(limits.unverified_in_hand)) {
        found.push(Violation::new(Code::TooManyReferrals).with("limit", limits.unverified_in_hand));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_lasts_ten_minutes_by_default() {
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(
            expires_at(now, &RulesProfile::default()) - now,
            TimeDelta::minutes(10)
        );
    }

    #[rstest::rstest]
    #[case::given_back_early(540, 540)]
    #[case::given_back_late(179, 180)]
    #[case::run_out(0, 180)]
    fn a_place_that_is_taken_again_has_what_was_left(#[case] left: i64, #[case] expected: i64) {
        let now = DateTime::UNIX_EPOCH;
        let ends = regained_expires_at(now, TimeDelta::seconds(left), &RulesProfile::default());
        assert_eq!(ends - now, TimeDelta::seconds(expected));
    }

    fn facts(of_child: u32, of_person: Option<OfPerson>) -> (u32, Vec<Code>) {
        let profile = RulesProfile::default();
        let facts = Holding {
            now: "2026-11-23T18:59:59Z".parse().unwrap(),
            profile: &profile,
            of_child,
            of_person,
        };
        let found = violations(&facts);
        for day in found.iter().filter_map(|one| one.params.get("from")) {
            assert_eq!(day, "24.11.2026");
        }
        (left(&facts), found.iter().map(|one| one.code).collect())
    }

    fn person(counted: u32, further_children: u32) -> Option<OfPerson> {
        Some(OfPerson {
            counted,
            further_children,
            ..OfPerson::default()
        })
    }

    #[rstest::rstest]
    #[case::nothing_yet(0, None, 3, &[])]
    #[case::the_last_one(2, None, 1, &[])]
    #[case::none_left(3, None, 0, &[Code::TooManyHolds])]
    #[case::over_the_limit(4, None, 0, &[Code::TooManyHolds])]
    #[case::of_the_person(0, person(2, 0), 1, &[])]
    #[case::none_left_of_the_person(0, person(3, 0), 0, &[Code::TooManyHoldsOfPerson])]
    #[case::two_more_for_a_further_child(0, person(4, 1), 1, &[])]
    #[case::and_no_more(0, person(5, 1), 0, &[Code::TooManyHoldsOfPerson])]
    #[case::both(3, person(3, 0), 0, &[Code::TooManyHolds, Code::TooManyHoldsOfPerson])]
    fn unused_holds_and_revocations_are_counted(
        #[case] of_child: u32,
        #[case] of_person: Option<OfPerson>,
        #[case] expected: u32,
        #[case] codes: &[Code],
    ) {
        assert_eq!(facts(of_child, of_person), (expected, codes.to_vec()));
    }

    #[rstest::rstest]
    #[case(1, Some(3), &[])]
    #[case(2, Some(3), &[Code::TooManyLiveHolds])]
    #[case(1, Some(4), &[Code::TooManyReferrals])]
    #[case::a_verified_child(1, None, &[])]
    #[case(2, Some(4), &[Code::TooManyLiveHolds, Code::TooManyReferrals])]
    fn a_person_has_so_much_in_hand(
        #[case] live_holds: u32,
        #[case] unverified_in_hand: Option<u32>,
        #[case] codes: &[Code],
    ) {
        let of_person = OfPerson {
            live_holds,
            unverified_in_hand,
            ..OfPerson::default()
        };
        assert_eq!(facts(0, Some(of_person)).1, codes);
        let found = in_hand(&RulesProfile::default(), &of_person);
        let found: Vec<Code> = found.iter().map(|one| one.code).collect();
        assert_eq!(found, codes);
    }

    #[rstest::rstest]
    #[case::twins(0, 1, &[])]
    #[case::twins_beside_another_child(1, 1, &[Code::TooManyLiveHolds])]
    #[case::four_children(0, 3, &[])]
    #[case::four_children_beside_another(1, 3, &[Code::TooManyLiveHolds])]
    fn a_joint_step_has_as_many_holds_as_children(
        #[case] live_holds: u32,
        #[case] further_in_step: u32,
        #[case] codes: &[Code],
    ) {
        let of_person = OfPerson {
            live_holds,
            further_in_step,
            further_children: further_in_step,
            ..OfPerson::default()
        };
        assert_eq!(facts(0, Some(of_person)).1, codes);
    }
}
