//! The registry for officials whose duty is `registry` (R20): localities with their rules profile,
//! kindergartens, groups, the working calendar, suspensions (R24).

use super::{DocumentKind, ProblemError, SignatureVerdict, Signer, Suspension};
use crate::{
    appointment::Duty,
    calendar::{DayKind, decrees::DecreeDay},
    id::{
        ApplicationId, DocumentId, GroupId, ImportId, KindergartenId, LocalityId, ReferralId,
        RegistryChangeId, SuspensionId,
    },
    iin::Bin,
    import::ImportKind,
    kindergarten::{BirthYears, Coordinates, InstructionLanguage, KindergartenKind},
    language::{Language, Localized},
    profile::RulesProfile,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Who changed something last, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LastChange {
    pub at: DateTime<Utc>,
    /// Full name of an official, or the name that an operator gave.
    pub by: String,
}

/// A locality as its officials see it. The `ETag` of its answer is its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeLocality {
    pub id: LocalityId,
    pub code: String,
    pub name: Localized,
    pub district: Localized,
    pub center: Coordinates,
    /// How numbers of applications and referrals begin.
    pub number_region: String,
    pub rules: RulesProfile,
    /// Changes with each change.
    pub version: u32,
    /// What the reader is appointed for here.
    pub duties: Vec<Duty>,
    /// Present while no referrals are issued (R24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspension: Option<Suspension>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// Changes of the profile that are to come.
    #[serde(default)]
    pub planned: Vec<PlannedChange>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeLocalityList {
    pub items: Vec<OfficeLocality>,
}

/// What is to be changed of a locality.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LocalityChange {
    /// The whole profile. Deadlines that were fixed before stay (R10).
    pub rules: RulesProfile,
    /// First day on which the members that differ count; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<NaiveDate>,
}

/// What a change would do; nothing is changed yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePreview {
    /// Members that would be different.
    pub changes: Vec<MemberChange>,
    /// Why the change would be refused; empty when it would be taken.
    pub refused: Vec<ProblemError>,
    /// Referrals that are open in what is changed, the earliest deadline first; the first 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_referrals: Vec<OpenReferral>,
    pub open_referral_count: u32,
    /// Places of a group after the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Places>,
    /// Whom another rules profile concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concerned: Option<Concerned>,
}

/// A member that has, or would get, another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberChange {
    /// JSON Pointer (RFC 6901) in the request.
    pub pointer: String,
    pub before: Value,
    pub after: Value,
}

/// Whom another rules profile concerns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Concerned {
    /// Applications that are queued or on the stop-list.
    pub waiting: u32,
    /// Of these, children that are old enough to choose (R6).
    pub may_choose_before: u32,
    pub may_choose_after: u32,
    /// Of these, children who have reached the upper age: they stay, but could not be queued anew (R4).
    pub too_old_before: u32,
    pub too_old_after: u32,
    /// Applications that would count as verified because they were there before the check (R27).
    pub counted_as_verified: u32,
    /// Active referrals, whose deadlines stay as they are.
    pub deadlines_kept: u32,
    /// Live holds, which end when they would have ended.
    pub holds_kept: u32,
}

/// An active referral, without what it tells of the child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenReferral {
    pub id: ReferralId,
    pub number: String,
    pub application_id: ApplicationId,
    pub group_id: GroupId,
    pub issued_at: DateTime<Utc>,
    /// Last day to arrive.
    pub deadline: NaiveDate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenReferralList {
    pub items: Vec<OpenReferral>,
}

/// How the places of a group are used: `free + resting + unpublished + held + taken` is the capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Places {
    /// What the official has fixed.
    pub capacity: u32,
    /// Public.
    pub free: u32,
    /// Freed or new, not yet public (R16).
    pub resting: u32,
    /// Not published by the kindergarten.
    pub unpublished: u32,
    /// Held while parents sign.
    pub held: u32,
    /// Given out by referrals.
    pub taken: u32,
}

/// A kindergarten in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindergartenSummary {
    pub id: KindergartenId,
    pub locality_id: LocalityId,
    pub kind: KindergartenKind,
    pub bin: Bin,
    pub name: Localized,
    /// Last day of the contract under the state order; absent without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_until: Option<NaiveDate>,
    pub groups: u32,
    /// Sums over its groups.
    pub places: Places,
}

/// A kindergarten with its groups. The `ETag` of its answer is its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeKindergarten {
    pub id: KindergartenId,
    pub facts: KindergartenFacts,
    /// Where it comes from; `office` when it was made there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Changes with each change.
    pub version: u32,
    pub groups: Vec<OfficeGroup>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// Changes that take effect on a day to come, the earliest first.
    pub planned: Vec<PlannedChange>,
}

/// What describes a kindergarten.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindergartenFacts {
    pub locality_id: LocalityId,
    pub kind: KindergartenKind,
    pub bin: String,
    pub name: Localized,
    pub address: Localized,
    pub coordinates: Coordinates,
    pub phone: String,
    #[serde(default)]
    pub schedule: String,
    /// Last day of the licence; absent without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence_until: Option<NaiveDate>,
    /// Last day of the contract under the state order; absent without end. Afterwards nothing of it is
    /// offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_until: Option<NaiveDate>,
}

/// Makes a kindergarten, or says everything of one anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindergartenRequest {
    pub facts: KindergartenFacts,
    /// First day on which a change counts; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<NaiveDate>,
}

/// A group as officials see it. The `ETag` of its answer is its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeGroup {
    pub id: GroupId,
    pub kindergarten_id: KindergartenId,
    pub name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    /// Whether its places are under the state educational order.
    pub state_order: bool,
    pub places: Places,
    /// First day on which its places are offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_from: Option<NaiveDate>,
    /// First day on which nothing of it is offered any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Changes with each change; not when parents take places.
    pub version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_change: Option<LastChange>,
    /// Changes that take effect on a day to come, the earliest first.
    pub planned: Vec<PlannedChange>,
}

/// Makes a group, or says everything of one anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupRequest {
    pub name: String,
    pub instruction_language: InstructionLanguage,
    pub birth_years: BirthYears,
    pub state_order: bool,
    pub capacity: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_from: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_from: Option<NaiveDate>,
    /// First day on which a change counts; at once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_on: Option<NaiveDate>,
}

/// A change that takes effect on a day to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedChange {
    pub id: RegistryChangeId,
    pub effective_on: NaiveDate,
    pub made_at: DateTime<Utc>,
    pub by: String,
    /// With the columns of an import; of a rules profile `rules` with the members that change.
    pub data: Value,
    /// Why it could not take effect on its day; an official has to decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<ProblemError>,
}

/// An entry of the history of the registry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistryChange {
    pub id: RegistryChangeId,
    pub at: DateTime<Utc>,
    pub by: String,
    /// What was changed: the thing itself, or the free places of a group.
    pub kind: ImportKind,
    /// What it became, with the columns of an import.
    pub data: Value,
    /// The import that has changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<ImportId>,
}

/// The working calendar of a year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarYear {
    pub year: i32,
    /// Days that are not what their day of the week says.
    pub days: Vec<CalendarDay>,
}

/// A day that is not what its day of the week says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarDay {
    pub day: NaiveDate,
    pub kind: DayKind,
    /// The decree, where the day was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decree: Option<String>,
}

/// Days that a decree makes off or worked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarImport {
    pub days: Vec<DecreeDay>,
}

/// A time in which a locality issues no referrals (R24).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeSuspension {
    pub id: SuspensionId,
    pub locality_id: LocalityId,
    pub begins_at: DateTime<Utc>,
    /// First moment at which referrals are issued again.
    pub ends_at: DateTime<Utc>,
    pub reason: String,
    pub made_at: DateTime<Utc>,
    pub by: String,
    /// Whether it lasts now.
    pub in_force: bool,
    /// The signed decisions (R17, R18): to suspend, and to end it early. Those of the command line have none.
    pub document_ids: Vec<DocumentId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfficeSuspensionList {
    pub items: Vec<OfficeSuspension>,
}

/// Drafts the decision to issue no referrals for a time; it is signed (R18).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SuspensionDraftRequest {
    pub locality_id: LocalityId,
    /// From now on when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<NaiveDate>,
    pub last_day: NaiveDate,
    /// Parents read it.
    pub reason: String,
    /// Of the text to sign; that of `Accept-Language` when absent.
    #[serde(default)]
    pub language: Language,
}

/// Drafts the annulment of a referral; it is signed (R18, R22).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnnulmentDraftRequest {
    /// Parents read it.
    pub reason: String,
    #[serde(default)]
    pub language: Language,
}

/// What an annulment has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Annulment {
    pub referral_id: ReferralId,
    pub referral_number: String,
    pub application_id: ApplicationId,
    /// Queued again at its old place.
    pub application_number: String,
    /// The signed decision.
    pub document_id: DocumentId,
}

/// A signed decision of an official (R17, R18).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    pub id: DocumentId,
    pub kind: DocumentKind,
    pub title: Localized,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<ApplicationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral_id: Option<ReferralId>,
    pub signed_at: DateTime<Utc>,
    /// SHA-256 of the signed bytes, in hexadecimal.
    pub sha256: String,
    /// The signed text.
    pub text: String,
    pub signer: Signer,
    pub verdict: SignatureVerdict,
}
