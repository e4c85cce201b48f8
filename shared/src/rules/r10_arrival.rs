//! R10: the kindergarten confirms the arrival up to the end of the last day. A confirmation that
//! was a mistake can be undone within its working day.

use super::Violation;
use crate::{
    calendar::{NotCovered, WorkingCalendar},
    code::Code,
    referral::{self, ReferralState},
    time,
};
use chrono::{DateTime, NaiveDate, Utc};

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub state: ReferralState,
    pub deadline: NaiveDate,
    pub now: DateTime<Utc>,
}

/// All reasons against enrolling by this referral.
#[must_use]
pub fn violations(facts: &Arrival) -> Vec<Violation> {
    let lapsed = Violation::new(Code::ReferralLapsed).with_day("deadline", facts.deadline);
    match facts.state {
        ReferralState::Active { .. } if referral::is_overdue(facts.deadline, facts.now) => {
            vec![lapsed]
        }
        ReferralState::Active { .. } => Vec::new(),
        ReferralState::Lapsed { .. } => vec![lapsed],
        ReferralState::Enrolled { .. }
        | ReferralState::Revoked { .. }
        | ReferralState::Annulled { .. } => vec![Violation::new(Code::ReferralNotActive)],
    }
}

/// The first moment at which an enrolment can no longer be undone: the end of its day, or of the
/// next working day when it was made on a day off.
pub fn undoable_until(
    enrolled_at: DateTime<Utc>,
    calendar: &WorkingCalendar,
) -> Result<DateTime<Utc>, NotCovered> {
    let day = time::local_date(enrolled_at);
    let last = if calendar.is_working(day)? {
        day
    } else {
        calendar.add_working_days(day, 1)?
    };
    Ok(time::end_of_day(last))
}

/// What undoing looks at.
#[derive(Clone, Copy, Debug)]
pub struct Undoing {
    pub state: ReferralState,
    pub deadline: NaiveDate,
    /// Fixed when the child was enrolled.
    pub undoable_until: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

/// All reasons against undoing the enrolment.
#[must_use]
pub fn undo_violations(facts: &Undoing) -> Vec<Violation> {
    match facts.state {
        ReferralState::Enrolled { .. } if facts.now >= facts.undoable_until => {
            vec![
                Violation::new(Code::EnrolmentUndoClosed)
                    .with_moment("since", facts.undoable_until),
            ]
        }
        ReferralState::Enrolled { .. } => Vec::new(),
        state => violations(&Arrival {
            state,
            deadline: facts.deadline,
            now: facts.now,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;
    use chrono::TimeDelta;

    /// 00:00 of the day after Monday 30 November 2026.
    const OVER: &str = "2026-11-30T19:00:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn codes(state: ReferralState, now: DateTime<Utc>) -> Vec<Code> {
        let facts = Arrival {
            state,
            deadline: "2026-11-30".parse().unwrap(),
            now,
        };
        violations(&facts).iter().map(|one| one.code).collect()
    }

    #[test]
    fn a_child_arrives_up_to_the_last_microsecond() {
        let last = at(OVER) - TimeDelta::microseconds(1);
        assert_eq!(codes(ReferralState::NEW, last), []);
        assert_eq!(codes(ReferralState::NEW, at(OVER)), [Code::ReferralLapsed]);
    }

    #[test]
    fn only_an_active_referral_leads_to_an_enrolment() {
        let early = at("2026-11-24T05:00:00Z");
        for (state, code) in [
            (
                ReferralState::Enrolled { at: early },
                Code::ReferralNotActive,
            ),
            (ReferralState::Lapsed { at: early }, Code::ReferralLapsed),
            (
                ReferralState::Revoked { at: early },
                Code::ReferralNotActive,
            ),
            (
                ReferralState::Annulled { at: early },
                Code::ReferralNotActive,
            ),
        ] {
            assert_eq!(codes(state, early), [code]);
        }
    }

    #[rstest::rstest]
    // Monday, in its first and in its last microsecond.
    #[case("2026-11-22T19:00:00Z", "2026-11-23T19:00:00Z")]
    #[case("2026-11-23T18:59:59.999999Z", "2026-11-23T19:00:00Z")]
    // Saturday and Sunday: until the end of Monday.
    #[case("2026-11-28T05:00:00Z", "2026-11-30T19:00:00Z")]
    #[case("2026-11-29T18:59:59.999999Z", "2026-11-30T19:00:00Z")]
    // A holiday on a Wednesday: until the end of Thursday.
    #[case("2026-12-16T05:00:00Z", "2026-12-17T19:00:00Z")]
    fn an_enrolment_can_be_undone_within_its_working_day(
        #[case] enrolled: &str,
        #[case] until: &str,
    ) {
        let calendar = builtin::kazakhstan();
        assert_eq!(undoable_until(at(enrolled), &calendar), Ok(at(until)));
    }

    #[test]
    fn a_year_without_a_calendar_is_refused() {
        let calendar = builtin::kazakhstan();
        assert!(undoable_until(at("2031-01-01T05:00:00Z"), &calendar).is_err());
    }

    fn undo_codes(state: ReferralState, now: DateTime<Utc>) -> Vec<Violation> {
        undo_violations(&Undoing {
            state,
            deadline: "2026-11-30".parse().unwrap(),
            undoable_until: at(OVER),
            now,
        })
    }

    #[test]
    fn undoing_ends_at_its_moment() {
        let enrolled = ReferralState::Enrolled {
            at: at("2026-11-30T05:00:00Z"),
        };
        assert_eq!(
            undo_codes(enrolled, at(OVER) - TimeDelta::microseconds(1)),
            []
        );
        let closed = undo_codes(enrolled, at(OVER));
        assert_eq!(closed[0].code, Code::EnrolmentUndoClosed);
        assert_eq!(closed[0].params["since"], "01.12.2026 00:00:00");
    }

    #[test]
    fn what_is_not_an_enrolment_is_not_undone() {
        let early = at("2026-11-24T05:00:00Z");
        let revoked = undo_codes(ReferralState::Revoked { at: early }, early);
        assert_eq!(revoked[0].code, Code::ReferralNotActive);
        let lapsed = undo_codes(ReferralState::Lapsed { at: early }, early);
        assert_eq!(lapsed[0].code, Code::ReferralLapsed);
        assert_eq!(
            undo_codes(ReferralState::NEW, early),
            [],
            "there is nothing to undo, which is what was asked for"
        );
    }
}
