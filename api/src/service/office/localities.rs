//! Localities of officials, with their rules profile (R20).

use super::{
    changes,
    doors::{self, AnyDuty, Authority, Official, Registry},
};
use crate::{
    app::App,
    error::{Error, Result},
    service::{
        audit::{Done, Entry},
        input::Fields,
        life::checking,
    },
};
use balabaqsha_shared::{
    Language, age,
    code::Code,
    dto,
    id::{LocalityId, RegistryChangeId},
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
use serde_json::json;

/// Localities in which the official has any duty.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, official: &Official<AnyDuty>) -> Result<dto::OfficeLocalityList> {
    doors::view(app, official, async |tx, authority| {
        let mut items = Vec::new();
        for id in &authority.localities {
            items.push(view(tx, authority, *id).await?);
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
) -> Result<dto::OfficeLocality> {
    doors::view(app, official, async |tx, authority| {
        authority.require(id)?;
        view(tx, authority, id).await
    })
    .await
}

async fn view(tx: &mut Tx, authority: &Authority, id: LocalityId) -> Result<dto::OfficeLocality> {
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
        let refused = match check(&change.rules) {
            Ok(()) => allowed(tx, &locality, &change.rules).await,
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

fn check(rules: &RulesProfile) -> Result<()> {
    let mut fields = Fields::default();
    for (pointer, violation) in r20_profile::violations(rules) {
        fields.refuse(format!("/rules{pointer}"), violation);
    }
    fields.finish()
}

/// The release before does not know the check of children.
async fn allowed(tx: &mut Tx, locality: &Locality, after: &RulesProfile) -> Result<()> {
    let switched = locality.rules.child_check != after.child_check;
    if switched && !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    Ok(())
}

/// Gives a locality another profile. Deadlines that are fixed stay (R10).
#[tracing::instrument(level = "debug", skip_all)]
pub async fn change(
    app: &App,
    official: &Official<Registry>,
    id: LocalityId,
    seen: i32,
    change: &dto::LocalityChange,
) -> Result<dto::OfficeLocality> {
    check(&change.rules)?;
    doors::act(app, official, async |tx, authority| {
        authority.require(id)?;
        let present = version(tx, id, Reading::ToChange).await?;
        changes::require_version(tx, id.uuid(), present, seen).await?;
        let locality = store::localities::require(tx, id).await?;
        if locality.rules == change.rules {
            return Ok(Done::Unchanged(view(tx, authority, id).await?));
        }
        allowed(tx, &locality, &change.rules).await?;
        let by = By::Person(authority.person.id);
        let verified = checking::set_rules(tx, &app.core, &locality, &change.rules, by).await?;
        let members: Vec<String> =
            changes::differences(&json!(locality.rules), &json!(change.rules))
                .into_iter()
                .map(|member| member.pointer)
                .collect();
        let entry = Entry::act("change_locality")
            .in_locality(id)
            .with(json!({"members": members, "counted_as_verified": verified}));
        Ok(Done::Recorded(view(tx, authority, id).await?, entry))
    })
    .await
}
