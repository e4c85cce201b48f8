//! R8: opening the signing step holds the chosen place for some minutes; after so many unused
//! holds in a day there is no new one until the next day.

use super::Violation;
use crate::{code::Code, profile::RulesProfile, time};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// When a hold that begins now is over.
#[must_use]
pub fn expires_at(now: DateTime<Utc>, profile: &RulesProfile) -> DateTime<Utc> {
    now + TimeDelta::minutes(i64::from(profile.hold_minutes))
}

/// The reason against a new hold, given how many holds of the local day ended unused. A hold that
/// the parent replaces by a new one counts as unused too.
#[must_use]
pub fn violation(
    unused_today: u32,
    now: DateTime<Utc>,
    profile: &RulesProfile,
) -> Option<Violation> {
    if unused_today < u32::from(profile.unused_holds_per_day) {
        return None;
    }
    let next_day = time::local_date(now)
        .checked_add_days(Days::new(1))
        .unwrap_or(chrono::NaiveDate::MAX);
    Some(
        Violation::new(Code::TooManyHolds)
            .with("limit", profile.unused_holds_per_day)
            .with_day("from", next_day),
    )
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

    #[test]
    fn three_unused_holds_are_the_limit_of_a_day() {
        let now: DateTime<Utc> = "2026-11-23T18:59:59Z".parse().unwrap();
        let profile = RulesProfile::default();
        assert_eq!(violation(2, now, &profile), None);
        let refused = violation(3, now, &profile).unwrap();
        assert_eq!(refused.code, Code::TooManyHolds);
        assert_eq!(refused.params["from"], "24.11.2026");
    }
}
