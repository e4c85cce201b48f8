//! What all that happens to an application or a referral begins with: it is locked and settled first.

use super::{freeing::free_taken, settle, visibility::locked};
use crate::{
    app::{App, Core},
    error::{Error, Result},
};
use balabaqsha_shared::{
    application::ApplicationState,
    code::Code,
    id::{ApplicationId, PersonId, ReferralId},
    referral::ReferralState,
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, localities::Locality, referrals::Referral,
};
use chrono::{DateTime, Utc};

/// The application of this person, locked and settled, with its locality.
pub(in crate::service) async fn lock_settled(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ApplicationId,
    now: DateTime<Utc>,
) -> Result<(Application, Locality)> {
    let application = locked(tx, person, id).await?;
    let application = settle::application(tx, app, application, now).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    Ok((application, locality))
}

/// A referral of this person, with its application locked and settled.
pub(in crate::service) async fn lock_referral(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ReferralId,
    now: DateTime<Utc>,
) -> Result<(Referral, Application, Locality)> {
    let known = require(tx, id).await?;
    let application = locked(tx, person, known.application_id).await?;
    let (referral, application) = settled(tx, app, id, application, now).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    Ok((referral, application, locality))
}

pub(in crate::service) async fn require(tx: &mut Tx, id: ReferralId) -> Result<Referral> {
    store::referrals::get(tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))
}

/// A referral as it is once its application, locked by the caller, is settled: it may have ended or
/// been extended in between.
pub(in crate::service) async fn settled(
    tx: &mut Tx,
    core: &Core,
    id: ReferralId,
    application: Application,
    now: DateTime<Utc>,
) -> Result<(Referral, Application)> {
    let application = settle::application(tx, core, application, now).await?;
    Ok((require(tx, id).await?, application))
}

/// Ends an active referral before its time: its place is free again, and the child stands where it
/// stood.
pub(in crate::service) async fn give_back(
    tx: &mut Tx,
    core: &Core,
    (referral, application): (&Referral, &Application),
    ended: ReferralState,
) -> Result<()> {
    let queued = application
        .state
        .return_to_queue()
        .map_err(|error| store::Error::inconsistent("applications", application.id, error))?;
    if !store::referrals::end(tx, referral.id, ended).await? {
        return Err(Error::internal("a locked referral changed"));
    }
    move_to(tx, application, queued).await?;
    free_taken(tx, core, referral.group_id).await
}

/// Moves a locked application to another state.
pub(in crate::service) async fn move_to(
    tx: &mut Tx,
    application: &Application,
    state: ApplicationState,
) -> Result<()> {
    let Application {
        id,
        state: present,
        lapses,
        ..
    } = *application;
    if store::applications::move_state(tx, id, present, state, lapses).await? {
        Ok(())
    } else {
        Err(Error::internal("a locked application changed"))
    }
}
