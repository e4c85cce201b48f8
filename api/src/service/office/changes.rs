//! Changes of the registry (R20): who made the last one, what one would do, which are to come, and the
//! history of all.

use crate::{
    app::Core,
    error::{Error, Refusal, Result},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{ImportId, RegistryChangeId},
    import::ImportKind,
    kindergarten::BirthYears,
    rules::Violation,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    registry::{
        entries::{self, Group, OpenReferral, Places, Within},
        history::{self, Change, Plan},
    },
};
use chrono::NaiveDate;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// So many referrals are listed with what stands in the way, or is concerned.
const LISTED_REFERRALS: i64 = 100;

/// Refuses a change of what somebody else has changed since the reader saw it.
pub(super) async fn require_version(
    tx: &mut Tx,
    subject: Uuid,
    present: i32,
    seen: i32,
) -> Result<()> {
    if present == seen {
        return Ok(());
    }
    let Some(last) = history::last(tx, subject).await? else {
        return Err(Error::refused(Code::PreconditionFailed));
    };
    let violation = Violation::new(Code::ChangedByOther).with("by", last.author);
    Err(violation.with_moment("at", last.at).into())
}

pub(super) async fn last_change(tx: &mut Tx, subject: Uuid) -> Result<Option<dto::LastChange>> {
    let last = history::last(tx, subject).await?;
    Ok(last.map(|last| dto::LastChange {
        at: last.at,
        by: last.author,
    }))
}

pub(super) fn version(version: i32) -> u32 {
    u32::try_from(version).unwrap_or_default()
}

/// Writes what something has become.
pub(super) async fn record(
    tx: &mut Tx,
    core: &Core,
    kind: ImportKind,
    subject: Uuid,
    row: &impl Serialize,
    author: By,
) -> Result<()> {
    let change = Change {
        id: RegistryChangeId::new(core.new_id()),
        at: core.now(),
        kind: kind.as_str(),
        subject,
        data: serde_json::to_value(row).map_err(Error::internal)?,
        author,
    };
    Ok(history::insert(tx, &change).await?)
}

/// When something is to become what somebody wants.
#[derive(Clone, Debug)]
pub(super) struct ToCome {
    pub kind: ImportKind,
    pub subject: Uuid,
    pub day: NaiveDate,
    pub author: By,
}

/// Keeps a change for its day.
pub(super) async fn plan(
    tx: &mut Tx,
    core: &Core,
    to_come: ToCome,
    row: &impl Serialize,
) -> Result<()> {
    let plan = Plan {
        id: RegistryChangeId::new(core.new_id()),
        kind: to_come.kind.as_str(),
        subject: to_come.subject,
        effective_on: to_come.day,
        data: serde_json::to_value(row).map_err(Error::internal)?,
        made_at: core.now(),
        author: to_come.author,
    };
    Ok(history::plan(tx, &plan).await?)
}

/// One page of the history of something.
pub(super) async fn list(
    tx: &mut Tx,
    subject: Uuid,
    before: Option<RegistryChangeId>,
    limit: u16,
) -> Result<dto::Page<dto::RegistryChange>> {
    let rows = history::of(tx, subject, before, crate::service::paging::to_read(limit)).await?;
    let page = crate::service::paging::page(rows, limit, |row| RegistryChangeId::new(row.id));
    let items = page.items.into_iter().map(|row| {
        let kind = ImportKind::from_name(&row.kind)
            .ok_or_else(|| store::Error::inconsistent("registry_changes", row.id, "kind"))?;
        Ok(dto::RegistryChange {
            id: RegistryChangeId::new(row.id),
            at: row.at,
            by: row.author,
            kind,
            data: row.data.0,
            import_id: row.import_id.map(ImportId::new),
        })
    });
    Ok(dto::Page {
        items: items.collect::<Result<_>>()?,
        next_cursor: page.next_cursor,
    })
}

/// What is to become of something.
pub(super) async fn planned(
    tx: &mut Tx,
    subject: Uuid,
    language: Language,
) -> Result<Vec<dto::PlannedChange>> {
    let rows = history::planned(tx, subject).await?;
    Ok(rows
        .into_iter()
        .map(|row| dto::PlannedChange {
            id: RegistryChangeId::new(row.id),
            effective_on: row.effective_on,
            made_at: row.made_at,
            by: row.author,
            data: row.data.0,
            refused: row
                .refused
                .and_then(|kept| Kept::read(kept.0))
                .map(|kept| kept.told(language)),
        })
        .collect())
}

/// When a change counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    AtOnce,
    On(NaiveDate),
}

impl Effect {
    /// Refuses a day that is over.
    pub fn read(on: Option<NaiveDate>, today: NaiveDate) -> std::result::Result<Self, Violation> {
        match on {
            Some(day) if day < today => Err(Violation::new(Code::EffectiveDayPast)),
            Some(day) if day > today => Ok(Self::On(day)),
            _ => Ok(Self::AtOnce),
        }
    }
}

/// A refusal as it is kept until somebody reads it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    code: Code,
    params: BTreeMap<String, String>,
}

impl Kept {
    pub fn of(code: Code, params: &balabaqsha_shared::code::Params) -> Self {
        let owned = |(name, value): (&&str, &String)| ((*name).to_owned(), value.clone());
        Self {
            code,
            params: params.iter().map(owned).collect(),
        }
    }

    pub fn write(&self) -> Value {
        json!({"code": self.code.as_str(), "params": self.params})
    }

    pub fn read(kept: Value) -> Option<Self> {
        Some(Self {
            code: Code::from_code(kept.get("code")?.as_str()?)?,
            params: serde_json::from_value(kept.get("params")?.clone()).ok()?,
        })
    }

    pub fn told(&self, language: Language) -> dto::ProblemError {
        dto::ProblemError {
            pointer: String::new(),
            code: self.code.as_str().to_owned(),
            detail: sentence(self.code, &self.params, language),
        }
    }
}

/// The sentence of a code with parameters that were kept.
pub(super) fn sentence(
    code: Code,
    params: &BTreeMap<String, String>,
    language: Language,
) -> String {
    let mut text = code.detail(language, &balabaqsha_shared::code::Params::new());
    for (name, value) in params {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// What a refusal says, for a preview; other failures stay failures.
pub(super) fn told(refused: Result<()>, language: Language) -> Result<Vec<dto::ProblemError>> {
    let refusal = match refused {
        Ok(()) => return Ok(Vec::new()),
        Err(Error::Refused(refusal)) => *refusal,
        Err(other) => return Err(other),
    };
    let Refusal {
        code,
        params,
        errors,
    } = refusal;
    if errors.is_empty() {
        return Ok(vec![dto::ProblemError {
            pointer: String::new(),
            code: code.as_str().to_owned(),
            detail: code.detail(language, &params),
        }]);
    }
    Ok(errors
        .into_iter()
        .map(|located| dto::ProblemError {
            pointer: located.pointer,
            code: located.violation.code.as_str().to_owned(),
            detail: located.violation.sentence(language),
        })
        .collect())
}

/// A group as officials see it.
pub(super) async fn group(
    tx: &mut Tx,
    group: Group,
    language: Language,
) -> Result<dto::OfficeGroup> {
    let subject = group.id.uuid();
    Ok(dto::OfficeGroup {
        id: group.id,
        kindergarten_id: group.kindergarten_id,
        name: group.row.name,
        instruction_language: group.row.language,
        birth_years: BirthYears {
            from: group.row.birth_year_from,
            to: group.row.birth_year_to,
        },
        state_order: group.row.state_order,
        places: places(&group.places),
        open_from: group.row.open_from,
        closed_from: group.row.closed_from,
        source: group.source,
        external_id: group.external_id,
        version: version(group.version),
        last_change: last_change(tx, subject).await?,
        planned: planned(tx, subject, language).await?,
    })
}

/// Members that differ, with the pointers of the second.
pub(super) fn differences(before: &Value, after: &Value) -> Vec<dto::MemberChange> {
    let mut found = Vec::new();
    compare("", before, after, &mut found);
    found
}

fn compare(pointer: &str, before: &Value, after: &Value, found: &mut Vec<dto::MemberChange>) {
    if before == after {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (before, after) {
        let absent = Value::Null;
        let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
        names.sort();
        names.dedup();
        for name in names {
            let member = |of: &serde_json::Map<String, Value>| of.get(name).cloned();
            let (old, new) = (member(old), member(new));
            compare(
                &format!("{pointer}/{name}"),
                old.as_ref().unwrap_or(&absent),
                new.as_ref().unwrap_or(&absent),
                found,
            );
        }
        return;
    }
    found.push(dto::MemberChange {
        pointer: pointer.to_owned(),
        before: before.clone(),
        after: after.clone(),
    });
}

/// What makes the second of the first, as a merge patch (RFC 7396).
pub(super) fn patch(before: &Value, after: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (before, after) else {
        return after.clone();
    };
    let mut members = serde_json::Map::new();
    for name in old.keys().chain(new.keys()) {
        match (old.get(name), new.get(name)) {
            (old, new) if old == new => {}
            (Some(old), Some(new)) => drop(members.insert(name.clone(), patch(old, new))),
            (_, new) => drop(members.insert(name.clone(), new.cloned().unwrap_or_default())),
        }
    }
    Value::Object(members)
}

/// The first with a merge patch put on it.
pub(super) fn patched(before: Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut members = match before {
        Value::Object(members) => members,
        _ => serde_json::Map::new(),
    };
    for (name, change) in changes {
        let old = members.remove(name).unwrap_or_default();
        if !change.is_null() {
            members.insert(name.clone(), patched(old, change));
        }
    }
    Value::Object(members)
}

/// The referrals that a change concerns: the first of them, and how many there are.
pub(super) async fn referrals(
    tx: &mut Tx,
    within: Within,
) -> Result<(Vec<dto::OpenReferral>, u32)> {
    let some = entries::open_referrals(tx, within, LISTED_REFERRALS).await?;
    let count = entries::count_open_referrals(tx, within).await?;
    let items = some.into_iter().map(open_referral).collect();
    Ok((items, u32::try_from(count).unwrap_or(u32::MAX)))
}

pub(super) fn open_referral(of: OpenReferral) -> dto::OpenReferral {
    dto::OpenReferral {
        id: of.id,
        number: of.number,
        application_id: of.application_id,
        group_id: of.group_id,
        issued_at: of.issued_at,
        deadline: of.deadline,
    }
}

pub(super) fn places(of: &Places) -> dto::Places {
    let count = |places: i64| u32::try_from(places).unwrap_or_default();
    // A capacity that has shrunk may have left more resting than there is.
    let resting = of.resting.min(of.free);
    dto::Places {
        capacity: count(of.capacity()),
        free: count(of.free - resting),
        resting: count(resting),
        unpublished: count(of.unpublished),
        held: count(of.held),
        taken: count(of.taken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_differ_are_named_where_they_stand() {
        let before = json!({"a": 1, "b": {"c": 2, "d": [1]}, "gone": true});
        let after = json!({"a": 1, "b": {"c": 3, "d": [1]}, "new": "x"});
        let found: Vec<_> = differences(&before, &after)
            .into_iter()
            .map(|change| (change.pointer, change.before, change.after))
            .collect();
        let expected = [
            ("/b/c".to_owned(), json!(2), json!(3)),
            ("/gone".to_owned(), json!(true), Value::Null),
            ("/new".to_owned(), Value::Null, json!("x")),
        ];
        assert_eq!(found, expected);
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn a_patch_changes_only_what_differed() {
        let before = json!({"a": 1, "b": {"c": 2, "d": 4}, "gone": "x"});
        let after = json!({"a": 1, "b": {"c": 3, "d": 4}, "new": true});
        let patch = patch(&before, &after);
        assert_eq!(patch, json!({"b": {"c": 3}, "gone": null, "new": true}));
        assert_eq!(patched(before, &patch), after);
        // What others have changed meanwhile stays.
        let meanwhile = json!({"a": 2, "b": {"c": 2, "d": 5}, "gone": "x"});
        let expected = json!({"a": 2, "b": {"c": 3, "d": 5}, "new": true});
        assert_eq!(patched(meanwhile, &patch), expected);
    }

    #[test]
    fn a_change_counts_at_once_or_on_a_day_to_come() {
        let day = |text: &str| text.parse().unwrap();
        let today = day("2026-11-23");
        assert_eq!(Effect::read(None, today), Ok(Effect::AtOnce));
        assert_eq!(Effect::read(Some(today), today), Ok(Effect::AtOnce));
        let tomorrow = day("2026-11-24");
        assert_eq!(
            Effect::read(Some(tomorrow), today),
            Ok(Effect::On(tomorrow))
        );
        let refused = Effect::read(Some(day("2026-11-22")), today).unwrap_err();
        assert_eq!(refused.code, Code::EffectiveDayPast);
    }

    #[test]
    fn a_refusal_is_kept_and_told_in_the_language_of_its_reader() {
        let violation = Violation::new(Code::CapacityTooSmall).with("taken", 7);
        let kept = Kept::of(violation.code, &violation.params).write();
        let told = Kept::read(kept).unwrap().told(Language::Ru);
        assert_eq!(told.code, "capacity-too-small");
        assert!(told.detail.contains('7') && !told.detail.contains('{'));
        assert!(Kept::read(json!({"code": "unheard-of"})).is_none());
    }
}
