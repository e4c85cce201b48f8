//! An application: one child in the queue of one locality. State data lives in the variant; every
//! transition consumes the old state and may refuse.

use crate::{
    calendar::NotCovered, calendar::WorkingCalendar, id::ReferralId, profile::RulesProfile, time,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Benefit category, in the order of the queue (R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Category {
    /// A place out of turn.
    Extraordinary,
    /// A place before the general queue.
    Priority,
    General,
}

impl Category {
    pub const ALL: [Self; 3] = [Self::Extraordinary, Self::Priority, Self::General];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Extraordinary => "extraordinary",
            Self::Priority => "priority",
            Self::General => "general",
        }
    }

    /// Place of the category in the order of the queue.
    #[must_use]
    pub const fn rank(self) -> i16 {
        match self {
            Self::Extraordinary => 0,
            Self::Priority => 1,
            Self::General => 2,
        }
    }

    #[must_use]
    pub fn from_rank(rank: i16) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.rank() == rank)
    }
}

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ApplicationState {
    Queued,
    /// No referral can be had up to and including `until` (R11).
    StopListed {
        until: NaiveDate,
    },
    Referred {
        referral_id: ReferralId,
    },
    Enrolled {
        at: DateTime<Utc>,
    },
    /// Taken off the queue after the last allowed lapse (R12).
    Removed {
        at: DateTime<Utc>,
    },
    Withdrawn {
        at: DateTime<Utc>,
    },
}

/// A transition that the present state does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{transition} is not possible in the present state")]
pub struct InvalidTransition {
    pub transition: &'static str,
}

/// What became of an application whose referral lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapsed {
    pub state: ApplicationState,
    /// Lapses of this application so far.
    pub lapses: u16,
}

impl ApplicationState {
    /// An active application blocks a second one for the same child and locality (R4).
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(
            self,
            Self::Queued | Self::StopListed { .. } | Self::Referred { .. }
        )
    }

    /// What has fallen due at `now`: a stop-list whose last day is over ends in the queue.
    #[must_use]
    pub fn settled(self, now: DateTime<Utc>) -> Self {
        match self {
            Self::StopListed { until } if now >= time::end_of_day(until) => Self::Queued,
            other => other,
        }
    }

    /// R9: the referral takes the child off the queue.
    pub fn refer(self, referral_id: ReferralId) -> Result<Self, InvalidTransition> {
        match self {
            Self::Queued => Ok(Self::Referred { referral_id }),
            _ => Err(InvalidTransition {
                transition: "refer",
            }),
        }
    }

    /// R14: a referral that is revoked, or annulled by an official, gives the place in the queue back.
    pub fn return_to_queue(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Referred { .. } => Ok(Self::Queued),
            _ => Err(InvalidTransition {
                transition: "return to the queue",
            }),
        }
    }

    /// R10: the kindergarten confirmed the arrival.
    pub fn enrol(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Referred { .. } => Ok(Self::Enrolled { at }),
            _ => Err(InvalidTransition {
                transition: "enrol",
            }),
        }
    }

    /// R10: the kindergarten was mistaken.
    pub fn undo_enrolment(self, referral_id: ReferralId) -> Result<Self, InvalidTransition> {
        match self {
            Self::Enrolled { .. } => Ok(Self::Referred { referral_id }),
            _ => Err(InvalidTransition {
                transition: "undo the enrolment",
            }),
        }
    }

    /// R11, R12: nobody arrived by `deadline`; the stop-list is counted from the day after it.
    pub fn lapse(
        self,
        deadline: NaiveDate,
        lapses_before: u16,
        profile: &RulesProfile,
        calendar: &WorkingCalendar,
    ) -> Result<Result<Lapsed, InvalidTransition>, NotCovered> {
        let Self::Referred { .. } = self else {
            return Ok(Err(InvalidTransition {
                transition: "lapse",
            }));
        };
        let lapses = lapses_before.saturating_add(1);
        let state = if lapses >= profile.lapses_to_removal {
            Self::Removed {
                at: time::end_of_day(deadline),
            }
        } else {
            // The lapse happens at the first moment of the next day, so that day is the first
            // one that can count: "from the next day" after the deadline's own.
            let until = calendar.add_working_days(deadline, profile.stop_list_working_days)?;
            Self::StopListed { until }
        };
        Ok(Ok(Lapsed { state, lapses }))
    }

    /// R15.
    pub fn withdraw(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Queued | Self::StopListed { .. } => Ok(Self::Withdrawn { at }),
            _ => Err(InvalidTransition {
                transition: "withdraw",
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;
    use chrono::TimeDelta;
    use uuid::Uuid;

    fn referral() -> ReferralId {
        ReferralId::new(Uuid::nil())
    }

    fn every_state() -> [ApplicationState; 6] {
        let at = DateTime::UNIX_EPOCH;
        [
            ApplicationState::Queued,
            ApplicationState::StopListed {
                until: NaiveDate::MIN,
            },
            ApplicationState::Referred {
                referral_id: referral(),
            },
            ApplicationState::Enrolled { at },
            ApplicationState::Removed { at },
            ApplicationState::Withdrawn { at },
        ]
    }

    #[test]
    fn a_category_is_stored_by_its_rank() {
        assert_eq!(Category::ALL.map(Category::rank), [0, 1, 2]);
        assert_eq!(
            [-1, 0, 1, 2, 3].map(Category::from_rank),
            [
                None,
                Some(Category::Extraordinary),
                Some(Category::Priority),
                Some(Category::General),
                None,
            ]
        );
    }

    #[test]
    fn what_waits_or_is_referred_is_active() {
        assert_eq!(
            every_state().map(|state| state.is_active()),
            [true, true, true, false, false, false]
        );
    }

    #[test]
    fn each_transition_starts_only_where_the_rules_say() {
        let starts = |allowed: fn(ApplicationState) -> bool| every_state().map(allowed);
        let at = DateTime::UNIX_EPOCH;
        assert_eq!(
            starts(|s| s.refer(referral()).is_ok()),
            [true, false, false, false, false, false]
        );
        assert_eq!(
            starts(|s| s.return_to_queue().is_ok()),
            [false, false, true, false, false, false]
        );
        assert_eq!(
            every_state().map(|s| s.enrol(at).is_ok()),
            [false, false, true, false, false, false]
        );
        assert_eq!(
            every_state().map(|s| s.undo_enrolment(referral()).is_ok()),
            [false, false, false, true, false, false]
        );
        assert_eq!(
            every_state().map(|s| s.withdraw(at).is_ok()),
            [true, true, false, false, false, false]
        );
        let calendar = builtin::kazakhstan();
        let lapses = every_state().map(|s| {
            s.lapse(
                "2026-06-08".parse().unwrap(),
                0,
                &RulesProfile::default(),
                &calendar,
            )
            .unwrap()
            .is_ok()
        });
        assert_eq!(lapses, [false, false, true, false, false, false]);
    }

    #[test]
    fn a_state_is_read_as_it_is_written() {
        for state in every_state() {
            let text = serde_json::to_string(&state).unwrap();
            assert_eq!(
                serde_json::from_str::<ApplicationState>(&text).unwrap(),
                state
            );
        }
        for incomplete in [
            r#"{"status":"stop_listed"}"#,
            r#"{"status":"enrolled"}"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<ApplicationState>(incomplete).is_err());
        }
    }

    #[test]
    fn the_stop_list_ends_with_its_last_day() {
        let until: NaiveDate = "2026-06-15".parse().unwrap();
        let state = ApplicationState::StopListed { until };
        let end = time::end_of_day(until);
        assert_eq!(state.settled(end - TimeDelta::microseconds(1)), state);
        assert_eq!(state.settled(end), ApplicationState::Queued);
    }

    #[test]
    fn the_first_lapse_stop_lists_and_the_second_removes() {
        let calendar = builtin::kazakhstan();
        let profile = RulesProfile::default();
        let referred = ApplicationState::Referred {
            referral_id: referral(),
        };
        let deadline = "2026-06-01".parse().unwrap();
        let first = referred
            .lapse(deadline, 0, &profile, &calendar)
            .unwrap()
            .unwrap();
        assert_eq!(first.lapses, 1);
        assert_eq!(
            first.state,
            ApplicationState::StopListed {
                until: "2026-06-15".parse().unwrap()
            }
        );
        let second = referred
            .lapse(deadline, 1, &profile, &calendar)
            .unwrap()
            .unwrap();
        assert_eq!(
            second.state,
            ApplicationState::Removed {
                at: time::end_of_day(deadline)
            }
        );
    }
}
