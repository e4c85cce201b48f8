//! R21: grounds of benefits, claims that rest on them, and the scans that prove them.

use crate::{application::Category, id::BenefitGroundId, language::Localized, time};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Working days in which an official decides.
pub const DECISION_WORKING_DAYS: u16 = 5;
/// Scans of one claim.
pub const MOST_SCANS: usize = 5;
/// Scans of an application that were not sent with a claim yet.
pub const MOST_UNSENT_SCANS: usize = 10;
/// Bytes of one scan.
pub const LARGEST_SCAN: usize = 10 * 1024 * 1024;
/// Days before the end of a proof on which the applicant is asked for a new one.
const REMINDER_DAYS: u64 = 14;
/// Nobody is woken up by a reminder.
const REMINDER_HOUR: i64 = 9;

/// What a locality gives a benefit for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BenefitGround {
    pub id: BenefitGroundId,
    /// The name in the tables of the locality.
    pub code: String,
    pub category: Category,
    pub name: Localized,
    /// Of the law.
    pub article: Localized,
    /// For so many days a proof holds; absent where it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_days: Option<u16>,
}

/// What has become of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClaimState {
    /// An official has not decided yet.
    Open,
    Confirmed,
    Refused,
    /// A later one was confirmed.
    Replaced,
    /// Its proof has ended.
    Expired,
}

impl ClaimState {
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Confirmed,
        Self::Refused,
        Self::Replaced,
        Self::Expired,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
        }
    }
}

/// What an official decides about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BenefitVerdict {
    Confirm,
    Refuse,
}

/// What a scan is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ScanKind {
    Jpeg,
    Png,
    Pdf,
}

impl ScanKind {
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Pdf];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Pdf => "pdf",
        }
    }
}

/// Whether a virus scanner has looked at a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum VirusCheck {
    /// The service has no scanner.
    Off,
    /// The scanner does not answer; nobody opens the scan.
    Unchecked,
    Clean,
    /// An official has decided to open it without an answer.
    Overridden,
    /// It is gone.
    Infected,
}

impl VirusCheck {
    pub const ALL: [Self; 5] = [
        Self::Off,
        Self::Unchecked,
        Self::Clean,
        Self::Overridden,
        Self::Infected,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unchecked => "unchecked",
            Self::Clean => "clean",
            Self::Overridden => "overridden",
            Self::Infected => "infected",
        }
    }

    /// Whether its pages may be shown.
    #[must_use]
    pub const fn opens(self) -> bool {
        match self {
            Self::Off | Self::Clean | Self::Overridden => true,
            Self::Unchecked | Self::Infected => false,
        }
    }
}

/// When the benefit of a proof ends that holds until a day.
#[must_use]
pub fn expires_at(valid_until: NaiveDate) -> DateTime<Utc> {
    time::end_of_day(valid_until)
}

/// When the applicant is asked for a new proof: at once where the proof ends sooner.
#[must_use]
pub fn remind_at(valid_until: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let day = valid_until
        .checked_sub_days(Days::new(REMINDER_DAYS))
        .unwrap_or(NaiveDate::MIN);
    let at = time::start_of_day(day) + chrono::TimeDelta::hours(REMINDER_HOUR);
    at.max(now)
}

/// The last day on which the newest possible proof holds.
#[must_use]
pub fn latest_end(proof_days: u16, today: NaiveDate) -> NaiveDate {
    today
        .checked_add_days(Days::new(proof_days.into()))
        .unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_proof_ends_with_its_last_day_and_is_asked_for_fourteen_days_before() {
        let until = day("2026-12-24");
        let end: DateTime<Utc> = "2026-12-24T19:00:00Z".parse().unwrap();
        assert_eq!(expires_at(until), end);
        let nine: DateTime<Utc> = "2026-12-10T04:00:00Z".parse().unwrap();
        let earlier = nine - chrono::TimeDelta::days(3);
        assert_eq!(remind_at(until, earlier), nine);
        let later = nine + chrono::TimeDelta::seconds(1);
        assert_eq!(remind_at(until, later), later);
        assert_eq!(latest_end(30, day("2026-11-24")), until);
    }

    #[test]
    fn only_what_was_looked_at_or_let_through_opens() {
        let open: Vec<_> = VirusCheck::ALL.into_iter().filter(|c| c.opens()).collect();
        assert_eq!(
            open,
            [VirusCheck::Off, VirusCheck::Clean, VirusCheck::Overridden]
        );
    }
}
