//! The rules profile of a locality: the numbers of the rules as editable data, because real
//! cities differ.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// Numbers that the rules of a locality use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RulesProfile {
    /// R4: a child is queued until this age in full years.
    pub upper_age_years: u8,
    /// R6: a private kindergarten is chosen from this age in full years on.
    pub choosing_age_years: u8,
    /// R8: how long a place is held for signing.
    pub hold_minutes: u16,
    /// R8: so many unused holds in a day, then none until the next day.
    pub unused_holds_per_day: u16,
    /// R10: working days to arrive.
    pub arrival_working_days: u16,
    /// R11: working days on the stop-list.
    pub stop_list_working_days: u16,
    /// R12: lapses that remove the child from the queue.
    pub lapses_to_removal: u16,
    /// R13: calendar days an extension may add.
    pub extension_calendar_days: u16,
    /// R14: hours in which the applicant may revoke.
    pub revocation_hours: u16,
    /// R16: the local time at which freed places become public; without it they are at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00:00"))]
    pub publication_time: Option<NaiveTime>,
}

impl Default for RulesProfile {
    fn default() -> Self {
        Self {
            upper_age_years: 6,
            choosing_age_years: 3,
            hold_minutes: 10,
            unused_holds_per_day: 3,
            arrival_working_days: 5,
            stop_list_working_days: 10,
            lapses_to_removal: 2,
            extension_calendar_days: 30,
            revocation_hours: 24,
            publication_time: None,
        }
    }
}
