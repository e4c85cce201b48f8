//! The rules profile of a locality: the numbers of the rules as editable data, because real
//! cities differ.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Whether the registry or an official must have confirmed a child before it can hold a place (R27).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChildCheck {
    On,
    /// As in localities of before.
    #[default]
    Off,
}

/// What one person or one child may have (R4, R8, R27).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// R4: new applications of a person in a day.
    pub new_applications_per_day: u16,
    /// R4: active applications of a person.
    pub active_applications: u16,
    /// R8: further counted holds of a person in a day for each further child.
    pub holds_per_further_child: u16,
    /// R8: live holds of a person.
    pub live_holds: u16,
    /// R8: live holds and active referrals of a person for children that nobody verified.
    pub unverified_in_hand: u16,
    /// R27: drafts of a person in a day about children that are not the person's own.
    pub drafts_about_others_per_day: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            new_applications_per_day: 5,
            active_applications: 12,
            holds_per_further_child: 2,
            live_holds: 2,
            unverified_in_hand: 4,
            drafts_about_others_per_day: 20,
        }
    }
}

/// How long a freed place rests before anybody else can have it (R16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Resting {
    pub from_minutes: u16,
    pub to_minutes: u16,
    /// R8: the least time for a place that a child takes again.
    pub regained_hold_minutes: u16,
}

impl Default for Resting {
    fn default() -> Self {
        Self {
            from_minutes: 1,
            to_minutes: 5,
            regained_hold_minutes: 3,
        }
    }
}

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
    /// R10: working days after the deadline in which an arrival in time can be confirmed.
    #[serde(default = "late_confirmation_working_days")]
    pub late_confirmation_working_days: u16,
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
    #[serde(default)]
    pub resting: Resting,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub child_check: ChildCheck,
}

impl RulesProfile {
    pub const UPPER_AGE_YEARS: RangeInclusive<i32> = 1..=10;
    pub const HOLD_MINUTES: RangeInclusive<i32> = 1..=120;
    pub const ARRIVAL_WORKING_DAYS: RangeInclusive<i32> = 1..=60;
    pub const STOP_LIST_WORKING_DAYS: RangeInclusive<i32> = 0..=60;
}

const fn late_confirmation_working_days() -> u16 {
    1
}

impl Default for RulesProfile {
    fn default() -> Self {
        Self {
            upper_age_years: 6,
            choosing_age_years: 3,
            hold_minutes: 10,
            unused_holds_per_day: 3,
            arrival_working_days: 5,
            late_confirmation_working_days: late_confirmation_working_days(),
            stop_list_working_days: 10,
            lapses_to_removal: 2,
            extension_calendar_days: 30,
            revocation_hours: 24,
            publication_time: None,
            resting: Resting::default(),
            limits: Limits::default(),
            child_check: ChildCheck::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_of_before_is_read_with_the_defaults_and_the_check_off() {
        let of_before = serde_json::json!({
            "upper_age_years": 6, "choosing_age_years": 3, "hold_minutes": 10,
            "unused_holds_per_day": 3, "arrival_working_days": 5, "stop_list_working_days": 10,
            "lapses_to_removal": 2, "extension_calendar_days": 30, "revocation_hours": 24
        });
        let read: RulesProfile = serde_json::from_value(of_before).unwrap();
        assert_eq!(read, RulesProfile::default());
        assert_eq!(read.child_check, ChildCheck::Off);
    }
}
