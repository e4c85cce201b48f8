//! Signed acts that are kept (R17).

use crate::{
    id::{ApplicationId, DocumentId, ReferralId},
    language::Localized,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DocumentKind {
    Application,
    /// The right to a place; after an extension there is a second one with the new deadline.
    Referral,
    /// R13.
    Extension,
    /// R14.
    Revocation,
    /// R15.
    Withdrawal,
    /// R3.
    Attachment,
    /// The ending of an attachment (R3).
    Detachment,
    /// Of an official: a referral is annulled (R22).
    Annulment,
    /// Of an official: no referrals are issued for a time (R24).
    Suspension,
    /// Of an official: referrals are issued again before that time is over (R24).
    Resumption,
    /// Of an official: about a claimed benefit (R21).
    Benefit,
    /// Of an official: about an application (R22, R27).
    Decision,
}

impl DocumentKind {
    pub const ALL: [Self; 12] = [
        Self::Application,
        Self::Referral,
        Self::Extension,
        Self::Revocation,
        Self::Withdrawal,
        Self::Attachment,
        Self::Detachment,
        Self::Annulment,
        Self::Suspension,
        Self::Resumption,
        Self::Benefit,
        Self::Decision,
    ];
}

/// A signed act: what was signed, by whom, and the verdict on the signature at that moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub title: Localized,
    /// Number of the application or the referral.
    pub number: String,
    pub application_id: ApplicationId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<ReferralId>,
    pub signed_at: DateTime<Utc>,
    /// SHA-256 of the signed bytes, lower-case hexadecimal.
    pub sha256: String,
    /// The signed text.
    pub text: String,
    pub signer: Signer,
    pub verdict: SignatureVerdict,
}

/// Whom the certificate names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signer {
    pub name: String,
    pub iin_masked: String,
    pub certificate_serial: String,
    pub issuer: String,
    pub algorithm: String,
}

/// The verdict of the verification, in the words of ETSI EN 319 102-1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignatureVerdict {
    /// `PASSED`, `FAILED` or `INDETERMINATE`.
    pub indication: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_indication: Option<String>,
    pub checked: Vec<String>,
    pub not_checked: Vec<String>,
    /// The authority is one for tests: outside of them the signature is worth nothing.
    #[serde(default)]
    pub test_authority: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentList {
    pub items: Vec<Document>,
}
