//! A second parent's requests to attach an application to their own IIN (R3).

use crate::{
    attachment::AttachmentState,
    id::{ApplicationId, AttachmentId},
    language::Language,
    number::ApplicationNumber,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Asks to attach the application with this number, of the child with this IIN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentDraftRequest {
    pub child_iin: String,
    pub application_number: String,
    #[serde(default)]
    pub language: Language,
}

/// A request as the one who made it sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Attachment {
    pub id: AttachmentId,
    pub application_number: ApplicationNumber,
    /// Present once the application is attached; before, nothing of it is visible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    pub state: AttachmentState,
    pub requested_at: DateTime<Utc>,
}

/// A request that waits for the reader's decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentRequest {
    pub id: AttachmentId,
    pub application_id: ApplicationId,
    pub application_number: ApplicationNumber,
    /// For which child.
    pub child_name: String,
    /// Who asks, by the certificate.
    pub requester_name: String,
    pub requester_iin_masked: String,
    pub requested_at: DateTime<Utc>,
}

/// Somebody to whom an application of the reader is attached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachedPerson {
    pub id: AttachmentId,
    pub application_id: ApplicationId,
    pub application_number: ApplicationNumber,
    pub child_name: String,
    pub name: String,
    pub iin_masked: String,
    pub attached_at: DateTime<Utc>,
}

/// What the reader asked for, the newest first, what waits for the reader, and who is attached to the
/// reader's applications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentList {
    pub mine: Vec<Attachment>,
    pub waiting: Vec<AttachmentRequest>,
    #[serde(default)]
    pub attached: Vec<AttachedPerson>,
}

/// The applicant's answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttachmentDecision {
    pub accept: bool,
}
