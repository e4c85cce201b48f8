//! A referral: the right to a place, with a deadline to arrive.

use crate::{
    application::InvalidTransition, calendar::NotCovered, calendar::WorkingCalendar,
    profile::RulesProfile, time,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Where a referral stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralState {
    Active {
        /// Present after the one extension (R13).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        extended: Option<Extended>,
    },
    Enrolled {
        at: DateTime<Utc>,
    },
    /// The child was enrolled elsewhere later (R10).
    Ended {
        at: DateTime<Utc>,
    },
    Lapsed {
        at: DateTime<Utc>,
    },
    Revoked {
        at: DateTime<Utc>,
    },
    Annulled {
        at: DateTime<Utc>,
    },
}

/// That a referral was extended, and from which deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extended {
    pub at: DateTime<Utc>,
    pub previous_deadline: NaiveDate,
}

impl ReferralState {
    /// As it is issued.
    pub const NEW: Self = Self::Active { extended: None };

    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self, Self::Active { .. })
    }

    /// R13: once.
    pub fn extend(self, extended: Extended) -> Result<Self, InvalidTransition> {
        match self {
            Self::Active { extended: None } => Ok(Self::Active {
                extended: Some(extended),
            }),
            _ => Err(InvalidTransition {
                transition: "extend",
            }),
        }
    }

    /// R14.
    pub fn revoke(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.end("revoke", Self::Revoked { at })
    }

    /// By an official.
    pub fn annul(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.end("annul", Self::Annulled { at })
    }

    /// R11.
    pub fn lapse(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.end("lapse", Self::Lapsed { at })
    }

    /// R10.
    pub fn enrol(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        self.end("enrol", Self::Enrolled { at })
    }

    /// R10: the kindergarten was mistaken. What was known of an extension comes back with it.
    pub fn undo_enrolment(self, extended: Option<Extended>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Enrolled { .. } => Ok(Self::Active { extended }),
            _ => Err(InvalidTransition {
                transition: "undo the enrolment",
            }),
        }
    }

    /// R10: the arrival had happened in time, and is confirmed after the lapse.
    pub fn enrol_late(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Lapsed { .. } => Ok(Self::Enrolled { at }),
            _ => Err(InvalidTransition {
                transition: "enrol late",
            }),
        }
    }

    /// R10: the late confirmation was a mistake; the referral has lapsed when it did.
    pub fn undo_late_enrolment(self, lapsed: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Enrolled { .. } => Ok(Self::Lapsed { at: lapsed }),
            _ => Err(InvalidTransition {
                transition: "undo the late enrolment",
            }),
        }
    }

    /// R22: by an official. What was known of an extension comes back with it.
    pub fn restore(self, extended: Option<Extended>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Lapsed { .. } => Ok(Self::Active { extended }),
            _ => Err(InvalidTransition {
                transition: "restore",
            }),
        }
    }

    /// R10: enrolled elsewhere, and the time for undoing that is over.
    pub fn end_enrolment(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Enrolled { .. } => Ok(Self::Ended { at }),
            _ => Err(InvalidTransition {
                transition: "end the enrolment",
            }),
        }
    }

    fn end(self, transition: &'static str, to: Self) -> Result<Self, InvalidTransition> {
        if self.is_active() {
            Ok(to)
        } else {
            Err(InvalidTransition { transition })
        }
    }
}

/// Why a parent asks for more time (R13).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ExtensionReason {
    ChildIllness,
    FamilyCircumstances,
    Moving,
    /// A business trip or another journey of the parent.
    Travel,
    /// Said in the comment, which is obligatory then.
    Other,
}

impl ExtensionReason {
    pub const ALL: [Self; 5] = [
        Self::ChildIllness,
        Self::FamilyCircumstances,
        Self::Moving,
        Self::Travel,
        Self::Other,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChildIllness => "child_illness",
            Self::FamilyCircumstances => "family_circumstances",
            Self::Moving => "moving",
            Self::Travel => "travel",
            Self::Other => "other",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
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

    fn every_state() -> [ReferralState; 7] {
        let at = DateTime::UNIX_EPOCH;
        [
            ReferralState::NEW,
            ReferralState::Active {
                extended: Some(extended()),
            },
            ReferralState::Enrolled { at },
            ReferralState::Ended { at },
            ReferralState::Lapsed { at },
            ReferralState::Revoked { at },
            ReferralState::Annulled { at },
        ]
    }

    fn extended() -> Extended {
        Extended {
            at: DateTime::UNIX_EPOCH,
            previous_deadline: "2026-06-08".parse().unwrap(),
        }
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        for state in every_state() {
            let text = serde_json::to_string(&state).unwrap();
            assert_eq!(serde_json::from_str::<ReferralState>(&text).unwrap(), state);
        }
        assert!(serde_json::from_str::<ReferralState>(r#"{"status":"lapsed"}"#).is_err());
    }

    #[test]
    fn each_transition_starts_only_where_the_rules_say() {
        let at = DateTime::UNIX_EPOCH;
        let active = [true, true, false, false, false, false, false];
        let enrolled = [false, false, true, false, false, false, false];
        let lapsed = [false, false, false, false, true, false, false];
        assert_eq!(every_state().map(|state| state.is_active()), active);
        assert_eq!(
            every_state().map(|state| state.extend(extended()).is_ok()),
            [true, false, false, false, false, false, false]
        );
        assert_eq!(
            every_state().map(|state| state.revoke(at) == Ok(ReferralState::Revoked { at })),
            active
        );
        assert_eq!(
            every_state().map(|state| state.annul(at) == Ok(ReferralState::Annulled { at })),
            active
        );
        assert_eq!(
            every_state().map(|state| state.lapse(at) == Ok(ReferralState::Lapsed { at })),
            active
        );
        assert_eq!(
            every_state().map(|state| state.enrol(at) == Ok(ReferralState::Enrolled { at })),
            active
        );
        assert_eq!(
            every_state().map(|state| state.undo_enrolment(None).is_ok()),
            enrolled
        );
        assert_eq!(
            every_state().map(|state| state.end_enrolment(at) == Ok(ReferralState::Ended { at })),
            enrolled
        );
        assert_eq!(
            every_state()
                .map(|state| state.undo_late_enrolment(at) == Ok(ReferralState::Lapsed { at })),
            enrolled
        );
        assert_eq!(
            every_state().map(|state| state.enrol_late(at) == Ok(ReferralState::Enrolled { at })),
            lapsed
        );
        assert_eq!(
            every_state().map(|state| state.restore(None) == Ok(ReferralState::NEW)),
            lapsed
        );
    }

    #[test]
    fn an_undone_enrolment_remembers_the_extension() {
        let extended = ReferralState::NEW.extend(extended()).unwrap();
        let ReferralState::Active { extended: known } = extended else {
            panic!("{extended:?}")
        };
        let back = extended
            .enrol(DateTime::UNIX_EPOCH)
            .and_then(|state| state.undo_enrolment(known));
        assert_eq!(back, Ok(extended));
    }

    #[test]
    fn reasons_are_named_alike_in_storage_and_on_the_wire() {
        for reason in ExtensionReason::ALL {
            let wire = serde_json::to_value(reason).unwrap();
            assert_eq!(wire, reason.as_str());
            assert_eq!(ExtensionReason::from_name(reason.as_str()), Some(reason));
        }
        assert_eq!(ExtensionReason::from_name("none"), None);
    }

    #[test]
    fn a_referral_is_overdue_from_the_first_moment_after_its_last_day() {
        let deadline: NaiveDate = "2026-06-08".parse().unwrap();
        let end = time::end_of_day(deadline);
        assert!(!is_overdue(deadline, end - TimeDelta::microseconds(1)));
        assert!(is_overdue(deadline, end));
    }
}
