//! Drafts: the first of the two steps of every signed act.

use super::DocumentKind;
use crate::id::{
    ApplicationId, AttachmentId, BenefitClaimId, DocumentId, DraftId, GroupId, LocalityId,
    ReferralId, SuspensionId,
};
use crate::{application::Category, language::Language};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An act that waits for its signature: sign exactly `content`, then send it with `draft_id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    pub id: DraftId,
    /// The bytes to sign, in Base64.
    pub content: String,
    /// The same bytes as text.
    pub text: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    pub expires_at: DateTime<Utc>,
    /// The place held while this draft is signed (R8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Things to look at that do not forbid the act.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What has become of a draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DraftOutcome {
    pub id: DraftId,
    pub kind: DocumentKind,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Absent while nobody has sent its signature.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_at: Option<DateTime<Utc>>,
    /// The application that was made or withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    /// The referral that was issued, extended or revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<ReferralId>,
    /// The attachment that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_id: Option<AttachmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension_id: Option<SuspensionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit_claim_id: Option<BenefitClaimId>,
    /// The document of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Warning {
    /// The digits of the IIN tell another birth date; since 2013 that is not an error.
    BirthDateDiffersFromIin,
}

/// A place held for signing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    pub group_id: GroupId,
    pub expires_at: DateTime<Utc>,
}

/// The data of an application before it is signed. Texts are checked by the service, which names
/// all that is wrong at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationDraftRequest {
    pub locality_id: LocalityId,
    pub child: ChildInput,
    pub category: Category,
    /// Mobile number for urgent calls.
    pub contact_phone: String,
    /// Language of the text that will be signed; without it that of `Accept-Language`.
    #[serde(default)]
    pub language: Language,
}

/// A child as typed in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChildInput {
    pub iin: String,
    pub surname: String,
    pub given_name: String,
    #[serde(default)]
    pub patronymic: String,
    /// `2022-04-15`, or as people write it: `15.04.2022`, `15 апреля 2022`.
    #[cfg_attr(feature = "openapi", schema(format = Date, example = "2022-04-15"))]
    pub birth_date: String,
}

/// The chosen place; it is held from here on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralDraftRequest {
    pub application_id: ApplicationId,
    pub group_id: GroupId,
    #[serde(default)]
    pub language: Language,
}

/// The signed draft.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedDraft {
    pub draft_id: DraftId,
    /// Detached CMS (RFC 5652) over the content, DER in Base64.
    pub cms: String,
}
