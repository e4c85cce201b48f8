//! A place becomes free again: when a hold ends (R8), or when a referral does.

use super::journal;
use crate::{app::Core, error::Result};
use balabaqsha_shared::{dto::EventKind, id::GroupId, rules::r16_publication};
use balabaqsha_store::{
    self as store, Tx,
    holds::{Hold, HoldState},
};
use serde_json::json;

/// Gives a held place back. Whoever comes second finds the hold ended and changes nothing.
pub(in crate::service) async fn end_hold(
    tx: &mut Tx,
    core: &Core,
    hold: &Hold,
    state: HoldState,
) -> Result<()> {
    if !store::holds::end(tx, hold.id, state).await? {
        return Ok(());
    }
    store::kindergartens::free_held_place(tx, hold.group_id).await?;
    let place = store::kindergartens::require_place(tx, hold.group_id).await?;
    let at = match state {
        HoldState::Expired => hold.expires_at,
        _ => core.now(),
    };
    journal::record(
        tx,
        core,
        hold.application_id,
        at,
        (EventKind::HoldReleased, "R8"),
        None,
        json!({"group_id": hold.group_id, "kindergarten": place.kindergarten.name}),
    )
    .await
}

/// Gives a taken place back, public at once or at the next publication of its locality (R16).
pub(in crate::service) async fn free_taken(tx: &mut Tx, core: &Core, group: GroupId) -> Result<()> {
    let now = core.now();
    let place = store::kindergartens::require_place(tx, group).await?;
    let locality = store::localities::require(tx, place.kindergarten.locality_id).await?;
    let public_from = r16_publication::public_from(now, &locality.rules);
    let freed = store::freed::FreedPlace {
        id: core.new_id(),
        group_id: group.uuid(),
        freed_at: now,
        public_from,
        tell_at: r16_publication::tell_at(now, public_from),
    };
    Ok(store::kindergartens::free_taken_place(tx, &freed).await?)
}
