//! R27: who may say that a child is theirs. What gives an advantage or shuts somebody out is not
//! taken from the client's word.

use super::{Violation, tomorrow};
use crate::{
    age,
    application::{Standing, Verification},
    code::Code,
    profile::{ChildCheck, RulesProfile},
};
use chrono::NaiveDate;

/// The reasons why an application can hold no place (R6 d). Where the check is on, nothing tells a
/// claim from an application that is not verified.
#[must_use]
pub fn violation(
    standing: Standing,
    verification: Verification,
    check: ChildCheck,
) -> Option<Violation> {
    let code = match (standing, check, verification) {
        (Standing::Disputed, _, _) => Code::ApplicationDisputed,
        (Standing::Claim, ChildCheck::Off, _) => Code::ApplicationIsClaim,
        (Standing::TakesPart, ChildCheck::Off, _)
        | (Standing::TakesPart, ChildCheck::On, Verification::Verified { .. }) => return None,
        (_, ChildCheck::On, Verification::Denied { .. }) => Code::ChildUnverified,
        (_, ChildCheck::On, _) => Code::ChildVerificationPending,
    };
    Some(Violation::new(code))
}

/// Whether the applicant is told that the application does not take part in the queue. Where the
/// check is on a claim shows a number like any other application.
#[must_use]
pub const fn shows_a_number(standing: Standing, check: ChildCheck) -> bool {
    match standing {
        Standing::TakesPart => true,
        Standing::Claim => matches!(check, ChildCheck::On),
        Standing::Disputed => false,
    }
}

/// A birth date that somebody has read on a certificate: of a child, and not of tomorrow.
pub fn registered_day(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Violation> {
    if day > today || age::is_at_least(day, GROWN_UP, today) {
        return Err(Violation::new(Code::BirthDateInvalid).with_day("read", day));
    }
    Ok(day)
}

/// Full years from which nobody is a child.
const GROWN_UP: u8 = 18;

/// An application of somebody else for the same child that takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    pub verification: Verification,
    pub same_locality: bool,
}

/// What comes of an application when register or official verify its applicant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It takes part with its own moment; those before it become disputed.
    TakesPart,
    /// The claimant is attached to the first applications that are verified so too, and takes part
    /// where none of them is.
    Attached { takes_part: bool },
}

/// R27: how a claim ends when its applicant is verified.
#[must_use]
pub fn outcome(firsts: &[First]) -> Outcome {
    let proven = |first: &&First| first.verification.is_proven();
    if firsts.iter().any(|first| proven(&first)) {
        Outcome::Attached {
            takes_part: !firsts
                .iter()
                .filter(proven)
                .any(|first| first.same_locality),
        }
    } else {
        Outcome::TakesPart
    }
}

/// The reason against one more draft about a child that is not the person's own.
#[must_use]
pub fn too_many_drafts(
    drafts_today: u32,
    today: NaiveDate,
    profile: &RulesProfile,
) -> Option<Violation> {
    let limit = profile.limits.drafts_about_others_per_day;
    (drafts_today > u32::from(limit)).then(|| {
        Violation::new(Code::TooManyDrafts)
            .with("limit", limit)
            .with_day("from", tomorrow(today))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::VerifiedBy;
    use chrono::{DateTime, Utc};

    const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
    const DENIED: Verification = Verification::Denied { at: AT };

    const fn by(by: VerifiedBy) -> Verification {
        Verification::Verified { by, at: AT }
    }

    #[rstest::rstest]
    #[case(Standing::TakesPart, Verification::Unanswered, ChildCheck::Off, None)]
    #[case(Standing::TakesPart, DENIED, ChildCheck::Off, None)]
    #[case(Standing::TakesPart, by(VerifiedBy::Official), ChildCheck::On, None)]
    #[case(
        Standing::TakesPart,
        by(VerifiedBy::ExistedBefore),
        ChildCheck::On,
        None
    )]
    #[case(
        Standing::TakesPart,
        Verification::Unanswered,
        ChildCheck::On,
        Some(Code::ChildVerificationPending)
    )]
    #[case(
        Standing::TakesPart,
        DENIED,
        ChildCheck::On,
        Some(Code::ChildUnverified)
    )]
    #[case(
        Standing::Claim,
        Verification::Unanswered,
        ChildCheck::Off,
        Some(Code::ApplicationIsClaim)
    )]
    #[case(
        Standing::Disputed,
        by(VerifiedBy::ExistedBefore),
        ChildCheck::On,
        Some(Code::ApplicationDisputed)
    )]
    #[case(
        Standing::Disputed,
        Verification::Unanswered,
        ChildCheck::Off,
        Some(Code::ApplicationDisputed)
    )]
    fn who_can_hold_a_place(
        #[case] standing: Standing,
        #[case] verification: Verification,
        #[case] check: ChildCheck,
        #[case] expected: Option<Code>,
    ) {
        let found = violation(standing, verification, check);
        assert_eq!(found.map(|one| one.code), expected);
    }

    #[rstest::rstest]
    fn where_the_check_is_on_a_claim_looks_like_an_unverified_application(
        #[values(Verification::Unanswered, DENIED)] verification: Verification,
    ) {
        let told = |standing| {
            let found = violation(standing, verification, ChildCheck::On);
            (found, shows_a_number(standing, ChildCheck::On))
        };
        assert_eq!(told(Standing::Claim), told(Standing::TakesPart));
        assert!(!shows_a_number(Standing::Claim, ChildCheck::Off));
        assert!(!shows_a_number(Standing::Disputed, ChildCheck::On));
    }

    fn first(verification: Verification, same_locality: bool) -> First {
        First {
            verification,
            same_locality,
        }
    }

    #[rstest::rstest]
    #[case::nobody_left(&[], Outcome::TakesPart)]
    #[case::nobody_looked(&[first(Verification::Unanswered, true)], Outcome::TakesPart)]
    #[case::existed_before(&[first(by(VerifiedBy::ExistedBefore), true)], Outcome::TakesPart)]
    #[case::imported(&[first(by(VerifiedBy::Imported), false)], Outcome::TakesPart)]
    #[case::both_are_parents(
        &[first(by(VerifiedBy::Registry), true)],
        Outcome::Attached { takes_part: false }
    )]
    #[case::both_are_parents_elsewhere(
        &[first(by(VerifiedBy::Official), false)],
        Outcome::Attached { takes_part: true }
    )]
    #[case::one_of_two(
        &[first(Verification::Unanswered, true), first(by(VerifiedBy::Official), false)],
        Outcome::Attached { takes_part: true }
    )]
    fn how_a_claim_ends(#[case] firsts: &[First], #[case] expected: Outcome) {
        assert_eq!(outcome(firsts), expected);
    }

    #[test]
    fn twenty_drafts_about_children_of_others_are_the_limit_of_a_day() {
        let today = "2026-11-23".parse().unwrap();
        let profile = RulesProfile::default();
        assert_eq!(too_many_drafts(20, today, &profile), None);
        let refused = too_many_drafts(21, today, &profile).unwrap();
        assert_eq!(refused.code, Code::TooManyDrafts);
        assert_eq!(refused.params["from"], "24.11.2026");
    }
}
