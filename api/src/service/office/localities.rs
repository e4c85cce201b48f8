//! Localities of officials, with their rules profile (R20).

use super::{
    changes::{self, Effect, ToCome},
    doors::{self, AnyDuty, Authority, Official, Registry},
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::{
        audit::{self, Done, Entry},
        input::Fields,
        life::checking,
    },
};
use balabaqsha_shared::{
    Language, age,
    code::Code,
    comment::Comment,
    dto,
    id::{LocalityId, RegistryChangeId},
    import::ImportKind,
    profile::{ChildCheck, RulesProfile},
    rules::r20_profile,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    localities::Locality,
    registry::entries::{self, Reading},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// Localities in which the official has any duty.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(
    app: &App,
    official: &Official<AnyDuty>,
    language: Language,
) -> Result<dto::OfficeLocalityList> {
    doors::view(app, official, async |tx, authority| {
        let mut items = Vec::new();
        for id in &authority.localities {
            items.push(view(tx, authority, *id, language).await?);
        }
        items.sort_by(|a: &dto::OfficeLocality, b| a.code.cmp(&b.code));
        Ok(dto::OfficeLocalityList { items })
    })
    .await
}

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    official: &Official<AnyDuty>,
    id: LocalityId,
    language: Language,
) -> Result<dto::OfficeLocality> {
    doors::view(app, official, async |tx, authority| {
        authority.require(id)?;
        view(tx, authority, id, language).await
    })
    .await
}

async fn view(
    tx: &mut Tx,
    authority: &Authority,
    id: LocalityId,
    language: Language,
) -> Result<dto::OfficeLocality> {
    let locality = store::localities::require(tx, id).await?;
    let known = version(tx, id, Reading::Only).await?;
    let suspension = store::suspensions::of(tx, id, authority.now).await?;
    Ok(dto::OfficeLocality {
        id,
        code: locality.code,
        name: locality.name,
        district: locality.district,
        center: locality.center,
        number_region: locality.number_region,
        rules: locality.rules,
        version: changes::version(known),
        duties: authority.duties_in(id),
        suspension: suspension.map(|suspension| dto::Suspension {
            ends_at: suspension.ends_at,
            reason: suspension.reason.as_str().to_owned(),
        }),
        last_change: changes::last_change(tx, id.uuid()).await?,
        planned: changes::planned(tx, id.uuid(), language).await?,
    })
}

async fn version(tx: &mut Tx, id: LocalityId, reading: Reading) -> Result<i32> {
    let known = entries::locality(tx, id, reading).await?;
    let known = known.ok_or_else(|| Error::refused(Code::NotFound))?;
    Ok(known.version)
}

/// The history of a locality, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn history(
    app: &App,
    official: &Official<Registry>,
    id: LocalityId,
    before: Option<RegistryChangeId>,
    limit: u16,
) -> Result<dto::Page<dto::RegistryChange>> {
    doors::view(app, official, async |tx, authority| {
        authority.require(id)?;
        changes::list(tx, id.uuid(), before, limit).await
    })
    .await
}

/// What another profile would do.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn preview(
    app: &App,
    official: &Official<Registry>,
    id: LocalityId,
    change: &dto::LocalityChange,
    language: Language,
) -> Result<dto::ChangePreview> {
    doors::view(app, official, async |tx, authority| {
        authority.require(id)?;
        let locality = store::localities::require(tx, id).await?;
        let refused = match read(change, authority.now) {
            Ok(_) => allowed(tx, &locality, &change.rules).await,
            Err(error) => Err(error),
        };
        Ok(dto::ChangePreview {
            changes: changes::differences(
                &json!({"rules": locality.rules}),
                &json!({"rules": change.rules}),
            ),
            refused: changes::told(refused, language)?,
            concerned: Some(concerned(tx, authority, &locality, &change.rules).await?),
            ..dto::ChangePreview::default()
        })
    })
    .await
}

async fn concerned(
    tx: &mut Tx,
    authority: &Authority,
    locality: &Locality,
    after: &RulesProfile,
) -> Result<dto::Concerned> {
    let today = time::local_date(authority.now);
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let mut counted = Vec::new();
    for rules in [&locality.rules, after] {
        let old_enough = age::born_until(today, rules.choosing_age_years);
        let too_old = age::born_until(today, rules.upper_age_years);
        counted.push(entries::concerned(tx, locality.id, old_enough, too_old).await?);
    }
    let [before, then] = counted.as_slice() else {
        return Err(Error::internal("two profiles were counted"));
    };
    let switched_on = switches_on(&locality.rules, after);
    Ok(dto::Concerned {
        waiting: count(before.waiting),
        may_choose_before: count(before.old_enough),
        may_choose_after: count(then.old_enough),
        too_old_before: count(before.too_old),
        too_old_after: count(then.too_old),
        counted_as_verified: if switched_on {
            count(before.unverified)
        } else {
            0
        },
        deadlines_kept: count(before.active_referrals),
        holds_kept: count(before.live_holds),
    })
}

fn switches_on(before: &RulesProfile, after: &RulesProfile) -> bool {
    before.child_check == ChildCheck::Off && after.child_check == ChildCheck::On
}

/// From when on a change counts.
fn read(change: &dto::LocalityChange, now: DateTime<Utc>) -> Result<Effect> {
    let mut fields = Fields::default();
    for (pointer, violation) in r20_profile::violations(&change.rules) {
        fields.refuse(format!("/rules{pointer}"), violation);
    }
    let effect = Effect::read(change.effective_on, time::local_date(now));
    let effect = fields.read("/effective_on", effect);
    fields.finish()?;
    effect.ok_or_else(|| Error::internal("a day that was read is absent"))
}

/// The release before does not know the check of children.
async fn allowed(tx: &mut Tx, locality: &Locality, after: &RulesProfile) -> Result<()> {
    let switched = locality.rules.child_check != after.child_check;
    if switched && !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    Ok(())
}

/// Gives a locality another profile, at once or on a day to come. Deadlines that are fixed stay (R10).
#[tracing::instrument(level = "debug", skip_all)]
pub async fn change(
    app: &App,
    official: &Official<Registry>,
    id: LocalityId,
    seen: i32,
    change: &dto::LocalityChange,
    language: Language,
) -> Result<dto::OfficeLocality> {
    doors::act(app, official, async |tx, authority| {
        authority.require(id)?;
        let effect = read(change, authority.now)?;
        let present = version(tx, id, Reading::ToChange).await?;
        changes::require_version(tx, id.uuid(), present, seen).await?;
        let locality = store::localities::require(tx, id).await?;
        if locality.rules == change.rules {
            return Ok(Done::Unchanged(view(tx, authority, id, language).await?));
        }
        let by = By::Person(authority.person.id);
        let verified = give(tx, &app.core, &locality, &change.rules, effect, by).await?;
        let entry = entry(&locality, change, verified);
        Ok(Done::Recorded(
            view(tx, authority, id, language).await?,
            entry,
        ))
    })
    .await
}

/// Gives a locality another profile or plans it; says how many applications count as verified by it.
async fn give(
    tx: &mut Tx,
    core: &Core,
    locality: &Locality,
    rules: &RulesProfile,
    effect: Effect,
    by: By,
) -> Result<u64> {
    allowed(tx, locality, rules).await?;
    match effect {
        Effect::AtOnce => checking::set_rules(tx, core, locality, rules, by).await,
        Effect::On(day) => {
            let to_come = ToCome {
                kind: ImportKind::Localities,
                subject: locality.id.uuid(),
                day,
                author: by,
            };
            let patch = changes::patch(&json!(locality.rules), &json!(rules));
            changes::plan(tx, core, to_come, &json!({"rules": patch})).await?;
            Ok(0)
        }
    }
}

fn entry(locality: &Locality, change: &dto::LocalityChange, verified: u64) -> Entry {
    let members: Vec<String> = changes::differences(&json!(locality.rules), &json!(change.rules))
        .into_iter()
        .map(|member| member.pointer)
        .collect();
    Entry::act("change_locality")
        .in_locality(locality.id)
        .with(json!({"members": members, "counted_as_verified": verified,
            "effective_on": change.effective_on}))
}

/// Lets a change take effect that was planned: of the profile as it is by now, only what differed.
pub(super) async fn set(
    tx: &mut Tx,
    core: &Core,
    subject: Uuid,
    data: &Value,
    by: By,
) -> Result<()> {
    let id = LocalityId::new(subject);
    version(tx, id, Reading::ToChange).await?;
    let locality = store::localities::require(tx, id).await?;
    let patch = data.get("rules").cloned().unwrap_or_default();
    let rules = serde_json::from_value(changes::patched(json!(locality.rules), &patch))
        .map_err(Error::internal)?;
    let change = dto::LocalityChange {
        rules,
        effective_on: None,
    };
    let effect = read(&change, core.now())?;
    give(tx, core, &locality, &change.rules, effect, by).await?;
    Ok(())
}

/// What an operator has typed in.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Code of the locality.
    pub locality: &'a str,
    /// Members with their new values, such as `limits.live_holds` and `3`.
    pub members: &'a [(String, String)],
    /// At once when absent.
    pub effective_on: Option<NaiveDate>,
    /// Nothing is changed then.
    pub dry_run: bool,
    /// Name of who decided.
    pub by: &'a str,
}

/// Why an operator's change of a profile was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    #[error("there is no locality {0:?}")]
    Locality(String),
    #[error("the profile has no {0:?}, or it cannot have this value")]
    Member(String),
    #[error("{0}")]
    Refused(String),
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Operator,
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for ProfileError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Gives a locality another profile, or says what would change.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn change_by_operator(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<Vec<dto::MemberChange>, ProfileError> {
    let by = Comment::parse(wish.by).map_err(|_| ProfileError::Operator)?;
    core.db
        .transact(async |tx| {
            let locality = store::localities::by_code(tx, wish.locality)
                .await?
                .filter(|locality| locality.served_here)
                .ok_or_else(|| ProfileError::Locality(wish.locality.to_owned()))?;
            version(tx, locality.id, Reading::ToChange).await?;
            let locality = store::localities::require(tx, locality.id).await?;
            let change = dto::LocalityChange {
                rules: with_members(&locality.rules, wish.members)?,
                effective_on: wish.effective_on,
            };
            let effect = read(&change, core.now()).map_err(refused)?;
            let found = changes::differences(&json!(locality.rules), &json!(change.rules));
            if wish.dry_run || found.is_empty() {
                return Ok(found);
            }
            let author = By::Operator(by.clone());
            let verified = give(tx, core, &locality, &change.rules, effect, author)
                .await
                .map_err(refused)?;
            let entry = entry(&locality, &change, verified);
            audit::record_operator(tx, core, by.as_str(), entry).await?;
            Ok(found)
        })
        .await
}

/// The sentences of a refusal.
fn refused(error: Error) -> ProfileError {
    match changes::told(Err(error), Language::En) {
        Ok(told) => {
            let line = |one: dto::ProblemError| format!("{} {}", one.pointer, one.detail);
            let lines: Vec<String> = told.into_iter().map(line).collect();
            ProfileError::Refused(lines.join("\n"))
        }
        Err(other) => ProfileError::Service(other),
    }
}

fn with_members(
    rules: &RulesProfile,
    members: &[(String, String)],
) -> std::result::Result<RulesProfile, ProfileError> {
    let mut profile = json!(rules);
    for (name, value) in members {
        let unknown = || ProfileError::Member(name.clone());
        // Numbers are numbers; what is no JSON is a text.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.clone()));
        let patch = name
            .rsplit('.')
            .fold(value, |inner, part| json!({part: inner}));
        profile = changes::patched(profile, &patch);
        let read: RulesProfile = serde_json::from_value(profile).map_err(|_| unknown())?;
        profile = json!(read);
    }
    serde_json::from_value(profile).map_err(|error| ProfileError::Service(Error::internal(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> std::result::Result<RulesProfile, String> {
        let members = [(name.to_owned(), value.to_owned())];
        with_members(&RulesProfile::default(), &members).map_err(|error| error.to_string())
    }

    #[test]
    fn members_of_a_profile_are_named_with_points() {
        assert_eq!(with("hold_minutes", "15").unwrap().hold_minutes, 15);
        assert_eq!(with("limits.live_holds", "3").unwrap().limits.live_holds, 3);
        let time = with("publication_time", "09:00:00").unwrap();
        assert!(time.publication_time.is_some());
        assert_eq!(
            with("child_check", "on").unwrap().child_check,
            ChildCheck::On
        );
        for (name, value) in [("hold_minute", "15"), ("hold_minutes", "soon"), ("", "1")] {
            assert!(
                with(name, value)
                    .unwrap_err()
                    .contains("the profile has no"),
                "{name}"
            );
        }
    }
}
