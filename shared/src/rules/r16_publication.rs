//! R16: a freed or new place is public at once, or, where the profile has a publication time, at
//! the next such moment, to everybody in the same second.

use crate::{profile::RulesProfile, time};
use chrono::{DateTime, Days, TimeDelta, Utc};

/// Those who have subscribed are told of everything that becomes free within this time at once.
const GATHERING: TimeDelta = TimeDelta::minutes(1);

/// Since when a place that becomes free now can be seen and had.
#[must_use]
pub fn public_from(now: DateTime<Utc>, profile: &RulesProfile) -> DateTime<Utc> {
    let Some(publication) = profile.publication_time else {
        return now;
    };
    let today = time::local_date(now);
    let on = |day| time::start_of_day(day) + (publication - chrono::NaiveTime::MIN);
    if now <= on(today) {
        on(today)
    } else {
        on(today + Days::new(1))
    }
}

/// When those who have subscribed are told of it: at the publication, which gathers by itself, or
/// a little later.
#[must_use]
pub fn tell_at(now: DateTime<Utc>, public_from: DateTime<Utc>) -> DateTime<Utc> {
    public_from.max(now + GATHERING)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Nine in the morning is 04:00 UTC.
    #[rstest::rstest]
    #[case(None, "2026-11-23T05:00:00Z", "2026-11-23T05:00:00Z")]
    #[case(
        Some("09:00:00"),
        "2026-11-23T03:59:59.999999Z",
        "2026-11-23T04:00:00Z"
    )]
    #[case(Some("09:00:00"), "2026-11-23T04:00:00Z", "2026-11-23T04:00:00Z")]
    #[case(
        Some("09:00:00"),
        "2026-11-23T04:00:00.000001Z",
        "2026-11-24T04:00:00Z"
    )]
    #[case(Some("09:00:00"), "2026-11-30T19:00:00Z", "2026-12-01T04:00:00Z")]
    #[case(Some("00:00:00"), "2026-11-30T19:00:00Z", "2026-11-30T19:00:00Z")]
    fn a_place_is_public_at_the_next_publication(
        #[case] publication: Option<&str>,
        #[case] now: &str,
        #[case] expected: &str,
    ) {
        let profile = RulesProfile {
            publication_time: publication.map(|time| time.parse().unwrap()),
            ..RulesProfile::default()
        };
        let now: DateTime<Utc> = now.parse().unwrap();
        let public = public_from(now, &profile);
        assert_eq!(public, expected.parse::<DateTime<Utc>>().unwrap());
        let told = tell_at(now, public);
        assert!(told >= public && told >= now + TimeDelta::minutes(1));
    }

    #[test]
    fn a_profile_without_the_time_is_read() {
        let mut stored = serde_json::to_value(RulesProfile::default()).unwrap();
        assert!(
            stored
                .as_object_mut()
                .unwrap()
                .remove("publication_time")
                .is_none()
        );
        let read: RulesProfile = serde_json::from_value(stored).unwrap();
        assert_eq!(read, RulesProfile::default());
    }
}
