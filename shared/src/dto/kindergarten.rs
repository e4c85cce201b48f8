//! Kindergartens, their groups, and the bulletin of free places.

use crate::{
    id::{GroupId, KindergartenId, LocalityId, VacancySubscriptionId},
    iin::Bin,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    language::Localized,
    vacancy::VacancyFilter,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A kindergarten with its groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kindergarten {
    pub id: KindergartenId,
    pub locality_id: LocalityId,
    pub kind: KindergartenKind,
    pub name: Localized,
    pub address: Localized,
    pub coordinates: Coordinates,
    pub phone: String,
    /// When it is open, in its own words; absent when it has not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub schedule: String,
    /// What it says of itself; empty where it says nothing.
    #[serde(default)]
    pub about: Localized,
    pub bin: Bin,
    pub groups: Vec<Group>,
}

/// A group; places are counted here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub capacity: u32,
    /// Places nobody has or holds.
    pub free_places: u32,
    /// Whether its places are under the state educational order.
    pub state_order: bool,
}

/// A group with free places under the state order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vacancy {
    pub group_id: GroupId,
    pub group_name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub free_places: u32,
    pub kindergarten_id: KindergartenId,
    pub locality_id: LocalityId,
    pub kindergarten_name: Localized,
    pub address: Localized,
    pub coordinates: Coordinates,
}

/// A wish to be told of free places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VacancySubscription {
    pub id: VacancySubscriptionId,
    pub filter: VacancyFilter,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VacancySubscriptionList {
    pub items: Vec<VacancySubscription>,
}

/// The bulletin of free places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VacancyList {
    pub items: Vec<Vacancy>,
}
