//! Signatures judged for others, and what proves them years later.

use crate::{dto::SignatureVerdict, id::DocumentId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum EvidenceRole {
    /// The certificate of the signer.
    Signer,
    /// The certificate of an authority between the signer and the anchor.
    Authority,
    /// The certificate of a trusted authority.
    Anchor,
    /// The certificate of an authority trusted for time stamps.
    StampAnchor,
    /// A revocation list.
    Crl,
    /// An answer of an OCSP responder.
    Ocsp,
    /// A time-stamp token (RFC 3161) over the value of the signature.
    TimeStamp,
}

impl EvidenceRole {
    pub const ALL: [Self; 7] = [
        Self::Signer,
        Self::Authority,
        Self::Anchor,
        Self::StampAnchor,
        Self::Crl,
        Self::Ocsp,
        Self::TimeStamp,
    ];
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidencePiece {
    pub role: EvidenceRole,
    /// SHA-256 of the piece, lower-case hexadecimal.
    pub sha256: String,
    pub added_at: DateTime<Utc>,
    /// DER in Base64.
    pub der: String,
}

/// What the verdict on a signed act rests on, as it was at that moment. Together with the content
/// and the signature of the document it can be verified again without asking anybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DocumentEvidence {
    pub document_id: DocumentId,
    /// The moment for which the certificates were judged.
    pub judged_at: DateTime<Utc>,
    pub verdict: SignatureVerdict,
    pub items: Vec<EvidencePiece>,
}

/// What the signature is to be for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SignatureUsage {
    /// A key for logging in.
    Login,
    /// A key for signing.
    Signing,
    /// Any key that makes signatures.
    #[default]
    Any,
}

/// A signature to be verified.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationRequest {
    /// CMS SignedData (RFC 5652): DER or BER in Base64, or PEM.
    pub cms: String,
    /// The signed bytes in Base64: needed for a detached signature, and compared with what is inside
    /// of an attached one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Whether the signature must be detached (`true`) or attached (`false`); absent takes either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detached: Option<bool>,
    /// The moment to judge for, not later than now. With it, or with evidence, nobody is asked about
    /// revocation: only the evidence that is given here counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub usage: SignatureUsage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<GivenEvidence>,
}

/// What the caller knows already; all of it DER in Base64.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GivenEvidence {
    /// Certificates of signers and of authorities; they are not trusted by being here.
    #[serde(default)]
    pub certificates: Vec<String>,
    #[serde(default)]
    pub crls: Vec<String>,
    #[serde(default)]
    pub ocsp: Vec<String>,
}

/// Why a verdict is not `PASSED`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationReason {
    /// Stable.
    pub code: String,
    pub detail: String,
}

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedSigner {
    pub full_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bin: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// `person`, `legal-entity`, `legal-entity-head`, `legal-entity-right-to-sign`,
    /// `legal-entity-employee`.
    pub kinds: Vec<String>,
    /// `login`, `signing`, `login-and-signing` or `unfit`.
    pub purpose: String,
    pub algorithm: String,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub policies: Vec<String>,
    /// SHA-256 of the certificate, lower-case hexadecimal.
    pub fingerprint: String,
}

/// One certificate of a chain, from the signer up to the trusted authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedLink {
    /// `signer`, `authority` or `anchor`.
    pub role: String,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    /// `not-checked`, `good`, `revoked`, `unknown` or `trusted`.
    pub revocation: String,
    /// Who said so: `ocsp`, `crl` or `no-check`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<DateTime<Utc>>,
    /// The authority is one for tests.
    pub test: bool,
}

/// What was found out about one signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifiedSignature {
    /// `PASSED`, `FAILED` or `INDETERMINATE` (ETSI EN 319 102-1).
    pub verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_indication: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<VerificationReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<VerifiedSigner>,
    pub chain: Vec<VerifiedLink>,
    /// What the signer claims; proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_time: Option<DateTime<Utc>>,
    /// What a time stamp proves: the signature existed then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<DateTime<Utc>>,
    /// Why a time stamp that is there proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp_problem: Option<VerificationReason>,
    /// The moment for which certificates were judged.
    pub judged_at: DateTime<Utc>,
    pub checked: Vec<String>,
    pub not_checked: Vec<String>,
    /// The authority is one for tests: outside of them the signature is worth nothing.
    pub test_authority: bool,
    /// What is there and was not read, not believed or not looked at, each with why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<VerificationReason>,
}

/// The verdict on a signed document: that of the signature which decides, and all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerificationReport {
    #[serde(flatten)]
    pub decisive: VerifiedSignature,
    /// All signatures, in the order of the document.
    pub signatures: Vec<VerifiedSignature>,
    /// Evidence of the request that could not be read. With a list or an OCSP answer among it,
    /// nothing is `PASSED`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unusable: Vec<UnusableEvidence>,
}

/// A part of the request's evidence that could not be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnusableEvidence {
    /// JSON pointer into the request.
    pub pointer: String,
    pub reason: String,
}
