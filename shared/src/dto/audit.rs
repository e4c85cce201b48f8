//! The audit log (R25), for parents and for officials whose duty is `audit`; the search of
//! applications, which is one of the looks that it records.

use super::ApplicationSummary;
use crate::{
    audit::{AuditCapacity, AuditKind, SearchReason},
    id::{ApplicationId, AuditRecordId},
    language::Localized,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Somebody looked at the data of a child, or did something with it; what its parent sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Look {
    pub at: DateTime<Utc>,
    pub capacity: AuditCapacity,
    pub organisation: Localized,
    pub kind: AuditKind,
    /// `operationId` of the contract, or the command.
    pub operation: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SearchReason>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LookList {
    pub items: Vec<Look>,
}

/// An entry of the audit log; what an official with `audit` sees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRecord {
    pub id: AuditRecordId,
    #[serde(flatten)]
    pub look: Look,
    /// IIN of a person, id of a program, name of an operator.
    pub actor: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    pub application_ids: Vec<ApplicationId>,
    /// What was done, without personal data.
    pub facts: Value,
}

/// Searches applications by one of the two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationSearch {
    /// Of an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_iin: Option<String>,
    pub reason: SearchReason,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundApplications {
    pub items: Vec<ApplicationSummary>,
}
