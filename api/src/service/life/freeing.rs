//! A place becomes free again: when a hold ends (R8), or when a referral does.

use super::journal::{self, Cause};
use crate::{app::Core, error::Result, service::telling::notices::Subject};
use balabaqsha_shared::{event::Event, rules::r16_publication};
use balabaqsha_store::{
    self as store, Tx,
    holds::{Hold, HoldState},
    kindergartens::Place,
    localities::Locality,
};

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
    store::places::free_held_place(tx, hold.group_id).await?;
    let place = store::kindergartens::require_place(tx, hold.group_id).await?;
    let at = match state {
        HoldState::Expired => hold.expires_at,
        _ => core.now(),
    };
    let event = Event::HoldReleased {
        group_id: hold.group_id,
        kindergarten: place.kindergarten.name,
    };
    journal::record(tx, core, Subject::Hold(hold), at, Cause::Rules, &event).await
}

/// Gives a taken place back, public at once or at the next publication of its locality (R16).
pub(in crate::service) async fn free_taken(
    tx: &mut Tx,
    core: &Core,
    place: &Place,
    locality: &Locality,
) -> Result<()> {
    let now = core.now();
    let public_from = r16_publication::public_from(now, &locality.rules);
    let freed = store::freed::FreedPlace {
        id: core.new_id(),
        group_id: place.group.id.uuid(),
        freed_at: now,
        public_from,
        tell_at: r16_publication::tell_at(now, public_from),
    };
    Ok(store::places::free_taken_place(tx, &freed).await?)
}
