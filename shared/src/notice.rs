//! What people are told of: the kinds of notices, which of them cannot be switched off, and which
//! event of the journal each of them tells.

use crate::{calendar::NotCovered, calendar::WorkingCalendar, event::EventKind, time};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NoticeKind {
    ReferralIssued,
    TwoWorkingDaysLeft,
    OneWorkingDayLeft,
    ReferralExtended,
    ReferralRevoked,
    /// With the stop-list that follows (R11).
    ReferralLapsed,
    ReferralAnnulled,
    StopListOver,
    /// Off the queue after the last allowed lapse (R12).
    Removed,
    Withdrawn,
    Enrolled,
    EnrolmentUndone,
    AttachmentRequested,
    Attached,
    AttachmentDeclined,
    AttachmentEnded,
    LateEnrolmentUndone,
    /// Enrolled elsewhere later (R10).
    EnrolmentEnded,
    /// By an official (R22).
    ReferralRestored,
    LapseExcused,
    /// An older application of the child came back (R22).
    Superseded,
    ChildCorrected,
    BenefitClaimed,
    BenefitConfirmed,
    BenefitRefused,
    /// The proof ends soon (R21).
    BenefitEnding,
    BenefitExpired,
    ChildVerified,
    BirthDateRegistered,
    /// Somebody else has applied for the child (R27).
    ClaimMade,
    ClaimEnded,
    Disputed,
    DecidedFor,
    DecidedAgainst,
    /// By a subscription on free places.
    PlaceAvailable,
    /// A mail server does not know the person's address; told in the account alone.
    EmailRefused,
}

impl NoticeKind {
    pub const ALL: [Self; 36] = [
        Self::ReferralIssued,
        Self::TwoWorkingDaysLeft,
        Self::OneWorkingDayLeft,
        Self::ReferralExtended,
        Self::ReferralRevoked,
        Self::ReferralLapsed,
        Self::ReferralAnnulled,
        Self::StopListOver,
        Self::Removed,
        Self::Withdrawn,
        Self::Enrolled,
        Self::EnrolmentUndone,
        Self::AttachmentRequested,
        Self::Attached,
        Self::AttachmentDeclined,
        Self::AttachmentEnded,
        Self::LateEnrolmentUndone,
        Self::EnrolmentEnded,
        Self::ReferralRestored,
        Self::LapseExcused,
        Self::Superseded,
        Self::ChildCorrected,
        Self::BenefitClaimed,
        Self::BenefitConfirmed,
        Self::BenefitRefused,
        Self::BenefitEnding,
        Self::BenefitExpired,
        Self::ChildVerified,
        Self::BirthDateRegistered,
        Self::ClaimMade,
        Self::ClaimEnded,
        Self::Disputed,
        Self::DecidedFor,
        Self::DecidedAgainst,
        Self::PlaceAvailable,
        Self::EmailRefused,
    ];

    /// Whether its mail cannot be switched off: what somebody loses or gains, and the last day to
    /// prevent it.
    #[must_use]
    pub const fn obligatory(self) -> bool {
        match self {
            Self::ReferralIssued
            | Self::OneWorkingDayLeft
            | Self::ReferralRevoked
            | Self::ReferralLapsed
            | Self::ReferralAnnulled
            | Self::Removed
            | Self::Withdrawn
            | Self::EnrolmentUndone
            | Self::AttachmentRequested
            | Self::Attached
            | Self::EmailRefused
            | Self::AttachmentEnded
            | Self::LateEnrolmentUndone
            | Self::EnrolmentEnded
            | Self::ReferralRestored
            | Self::LapseExcused
            | Self::Superseded
            | Self::ChildCorrected
            | Self::BenefitClaimed
            | Self::BenefitRefused
            | Self::BenefitEnding
            | Self::BenefitExpired
            | Self::BirthDateRegistered
            | Self::ClaimMade
            | Self::ClaimEnded
            | Self::Disputed
            | Self::DecidedFor
            | Self::DecidedAgainst => true,
            Self::TwoWorkingDaysLeft
            | Self::ReferralExtended
            | Self::StopListOver
            | Self::Enrolled
            | Self::AttachmentDeclined
            | Self::BenefitConfirmed
            | Self::ChildVerified
            | Self::PlaceAvailable => false,
        }
    }

    /// The notice that tells of an event. A lapse is told once, together with what comes of it.
    #[must_use]
    pub const fn of_event(event: EventKind) -> Option<Self> {
        Some(match event {
            EventKind::ReferralIssued => Self::ReferralIssued,
            EventKind::ReferralExtended => Self::ReferralExtended,
            EventKind::ReferralRevoked => Self::ReferralRevoked,
            EventKind::ReferralAnnulled => Self::ReferralAnnulled,
            EventKind::StopListed => Self::ReferralLapsed,
            EventKind::StopListEnded => Self::StopListOver,
            EventKind::RemovedFromQueue => Self::Removed,
            EventKind::Withdrawn => Self::Withdrawn,
            EventKind::Enrolled | EventKind::EnrolledLate => Self::Enrolled,
            EventKind::EnrolmentUndone => Self::EnrolmentUndone,
            EventKind::AttachmentRequested => Self::AttachmentRequested,
            EventKind::Attached => Self::Attached,
            EventKind::AttachmentDeclined => Self::AttachmentDeclined,
            EventKind::AttachmentEnded => Self::AttachmentEnded,
            EventKind::LateEnrolmentUndone => Self::LateEnrolmentUndone,
            EventKind::EnrolmentEnded => Self::EnrolmentEnded,
            EventKind::ReferralRestored => Self::ReferralRestored,
            EventKind::LapseExcused => Self::LapseExcused,
            EventKind::Superseded => Self::Superseded,
            EventKind::ChildCorrected => Self::ChildCorrected,
            EventKind::BenefitClaimed => Self::BenefitClaimed,
            EventKind::BenefitConfirmed => Self::BenefitConfirmed,
            EventKind::BenefitRefused => Self::BenefitRefused,
            EventKind::BenefitEnding => Self::BenefitEnding,
            EventKind::BenefitExpired => Self::BenefitExpired,
            EventKind::ChildVerified => Self::ChildVerified,
            EventKind::BirthDateRegistered => Self::BirthDateRegistered,
            EventKind::ClaimMade => Self::ClaimMade,
            EventKind::ClaimEnded => Self::ClaimEnded,
            EventKind::Disputed => Self::Disputed,
            EventKind::DecidedFor => Self::DecidedFor,
            EventKind::DecidedAgainst => Self::DecidedAgainst,
            EventKind::ApplicationSubmitted
            | EventKind::ApplicationTransferred
            | EventKind::PlaceHeld
            | EventKind::HoldReleased
            | EventKind::ContactPhoneChanged
            | EventKind::ReferralLapsed => return None,
        })
    }

    /// The reminder of so many working days left.
    #[must_use]
    pub const fn reminder(working_days_left: u16) -> Option<Self> {
        match working_days_left {
            2 => Some(Self::TwoWorkingDaysLeft),
            1 => Some(Self::OneWorkingDayLeft),
            _ => None,
        }
    }
}

/// Working days before the deadline on which people are reminded.
pub const REMINDERS: [u16; 2] = [2, 1];
/// Nobody is woken up by a reminder.
const REMINDER_HOUR: i64 = 9;

/// When the reminder of `working_days_left` is sent: at nine of that working day. None when that
/// moment is over at `now`: whoever got or extended the referral later has just read the deadline.
pub fn reminder_at(
    deadline: NaiveDate,
    working_days_left: u16,
    now: DateTime<Utc>,
    calendar: &WorkingCalendar,
) -> Result<Option<DateTime<Utc>>, NotCovered> {
    let day = calendar.working_day_before(deadline, working_days_left)?;
    let at = time::start_of_day(day) + TimeDelta::hours(REMINDER_HOUR);
    Ok((at > now).then_some(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_is_listed_once() {
        let unique: BTreeSet<_> = NoticeKind::ALL.into_iter().collect();
        assert_eq!(unique.len(), NoticeKind::ALL.len());
        assert!(NoticeKind::ALL.into_iter().any(NoticeKind::obligatory));
        assert!(!NoticeKind::ALL.into_iter().all(NoticeKind::obligatory));
    }

    #[rstest::rstest]
    #[case(0, None)]
    #[case(1, Some(NoticeKind::OneWorkingDayLeft))]
    #[case(2, Some(NoticeKind::TwoWorkingDaysLeft))]
    #[case(3, None)]
    fn two_days_and_one_day_before_there_is_a_reminder(
        #[case] left: u16,
        #[case] expected: Option<NoticeKind>,
    ) {
        assert_eq!(NoticeKind::reminder(left), expected);
        assert_eq!(REMINDERS.contains(&left), expected.is_some());
    }

    #[rstest::rstest]
    #[case(EventKind::ReferralIssued, Some(NoticeKind::ReferralIssued))]
    #[case(EventKind::StopListed, Some(NoticeKind::ReferralLapsed))]
    #[case(EventKind::StopListEnded, Some(NoticeKind::StopListOver))]
    #[case(EventKind::RemovedFromQueue, Some(NoticeKind::Removed))]
    #[case(EventKind::ReferralLapsed, None)]
    #[case(EventKind::PlaceHeld, None)]
    fn an_event_is_told_by_its_notice(
        #[case] event: EventKind,
        #[case] expected: Option<NoticeKind>,
    ) {
        assert_eq!(NoticeKind::of_event(event), expected);
    }

    #[rstest::rstest]
    // Monday 30 November: Thursday and Friday before it.
    #[case("2026-11-30", 2, "2026-11-26T04:00:00Z")]
    #[case("2026-11-30", 1, "2026-11-27T04:00:00Z")]
    // 16 December is a holiday.
    #[case("2026-12-17", 1, "2026-12-15T04:00:00Z")]
    // An extension may end on a Saturday: Friday is the last working day, Thursday the one before.
    #[case("2026-12-05", 1, "2026-12-03T04:00:00Z")]
    fn reminders_come_at_nine_of_their_working_day(
        #[case] deadline: &str,
        #[case] left: u16,
        #[case] expected: &str,
    ) {
        let deadline = deadline.parse().unwrap();
        let expected: DateTime<Utc> = expected.parse().unwrap();
        let calendar = builtin::kazakhstan();
        let at = |now| reminder_at(deadline, left, now, &calendar).unwrap();
        let before = expected - TimeDelta::microseconds(1);
        assert_eq!(at(before), Some(expected));
        assert_eq!(at(expected), None);
        let day = time::local_date(expected);
        assert_eq!(calendar.working_days_between(day, deadline), Ok(left));
    }
}
