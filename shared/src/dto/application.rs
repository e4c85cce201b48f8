//! Applications, their place in the queue and their history.

use crate::{
    application::{ApplicationState, Benefit, Category},
    child::Child,
    forecast::{Basis, Outcome},
    id::{ApplicationId, EventId, LocalityId},
    number::ApplicationNumber,
    phone::Phone,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ProblemError, Referral};
pub use crate::event::EventKind;

/// An application as its applicant sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Application {
    pub id: ApplicationId,
    pub number: ApplicationNumber,
    pub locality_id: LocalityId,
    pub child: Child,
    /// The category that counts in the queue (R5).
    pub category: Category,
    /// What was claimed, and whether an official has confirmed it (R21).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit: Option<Benefit>,
    pub contact_phone: Phone,
    pub submitted_at: DateTime<Utc>,
    pub state: ApplicationState,
    /// Whether the application takes part, as far as the reader may know it (R27).
    pub participation: Participation,
    /// Lapses of the child in the locality so far (R12).
    pub lapses: u16,
    /// Present while the application is queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether a private kindergarten can be chosen, and otherwise why not (R6).
    pub choosing: Choosing,
    /// Whether the application can be withdrawn, and otherwise why not (R15).
    pub withdrawing: Possibility,
    /// The latest referral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
}

/// Whether an application takes part in its queue. Where children are verified, a claim looks like any
/// other application that is not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Participation {
    Full,
    /// It stands in the queue, but the child must be verified before it can hold a place.
    Unverified,
    /// Somebody else had queued the child before.
    Claim,
    /// An official decides whose application counts.
    Disputed,
}

/// One line of the journal of applications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApplicationSummary {
    pub id: ApplicationId,
    pub number: ApplicationNumber,
    pub locality_id: LocalityId,
    pub child_name: String,
    pub birth_year: i32,
    pub submitted_at: DateTime<Utc>,
    pub state: ApplicationState,
}

/// The place in the queue and what stands before it (R5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Position {
    /// Counted from 1.
    pub number: u32,
    /// Children on this queue.
    pub total: u32,
    pub birth_year: i32,
    pub before: Before,
}

/// Who stands before, by the reason why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Before {
    pub extraordinary: u32,
    pub priority: u32,
    pub general: u32,
}

/// R6 for this application, today.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choosing {
    pub allowed: bool,
    /// All unmet conditions, with the sentence for the parent.
    pub unmet: Vec<ProblemError>,
    /// Fitting free places in the locality.
    pub free_places: u32,
    /// In so many kindergartens.
    pub kindergartens: u32,
    /// New holds that are left today (R8).
    pub holds_left: u32,
}

/// Whether an act is possible now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Possibility {
    pub allowed: bool,
    /// All reasons against it, with the sentence for the parent.
    pub unmet: Vec<ProblemError>,
}

/// An entry of the journal of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HistoryEvent {
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    /// Number of the rule, such as `R9`.
    pub rule: String,
    /// Facts of the event; their names depend on `kind`.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub data: Value,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    pub items: Vec<HistoryEvent>,
}

/// Why the number in the queue is what it is, and when it may come to an end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionHistory {
    /// The present number; absent while the application is not queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    /// The changes since this moment.
    pub since: DateTime<Utc>,
    /// The number at that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_then: Option<u32>,
    pub change: PositionChange,
    /// The days on which something has changed, the newest first.
    pub days: Vec<PositionDay>,
    /// Absent while the application is not queued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
}

/// Children before this one who left the queue or came to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionChange {
    pub left: Left,
    pub came: Came,
}

/// Why they left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Left {
    /// They got referrals (R9).
    pub referred: u32,
    /// Their applications were withdrawn (R15).
    pub withdrawn: u32,
    pub other: u32,
}

/// Why they stand before this child although they came later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Came {
    /// New applications of this benefit category, and those whose benefit was confirmed (R5, R21).
    pub extraordinary: u32,
    /// New applications of this benefit category, and those whose benefit was confirmed (R5, R21).
    pub priority: u32,
    pub general: u32,
    /// Back with their original moment of submission (R11, R14).
    pub returned: u32,
}

/// One local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PositionDay {
    pub day: NaiveDate,
    /// The number at the end of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub change: PositionChange,
}

/// When the child will stand first, with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forecast {
    pub outcome: Outcome,
    pub basis: Basis,
}
