//! What happens to an application. An event has one rule and one kind, and its wire form, which is
//! also the stored one, follows from it.

use crate::{
    application::{Category, VerifiedBy},
    comment::Comment,
    id::{AttachmentId, GroupId},
    language::Localized,
    number::{ApplicationNumber, ReferralNumber},
    referral::ExtensionReason,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An event with its facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Event {
    ApplicationSubmitted {
        number: ApplicationNumber,
    },
    /// R23: it was brought over from another system.
    ApplicationTransferred {
        previous_number: Comment,
    },
    PlaceHeld {
        group_id: GroupId,
        kindergarten: Localized,
        expires_at: DateTime<Utc>,
    },
    HoldReleased {
        group_id: GroupId,
        kindergarten: Localized,
    },
    ReferralIssued {
        number: ReferralNumber,
        kindergarten: Localized,
        deadline: NaiveDate,
    },
    ReferralLapsed {
        number: ReferralNumber,
        deadline: NaiveDate,
    },
    StopListed {
        until: NaiveDate,
    },
    StopListEnded {},
    RemovedFromQueue {
        lapses: u16,
    },
    ReferralExtended {
        number: ReferralNumber,
        deadline: NaiveDate,
        previous_deadline: NaiveDate,
        reason: ExtensionReason,
    },
    ReferralRevoked {
        number: ReferralNumber,
    },
    ReferralAnnulled {
        number: ReferralNumber,
        reason: Comment,
    },
    Enrolled {
        number: ReferralNumber,
        kindergarten: Localized,
    },
    EnrolmentUndone {
        number: ReferralNumber,
    },
    Withdrawn {},
    ContactPhoneChanged {},
    AttachmentRequested {
        attachment_id: AttachmentId,
    },
    Attached {
        attachment_id: AttachmentId,
    },
    AttachmentDeclined {
        attachment_id: AttachmentId,
    },
    AttachmentEnded {
        attachment_id: AttachmentId,
    },
    EnrolledLate {
        number: ReferralNumber,
        kindergarten: Localized,
        arrived_on: NaiveDate,
    },
    LateEnrolmentUndone {
        number: ReferralNumber,
    },
    EnrolmentEnded {
        number: ReferralNumber,
        kindergarten: Localized,
    },
    ReferralRestored {
        number: ReferralNumber,
        deadline: NaiveDate,
        reason: Comment,
    },
    LapseExcused {
        number: ReferralNumber,
        reason: Comment,
    },
    Superseded {
        number: ApplicationNumber,
    },
    /// R22: an official has put the name or the birth date of the child right.
    ChildCorrected {
        birth_date: NaiveDate,
        previous: NaiveDate,
        reason: Comment,
    },
    BenefitClaimed {
        category: Category,
    },
    BenefitConfirmed {
        category: Category,
    },
    BenefitRefused {
        category: Category,
        reason: Comment,
    },
    /// R21: the proof ends soon, and a new one is needed.
    BenefitEnding {
        category: Category,
        until: NaiveDate,
    },
    BenefitExpired {
        category: Category,
    },
    ChildVerified {
        by: VerifiedBy,
    },
    BirthDateRegistered {
        birth_date: NaiveDate,
        previous: NaiveDate,
    },
    ClaimMade {},
    ClaimEnded {},
    Disputed {},
    DecidedFor {
        reason: Comment,
    },
    DecidedAgainst {
        reason: Comment,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EventKind {
    /// `{number}`
    ApplicationSubmitted,
    /// `{previous_number}`
    ApplicationTransferred,
    /// `{group_id, kindergarten, expires_at}`
    PlaceHeld,
    /// `{group_id, kindergarten}`
    HoldReleased,
    /// `{number, kindergarten, deadline}`
    ReferralIssued,
    /// `{number, deadline}`
    ReferralLapsed,
    /// `{until}`
    StopListed,
    /// `{}`
    StopListEnded,
    /// `{lapses}`
    RemovedFromQueue,
    /// `{number, deadline, previous_deadline, reason}`
    ReferralExtended,
    /// `{number}`
    ReferralRevoked,
    /// `{number, reason}`
    ReferralAnnulled,
    /// `{number, kindergarten}`
    Enrolled,
    /// `{number}`
    EnrolmentUndone,
    /// `{}`
    Withdrawn,
    /// The application shows the new one: `{}`
    ContactPhoneChanged,
    /// `{attachment_id}`
    AttachmentRequested,
    /// `{attachment_id}`
    Attached,
    /// `{attachment_id}`
    AttachmentDeclined,
    /// `{attachment_id}`
    AttachmentEnded,
    /// `{number, kindergarten, arrived_on}`
    EnrolledLate,
    /// `{number}`
    LateEnrolmentUndone,
    /// Enrolled elsewhere later: `{number, kindergarten}`
    EnrolmentEnded,
    /// `{number, deadline, reason}`
    ReferralRestored,
    /// `{number, reason}`
    LapseExcused,
    /// An older application of the child came back: `{number}`
    Superseded,
    /// `{birth_date, previous, reason}`
    ChildCorrected,
    /// `{category}`
    BenefitClaimed,
    /// `{category}`
    BenefitConfirmed,
    /// `{category, reason}`
    BenefitRefused,
    /// The proof ends soon: `{category, until}`
    BenefitEnding,
    /// The proof has ended: `{category}`
    BenefitExpired,
    /// `{by}`
    ChildVerified,
    /// `{birth_date, previous}`
    BirthDateRegistered,
    /// Somebody else has applied for the child: `{}`
    ClaimMade,
    /// The application takes part in the queue from now on: `{}`
    ClaimEnded,
    /// `{}`
    Disputed,
    /// `{reason}`
    DecidedFor,
    /// `{reason}`
    DecidedAgainst,
}

impl Event {
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::ApplicationSubmitted { .. } => EventKind::ApplicationSubmitted,
            Self::ApplicationTransferred { .. } => EventKind::ApplicationTransferred,
            Self::PlaceHeld { .. } => EventKind::PlaceHeld,
            Self::HoldReleased { .. } => EventKind::HoldReleased,
            Self::ReferralIssued { .. } => EventKind::ReferralIssued,
            Self::ReferralLapsed { .. } => EventKind::ReferralLapsed,
            Self::StopListed { .. } => EventKind::StopListed,
            Self::StopListEnded {} => EventKind::StopListEnded,
            Self::RemovedFromQueue { .. } => EventKind::RemovedFromQueue,
            Self::ReferralExtended { .. } => EventKind::ReferralExtended,
            Self::ReferralRevoked { .. } => EventKind::ReferralRevoked,
            Self::ReferralAnnulled { .. } => EventKind::ReferralAnnulled,
            Self::Enrolled { .. } => EventKind::Enrolled,
            Self::EnrolmentUndone { .. } => EventKind::EnrolmentUndone,
            Self::Withdrawn {} => EventKind::Withdrawn,
            Self::ContactPhoneChanged {} => EventKind::ContactPhoneChanged,
            Self::AttachmentRequested { .. } => EventKind::AttachmentRequested,
            Self::Attached { .. } => EventKind::Attached,
            Self::AttachmentDeclined { .. } => EventKind::AttachmentDeclined,
            Self::AttachmentEnded { .. } => EventKind::AttachmentEnded,
            Self::EnrolledLate { .. } => EventKind::EnrolledLate,
            Self::LateEnrolmentUndone { .. } => EventKind::LateEnrolmentUndone,
            Self::EnrolmentEnded { .. } => EventKind::EnrolmentEnded,
            Self::ReferralRestored { .. } => EventKind::ReferralRestored,
            Self::LapseExcused { .. } => EventKind::LapseExcused,
            Self::Superseded { .. } => EventKind::Superseded,
            Self::ChildCorrected { .. } => EventKind::ChildCorrected,
            Self::BenefitClaimed { .. } => EventKind::BenefitClaimed,
            Self::BenefitConfirmed { .. } => EventKind::BenefitConfirmed,
            Self::BenefitRefused { .. } => EventKind::BenefitRefused,
            Self::BenefitEnding { .. } => EventKind::BenefitEnding,
            Self::BenefitExpired { .. } => EventKind::BenefitExpired,
            Self::ChildVerified { .. } => EventKind::ChildVerified,
            Self::BirthDateRegistered { .. } => EventKind::BirthDateRegistered,
            Self::ClaimMade {} => EventKind::ClaimMade,
            Self::ClaimEnded {} => EventKind::ClaimEnded,
            Self::Disputed {} => EventKind::Disputed,
            Self::DecidedFor { .. } => EventKind::DecidedFor,
            Self::DecidedAgainst { .. } => EventKind::DecidedAgainst,
        }
    }

    /// Number of the rule by which it happened.
    #[must_use]
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::AttachmentRequested { .. }
            | Self::Attached { .. }
            | Self::AttachmentDeclined { .. }
            | Self::AttachmentEnded { .. } => "R3",
            Self::ApplicationSubmitted { .. } | Self::ContactPhoneChanged {} => "R4",
            Self::PlaceHeld { .. } | Self::HoldReleased { .. } => "R8",
            // An official undoes what R9 did; the decision has no rule of its own.
            Self::ReferralIssued { .. } | Self::ReferralAnnulled { .. } => "R9",
            Self::Enrolled { .. }
            | Self::EnrolmentUndone { .. }
            | Self::EnrolledLate { .. }
            | Self::LateEnrolmentUndone { .. }
            | Self::EnrolmentEnded { .. } => "R10",
            Self::ReferralLapsed { .. } | Self::StopListed { .. } | Self::StopListEnded {} => "R11",
            Self::RemovedFromQueue { .. } => "R12",
            Self::ReferralExtended { .. } => "R13",
            Self::ReferralRevoked { .. } => "R14",
            Self::Withdrawn {} => "R15",
            Self::ApplicationTransferred { .. } => "R23",
            Self::BenefitClaimed { .. }
            | Self::BenefitConfirmed { .. }
            | Self::BenefitRefused { .. }
            | Self::BenefitEnding { .. }
            | Self::BenefitExpired { .. } => "R21",
            Self::ReferralRestored { .. }
            | Self::LapseExcused { .. }
            | Self::Superseded { .. }
            | Self::ChildCorrected { .. } => "R22",
            Self::ChildVerified { .. }
            | Self::BirthDateRegistered { .. }
            | Self::ClaimMade {}
            | Self::ClaimEnded {}
            | Self::Disputed {}
            | Self::DecidedFor { .. }
            | Self::DecidedAgainst { .. } => "R27",
        }
    }

    /// The facts as they are stored and sent.
    ///
    /// # Errors
    /// Never: all facts have a JSON form.
    pub fn data(&self) -> serde_json::Result<Value> {
        let mut whole = serde_json::to_value(self)?;
        Ok(whole
            .get_mut("data")
            .map(Value::take)
            .unwrap_or_else(|| json!({})))
    }

    /// The event of a stored kind and its facts. Members that are not known are left out.
    ///
    /// # Errors
    /// When a fact is missing or has another form.
    pub fn read(kind: EventKind, data: &Value) -> serde_json::Result<Self> {
        serde_json::from_value(json!({"kind": kind, "data": data}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn number() -> ReferralNumber {
        ReferralNumber::new("АКТ", 2026, 1873)
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn kindergarten() -> Localized {
        Localized::new("«Күншуақ»", "«Куншуак»", "Kunshuaq")
    }

    fn decided() -> Comment {
        Comment::parse("по решению").unwrap()
    }

    /// Each event, with its rule and its stored form.
    fn every_event() -> Vec<(Event, &'static str, Value)> {
        let id = "01935a3e-0000-7000-8000-000000000001";
        let group_id = GroupId::new(id.parse::<Uuid>().unwrap());
        let attachment_id = AttachmentId::new(id.parse::<Uuid>().unwrap());
        let named = json!({"kk": "«Күншуақ»", "ru": "«Куншуак»", "en": "Kunshuaq"});
        let numbered = "АКТ-Н-2026-001873";
        let attached = json!({ "attachment_id": id });
        vec![
            (
                Event::ApplicationSubmitted {
                    number: ApplicationNumber::new("АКТ", 2026, 4512),
                },
                "R4",
                json!({"number": ApplicationNumber::new("АКТ", 2026, 4512).as_str()}),
            ),
            (
                Event::PlaceHeld {
                    group_id,
                    kindergarten: kindergarten(),
                    expires_at: "2026-11-23T05:16:07.890123Z".parse().unwrap(),
                },
                "R8",
                json!({"group_id": id, "kindergarten": named,
                    "expires_at": "2026-11-23T05:16:07.890123Z"}),
            ),
            (
                Event::HoldReleased {
                    group_id,
                    kindergarten: kindergarten(),
                },
                "R8",
                json!({"group_id": id, "kindergarten": named}),
            ),
            (
                Event::ReferralIssued {
                    number: number(),
                    kindergarten: kindergarten(),
                    deadline: day("2026-11-30"),
                },
                "R9",
                json!({"number": numbered, "kindergarten": named, "deadline": "2026-11-30"}),
            ),
            (
                Event::ReferralLapsed {
                    number: number(),
                    deadline: day("2026-11-30"),
                },
                "R11",
                json!({"number": numbered, "deadline": "2026-11-30"}),
            ),
            (
                Event::StopListed {
                    until: day("2026-12-14"),
                },
                "R11",
                json!({"until": "2026-12-14"}),
            ),
            (Event::StopListEnded {}, "R11", json!({})),
            (
                Event::RemovedFromQueue { lapses: 2 },
                "R12",
                json!({"lapses": 2}),
            ),
            (
                Event::ReferralExtended {
                    number: number(),
                    deadline: day("2026-12-20"),
                    previous_deadline: day("2026-11-30"),
                    reason: ExtensionReason::FamilyCircumstances,
                },
                "R13",
                json!({"number": numbered, "deadline": "2026-12-20",
                    "previous_deadline": "2026-11-30", "reason": "family_circumstances"}),
            ),
            (
                Event::ReferralRevoked { number: number() },
                "R14",
                json!({ "number": numbered }),
            ),
            (
                Event::ReferralAnnulled {
                    number: number(),
                    reason: decided(),
                },
                "R9",
                json!({"number": numbered, "reason": "по решению"}),
            ),
            (
                Event::Enrolled {
                    number: number(),
                    kindergarten: kindergarten(),
                },
                "R10",
                json!({"number": numbered, "kindergarten": named}),
            ),
            (
                Event::EnrolmentUndone { number: number() },
                "R10",
                json!({ "number": numbered }),
            ),
            (Event::Withdrawn {}, "R15", json!({})),
            (Event::ContactPhoneChanged {}, "R4", json!({})),
            (
                Event::ApplicationTransferred {
                    previous_number: Comment::parse("ОД-17").unwrap(),
                },
                "R23",
                json!({"previous_number": "ОД-17"}),
            ),
            (
                Event::AttachmentRequested { attachment_id },
                "R3",
                attached.clone(),
            ),
            (Event::Attached { attachment_id }, "R3", attached.clone()),
            (
                Event::AttachmentDeclined { attachment_id },
                "R3",
                attached.clone(),
            ),
            (Event::AttachmentEnded { attachment_id }, "R3", attached),
            (
                Event::EnrolledLate {
                    number: number(),
                    kindergarten: kindergarten(),
                    arrived_on: day("2026-11-30"),
                },
                "R10",
                json!({"number": numbered, "kindergarten": named, "arrived_on": "2026-11-30"}),
            ),
            (
                Event::LateEnrolmentUndone { number: number() },
                "R10",
                json!({ "number": numbered }),
            ),
            (
                Event::EnrolmentEnded {
                    number: number(),
                    kindergarten: kindergarten(),
                },
                "R10",
                json!({"number": numbered, "kindergarten": named}),
            ),
            (
                Event::ReferralRestored {
                    number: number(),
                    deadline: day("2026-12-03"),
                    reason: decided(),
                },
                "R22",
                json!({"number": numbered, "deadline": "2026-12-03", "reason": "по решению"}),
            ),
            (
                Event::LapseExcused {
                    number: number(),
                    reason: decided(),
                },
                "R22",
                json!({"number": numbered, "reason": "по решению"}),
            ),
            (
                Event::Superseded {
                    number: ApplicationNumber::new("АКТ", 2026, 4512),
                },
                "R22",
                json!({"number": ApplicationNumber::new("АКТ", 2026, 4512).as_str()}),
            ),
            (
                Event::ChildCorrected {
                    birth_date: day("2024-05-10"),
                    previous: day("2022-05-10"),
                    reason: decided(),
                },
                "R22",
                json!({"birth_date": "2024-05-10", "previous": "2022-05-10", "reason": "по решению"}),
            ),
            (
                Event::BenefitClaimed {
                    category: Category::Priority,
                },
                "R21",
                json!({"category": "priority"}),
            ),
            (
                Event::BenefitConfirmed {
                    category: Category::Extraordinary,
                },
                "R21",
                json!({"category": "extraordinary"}),
            ),
            (
                Event::BenefitRefused {
                    category: Category::Priority,
                    reason: decided(),
                },
                "R21",
                json!({"category": "priority", "reason": "по решению"}),
            ),
            (
                Event::BenefitEnding {
                    category: Category::Priority,
                    until: day("2026-12-24"),
                },
                "R21",
                json!({"category": "priority", "until": "2026-12-24"}),
            ),
            (
                Event::BenefitExpired {
                    category: Category::Priority,
                },
                "R21",
                json!({"category": "priority"}),
            ),
            (
                Event::ChildVerified {
                    by: VerifiedBy::ExistedBefore,
                },
                "R27",
                json!({"by": "existed_before"}),
            ),
            (
                Event::BirthDateRegistered {
                    birth_date: day("2024-05-10"),
                    previous: day("2022-05-10"),
                },
                "R27",
                json!({"birth_date": "2024-05-10", "previous": "2022-05-10"}),
            ),
            (Event::ClaimMade {}, "R27", json!({})),
            (Event::ClaimEnded {}, "R27", json!({})),
            (Event::Disputed {}, "R27", json!({})),
            (
                Event::DecidedFor { reason: decided() },
                "R27",
                json!({"reason": "по решению"}),
            ),
            (
                Event::DecidedAgainst { reason: decided() },
                "R27",
                json!({"reason": "по решению"}),
            ),
        ]
    }

    #[test]
    fn the_stored_form_of_every_event_stays_as_it_was() {
        for (event, rule, stored) in every_event() {
            assert_eq!(event.data().unwrap(), stored, "{event:?}");
            assert_eq!(event.rule(), rule, "{event:?}");
        }
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for (event, _, mut stored) in every_event() {
            assert_eq!(Event::read(event.kind(), &stored).unwrap(), event);
            stored["later"] = json!(1);
            assert_eq!(Event::read(event.kind(), &stored).unwrap(), event);
        }
        assert!(Event::read(EventKind::StopListed, &json!({"untill": "2026-12-14"})).is_err());
    }

    #[test]
    fn the_kind_is_the_name_of_the_event_on_the_wire() {
        for (event, _, _) in every_event() {
            let whole = serde_json::to_value(&event).unwrap();
            assert_eq!(whole["kind"], serde_json::to_value(event.kind()).unwrap());
        }
    }
}
