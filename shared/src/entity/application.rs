//! The application of one child.

use super::Changed;
use crate::{
    application::{ApplicationState, Category, InvalidTransition},
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
    pub category: Category,
    pub contact_phone: Phone,
    pub submitted_at: DateTime<Utc>,
    pub state: ApplicationState,
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
    /// Where it stands in the order of its queue.
    #[must_use]
    pub const fn place(&self) -> Place {
        Place {
            category: self.category,
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

    /// R11, R12: nobody arrived by `deadline`.
    pub fn lapse(
        self,
        deadline: NaiveDate,
        profile: &RulesProfile,
        calendar: &WorkingCalendar,
    ) -> Result<Changed<Self>, LapseError> {
        let lapsed = self
            .state
            .lapse(deadline, self.lapses, profile, calendar)??;
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
            category: Category::General,
            contact_phone: Phone::parse("+77011234567").unwrap(),
            submitted_at: "2026-05-01T05:00:00Z".parse().unwrap(),
            state: ApplicationState::Queued,
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
            &RulesProfile::default(),
            &builtin::kazakhstan(),
        );
        assert!(matches!(lapse, Err(LapseError::Transition(_))));
    }

    #[test]
    fn a_lapse_is_counted_and_its_stop_list_ends_in_the_queue() {
        let referred = queued().refer(referral()).unwrap().into_now();
        let lapsed = referred
            .lapse(
                "2026-06-01".parse().unwrap(),
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
