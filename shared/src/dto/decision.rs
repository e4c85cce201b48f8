//! Applications as officials see them, what waits for them, and what they decide (R18, R22, R27).

use super::{ApplicationSummary, HistoryEvent, Look};
use crate::{
    application::{Benefit, Category, Standing, VerifiedBy},
    child::Child,
    decision::{ApplicationDecision, DecisionKind},
    id::{ApplicationId, AttachmentId, DocumentId, ReferralId},
    language::{Language, Localized},
    number::{ApplicationNumber, ReferralNumber},
    phone::Phone,
    referral::ReferralState,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Why an application waits for an official (R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WaitingFor {
    /// Two families say that the child is theirs.
    Disputed,
    /// Somebody else had queued the child.
    Claim,
    /// Nobody has confirmed that the applicant is a parent of the child.
    Unverified,
    /// The digits of the IIN tell another birth date.
    DateDiffers,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingApplication {
    pub application: ApplicationSummary,
    pub locality: Localized,
    pub waiting_for: WaitingFor,
    /// Longer than an official has.
    pub overdue: bool,
}

/// Applications that wait for an official: overdue ones in front, then the oldest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingApplicationList {
    /// At most a hundred of each kind.
    pub items: Vec<WaitingApplication>,
}

/// Somebody to whom the application is attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachedParent {
    pub attachment_id: AttachmentId,
    pub name: String,
    pub iin_masked: String,
    pub attached_at: DateTime<Utc>,
}

/// Another application about the same child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherApplication {
    pub number: ApplicationNumber,
    pub locality: Localized,
    /// Absent where the official is not appointed for the locality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ApplicationId>,
    /// Absent where the official is not appointed for the locality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_name: Option<String>,
    pub submitted_at: DateTime<Utc>,
    pub standing: Standing,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<VerifiedBy>,
    pub active: bool,
}

/// The latest referral of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeReferral {
    pub id: ReferralId,
    pub number: ReferralNumber,
    pub kindergarten: Localized,
    pub deadline: NaiveDate,
    pub state: ReferralState,
}

/// A signed decision about an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionSummary {
    pub id: DocumentId,
    pub title: Localized,
    pub signed_at: DateTime<Utc>,
}

/// Everything about an application that an official with the duty `queue` sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeApplication {
    pub application: ApplicationSummary,
    pub locality: Localized,
    pub child: Child,
    pub applicant_name: String,
    pub applicant_iin_masked: String,
    pub contact_phone: Phone,
    pub standing: Standing,
    /// Who has confirmed that the applicant is a parent of the child.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_by: Option<VerifiedBy>,
    /// The registry does not know the applicant as a parent of the child.
    pub denied: bool,
    /// The digits of the IIN tell another birth date.
    pub birth_date_differs: bool,
    pub lapses: u16,
    /// What counts in the queue now.
    pub category: Category,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<Benefit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<OfficeReferral>,
    pub attached: Vec<AttachedParent>,
    pub others: Vec<OtherApplication>,
    /// Nobody decides about an application of their own, or of a child attached to them.
    pub own: bool,
    /// What can be decided as it stands.
    pub possible: Vec<DecisionKind>,
    pub decisions: Vec<DecisionSummary>,
    /// The newest first.
    pub history: Vec<HistoryEvent>,
    /// Who has looked at it or done something with it, the newest first (R25).
    pub looks: Vec<Look>,
}

/// Drafts a decision about an application; it is signed (R18).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationDecisionDraftRequest {
    pub decision: ApplicationDecision,
    /// What the official has seen, or why; the parents read it.
    pub reason: String,
    #[serde(default)]
    pub language: Language,
}

/// What a decision has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecidedApplication {
    pub application_id: ApplicationId,
    pub application_number: ApplicationNumber,
    /// The signed decision.
    pub document_id: DocumentId,
}
