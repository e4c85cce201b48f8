//! Benefits: what a locality gives them for, what is claimed with which proofs, and what officials decide
//! (R21).

use crate::{
    application::{Benefit, Category},
    benefit::{BenefitGround, BenefitVerdict, ClaimState, ScanKind, VirusCheck},
    id::{ApplicationId, BenefitClaimId, BenefitGroundId, DocumentId, LocalityId, ScanId},
    language::{Language, Localized},
    number::ApplicationNumber,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What a locality gives a benefit for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitGroundList {
    pub items: Vec<BenefitGround>,
}

/// A scan of a proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scan {
    pub id: ScanId,
    pub kind: ScanKind,
    /// Bytes of what was sent.
    pub size: u32,
    /// Images that show it, counted from 1.
    pub pages: u16,
    pub virus_check: VirusCheck,
    pub uploaded_at: DateTime<Utc>,
}

/// Claims a benefit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitClaimRequest {
    pub ground_id: BenefitGroundId,
    /// One to five that were uploaded before and sent with no claim.
    pub scan_ids: Vec<ScanId>,
}

/// A claim as the applicant sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitClaim {
    pub id: BenefitClaimId,
    pub ground: BenefitGround,
    pub state: ClaimState,
    pub claimed_at: DateTime<Utc>,
    /// The last day on which an official decides.
    pub decide_by: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// Of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day on which a confirmed proof holds; absent where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    pub scans: Vec<Scan>,
}

/// Everything about the benefit of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitClaimList {
    /// What counts in the queue now.
    pub category: Category,
    /// What was claimed last, and what became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<Benefit>,
    /// The newest first.
    pub items: Vec<BenefitClaim>,
    /// Scans that were uploaded and sent with no claim yet.
    pub unsent: Vec<Scan>,
}

/// A claim as an official sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeBenefitClaim {
    pub application_id: ApplicationId,
    pub application_number: ApplicationNumber,
    pub locality_id: LocalityId,
    pub locality: Localized,
    pub child_name: String,
    pub birth_date: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    /// What counts in the queue now.
    pub category: Category,
    /// The last day of the official is over.
    pub overdue: bool,
    /// Nobody decides about an application of their own, or of a child attached to them.
    pub own: bool,
    /// The signed decision; none at the command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    pub claim: BenefitClaim,
}

/// Claims that wait for an official: overdue ones in front, then the oldest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeBenefitClaimList {
    /// At most a hundred.
    pub items: Vec<OfficeBenefitClaim>,
    /// All that wait.
    pub total: u32,
}

/// Drafts the decision about a claim; it is signed (R18).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitDecisionDraftRequest {
    pub verdict: BenefitVerdict,
    /// Of a refusal; the parents read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a confirmation: the last day on which the proof holds. Absent: as long as such a proof can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<NaiveDate>,
    #[serde(default)]
    pub language: Language,
}

/// What a decision has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitDecision {
    pub claim_id: BenefitClaimId,
    pub application_id: ApplicationId,
    pub application_number: ApplicationNumber,
    pub state: ClaimState,
    /// What counts in the queue now.
    pub category: Category,
    /// The signed decision.
    pub document_id: DocumentId,
}

/// Opens a scan that no virus scanner has looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VirusCheckOverride {
    pub reason: String,
}
