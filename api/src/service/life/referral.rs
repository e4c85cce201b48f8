//! What all that happens to an application or a referral begins with: locked and settled.

use super::{
    freeing::free_taken,
    locking::lock_child_of,
    saving::{save_application, save_referral},
    settle,
    visibility::locked,
};
use crate::{
    app::Core,
    error::{Error, Result},
};
use balabaqsha_shared::{
    code::Code,
    entity::{Application, Changed, Referral},
    id::{ApplicationId, PersonId, ReferralId},
};
use balabaqsha_store::{
    self as store, Tx, kindergartens::Place, localities::Locality, referrals::Belonging,
};
use chrono::{DateTime, Utc};

/// The application of this person, locked and settled, with its locality.
pub(in crate::service) async fn lock_settled(
    tx: &mut Tx,
    core: &Core,
    person: PersonId,
    id: ApplicationId,
    now: DateTime<Utc>,
) -> Result<(Application, Locality)> {
    lock_child_of(tx, id).await?;
    let application = locked(tx, person, id).await?;
    let application = settle::application(tx, core, application, now).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    Ok((application, locality))
}

/// A referral, its application and its place; the application is locked and settled.
#[derive(Debug)]
pub(in crate::service) struct Locked {
    pub referral: Referral,
    pub application: Application,
    pub locality: Locality,
    pub place: Place,
}

/// A referral of this person.
pub(in crate::service) async fn lock_referral(
    tx: &mut Tx,
    core: &Core,
    person: PersonId,
    id: ReferralId,
    now: DateTime<Utc>,
) -> Result<Locked> {
    let of = belonging(tx, id).await?;
    lock_child_of(tx, of.application).await?;
    let application = locked(tx, person, of.application).await?;
    let place = store::kindergartens::require_place(tx, of.group).await?;
    settled(tx, core, id, application, place, now).await
}

/// What is locked before a referral is read.
pub(in crate::service) async fn belonging(tx: &mut Tx, id: ReferralId) -> Result<Belonging> {
    store::referrals::belonging(tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))
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
    place: Place,
    now: DateTime<Utc>,
) -> Result<Locked> {
    let referral = require(tx, id).await?;
    let (application, referral) =
        settle::with_referral(tx, core, application, referral, now).await?;
    Ok(Locked {
        referral,
        locality: store::localities::require(tx, application.locality_id).await?,
        application,
        place,
    })
}

/// Ends a referral before its time: its place is free again, and the child stands where it stood.
pub(in crate::service) async fn give_back(
    tx: &mut Tx,
    core: &Core,
    ended: Changed<Referral>,
    application: Application,
    place: &Place,
    locality: &Locality,
) -> Result<(Referral, Application)> {
    let queued = application.return_to_queue()?;
    let referral = save_referral(tx, ended).await?;
    let application = save_application(tx, queued).await?;
    free_taken(tx, core, place, locality).await?;
    Ok((referral, application))
}
