//! The referral of one child to one group.

use super::Changed;
use crate::{
    application::InvalidTransition,
    comment::Comment,
    id::{ApplicationId, GroupId, ReferralId},
    iin::Iin,
    number::ReferralNumber,
    referral::{Extended, ExtensionReason, ReferralState},
    time,
};
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    pub id: ReferralId,
    pub number: ReferralNumber,
    pub application_id: ApplicationId,
    pub child_iin: Iin,
    pub group_id: GroupId,
    pub state: ReferralState,
    pub issued_at: DateTime<Utc>,
    pub deadline: NaiveDate,
    pub revocable_until: DateTime<Utc>,
    pub extension: Option<Extension>,
    /// Present while the child is enrolled by it.
    pub undoable_until: Option<DateTime<Utc>>,
    /// The last day of the stop-list that followed its lapse; absent when the child was removed.
    pub stop_listed_until: Option<NaiveDate>,
    /// The day of an arrival that was confirmed after the lapse (R10).
    pub arrived_on: Option<NaiveDate>,
    /// When its lapse was taken back, so that it does not count (R22).
    pub excused_at: Option<DateTime<Utc>>,
    pub verification_token: String,
}

/// The one extension of a referral (R13). It is remembered when the referral has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub at: DateTime<Utc>,
    pub previous_deadline: NaiveDate,
    pub reason: ExtensionReason,
    pub comment: Option<Comment>,
}

impl Extension {
    /// What the state of an active referral tells of it.
    #[must_use]
    pub const fn extended(&self) -> Extended {
        Extended {
            at: self.at,
            previous_deadline: self.previous_deadline,
        }
    }
}

impl Referral {
    fn becomes(self, state: ReferralState) -> Changed<Self> {
        let now = Self {
            state,
            ..self.clone()
        };
        Changed::new(self, now)
    }

    /// R13: once, to a later last day.
    pub fn extend(
        self,
        until: NaiveDate,
        reason: ExtensionReason,
        comment: Option<Comment>,
        at: DateTime<Utc>,
    ) -> Result<Changed<Self>, InvalidTransition> {
        let extension = Extension {
            at,
            previous_deadline: self.deadline,
            reason,
            comment,
        };
        let now = Self {
            state: self.state.extend(extension.extended())?,
            deadline: until,
            extension: Some(extension),
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R14.
    pub fn revoke(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.revoke(at)?;
        Ok(self.becomes(state))
    }

    /// By an official.
    pub fn annul(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.annul(at)?;
        Ok(self.becomes(state))
    }

    /// R11: at the end of the last day to arrive.
    pub fn lapse(
        self,
        stop_listed_until: Option<NaiveDate>,
    ) -> Result<Changed<Self>, InvalidTransition> {
        let now = Self {
            state: self.state.lapse(time::end_of_day(self.deadline))?,
            stop_listed_until,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R10: an arrival in time, confirmed after the lapse. `stop_listed_until` is what the
    /// application was on.
    pub fn enrol_late(
        self,
        arrived_on: NaiveDate,
        stop_listed_until: Option<NaiveDate>,
        at: DateTime<Utc>,
        undoable_until: DateTime<Utc>,
    ) -> Result<Changed<Self>, InvalidTransition> {
        let now = Self {
            state: self.state.enrol_late(at)?,
            stop_listed_until,
            arrived_on: Some(arrived_on),
            undoable_until: Some(undoable_until),
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R10: back to the lapse.
    pub fn undo_late_enrolment(self) -> Result<Changed<Self>, InvalidTransition> {
        let lapsed = time::end_of_day(self.deadline);
        let now = Self {
            state: self.state.undo_late_enrolment(lapsed)?,
            arrived_on: None,
            undoable_until: None,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R22: by an official, to a new last day.
    pub fn restore(self, deadline: NaiveDate) -> Result<Changed<Self>, InvalidTransition> {
        let extended = self.extension.as_ref().map(Extension::extended);
        let now = Self {
            state: self.state.restore(extended)?,
            deadline,
            stop_listed_until: None,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R22: the referral has lapsed, but the lapse does not count.
    pub fn excuse(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        match (self.state, self.excused_at) {
            (ReferralState::Lapsed { .. }, None) => {
                let now = Self {
                    excused_at: Some(at),
                    ..self.clone()
                };
                Ok(Changed::new(self, now))
            }
            _ => Err(InvalidTransition {
                transition: "take the lapse back",
            }),
        }
    }

    /// R10: enrolled elsewhere later.
    pub fn end_enrolment(self, at: DateTime<Utc>) -> Result<Changed<Self>, InvalidTransition> {
        let state = self.state.end_enrolment(at)?;
        Ok(self.becomes(state))
    }

    /// R10.
    pub fn enrol(
        self,
        at: DateTime<Utc>,
        undoable_until: DateTime<Utc>,
    ) -> Result<Changed<Self>, InvalidTransition> {
        let now = Self {
            state: self.state.enrol(at)?,
            undoable_until: Some(undoable_until),
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }

    /// R10: the kindergarten was mistaken. An extension still counts.
    pub fn undo_enrolment(self) -> Result<Changed<Self>, InvalidTransition> {
        let extended = self.extension.as_ref().map(Extension::extended);
        let now = Self {
            state: self.state.undo_enrolment(extended)?,
            undoable_until: None,
            ..self.clone()
        };
        Ok(Changed::new(self, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at() -> DateTime<Utc> {
        "2026-11-24T05:00:00Z".parse().unwrap()
    }

    fn issued() -> Referral {
        Referral {
            id: ReferralId::new(Uuid::from_u128(1)),
            number: ReferralNumber::new("АКТ", 2026, 1),
            application_id: ApplicationId::new(Uuid::from_u128(2)),
            child_iin: Iin::parse("850715300013").unwrap(),
            group_id: GroupId::new(Uuid::from_u128(3)),
            state: ReferralState::NEW,
            issued_at: "2026-11-23T05:00:00Z".parse().unwrap(),
            deadline: "2026-11-30".parse().unwrap(),
            revocable_until: at(),
            extension: None,
            undoable_until: None,
            stop_listed_until: None,
            arrived_on: None,
            excused_at: None,
            verification_token: "token".into(),
        }
    }

    fn extended() -> Referral {
        let until = "2026-12-20".parse().unwrap();
        let changed = issued().extend(until, ExtensionReason::Moving, None, at());
        changed.unwrap().into_now()
    }

    #[test]
    fn an_extension_moves_the_deadline_once_and_is_remembered() {
        let extended = extended();
        assert_eq!(extended.deadline, "2026-12-20".parse().unwrap());
        let known = extended.extension.clone().unwrap();
        assert_eq!(known.previous_deadline, issued().deadline);
        assert_eq!(
            extended.state,
            ReferralState::Active {
                extended: Some(known.extended())
            }
        );
        let later = "2026-12-25".parse().unwrap();
        let again = extended.extend(later, ExtensionReason::Moving, None, at());
        assert!(again.is_err());
    }

    #[test]
    fn an_enrolment_that_is_undone_leaves_the_referral_as_it_was() {
        for before in [issued(), extended()] {
            let enrolled = before.clone().enrol(at(), at()).unwrap().into_now();
            assert_eq!(enrolled.state, ReferralState::Enrolled { at: at() });
            assert_eq!(enrolled.undoable_until, Some(at()));
            assert_eq!(enrolled.undo_enrolment().unwrap().into_now(), before);
            assert!(before.undo_enrolment().is_err());
        }
    }

    #[test]
    fn a_late_confirmation_that_is_undone_leaves_the_lapse_as_it_was() {
        let until = Some("2026-12-14".parse().unwrap());
        for until in [until, None] {
            let lapsed = issued().lapse(until).unwrap().into_now();
            let arrived = lapsed.deadline;
            let late = lapsed.clone().enrol_late(arrived, until, at(), at());
            let late = late.unwrap().into_now();
            assert_eq!(late.arrived_on, Some(arrived));
            assert_eq!(late.undo_late_enrolment().unwrap().into_now(), lapsed);
            assert!(lapsed.undo_late_enrolment().is_err());
        }
    }

    #[test]
    fn an_official_restores_a_lapsed_referral_or_takes_its_lapse_back_once() {
        let later: NaiveDate = "2026-12-03".parse().unwrap();
        for before in [issued(), extended()] {
            let state = before.state;
            let lapsed = before.lapse(None).unwrap().into_now();
            let restored = lapsed.clone().restore(later).unwrap().into_now();
            assert_eq!((restored.state, restored.deadline), (state, later));
            let excused = lapsed.excuse(at()).unwrap().into_now();
            assert_eq!(excused.excused_at, Some(at()));
            assert!(excused.excuse(at()).is_err());
        }
        assert!(issued().restore(later).is_err() && issued().excuse(at()).is_err());
    }

    #[test]
    fn an_enrolment_elsewhere_ends_an_enrolment() {
        let enrolled = issued().enrol(at(), at()).unwrap().into_now();
        let ended = enrolled.end_enrolment(at()).unwrap().into_now();
        assert_eq!(ended.state, ReferralState::Ended { at: at() });
        assert!(issued().end_enrolment(at()).is_err() && ended.undo_enrolment().is_err());
    }

    #[test]
    fn a_referral_lapses_at_the_end_of_its_last_day_and_ends_once() {
        let lapsed = issued().lapse(None).unwrap().into_now();
        let end = time::end_of_day(issued().deadline);
        assert_eq!(lapsed.state, ReferralState::Lapsed { at: end });
        assert!(lapsed.clone().revoke(at()).is_err());
        assert!(lapsed.clone().annul(at()).is_err());
        assert!(lapsed.lapse(None).is_err());
        let revoked = issued().revoke(at()).unwrap().into_now();
        assert_eq!(revoked.state, ReferralState::Revoked { at: at() });
        let annulled = issued().annul(at()).unwrap().into_now();
        assert_eq!(annulled.state, ReferralState::Annulled { at: at() });
    }
}
