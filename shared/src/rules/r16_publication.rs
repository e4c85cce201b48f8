//! R16: a new place is public at once, a freed one after a random rest, so that nobody can pass it on.
//! Where the profile has a publication time, both are public at the next such moment, to everybody
//! in the same second. A place after a hold was public already and only rests.

use crate::{profile::RulesProfile, time};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

/// Those who have subscribed are told of everything that becomes free within this time at once.
const GATHERING: TimeDelta = TimeDelta::minutes(1);

/// Why there is a free place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    New,
    /// A referral or an enrolment ended, or the kindergarten publishes again what it had taken back.
    Freed,
    /// A hold was released or ran out.
    Held,
}

/// How long a freed place rests: whole seconds, chosen by a random number.
#[must_use]
pub fn rest(random: u32, profile: &RulesProfile) -> TimeDelta {
    let seconds = |minutes: u16| u32::from(minutes) * 60;
    let (from, to) = (
        seconds(profile.resting.from_minutes),
        seconds(profile.resting.to_minutes),
    );
    let span = to.saturating_sub(from).saturating_add(1);
    TimeDelta::seconds(i64::from(from + random % span))
}

/// Since when a place that becomes free now can be seen and had. `rest` is that of a freed place.
#[must_use]
pub fn public_from(
    source: Source,
    now: DateTime<Utc>,
    rest: TimeDelta,
    profile: &RulesProfile,
) -> DateTime<Utc> {
    match (source, profile.publication_time) {
        (Source::New, None) => now,
        (Source::Freed, None) | (Source::Held, _) => now + rest,
        (Source::New | Source::Freed, Some(publication)) => next_publication(now, publication),
    }
}

/// The next moment of publication, the present one included.
#[must_use]
pub fn next_publication(now: DateTime<Utc>, publication: NaiveTime) -> DateTime<Utc> {
    let today = time::local_date(now);
    let on = |day| time::start_of_day(day) + (publication - NaiveTime::MIN);
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
        let expected: DateTime<Utc> = expected.parse().unwrap();
        let rest = TimeDelta::seconds(61);
        let public = public_from(Source::New, now, rest, &profile);
        assert_eq!(public, expected);
        let freed = public_from(Source::Freed, now, rest, &profile);
        match publication {
            Some(_) => assert_eq!(freed, expected, "to everybody in the same second"),
            None => assert_eq!(freed, now + rest),
        }
        let held = public_from(Source::Held, now, rest, &profile);
        assert_eq!(held, now + rest, "it was public already");
        let told = tell_at(now, public);
        assert!(told >= public && told >= now + TimeDelta::minutes(1));
    }

    #[rstest::rstest]
    #[case(0, 60)]
    #[case(1, 61)]
    #[case(240, 300)]
    #[case(241, 60)]
    fn a_freed_place_rests_for_one_to_five_minutes(#[case] random: u32, #[case] seconds: i64) {
        let rest = rest(random, &RulesProfile::default());
        assert_eq!(rest, TimeDelta::seconds(seconds));
    }

    #[test]
    fn a_rest_that_is_fixed_is_not_random() {
        let mut profile = RulesProfile::default();
        profile.resting.from_minutes = 2;
        profile.resting.to_minutes = 2;
        for random in [0, 1, u32::MAX] {
            assert_eq!(rest(random, &profile), TimeDelta::minutes(2));
        }
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
