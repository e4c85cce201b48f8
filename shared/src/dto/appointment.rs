//! Officials and their appointments (R18), and the capacities of a person.

use super::{Person, StaffOf};
use crate::{
    appointment::{Capacity, Duty},
    id::{AppointmentId, LocalityId},
    iin::Iin,
    language::Localized,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// The person who has logged in, and in what capacities they may act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    #[serde(flatten)]
    pub person: Person,
    /// Whoever has logged in with the key of a legal entity is no parent here.
    pub capacities: Vec<AvailableCapacity>,
}

/// A capacity that a person may choose; a request names it in the header `Capacity`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailableCapacity {
    pub capacity: Capacity,
    /// What an official may do, and where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyInLocality>,
    /// For which kindergartens staff works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kindergartens: Vec<StaffOf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DutyInLocality {
    pub duty: Duty,
    pub locality_id: LocalityId,
    pub locality_name: Localized,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
}

/// Appoints somebody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AppointmentRequest {
    pub iin: String,
    pub locality_id: LocalityId,
    pub duty: Duty,
    /// From now on when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<NaiveDate>,
    /// Without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Appointment {
    pub id: AppointmentId,
    pub iin: Iin,
    /// Known once the person has logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    pub locality_id: LocalityId,
    pub duty: Duty,
    pub begins_at: DateTime<Utc>,
    /// First moment at which it is no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    pub in_force: bool,
    pub made_at: DateTime<Utc>,
}
