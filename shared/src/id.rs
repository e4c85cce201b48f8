//! One id type per entity, so that an id of one thing is never taken for another. Ids are UUIDv7;
//! they are made by the caller, because this crate knows neither clock nor randomness.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Uuid))]
        pub struct $name(Uuid);

        impl $name {
            #[must_use]
            pub const fn new(value: Uuid) -> Self {
                Self(value)
            }

            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A locality with a queue.
    LocalityId;
    /// A preschool organisation.
    KindergartenId;
    /// A group of a kindergarten: places are counted per group.
    GroupId;
    /// A person who has logged in.
    PersonId;
    /// A login of a person on one device.
    SessionId;
    /// A one-time login challenge.
    ChallengeId;
    /// An application: one child in the queue of one locality.
    ApplicationId;
    /// An act that waits for its signature.
    DraftId;
    /// A place held while its draft is being signed (R8).
    HoldId;
    /// The holds of several children that were made in one step (R8).
    JointStepId;
    /// The right to a place, with a deadline to arrive.
    ReferralId;
    /// A signed act that is kept (R17).
    DocumentId;
    /// An entry of the journal of an application.
    EventId;
    /// A second parent's request for an application (R3).
    AttachmentId;
    /// A program of an organisation.
    ClientId;
    /// Something a person is told.
    NoticeId;
    /// A wish to be told of free places.
    VacancySubscriptionId;
    /// A duty of an official in a locality (R18).
    AppointmentId;
    /// An entry of the audit log (R25).
    AuditRecordId;
    /// A table that is read, checked and applied.
    ImportId;
    /// A time in which no referrals are issued (R24).
    SuspensionId;
    /// An entry of the history of the registry, or a change that is to come (R20).
    RegistryChangeId;
    /// Texts that wait for the signature of a phone.
    SigningSessionId;
    /// A time in which the limits of a person are lifted (R22).
    LiftedLimitsId;
    /// Somebody's work in a kindergarten (R19).
    StaffMemberId;
    /// What a locality gives a benefit for (R21).
    BenefitGroundId;
    /// A claim to a benefit (R21).
    BenefitClaimId;
    /// A scan of a proof (R21).
    ScanId;
}
