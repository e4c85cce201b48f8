//! Referrals, and what the public page behind the QR code says.

use crate::{
    comment::Comment,
    id::{ApplicationId, GroupId, KindergartenId, ReferralId},
    kindergarten::{Coordinates, InstructionLanguage},
    language::{Language, Localized},
    number::ReferralNumber,
    referral::{ExtensionReason, ReferralState},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Possibility, ProblemError};

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
    /// Whether it can be revoked now, and otherwise why not (R14).
    pub revoking: Possibility,
    /// Whether it can be extended now, and otherwise why not (R13).
    pub extending: Extending,
    /// The one extension, when there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
    /// The public page behind the QR code.
    pub verification_url: String,
}

/// The referrals of a joint step, in the order in which their drafts were sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JointReferrals {
    pub items: Vec<Referral>,
}

/// R13 for this referral, now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extending {
    pub allowed: bool,
    /// All reasons against it, with the sentence for the parent.
    pub unmet: Vec<ProblemError>,
    /// The first day that can be chosen; absent when none can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<NaiveDate>,
    /// The last day that can be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<NaiveDate>,
    /// The days on which kindergartens work, out of those that can be chosen: what pages offer.
    #[serde(default)]
    pub working_days: Vec<NaiveDate>,
}

/// An extension that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Extension {
    pub at: DateTime<Utc>,
    pub previous_deadline: NaiveDate,
    pub reason: ExtensionReason,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Comment>,
}

/// Asks for more time to arrive (R13).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExtensionDraftRequest {
    /// The new last day to arrive.
    pub until: NaiveDate,
    /// Obligatory.
    #[serde(default)]
    pub reason: Option<ExtensionReason>,
    /// In the parent's own words; obligatory for the reason `other`. At most 300 characters.
    #[serde(default)]
    pub comment: String,
    #[serde(default)]
    pub language: Language,
}

/// Asks for the text of an act that has no data of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActDraftRequest {
    /// Language of the text that will be signed; without it that of `Accept-Language`.
    #[serde(default)]
    pub language: Language,
}

/// A child that arrived (R10).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolment {
    pub referral_id: ReferralId,
    pub number: ReferralNumber,
    pub enrolled_at: DateTime<Utc>,
    /// The first moment at which it can no longer be undone.
    pub undoable_until: DateTime<Utc>,
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
