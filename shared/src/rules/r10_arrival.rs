//! R10: the kindergarten confirms the arrival up to the end of the last day, and an arrival in time
//! until the end of the next working day. A confirmation that was a mistake can be undone within its
//! working day.

use super::Violation;
use crate::{
    calendar::{NotCovered, WorkingCalendar},
    code::Code,
    profile::RulesProfile,
    referral::{self, ReferralState},
    time,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub state: ReferralState,
    /// The local day of issue.
    pub issued_on: NaiveDate,
    pub deadline: NaiveDate,
    /// The first moment at which a late confirmation is too late; absent where the lapse can no
    /// longer be taken back, since the application has gone on.
    pub late_until: Option<DateTime<Utc>>,
    /// The day that the kindergarten names.
    pub arrived_on: Option<NaiveDate>,
    pub now: DateTime<Utc>,
}

/// So long after a button was pressed its request still counts.
const LONGEST_WAY_DAYS: i64 = 7;
/// So far the clock of a phone may be ahead.
const CLOCK_AHEAD: TimeDelta = TimeDelta::minutes(5);

/// What is against a request that was sent after its button was pressed. `done_at` is when something was last done
/// that the one who pressed did not know of.
#[must_use]
pub fn delay_violation(
    pressed_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<Violation> {
    if pressed_at > now + CLOCK_AHEAD {
        return Some(Violation::new(Code::MomentInvalid));
    }
    if pressed_at < now - TimeDelta::days(LONGEST_WAY_DAYS) {
        return Some(Violation::new(Code::MomentTooOld).with("days", LONGEST_WAY_DAYS));
    }
    let done_at = done_at.filter(|done_at| *done_at > pressed_at)?;
    Some(Violation::new(Code::Overtaken).with_moment("at", done_at))
}

/// The first moment at which an arrival in time can no longer be confirmed.
pub fn late_until(
    deadline: NaiveDate,
    profile: &RulesProfile,
    calendar: &WorkingCalendar,
) -> Result<DateTime<Utc>, NotCovered> {
    let last = calendar.add_working_days(deadline, profile.late_confirmation_working_days)?;
    Ok(time::end_of_day(last))
}

/// All reasons against enrolling by this referral. After a lapse the day of arrival is needed.
#[must_use]
pub fn violations(facts: &Arrival) -> Vec<Violation> {
    match facts.state {
        ReferralState::Active { .. } if !referral::is_overdue(facts.deadline, facts.now) => {
            let today = time::local_date(facts.now);
            day_violation(facts, today).into_iter().collect()
        }
        ReferralState::Active { .. } | ReferralState::Lapsed { .. } => late_violations(facts),
        ReferralState::Enrolled { .. }
        | ReferralState::Ended { .. }
        | ReferralState::Revoked { .. }
        | ReferralState::Annulled { .. } => vec![Violation::new(Code::ReferralNotActive)],
    }
}

fn late_violations(facts: &Arrival) -> Vec<Violation> {
    if facts.late_until.is_none_or(|until| facts.now >= until) {
        return vec![lapsed(facts.deadline)];
    }
    match facts.arrived_on {
        None => {
            vec![Violation::new(Code::ArrivalDayRequired).with_day("deadline", facts.deadline)]
        }
        Some(_) => day_violation(facts, facts.deadline).into_iter().collect(),
    }
}

fn lapsed(deadline: NaiveDate) -> Violation {
    Violation::new(Code::ReferralLapsed).with_day("deadline", deadline)
}

/// The reason against the named day: a child arrives from the issue on, up to `last`.
fn day_violation(facts: &Arrival, last: NaiveDate) -> Option<Violation> {
    let day = facts.arrived_on?;
    (day < facts.issued_on || day > last).then(|| {
        Violation::new(Code::ArrivalDayInvalid)
            .with_day("from", facts.issued_on)
            .with_day("until", last)
    })
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
        ReferralState::Active { .. } if !referral::is_overdue(facts.deadline, facts.now) => {
            Vec::new()
        }
        ReferralState::Active { .. } | ReferralState::Lapsed { .. } => {
            vec![lapsed(facts.deadline)]
        }
        ReferralState::Ended { .. }
        | ReferralState::Revoked { .. }
        | ReferralState::Annulled { .. } => vec![Violation::new(Code::ReferralNotActive)],
    }
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case::at_once(0, None, None)]
    #[case::a_clock_that_is_a_little_ahead(5 * 60, None, None)]
    #[case::a_moment_to_come(5 * 60 + 1, None, Some(Code::MomentInvalid))]
    #[case::a_week_ago(-7 * 86_400, None, None)]
    #[case::more_than_a_week_ago(-7 * 86_400 - 1, None, Some(Code::MomentTooOld))]
    #[case::after_what_was_done(-60, Some(-60), None)]
    #[case::before_what_was_done(-60, Some(-59), Some(Code::Overtaken))]
    fn a_request_that_comes_late_undoes_nothing_that_was_done_after_it(
        #[case] pressed: i64,
        #[case] done: Option<i64>,
        #[case] refused: Option<Code>,
    ) {
        let now: DateTime<Utc> = "2026-11-23T05:00:00Z".parse().unwrap();
        let at = |seconds| now + TimeDelta::seconds(seconds);
        let violation = delay_violation(at(pressed), done.map(at), now);
        assert_eq!(violation.map(|violation| violation.code), refused);
    }

    use super::*;
    use crate::calendar::builtin;
    use chrono::TimeDelta;

    /// 00:00 of the day after Monday 30 November 2026.
    const OVER: &str = "2026-11-30T19:00:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The end of the next working day.
    const LATE: &str = "2026-12-01T19:00:00Z";

    fn codes(state: ReferralState, now: DateTime<Utc>) -> Vec<Code> {
        codes_with(state, now, None, None)
    }

    fn codes_with(
        state: ReferralState,
        now: DateTime<Utc>,
        arrived_on: Option<&str>,
        late_until: Option<&str>,
    ) -> Vec<Code> {
        let facts = Arrival {
            state,
            issued_on: "2026-11-23".parse().unwrap(),
            deadline: "2026-11-30".parse().unwrap(),
            late_until: late_until.map(at),
            arrived_on: arrived_on.map(|day| day.parse().unwrap()),
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
    fn a_late_confirmation_ends_with_the_next_working_day() {
        let calendar = builtin::kazakhstan();
        let until =
            |day: &str| late_until(day.parse().unwrap(), &RulesProfile::default(), &calendar);
        assert_eq!(until("2026-11-30"), Ok(at(LATE)));
        // Friday: until the end of Monday.
        assert_eq!(until("2026-11-27"), Ok(at(OVER)));
    }

    #[rstest::rstest]
    #[case::no_day_named(OVER, None, &[Code::ArrivalDayRequired])]
    #[case::on_the_last_day(OVER, Some("2026-11-30"), &[])]
    #[case::on_the_day_of_issue(OVER, Some("2026-11-23"), &[])]
    #[case::before_the_issue(OVER, Some("2026-11-22"), &[Code::ArrivalDayInvalid])]
    #[case::not_in_time(OVER, Some("2026-12-01"), &[Code::ArrivalDayInvalid])]
    #[case::in_the_last_microsecond("2026-12-01T18:59:59.999999Z", Some("2026-11-30"), &[])]
    #[case::too_late(LATE, Some("2026-11-30"), &[Code::ReferralLapsed])]
    fn an_arrival_in_time_is_confirmed_late(
        #[case] now: &str,
        #[case] arrived_on: Option<&str>,
        #[case] expected: &[Code],
    ) {
        let over = at(OVER);
        for state in [ReferralState::NEW, ReferralState::Lapsed { at: over }] {
            assert_eq!(codes_with(state, at(now), arrived_on, Some(LATE)), expected);
            let gone_on = codes_with(state, at(now), arrived_on, None);
            assert_eq!(gone_on, [Code::ReferralLapsed]);
        }
    }

    #[test]
    fn in_time_a_named_day_is_one_up_to_today() {
        let now = at("2026-11-24T05:00:00Z");
        let codes = |day| codes_with(ReferralState::NEW, now, Some(day), Some(LATE));
        assert_eq!(codes("2026-11-24"), []);
        assert_eq!(codes("2026-11-25"), [Code::ArrivalDayInvalid]);
    }

    #[test]
    fn only_an_active_referral_leads_to_an_enrolment() {
        let early = at("2026-11-24T05:00:00Z");
        for (state, code) in [
            (
                ReferralState::Enrolled { at: early },
                Code::ReferralNotActive,
            ),
            (ReferralState::Ended { at: early }, Code::ReferralNotActive),
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
