//! Drafts about children that are not one's own have a limit of their own (R27), whatever comes of them:
//! nobody finds out by trying whether and where a child is queued.

use crate::{
    app::App,
    error::Result,
    service::life::{holding::counts_people, visibility},
};
use balabaqsha_shared::{
    id::{LocalityId, PersonId},
    iin::Iin,
    profile::RulesProfile,
    rules::r27_child,
    time,
};
use balabaqsha_store::{self as store, Tx, attempts::Attempt};

/// Counts one more try, in a transaction of its own, and refuses it when there were too many.
pub(super) async fn count(
    app: &App,
    person: PersonId,
    child: &Iin,
    locality: Option<LocalityId>,
) -> Result<()> {
    if !counts_people(app) {
        return Ok(());
    }
    let today = time::local_date(app.core.now());
    let mut tx = app.core.db.read().await?;
    let own = is_own(&mut tx, person, child).await?;
    let locality = match locality {
        Some(id) => store::localities::get(&mut tx, id).await?,
        None => None,
    };
    drop(tx);
    if own {
        return Ok(());
    }
    let profile = locality.map_or_else(RulesProfile::default, |locality| locality.rules);
    let tries = app
        .core
        .db
        .transact(async |tx| store::attempts::add(tx, person, Attempt::AboutAnother, today).await)
        .await?;
    r27_child::too_many_drafts(tries, today, &profile).map_or(Ok(()), |found| Err(found.into()))
}

/// Whether the person sees an application of the child.
async fn is_own(tx: &mut Tx, person: PersonId, child: &Iin) -> Result<bool> {
    for known in store::applications::of_child(tx, child).await? {
        if visibility::permits(tx, person, &known).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
