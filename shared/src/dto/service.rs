//! What the service says of itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ServiceMode {
    /// Real trust anchors.
    Production,
    /// Demo keys and made-up data; a banner says so on every page.
    Demo,
}

/// The service, its mode and its clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    pub name: String,
    pub version: String,
    pub mode: ServiceMode,
    /// The moment by the service's clock.
    pub now: DateTime<Utc>,
    /// Whether eGov Mobile can sign here.
    #[serde(default)]
    pub phone_signing: bool,
    pub figures: Figures,
}

/// Sums over all localities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    pub free_places: u32,
    pub queued_children: u32,
    pub referrals_last_seven_days: u32,
}
