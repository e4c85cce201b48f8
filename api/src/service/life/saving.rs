//! Saves what has become of something that the caller has locked.

use crate::error::{Error, Result};
use balabaqsha_shared::entity::{Application, Changed, Referral};
use balabaqsha_store::{self as store, Tx};

/// Saves what has become of a locked application.
pub(in crate::service) async fn save_application(
    tx: &mut Tx,
    changed: Changed<Application>,
) -> Result<Application> {
    if store::applications::save(tx, &changed).await? {
        Ok(changed.into_now())
    } else {
        Err(Error::internal("a locked application changed"))
    }
}

/// Saves what has become of a referral whose application is locked.
pub(in crate::service) async fn save_referral(
    tx: &mut Tx,
    changed: Changed<Referral>,
) -> Result<Referral> {
    if store::referrals::save(tx, &changed).await? {
        Ok(changed.into_now())
    } else {
        Err(Error::internal("a locked referral changed"))
    }
}
