//! The application of one child.

use super::Changed;
use crate::{
    application::{
        ApplicationState, Benefit, Category, InvalidTransition, Standing, Verification, VerifiedBy,
    },
    calendar::{NotCovered, WorkingCalendar},
    child::Child,
    id::{ApplicationId, LocalityId, PersonId, ReferralId},
    number::ApplicationNumber,
    phone::Phone,
    profile::RulesProfile,
    rules::r05_order::Place,
};
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub id: ApplicationId,
    pub number: ApplicationNumber,
    pub locality_id: LocalityId,
    pub applicant_id: PersonId,
    pub child: Child,
    pub benefit: Option<Benefit>,
    pub contact_phone: Phone,
    pub submitted_at: DateTime<Utc>,
    pub state: ApplicationState,
    pub standing: Standing,
    pub verification: Verification,
    /// Decided against: its holds and lapses do not count for the child (R27).
    pub discounted: bool,
    /// Of the child in the locality, as of its last lapse.
    pub lapses: u16,
}

/// Why a lapse cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LapseError {
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    #[error(transparent)]
    Calendar(#[from] NotCovered),
}

impl Application {
    /// R5: a claimed category counts as general until it is confirmed.
    #[must_use]
    pub fn category(&self) -> Category {
        self.benefit.map_or(Category::General, Benefit::counts_as)
    }

    /// The category that the applicant signed for.
    #[must_use]
    pub fn signed_category(&self) -> Category {
        self.benefit
            .map_or(Category::General, |benefit| benefit.category)
    }

    /// Whether it stands in its queue.
    #[must_use]
    pub fn is_in_queue(&self) -> bool {
        self.state == ApplicationState::Queued && self.standing == Standing::TakesPart
    }

    /// Where it stands in the order of its queue.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            category: self.category(),
            submitted_at: self.submitted_at,
            id: self.id,
        }
    }

    fn becomes(self, state: ApplicationState) -> Changed<Self> {
        let now = Self {
            state,
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R9: the referral takes the child off the queue.
    pub fn refer(self, referral: ReferralId) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.refer(referral)?;
        Ok(self.becomes(state))
    }

    /// R14: a referral that is revoked, or annulled by an official, gives the place in the queue
    /// back.
    pub fn return_to_queue(self) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.return_to_queue()?;
        Ok(self.becomes(state))
    }

    /// R10: the kindergarten confirmed the arrival.
    pub fn enrol(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.enrol(at)?;
        Ok(self.becomes(state))
    }

    /// R10: the kindergarten was mistaken.
    pub fn undo_enrolment(self, referral: ReferralId) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.undo_enrolment(referral)?;
        Ok(self.becomes(state))
    }

    /// R10: enrolled elsewhere later.
    pub fn leave(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.leave(at)?;
        Ok(self.becomes(state))
    }

    /// R10: an arrival in time, confirmed after the lapse, which is taken back.
    pub fn enrol_late(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.enrol_late(at)?;
        Ok(self.without_a_lapse(state))
    }

    /// R10: back to the lapse, which is no new one.
    pub fn undo_late_enrolment(
        self,
        deadline: NaiveDate,
        stop_listed_until: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<Changed<Self>, InvalidTransition> {
        let state = self
            .state
            .undo_late_enrolment(deadline, stop_listed_until, now)?;
        let now = Self {
            state,
            lapses: self.lapses.saturating_add(1),
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R22: by an official, where there is no place to restore.
    pub fn excuse_lapse(self) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.excuse_lapse()?;
        Ok(self.without_a_lapse(state))
    }

    /// R22: by an official.
    pub fn restore(self, referral: ReferralId) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.restore(referral)?;
        Ok(self.without_a_lapse(state))
    }

    fn without_a_lapse(self, state: ApplicationState) -> Changed<Self> {
        let now = Self {
            state,
            lapses: self.lapses.saturating_sub(1),
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R27: decided against the applicant. What the child did by it no longer counts.
    pub fn decide_against(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let now = Self {
            state: self.state.remove(at)?,
            discounted: true,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R27: a claim or a dispute ends well for the applicant.
    pub fn take_part(self) -> Result<Changed<Self>, InvalidTransition> {
        let standing = self.standing.take_part()?;
        Ok(self.stands(standing))
    }

    /// R27: somebody else was verified, or an official doubts.
    pub fn dispute(self) -> Result<Changed<Self>, InvalidTransition> {
        let standing = self.standing.dispute()?;
        Ok(self.stands(standing))
    }

    fn stands(self, standing: Standing) -> Changed<Self> {
        let now = Self {
            standing,
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R27: register or official vouch for the applicant. A birth date that they know counts.
    #[must_use]
    pub fn verify(
        self,
        by: VerifiedBy,
        birth_date: Option<NaiveDate>,
        at: DateTime<Utc>,
    ) -> Changed<Self> {
        let mut now = Self {
            verification: Verification::Verified { by, at },
            ..self.clone()
        };
        if let Some(birth_date) = birth_date {
            now.child.birth_date = birth_date;
        }
        Changed::new(self, now)
    }

    /// R22: a mistake in the data of the child is put right; the moment is the one at which it stands in the queue
    /// of the right year.
    #[must_use]
    pub fn correct(self, child: Child, submitted_at: DateTime<Utc>) -> Changed<Self> {
        let now = Self {
            child,
            submitted_at,
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R27: the registry does not know the applicant as a parent of the child.
    #[must_use]
    pub fn deny(self, at: DateTime<Utc>) -> Changed<Self> {
        let verification = match self.verification {
            Verification::Verified { .. } => self.verification,
            Verification::Unanswered | Verification::Denied { .. } => Verification::Denied { at },
        };
        let now = Self {
            verification,
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R21: what was claimed, what an official has decided about it, that its proof has ended, or what
    /// was claimed before officials decided.
    #[must_use]
    pub fn with_benefit(self, benefit: impl Into<Option<Benefit>>) -> Changed<Self> {
        let now = Self {
            benefit: benefit.into(),
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R11, R12: nobody arrived by `deadline`; `lapses_before` are those of the child that count.
    pub fn lapse(
        self,
        deadline: NaiveDate,
        lapses_before: u16,
        profile: &RulesProfile,
        calendar: &WorkingCalendar,
    ) -> Result<Changed<Self>, LapseError> {
        let lapsed = self
            .state
            .lapse(deadline, lapses_before, profile, calendar)??;
        let now = Self {
            state: lapsed.state,
            lapses: lapsed.lapses,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R11: none while the stop-list is not over, or where there is none.
    #[must_use]
    pub fn end_stop_list(self, now: DateTime<Utc>) -> Option<Changed<Self>> {
        let state = self.state.settled(now);
        (state != self.state).then(|| self.becomes(state))
    }

    /// R15.
    pub fn withdraw(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.withdraw(at)?;
        Ok(self.becomes(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{calendar::builtin, child::NamePart, iin::Iin, time};
    use uuid::Uuid;

    fn queued() -> Application {
        let name = |text| NamePart::parse(text).unwrap();
        Application {
            id: ApplicationId::new(Uuid::from_u128(1)),
            number: ApplicationNumber::new("АКТ", 2026, 1),
            locality_id: LocalityId::new(Uuid::from_u128(2)),
            applicant_id: PersonId::new(Uuid::from_u128(3)),
            child: Child {
                iin: Iin::parse("850715300013").unwrap(),
                surname: name("Серикова"),
                given_name: name("Айлин"),
                patronymic: None,
                birth_date: "2022-05-10".parse().unwrap(),
            },
            benefit: None,
            contact_phone: Phone::parse("+77011234567").unwrap(),
            submitted_at: "2026-05-01T05:00:00Z".parse().unwrap(),
            state: ApplicationState::Queued,
            standing: Standing::TakesPart,
            verification: Verification::Unanswered,
            discounted: false,
            lapses: 0,
        }
    }

    fn referral() -> ReferralId {
        ReferralId::new(Uuid::from_u128(4))
    }

    #[test]
    fn a_change_knows_what_was_before_and_changes_nothing_else() {
        let before = queued();
        let changed = before.clone().refer(referral()).unwrap();
        assert_eq!(changed.before(), &before);
        let expected = Application {
            state: ApplicationState::Referred {
                referral_id: referral(),
            },
            ..before
        };
        assert_eq!(changed.now(), &expected);
        let back = changed.into_now().return_to_queue().unwrap();
        assert_eq!(back.now().state, ApplicationState::Queued);
    }

    #[test]
    fn what_the_state_refuses_the_entity_refuses() {
        let at = DateTime::UNIX_EPOCH;
        assert!(queued().return_to_queue().is_err());
        assert!(queued().enrol(at).is_err());
        assert!(queued().undo_enrolment(referral()).is_err());
        assert!(queued().end_stop_list(at).is_none());
        let withdrawn = queued().withdraw(at).unwrap().into_now();
        assert!(withdrawn.refer(referral()).is_err());
        let lapse = queued().lapse(
            "2026-06-01".parse().unwrap(),
            0,
            &RulesProfile::default(),
            &builtin::kazakhstan(),
        );
        assert!(matches!(lapse, Err(LapseError::Transition(_))));
    }

    #[test]
    fn a_lapse_that_is_taken_back_is_not_counted_and_an_undone_confirmation_is_no_new_one() {
        let deadline: NaiveDate = "2026-06-01".parse().unwrap();
        let until: NaiveDate = "2026-06-15".parse().unwrap();
        let at = time::end_of_day(deadline);
        let lapsed = Application {
            state: ApplicationState::StopListed { until },
            lapses: 1,
            ..queued()
        };
        let late = lapsed.clone().enrol_late(at).unwrap().into_now();
        assert_eq!(late.lapses, 0);
        let undone = late.undo_late_enrolment(deadline, Some(until), at).unwrap();
        assert_eq!(undone.now(), &lapsed);
        assert_eq!(lapsed.clone().excuse_lapse().unwrap().now().lapses, 0);
        let restored = lapsed.restore(referral()).unwrap().into_now();
        assert_eq!(restored.lapses, 0);
    }

    #[test]
    fn a_verified_date_counts_and_a_denial_takes_nothing_back() {
        let at = DateTime::UNIX_EPOCH;
        let registered: NaiveDate = "2023-05-10".parse().unwrap();
        let verified = queued()
            .verify(VerifiedBy::Registry, Some(registered), at)
            .into_now();
        assert_eq!(verified.child.birth_date, registered);
        assert!(verified.verification.is_proven());
        let denied = verified.clone().deny(at).into_now();
        assert_eq!(denied, verified);
        let unknown = queued().deny(at).into_now();
        assert_eq!(unknown.verification, Verification::Denied { at });
        let official = unknown.verify(VerifiedBy::Official, None, at).into_now();
        assert_eq!(official.child.birth_date, queued().child.birth_date);
        assert!(official.verification.is_verified());
        let before = queued().verify(VerifiedBy::ExistedBefore, None, at);
        let before = before.now().verification;
        assert!(before.is_verified() && !before.is_proven());
    }

    #[test]
    fn only_what_is_queued_and_takes_part_stands_in_the_queue() {
        assert!(queued().is_in_queue());
        let disputed = queued().dispute().unwrap().into_now();
        assert!(!disputed.is_in_queue());
        assert!(disputed.clone().dispute().is_err());
        assert!(disputed.take_part().unwrap().now().is_in_queue());
        let against = queued().decide_against(DateTime::UNIX_EPOCH).unwrap();
        assert!(against.now().discounted && !against.now().is_in_queue());
    }

    #[test]
    fn a_benefit_moves_the_place_once_it_is_confirmed() {
        let claimed = Benefit::claim(Category::Priority).unwrap();
        let general = queued().with_benefit(claimed).into_now();
        assert_eq!(general.place(), queued().place());
        let confirmed = general.with_benefit(claimed.confirm().unwrap()).into_now();
        assert_eq!(confirmed.category(), Category::Priority);
        assert!(confirmed.place() < queued().place());
    }

    #[test]
    fn a_lapse_is_counted_and_its_stop_list_ends_in_the_queue() {
        let referred = queued().refer(referral()).unwrap().into_now();
        let lapsed = referred
            .lapse(
                "2026-06-01".parse().unwrap(),
                0,
                &RulesProfile::default(),
                &builtin::kazakhstan(),
            )
            .unwrap()
            .into_now();
        let until: NaiveDate = "2026-06-15".parse().unwrap();
        assert_eq!(lapsed.state, ApplicationState::StopListed { until });
        assert_eq!(lapsed.lapses, 1);
        let end = time::end_of_day(until);
        let ended = lapsed.end_stop_list(end).unwrap();
        assert_eq!(ended.now().state, ApplicationState::Queued);
        assert_eq!(ended.now().lapses, 1, "a lapse is not forgotten");
    }
}
