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

/// A benefit category that was claimed, and what became of the claim (R21).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Benefit {
    pub category: Category,
    pub state: BenefitState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BenefitState {
    /// By the applicant; it does not count until an official confirms it.
    Claimed,
    Confirmed,
    Refused,
    /// Its proof has ended.
    Expired,
    /// Claimed before officials decided; it counts until the upgrade is finished.
    OfBefore,
}

impl Benefit {
    /// What an applicant claims; none for the general category.
    #[must_use]
    pub const fn claim(category: Category) -> Option<Self> {
        match category {
            Category::General => None,
            Category::Extraordinary | Category::Priority => Some(Self {
                category,
                state: BenefitState::Claimed,
            }),
        }
    }

    /// R5: a claimed category counts as general until it is confirmed.
    #[must_use]
    pub const fn counts_as(self) -> Category {
        match self.state {
            BenefitState::Confirmed | BenefitState::OfBefore => self.category,
            BenefitState::Claimed | BenefitState::Refused | BenefitState::Expired => {
                Category::General
            }
        }
    }

    /// What a new claim makes of the benefit: one that counts goes on until the claim is decided.
    #[must_use]
    pub fn reclaim(of: Option<Self>, category: Category) -> Option<Self> {
        match of {
            Some(benefit) if benefit.counts_as() != Category::General => of,
            _ => Self::claim(category),
        }
    }

    /// The proof has ended; `open` is the category of a claim that waits for an official.
    pub fn expire(self, open: Option<Category>) -> Result<Self, InvalidTransition> {
        if self.state != BenefitState::Confirmed {
            return Err(InvalidTransition {
                transition: "end the benefit",
            });
        }
        Ok(open.and_then(Self::claim).unwrap_or(Self {
            state: BenefitState::Expired,
            ..self
        }))
    }

    /// By an official; a refusal can be put right.
    pub fn confirm(self) -> Result<Self, InvalidTransition> {
        self.decide("confirm the benefit", BenefitState::Confirmed)
    }

    /// By an official, also of what was confirmed.
    pub fn refuse(self) -> Result<Self, InvalidTransition> {
        self.decide("refuse the benefit", BenefitState::Refused)
    }

    fn decide(self, transition: &'static str, to: BenefitState) -> Result<Self, InvalidTransition> {
        if self.state == to {
            return Err(InvalidTransition { transition });
        }
        Ok(Self { state: to, ..self })
    }
}

/// Whether an application takes part in its queue (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Standing {
    TakesPart,
    /// Somebody else had queued the child before.
    Claim,
    /// Somebody else was verified; an official decides.
    Disputed,
}

impl Standing {
    pub const ALL: [Self; 3] = [Self::TakesPart, Self::Claim, Self::Disputed];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TakesPart => "takes_part",
            Self::Claim => "claim",
            Self::Disputed => "disputed",
        }
    }

    /// R27: a claim or a dispute ends well for the applicant.
    pub fn take_part(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::Claim | Self::Disputed => Ok(Self::TakesPart),
            Self::TakesPart => Err(InvalidTransition {
                transition: "take part",
            }),
        }
    }

    /// R27: somebody else was verified, or an official doubts.
    pub fn dispute(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::TakesPart => Ok(Self::Disputed),
            Self::Claim | Self::Disputed => Err(InvalidTransition {
                transition: "dispute",
            }),
        }
    }
}

/// Who vouches for parenthood and birth date (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum VerifiedBy {
    Registry,
    Official,
    /// It took part when the check was switched on.
    ExistedBefore,
    Imported,
}

impl VerifiedBy {
    pub const ALL: [Self; 4] = [
        Self::Registry,
        Self::Official,
        Self::ExistedBefore,
        Self::Imported,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Official => "official",
            Self::ExistedBefore => "existed_before",
            Self::Imported => "imported",
        }
    }

    /// Whether somebody has looked, so that it stands against another who was verified.
    #[must_use]
    pub const fn is_proof(self) -> bool {
        matches!(self, Self::Registry | Self::Official)
    }
}

/// What is known of the applicant and the child (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verification {
    /// Nobody has said anything.
    Unanswered,
    /// The registry does not know the applicant as a parent, or the child.
    Denied {
        at: DateTime<Utc>,
    },
    Verified {
        by: VerifiedBy,
        at: DateTime<Utc>,
    },
}

impl Verification {
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self, Self::Verified { .. })
    }

    /// Whether register or official have said so.
    #[must_use]
    pub const fn is_proven(&self) -> bool {
        matches!(self, Self::Verified { by, .. } if by.is_proof())
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
    /// Enrolled elsewhere later (R10).
    Left {
        at: DateTime<Utc>,
    },
    /// Taken off the queue after the last allowed lapse (R12), or by a decision (R27).
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
    /// Lapses of the child in the locality so far.
    pub lapses: u16,
}

impl ApplicationState {
    /// R11: the stop-list belongs to the child, so a new application begins on it while it runs.
    #[must_use]
    pub fn begin(stop_listed_until: Option<NaiveDate>, now: DateTime<Utc>) -> Self {
        match stop_listed_until {
            Some(until) => Self::StopListed { until }.settled(now),
            None => Self::Queued,
        }
    }

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

    /// R10: enrolled elsewhere, and the time for undoing that is over.
    pub fn leave(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Enrolled { .. } => Ok(Self::Left { at }),
            _ => Err(InvalidTransition {
                transition: "leave",
            }),
        }
    }

    /// R10: the arrival had happened in time, and is confirmed after the lapse.
    pub fn enrol_late(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::StopListed { .. } | Self::Removed { .. } => Ok(Self::Enrolled { at }),
            _ => Err(InvalidTransition {
                transition: "enrol late",
            }),
        }
    }

    /// R10: the late confirmation was a mistake; the lapse counts again, with what had come of it.
    pub fn undo_late_enrolment(
        self,
        deadline: NaiveDate,
        stop_listed_until: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<Self, InvalidTransition> {
        match (self, stop_listed_until) {
            (Self::Enrolled { .. }, Some(until)) => Ok(Self::StopListed { until }.settled(now)),
            (Self::Enrolled { .. }, None) => Ok(Self::Removed {
                at: time::end_of_day(deadline),
            }),
            _ => Err(InvalidTransition {
                transition: "undo the late enrolment",
            }),
        }
    }

    /// R22: an official takes the lapse back where there is no place.
    pub fn excuse_lapse(self) -> Result<Self, InvalidTransition> {
        match self {
            Self::StopListed { .. } | Self::Removed { .. } => Ok(Self::Queued),
            _ => Err(InvalidTransition {
                transition: "take the lapse back",
            }),
        }
    }

    /// R22: an official restores the referral that lapsed.
    pub fn restore(self, referral_id: ReferralId) -> Result<Self, InvalidTransition> {
        match self {
            Self::StopListed { .. } | Self::Removed { .. } => Ok(Self::Referred { referral_id }),
            _ => Err(InvalidTransition {
                transition: "restore the referral",
            }),
        }
    }

    /// R27: a claim or a dispute was decided against it.
    pub fn remove(self, at: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        match self {
            Self::Queued | Self::StopListed { .. } | Self::Referred { .. } => {
                Ok(Self::Removed { at })
            }
            _ => Err(InvalidTransition {
                transition: "remove",
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

    fn every_state() -> [ApplicationState; 7] {
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
            ApplicationState::Left { at },
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
            [true, true, true, false, false, false, false]
        );
    }

    /// Where a transition starts: of queued, stop-listed, referred, enrolled, left, removed, withdrawn.
    type Starts = [bool; 7];
    const QUEUED: Starts = [true, false, false, false, false, false, false];
    const WAITING: Starts = [true, true, false, false, false, false, false];
    const REFERRED: Starts = [false, false, true, false, false, false, false];
    const ENROLLED: Starts = [false, false, false, true, false, false, false];
    const LAPSED: Starts = [false, true, false, false, false, true, false];
    const ACTIVE: Starts = [true, true, true, false, false, false, false];

    fn starts<T, E>(transition: impl Fn(ApplicationState) -> Result<T, E>) -> Starts {
        every_state().map(|state| transition(state).is_ok())
    }

    #[test]
    fn each_transition_starts_only_where_the_rules_say() {
        let at = DateTime::UNIX_EPOCH;
        let day: NaiveDate = "2026-06-08".parse().unwrap();
        assert_eq!(starts(|s| s.refer(referral())), QUEUED);
        assert_eq!(starts(ApplicationState::return_to_queue), REFERRED);
        assert_eq!(starts(|s| s.enrol(at)), REFERRED);
        assert_eq!(starts(|s| s.undo_enrolment(referral())), ENROLLED);
        assert_eq!(starts(|s| s.leave(at)), ENROLLED);
        assert_eq!(starts(|s| s.enrol_late(at)), LAPSED);
        for until in [None, Some(day)] {
            assert_eq!(starts(|s| s.undo_late_enrolment(day, until, at)), ENROLLED);
        }
        assert_eq!(starts(ApplicationState::excuse_lapse), LAPSED);
        assert_eq!(starts(|s| s.restore(referral())), LAPSED);
        assert_eq!(starts(|s| s.remove(at)), ACTIVE);
        assert_eq!(starts(|s| s.withdraw(at)), WAITING);
        let calendar = builtin::kazakhstan();
        let profile = RulesProfile::default();
        assert_eq!(
            starts(|s| s.lapse(day, 0, &profile, &calendar).unwrap()),
            REFERRED
        );
        let settles = every_state().map(|s| s.settled(DateTime::<Utc>::MAX_UTC) != s);
        assert_eq!(
            settles,
            [false, true, false, false, false, false, false],
            "only a stop-list ends by itself"
        );
    }

    #[test]
    fn what_a_transition_leads_to() {
        let at = DateTime::UNIX_EPOCH;
        let enrolled = ApplicationState::Enrolled { at };
        assert_eq!(enrolled.leave(at), Ok(ApplicationState::Left { at }));
        let day: NaiveDate = "2026-06-08".parse().unwrap();
        let until: NaiveDate = "2026-06-22".parse().unwrap();
        let stopped = ApplicationState::StopListed { until };
        let removed = ApplicationState::Removed {
            at: time::end_of_day(day),
        };
        let before_its_end = time::end_of_day(until) - TimeDelta::microseconds(1);
        let undone = |until, now| enrolled.undo_late_enrolment(day, until, now);
        assert_eq!(undone(Some(until), before_its_end), Ok(stopped));
        assert_eq!(
            undone(Some(until), time::end_of_day(until)),
            Ok(ApplicationState::Queued),
            "the stop-list is over meanwhile"
        );
        assert_eq!(undone(None, at), Ok(removed));
        for lapsed in [stopped, removed] {
            assert_eq!(lapsed.enrol_late(at), Ok(enrolled));
            assert_eq!(lapsed.excuse_lapse(), Ok(ApplicationState::Queued));
            assert_eq!(
                lapsed.restore(referral()),
                Ok(ApplicationState::Referred {
                    referral_id: referral()
                })
            );
        }
        assert_eq!(stopped.remove(at), Ok(ApplicationState::Removed { at }));
    }

    #[test]
    fn an_application_begins_on_the_stop_list_while_it_runs() {
        let until: NaiveDate = "2026-06-22".parse().unwrap();
        let end = time::end_of_day(until);
        let last = end - TimeDelta::microseconds(1);
        let begin = ApplicationState::begin;
        assert_eq!(begin(None, last), ApplicationState::Queued);
        assert_eq!(
            begin(Some(until), last),
            ApplicationState::StopListed { until }
        );
        assert_eq!(begin(Some(until), end), ApplicationState::Queued);
    }

    #[test]
    fn a_benefit_that_counts_goes_on_until_a_new_claim_is_decided_or_its_proof_ends() {
        let claimed = Benefit::claim(Category::Priority);
        let confirmed = claimed.unwrap().confirm().unwrap();
        let reclaim = |of| Benefit::reclaim(of, Category::Extraordinary);
        assert_eq!(reclaim(None), Benefit::claim(Category::Extraordinary));
        assert_eq!(reclaim(claimed), Benefit::claim(Category::Extraordinary));
        assert_eq!(reclaim(Some(confirmed)), Some(confirmed));
        let expired = confirmed.expire(None).unwrap();
        assert_eq!(expired.state, BenefitState::Expired);
        assert_eq!(expired.counts_as(), Category::General);
        assert!(expired.expire(None).is_err() && claimed.unwrap().expire(None).is_err());
        assert_eq!(confirmed.expire(Some(Category::Priority)).ok(), claimed);
        assert_eq!(
            reclaim(Some(expired)),
            Benefit::claim(Category::Extraordinary)
        );
    }

    #[test]
    fn a_claimed_benefit_counts_once_it_is_confirmed() {
        assert_eq!(Benefit::claim(Category::General), None);
        for category in [Category::Extraordinary, Category::Priority] {
            let claimed = Benefit::claim(category).unwrap();
            assert_eq!(claimed.state, BenefitState::Claimed);
            assert_eq!(claimed.counts_as(), Category::General);
            let confirmed = claimed.confirm().unwrap();
            assert_eq!(confirmed.counts_as(), category);
            assert!(confirmed.confirm().is_err());
            let of_before = Benefit {
                state: BenefitState::OfBefore,
                ..claimed
            };
            assert_eq!(of_before.counts_as(), category);
            assert_eq!(of_before.confirm(), Ok(confirmed));
            let refused = claimed.refuse().unwrap();
            assert_eq!(refused.counts_as(), Category::General);
            assert!(refused.refuse().is_err());
            assert_eq!(refused.confirm(), Ok(confirmed));
            assert_eq!(confirmed.refuse(), Ok(refused));
        }
    }

    #[test]
    fn each_standing_changes_only_as_the_rules_say() {
        let take_part = Standing::ALL.map(|standing| standing.take_part().ok());
        let dispute = Standing::ALL.map(|standing| standing.dispute().ok());
        assert_eq!(
            take_part,
            [None, Some(Standing::TakesPart), Some(Standing::TakesPart)]
        );
        assert_eq!(dispute, [Some(Standing::Disputed), None, None]);
    }

    #[test]
    fn names_are_alike_in_storage_and_on_the_wire() {
        for standing in Standing::ALL {
            let wire = serde_json::to_value(standing).unwrap();
            assert_eq!(wire, standing.as_str());
        }
        for by in VerifiedBy::ALL {
            assert_eq!(serde_json::to_value(by).unwrap(), by.as_str());
        }
        assert_eq!(
            VerifiedBy::ALL.map(VerifiedBy::is_proof),
            [true, true, false, false]
        );
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
