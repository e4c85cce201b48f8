//! A place becomes free again: when a hold ends (R8), or when a referral or an enrolment does. It rests
//! before anybody else can have it (R16).

use super::journal::{self, Cause};
use crate::{app::Core, clock, error::Result, service::telling::notices::Subject};
use balabaqsha_shared::{
    event::Event,
    rules::r16_publication::{self, Source},
};
use balabaqsha_store::{
    self as store, Tx,
    freed::FreedPlace,
    holds::{Hold, HoldState},
    kindergartens::Place,
    localities::Locality,
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Gives a held place back. Whoever comes second finds the hold ended and changes nothing.
pub(in crate::service) async fn end_hold(
    tx: &mut Tx,
    core: &Core,
    hold: &Hold,
    state: HoldState,
) -> Result<()> {
    let at = match state {
        HoldState::Expired => hold.expires_at,
        _ => core.now(),
    };
    if !store::holds::end(tx, hold.id, state, at).await? {
        return Ok(());
    }
    let place = store::kindergartens::require_place(tx, hold.group_id).await?;
    let locality = store::localities::require(tx, place.kindergarten.locality_id).await?;
    let freed = FreedPlace {
        hold_id: Some(hold.id.uuid()),
        ..freed(core, &place, &locality, Source::Held, at)
    };
    store::places::free_held_place(tx, &freed).await?;
    let event = Event::HoldReleased {
        group_id: hold.group_id,
        kindergarten: place.kindergarten.name,
    };
    journal::record(tx, core, Subject::Hold(hold), at, Cause::Rules, &event).await
}

/// Gives a held place back before its time is over, and the others of its joint step with it.
pub(in crate::service) async fn release(tx: &mut Tx, core: &Core, hold: Hold) -> Result<()> {
    let holds = with_their_steps(tx, vec![hold]).await?;
    let groups = holds.iter().map(|hold| hold.group_id).collect();
    store::dialect::lock_groups(tx, groups).await?;
    for hold in &holds {
        end_hold(tx, core, hold, HoldState::Released).await?;
    }
    Ok(())
}

/// Holds with the other live holds of their joint steps: what was held in one step is given back together (R8).
pub(in crate::service) async fn with_their_steps(
    tx: &mut Tx,
    mut holds: Vec<Hold>,
) -> Result<Vec<Hold>> {
    let steps: BTreeSet<_> = holds.iter().filter_map(|hold| hold.joint_step).collect();
    for step in steps {
        for hold in store::holds::live_of_step(tx, step).await? {
            if holds.iter().all(|known| known.id != hold.id) {
                holds.push(hold);
            }
        }
    }
    Ok(holds)
}

/// Gives a taken place back.
pub(in crate::service) async fn free_taken(
    tx: &mut Tx,
    core: &Core,
    place: &Place,
    locality: &Locality,
) -> Result<()> {
    let freed = freed(core, place, locality, Source::Freed, core.now());
    Ok(store::places::free_taken_place(tx, &freed).await?)
}

/// Lets a place that the kindergarten has just published become public, at once or after its rest.
pub(in crate::service) async fn publish(
    tx: &mut Tx,
    core: &Core,
    place: &Place,
    locality: &Locality,
    source: Source,
) -> Result<()> {
    let freed = freed(core, place, locality, source, core.now());
    Ok(store::freed::insert(tx, &freed).await?)
}

fn freed(
    core: &Core,
    place: &Place,
    locality: &Locality,
    source: Source,
    at: DateTime<Utc>,
) -> FreedPlace {
    let rest = r16_publication::rest(u32::from_le_bytes(clock::random()), &locality.rules);
    let public_from = r16_publication::public_from(source, at, rest, &locality.rules);
    FreedPlace {
        id: core.new_id(),
        group_id: place.group.id.uuid(),
        freed_at: at,
        public_from,
        tell_at: r16_publication::tell_at(at, public_from),
        hold_id: None,
    }
}
