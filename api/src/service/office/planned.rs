//! Changes of the registry that are to come (R20): they take effect on their day, or wait for an official who
//! decides what to do with one that is refused then.

use super::{
    changes::Kept,
    doors::{self, Official, Registry},
    groups, kindergartens, localities,
};
use crate::{
    app::{App, Core},
    error::{Error, Result},
    service::audit::{Done, Entry},
};
use balabaqsha_shared::{
    code::Code,
    id::{GroupId, KindergartenId, LocalityId, RegistryChangeId},
    import::ImportKind,
    time,
};
use balabaqsha_store::{
    Tx,
    registry::{
        entries::{self, Reading},
        history::{self, Planned},
    },
};
use serde_json::json;

/// Takes a change back that is to come.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn take_back(
    app: &App,
    official: &Official<Registry>,
    id: RegistryChangeId,
) -> Result<()> {
    doors::act(app, official, async |tx, authority| {
        let not_found = || Error::refused(Code::NotFound);
        let planned = history::planned_change(tx, id)
            .await?
            .ok_or_else(not_found)?;
        let subject = planned.subject_id;
        let locality = match ImportKind::from_name(&planned.kind) {
            Some(ImportKind::Localities) => Some(LocalityId::new(subject)),
            Some(ImportKind::Kindergartens) => {
                let id = KindergartenId::new(subject);
                let known = entries::kindergarten(tx, id, Reading::Only).await?;
                known.map(|known| known.locality_id)
            }
            _ => {
                let id = GroupId::new(subject);
                let known = entries::group(tx, id, authority.now, Reading::Only).await?;
                known.map(|known| known.locality_id)
            }
        };
        let locality = locality.ok_or_else(not_found)?;
        authority.require(locality)?;
        if !history::take(tx, id).await? {
            return Err(not_found());
        }
        let entry = Entry::act("take_planned_change_back")
            .in_locality(locality)
            .with(json!({"subject_id": subject, "effective_on": planned.effective_on}));
        Ok(Done::Recorded((), entry))
    })
    .await
}

/// Lets the changes take effect whose day has come. What is refused then waits for an official.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn let_take_effect(core: &Core) -> Result<()> {
    loop {
        let today = time::local_date(core.now());
        let mut tx = core.db.read().await?;
        let due = history::due(&mut tx, today).await?;
        drop(tx);
        let Some(due) = due else {
            return Ok(());
        };
        let id = RegistryChangeId::new(due.id);
        let done = core
            .db
            .transact(async |tx| take_effect(tx, core, &due).await)
            .await;
        match done {
            Ok(()) => {}
            Err(Error::Refused(refusal)) => {
                let why = Kept::of(refusal.code, &refusal.params).write();
                core.db
                    .transact(async |tx| history::refuse(tx, id, &why).await)
                    .await?;
            }
            Err(other) => return Err(other),
        }
    }
}

async fn take_effect(tx: &mut Tx, core: &Core, due: &Planned) -> Result<()> {
    // Another process may have been faster.
    if !history::take(tx, RegistryChangeId::new(due.id)).await? {
        return Ok(());
    }
    let by = due.by()?;
    let data = due.data.0.clone();
    let unreadable = |error| Error::internal(format!("planned change {}: {error}", due.id));
    match ImportKind::from_name(&due.kind) {
        Some(ImportKind::Localities) => localities::set(tx, core, due.subject_id, &data, by).await,
        Some(ImportKind::Kindergartens) => {
            let row = serde_json::from_value(data).map_err(unreadable)?;
            kindergartens::set(tx, core, due.subject_id, row, by).await
        }
        Some(ImportKind::Groups) => {
            let row = serde_json::from_value(data).map_err(unreadable)?;
            groups::set(tx, core, due.subject_id, row, by).await
        }
        _ => Err(Error::internal(format!("planned change {}: kind", due.id))),
    }
}
