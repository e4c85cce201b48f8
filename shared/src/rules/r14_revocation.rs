//! R14: the applicant revokes within so many hours of the moment of issue. The first moment at
//! which it is too late was fixed at issue.

use super::Violation;
use crate::{code::Code, profile::RulesProfile, referral::ReferralState};
use chrono::{DateTime, Utc};

/// What the rule looks at.
#[derive(Clone, Copy, Debug)]
pub struct Revocation<'a> {
    pub state: ReferralState,
    pub revocable_until: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub profile: &'a RulesProfile,
}

/// All reasons against revoking; none means that the button is there.
#[must_use]
pub fn violations(facts: &Revocation<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    if !facts.state.is_active() {
        found.push(Violation::new(Code::ReferralNotActive));
    }
    if facts.now >= facts.revocable_until {
        found.push(
            Violation::new(Code::RevocationWindowClosed)
                .with("hours", facts.profile.revocation_hours)
                .with_moment("since", facts.revocable_until),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::builtin,
        referral::{Extended, Terms},
    };
    use chrono::TimeDelta;

    const ISSUED: &str = "2026-11-23T05:06:07.890123Z";

    fn codes(state: ReferralState, after_issue: TimeDelta) -> Vec<Code> {
        let issued: DateTime<Utc> = ISSUED.parse().unwrap();
        let profile = RulesProfile::default();
        let terms = Terms::at_issue(issued, &profile, &builtin::kazakhstan()).unwrap();
        violations(&Revocation {
            state,
            revocable_until: terms.revocable_until,
            now: issued + after_issue,
            profile: &profile,
        })
        .iter()
        .map(|one| one.code)
        .collect()
    }

    #[test]
    fn twenty_four_hours_to_the_microsecond() {
        let day = TimeDelta::hours(24);
        let tick = TimeDelta::microseconds(1);
        assert_eq!(codes(ReferralState::NEW, TimeDelta::zero()), []);
        assert_eq!(codes(ReferralState::NEW, day - tick), []);
        for late in [day, day + tick] {
            assert_eq!(
                codes(ReferralState::NEW, late),
                [Code::RevocationWindowClosed]
            );
        }
    }

    #[test]
    fn an_extended_referral_can_still_be_revoked() {
        let extended = ReferralState::Active {
            extended: Some(Extended {
                at: ISSUED.parse().unwrap(),
                previous_deadline: "2026-11-30".parse().unwrap(),
            }),
        };
        assert_eq!(codes(extended, TimeDelta::hours(23)), []);
    }

    #[test]
    fn only_an_active_referral_is_revoked() {
        let at = ISSUED.parse().unwrap();
        for state in [
            ReferralState::Enrolled { at },
            ReferralState::Ended { at },
            ReferralState::Lapsed { at },
            ReferralState::Revoked { at },
            ReferralState::Annulled { at },
        ] {
            assert_eq!(codes(state, TimeDelta::hours(1)), [Code::ReferralNotActive]);
            assert_eq!(
                codes(state, TimeDelta::hours(24)),
                [Code::ReferralNotActive, Code::RevocationWindowClosed]
            );
        }
    }

    #[test]
    fn the_sentence_says_since_when() {
        let issued: DateTime<Utc> = ISSUED.parse().unwrap();
        let found = violations(&Revocation {
            state: ReferralState::NEW,
            revocable_until: issued + TimeDelta::hours(24),
            now: issued + TimeDelta::hours(24),
            profile: &RulesProfile::default(),
        });
        let sentence = found[0].sentence(crate::Language::Ru);
        assert!(sentence.contains("24.11.2026 10:06:07"), "{sentence}");
        assert!(sentence.contains("24 ч"), "{sentence}");
    }
}
