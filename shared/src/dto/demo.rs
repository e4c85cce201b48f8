//! What demo mode hands out, so that everybody can try everything.

use crate::{iin::Iin, staff::StaffRole};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Keys of the demo authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoKeyList {
    /// The password of all of them.
    pub password: String,
    pub items: Vec<DemoKey>,
}

/// A key file to try.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoKey {
    pub file_name: String,
    pub owner: String,
    pub purpose: DemoKeyPurpose,
    pub condition: DemoKeyCondition,
    /// What its owner is in a kindergarten of the demo; absent for a parent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffRole>,
    /// Whether its owner is an official of the demo's localities.
    #[serde(default)]
    pub official: bool,
    /// Where the file is.
    pub url: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DemoKeyPurpose {
    Login,
    Signing,
    LoginAndSigning,
}

/// A made-up child that nobody has queued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoChild {
    pub iin: Iin,
    pub birth_date: NaiveDate,
}

/// The clock of the demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoClock {
    /// The moment by the service's clock.
    pub now: DateTime<Utc>,
    /// How far it is ahead of the machine's clock.
    pub ahead_seconds: i64,
    /// It does not go beyond this moment.
    pub latest: DateTime<Utc>,
}

/// Moves the clock forward: either by seconds or to a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoClockRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub advance_seconds: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<DateTime<Utc>>,
}

/// What a try with the key shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DemoKeyCondition {
    Valid,
    Expired,
    /// Issued by an authority that nobody trusts.
    Untrusted,
    /// Revoked by its authority.
    Revoked,
}
