//! R13: while the referral is active, once, with a reason, to a day later than the present deadline
//! and at most so many calendar days after it.

use super::Violation;
use crate::{
    code::Code,
    profile::RulesProfile,
    referral::{self, ExtensionReason, ReferralState},
};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// What the rule looks at before anybody has chosen a day.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub state: ReferralState,
    /// The present last day to arrive.
    pub deadline: NaiveDate,
    pub now: DateTime<Utc>,
}

/// What a parent asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub until: NaiveDate,
    pub reason: Option<ExtensionReason>,
    /// Whether there are words beside the reason.
    pub explained: bool,
}

/// The first day that can be chosen.
#[must_use]
pub fn earliest(deadline: NaiveDate) -> NaiveDate {
    deadline.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// The last day that can be chosen.
#[must_use]
pub fn latest(deadline: NaiveDate, profile: &RulesProfile) -> NaiveDate {
    deadline
        .checked_add_days(Days::new(profile.extension_calendar_days.into()))
        .unwrap_or(NaiveDate::MAX)
}

/// Why the referral cannot be extended at all; none means that the button is there.
#[must_use]
pub fn closed(standing: &Standing) -> Vec<Violation> {
    let on_the_deadline = |code| Violation::new(code).with_day("deadline", standing.deadline);
    let mut found = Vec::new();
    match standing.state {
        ReferralState::Active { extended } => {
            if referral::is_overdue(standing.deadline, standing.now) {
                found.push(on_the_deadline(Code::ExtensionAfterDeadline));
            }
            if extended.is_some() {
                found.push(on_the_deadline(Code::ReferralAlreadyExtended));
            }
        }
        ReferralState::Lapsed { .. } => {
            found.push(on_the_deadline(Code::ExtensionAfterDeadline));
        }
        ReferralState::Enrolled { .. }
        | ReferralState::Ended { .. }
        | ReferralState::Revoked { .. }
        | ReferralState::Annulled { .. } => {
            found.push(Violation::new(Code::ReferralNotActive));
        }
    }
    found
}

/// What is wrong with the chosen day and the reason.
#[must_use]
pub fn refused(wish: &Wish, deadline: NaiveDate, profile: &RulesProfile) -> Vec<Violation> {
    let mut found = Vec::new();
    if wish.until <= deadline {
        found.push(Violation::new(Code::ExtensionNotLater).with_day("deadline", deadline));
    }
    let latest = latest(deadline, profile);
    if wish.until > latest {
        found.push(
            Violation::new(Code::ExtensionTooLong)
                .with_day("until", latest)
                .with("days", profile.extension_calendar_days),
        );
    }
    let without_words = wish.reason == Some(ExtensionReason::Other) && !wish.explained;
    if wish.reason.is_none() || without_words {
        found.push(Violation::new(Code::ReasonRequired));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::Extended;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    /// 00:00 of the day after the deadline.
    const OVER: &str = "2026-11-30T19:00:00Z";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn codes(violations: &[Violation]) -> Vec<Code> {
        violations.iter().map(|one| one.code).collect()
    }

    fn closed_at(state: ReferralState, now: DateTime<Utc>) -> Vec<Code> {
        codes(&closed(&Standing {
            state,
            deadline: day("2026-11-30"),
            now,
        }))
    }

    fn extended() -> ReferralState {
        ReferralState::Active {
            extended: Some(Extended {
                at: at("2026-11-24T05:00:00Z"),
                previous_deadline: day("2026-11-27"),
            }),
        }
    }

    #[test]
    fn open_until_the_last_microsecond_of_the_deadline() {
        let last = at(OVER) - TimeDelta::microseconds(1);
        assert_eq!(closed_at(ReferralState::NEW, last), []);
        assert_eq!(
            closed_at(ReferralState::NEW, at(OVER)),
            [Code::ExtensionAfterDeadline]
        );
    }

    #[test]
    fn once() {
        let last = at(OVER) - TimeDelta::microseconds(1);
        assert_eq!(closed_at(extended(), last), [Code::ReferralAlreadyExtended]);
        assert_eq!(
            closed_at(extended(), at(OVER)),
            [Code::ExtensionAfterDeadline, Code::ReferralAlreadyExtended]
        );
    }

    #[test]
    fn only_an_active_referral_is_extended() {
        let early = at("2026-11-24T05:00:00Z");
        for (state, code) in [
            (
                ReferralState::Enrolled { at: early },
                Code::ReferralNotActive,
            ),
            (
                ReferralState::Lapsed { at: early },
                Code::ExtensionAfterDeadline,
            ),
            (
                ReferralState::Revoked { at: early },
                Code::ReferralNotActive,
            ),
            (
                ReferralState::Annulled { at: early },
                Code::ReferralNotActive,
            ),
        ] {
            assert_eq!(closed_at(state, early), [code]);
        }
    }

    #[rstest::rstest]
    #[case("2026-11-23", &[Code::ExtensionNotLater])]
    #[case("2026-11-30", &[Code::ExtensionNotLater])]
    #[case("2026-12-01", &[])]
    // Any calendar day, a Sunday too.
    #[case("2026-12-06", &[])]
    #[case("2026-12-30", &[])]
    #[case("2026-12-31", &[Code::ExtensionTooLong])]
    #[case("9999-12-31", &[Code::ExtensionTooLong])]
    fn the_day_is_later_but_not_too_late(#[case] until: &str, #[case] expected: &[Code]) {
        let wish = Wish {
            until: day(until),
            reason: Some(ExtensionReason::Moving),
            explained: false,
        };
        let found = refused(&wish, day("2026-11-30"), &RulesProfile::default());
        assert_eq!(codes(&found), expected);
    }

    #[rstest::rstest]
    #[case(None, false, &[Code::ReasonRequired])]
    #[case(None, true, &[Code::ReasonRequired])]
    #[case(Some(ExtensionReason::Travel), false, &[])]
    #[case(Some(ExtensionReason::Travel), true, &[])]
    #[case(Some(ExtensionReason::Other), false, &[Code::ReasonRequired])]
    #[case(Some(ExtensionReason::Other), true, &[])]
    fn there_is_a_reason(
        #[case] reason: Option<ExtensionReason>,
        #[case] explained: bool,
        #[case] expected: &[Code],
    ) {
        let wish = Wish {
            until: day("2026-12-01"),
            reason,
            explained,
        };
        let found = refused(&wish, day("2026-11-30"), &RulesProfile::default());
        assert_eq!(codes(&found), expected);
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let wish = Wish {
            until: day("2027-12-01"),
            reason: None,
            explained: false,
        };
        let found = refused(&wish, day("2026-11-30"), &RulesProfile::default());
        assert_eq!(
            codes(&found),
            [Code::ExtensionTooLong, Code::ReasonRequired]
        );
        assert_eq!(found[0].params["until"], "30.12.2026");
        assert_eq!(found[0].params["days"], "30");
    }

    #[test]
    fn the_offer_is_from_the_next_day_to_the_last() {
        let deadline = day("2026-11-30");
        assert_eq!(earliest(deadline), day("2026-12-01"));
        assert_eq!(
            latest(deadline, &RulesProfile::default()),
            day("2026-12-30")
        );
    }

    proptest! {
        /// The picker of the front offers exactly what the rule takes.
        #[test]
        fn a_day_is_taken_exactly_inside_the_offer(
            start in 0_u64..2550, chosen in 0_u64..2650, days in 0_u16..60,
        ) {
            let first = day("2024-01-01");
            let (deadline, until) = (first + Days::new(start), first + Days::new(chosen));
            let profile = RulesProfile { extension_calendar_days: days, ..RulesProfile::default() };
            let wish = Wish { until, reason: Some(ExtensionReason::Moving), explained: false };
            let taken = refused(&wish, deadline, &profile).is_empty();
            let offered = until >= earliest(deadline) && until <= latest(deadline, &profile);
            prop_assert_eq!(taken, offered);
            prop_assert_eq!(taken, (1..=i64::from(days)).contains(&(until - deadline).num_days()));
        }
    }
}
