//! The kindergarten's desk (R19): its referrals, its free places, what parents see of it, and its staff.

use crate::{
    id::{GroupId, KindergartenId, ReferralId, StaffMemberId},
    iin::Iin,
    kindergarten::{BirthYears, InstructionLanguage},
    language::Localized,
    number::ReferralNumber,
    phone::Phone,
    referral::ReferralState,
    staff::StaffRole,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::Places;

/// For which kindergarten somebody works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffOf {
    pub kindergarten_id: KindergartenId,
    pub kindergarten_name: Localized,
    pub role: StaffRole,
}

/// A referral as its kindergarten sees it: what stands on the paper and the contact that the parents gave.
/// Once it has ended without an arrival, no more than initials.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExpectedChild {
    pub referral_id: ReferralId,
    pub number: ReferralNumber,
    pub kindergarten_id: KindergartenId,
    pub state: ReferralState,
    pub child_name: String,
    /// Absent once the referral has ended without an arrival, like the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<NaiveDate>,
    pub child_iin_masked: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_phone: Option<Phone>,
    pub group_id: GroupId,
    pub group_name: String,
    pub issued_at: DateTime<Utc>,
    /// The last day to arrive, included (R10).
    pub deadline: NaiveDate,
    /// After a lapse: the first moment at which an arrival in time can no longer be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_until: Option<DateTime<Utc>>,
    /// After an arrival: the first moment at which its confirmation can no longer be undone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoable_until: Option<DateTime<Utc>>,
    /// When something about it changed last.
    pub updated_at: DateTime<Utc>,
}

/// Which referrals are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ReferralChoice {
    #[default]
    Active,
    /// Active, and today is the last day to arrive.
    DueToday,
    /// Active, and the last day to arrive is one of the next seven.
    DueThisWeek,
    /// Nobody arrived in time, within the last two weeks: what can be confirmed late, and what an official has
    /// to decide.
    Overdue,
    Enrolled,
    /// Enrolled here first and in another kindergarten afterwards: the place is free again (R10).
    Ended,
    All,
}

/// Looks for a referral by its number or by the address in the QR code of its paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReferralSearch {
    pub text: String,
}

/// What the kindergarten says of an arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentRequest {
    /// The day on which the child came; obligatory after the deadline, when an arrival in time is
    /// confirmed late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrived_on: Option<NaiveDate>,
    /// The moment at which the button was pressed, where the request was sent later. Its day counts as the day
    /// of arrival when none is named. What was done to the referral after that moment is not undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressed_at: Option<DateTime<Utc>>,
}

/// A kindergarten as its staff sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskKindergarten {
    pub id: KindergartenId,
    pub name: Localized,
    pub description: KindergartenDescription,
    /// Changes with each change of what describes it.
    pub version: u32,
    pub groups: Vec<DeskGroup>,
}

/// What a kindergarten says of itself to parents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindergartenDescription {
    pub phone: String,
    /// When it is open, in its own words.
    #[serde(default)]
    pub schedule: String,
    /// At most 1000 characters in each language; empty where it says nothing.
    #[serde(default)]
    pub about: Localized,
}

/// A group with its places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeskGroup {
    pub id: GroupId,
    pub kindergarten_id: KindergartenId,
    /// Of the system it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    pub name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub state_order: bool,
    pub places: Places,
}

/// How many places of a group are free: public or resting. Fewer takes places back, more publishes them (R16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FreePlaces {
    pub free: u32,
}

/// Somebody who works for a kindergarten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffMember {
    pub id: StaffMemberId,
    pub iin: Iin,
    /// Known once the person has logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    pub role: StaffRole,
    /// Whether a key of the organisation says so; otherwise the head has appointed.
    pub by_key: bool,
    pub begins_at: DateTime<Utc>,
    /// First moment at which it no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    pub in_force: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffList {
    pub items: Vec<StaffMember>,
}

/// Appoints an employee.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaffRequest {
    pub iin: String,
}
