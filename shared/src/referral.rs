//! A referral: the right to a place, with a deadline to arrive.

use crate::{calendar::NotCovered, calendar::WorkingCalendar, profile::RulesProfile, time};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Where a referral stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralState {
    Active,
    Enrolled { at: DateTime<Utc> },
    Lapsed { at: DateTime<Utc> },
    Revoked { at: DateTime<Utc> },
    Annulled { at: DateTime<Utc> },
}

/// The times that are fixed when a referral is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub issued_at: DateTime<Utc>,
    /// The last day to arrive, included (R10).
    pub deadline: NaiveDate,
    /// The first moment at which a revocation is too late (R14).
    pub revocable_until: DateTime<Utc>,
}

impl Terms {
    /// Fixes the times of a referral issued now. They are stored: a later change of the calendar
    /// does not move them.
    pub fn at_issue(
        now: DateTime<Utc>,
        profile: &RulesProfile,
        calendar: &WorkingCalendar,
    ) -> Result<Self, NotCovered> {
        Ok(Self {
            issued_at: now,
            deadline: calendar
                .add_working_days(time::local_date(now), profile.arrival_working_days)?,
            revocable_until: now + TimeDelta::hours(i64::from(profile.revocation_hours)),
        })
    }
}

/// Whether the last day to arrive is over (R11).
#[must_use]
pub fn is_overdue(deadline: NaiveDate, now: DateTime<Utc>) -> bool {
    now >= time::end_of_day(deadline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;

    #[rstest::rstest]
    // 18:59:59.999999 UTC is the last microsecond of the local day, 19:00 the first of the next.
    #[case("2026-06-01T18:59:59.999999Z", "2026-06-08")]
    #[case("2026-06-01T19:00:00Z", "2026-06-09")]
    fn the_day_of_issue_is_the_local_day(#[case] issued: &str, #[case] deadline: &str) {
        let issued: DateTime<Utc> = issued.parse().unwrap();
        let terms =
            Terms::at_issue(issued, &RulesProfile::default(), &builtin::kazakhstan()).unwrap();
        assert_eq!(terms.deadline, deadline.parse().unwrap());
        assert_eq!(terms.revocable_until - issued, TimeDelta::hours(24));
    }

    #[test]
    fn a_referral_is_overdue_from_the_first_moment_after_its_last_day() {
        let deadline: NaiveDate = "2026-06-08".parse().unwrap();
        let end = time::end_of_day(deadline);
        assert!(!is_overdue(deadline, end - TimeDelta::microseconds(1)));
        assert!(is_overdue(deadline, end));
    }
}
