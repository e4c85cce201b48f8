//! Decrees that are imported as data: what is wrong with a list of days before any of it counts.

use super::{DayKind, WorkingCalendar};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One day of a decree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecreeDay {
    pub day: NaiveDate,
    pub kind: DayKind,
    /// What the day comes from, in words.
    pub decree: String,
}

/// Why a list cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Contradiction {
    #[error("{0} is said to be both off and worked")]
    TwoKinds(NaiveDate),
    #[error("{0} lies outside of the years of the calendar")]
    NotCovered(NaiveDate),
}

/// All contradictions of a list, in the order of their days.
#[must_use]
pub fn contradictions(days: &[DecreeDay], calendar: &WorkingCalendar) -> Vec<Contradiction> {
    let mut kinds: BTreeMap<NaiveDate, Vec<DayKind>> = BTreeMap::new();
    for one in days {
        kinds.entry(one.day).or_default().push(one.kind);
    }
    let mut found = Vec::new();
    for (day, kinds) in kinds {
        if kinds.contains(&DayKind::Off) && kinds.contains(&DayKind::Work) {
            found.push(Contradiction::TwoKinds(day));
        }
        if !calendar.covers(day) {
            found.push(Contradiction::NotCovered(day));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::builtin;

    fn day(text: &str, kind: DayKind) -> DecreeDay {
        DecreeDay {
            day: text.parse().unwrap(),
            kind,
            decree: "№ 1".into(),
        }
    }

    fn found(days: &[DecreeDay]) -> Vec<String> {
        contradictions(days, &builtin::kazakhstan())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_plain_list_has_none() {
        let days = [
            day("2024-01-01", DayKind::Work),
            day("2026-03-20", DayKind::Off),
            // Said twice, and the same.
            day("2026-03-20", DayKind::Off),
            day("2030-12-31", DayKind::Off),
        ];
        assert!(found(&days).is_empty());
        assert!(found(&[]).is_empty());
    }

    #[test]
    fn all_are_named() {
        let days = [
            day("2031-01-01", DayKind::Off),
            day("2026-03-20", DayKind::Work),
            day("2023-12-31", DayKind::Off),
            day("2026-03-20", DayKind::Off),
            day("2023-12-31", DayKind::Work),
        ];
        assert_eq!(
            found(&days),
            [
                "2023-12-31 is said to be both off and worked",
                "2023-12-31 lies outside of the years of the calendar",
                "2026-03-20 is said to be both off and worked",
                "2031-01-01 lies outside of the years of the calendar",
            ]
        );
    }
}
