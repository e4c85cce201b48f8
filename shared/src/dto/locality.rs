//! Localities.

use crate::{
    id::LocalityId, kindergarten::Coordinates, language::Localized, profile::RulesProfile,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A locality with its queue and its rules profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Locality {
    pub id: LocalityId,
    /// Short stable name for addresses, such as `kandyagash`.
    pub code: String,
    pub name: Localized,
    pub district: Localized,
    pub center: Coordinates,
    /// False for Astana, Almaty and Aktobe, which run systems of their own.
    pub served_here: bool,
    pub free_places: u32,
    pub queued_children: u32,
    pub rules: RulesProfile,
    /// Present while no referrals are issued (R24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
}

/// No referrals are issued for a time (R24).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suspension {
    /// First moment at which they are issued again.
    pub ends_at: DateTime<Utc>,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalityList {
    pub items: Vec<Locality>,
}
