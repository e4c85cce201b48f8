//! Referrals, and what the public page behind the QR code says.

use crate::{
    id::{ApplicationId, GroupId, KindergartenId, ReferralId},
    kindergarten::{Coordinates, InstructionLanguage},
    language::Localized,
    number::ReferralNumber,
    referral::ReferralState,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A referral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Referral {
    pub id: ReferralId,
    pub number: ReferralNumber,
    pub application_id: ApplicationId,
    pub kindergarten_id: KindergartenId,
    pub kindergarten_name: Localized,
    pub address: Localized,
    pub coordinates: Coordinates,
    pub phone: String,
    pub group_id: GroupId,
    pub group_name: String,
    pub instruction_language: InstructionLanguage,
    pub state: ReferralState,
    pub issued_at: DateTime<Utc>,
    /// The last day to arrive, included (R10).
    pub deadline: NaiveDate,
    /// Working days left, today not counted.
    pub working_days_left: u16,
    /// The first moment at which a revocation is too late (R14).
    pub revocable_until: DateTime<Utc>,
    /// The public page behind the QR code.
    pub verification_url: String,
}

/// The answer of the public page: nothing beyond what the paper shows, names masked (R17).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralVerification {
    pub number: ReferralNumber,
    pub state: ReferralState,
    pub child_name_masked: String,
    pub kindergarten_name: Localized,
    pub address: Localized,
    pub issued_at: DateTime<Utc>,
    pub deadline: NaiveDate,
    pub checked_at: DateTime<Utc>,
}
