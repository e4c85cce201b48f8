//! Localities.

use crate::{
    id::LocalityId, kindergarten::Coordinates, language::Localized, profile::RulesProfile,
};
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
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalityList {
    pub items: Vec<Locality>,
}
