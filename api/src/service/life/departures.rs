//! A child has one place (R10): once an enrolment can no longer be undone, it ends the earlier ones
//! elsewhere and frees their places.

use super::{
    freeing::free_taken,
    journal::{self, Cause},
    locking::lock_child,
    saving::{save_application, save_referral},
};
use crate::{
    app::Core,
    error::Result,
    service::telling::notices::{Referred, Subject},
};
use balabaqsha_shared::{entity::Referral, event::Event, referral::ReferralState};
use balabaqsha_store::{self as store, Tx, departures::Departure};
use chrono::{DateTime, Utc};

/// Plans the end of the earlier enrolments of the child.
pub(in crate::service) async fn plan(tx: &mut Tx, later: &Referral) -> Result<()> {
    let Some(due_at) = later.undoable_until else {
        return Ok(());
    };
    // A process of the release before does not know what has ended.
    if !store::upgrade::finished(tx).await? {
        return Ok(());
    }
    for earlier in store::referrals::enrolled_of(tx, &later.child_iin).await? {
        if earlier.id != later.id {
            let departure = Departure {
                referral: earlier.id,
                later: later.id,
                due_at,
            };
            store::departures::plan(tx, departure).await?;
        }
    }
    Ok(())
}

/// Ends one that is due, and says how many there were: each has a transaction of its own, because its
/// application is locked before its group.
pub(super) async fn settle(tx: &mut Tx, core: &Core, now: DateTime<Utc>) -> Result<usize> {
    let mut settled = 0;
    for departure in store::departures::due(tx, now, 1).await? {
        let earlier = store::referrals::get(tx, departure.referral).await?;
        let later = store::referrals::get(tx, departure.later).await?;
        let (Some(earlier), Some(later)) = (earlier, later) else {
            continue;
        };
        lock_child(tx, &earlier.child_iin).await?;
        if !store::departures::take(tx, earlier.id).await? {
            continue;
        }
        settled += 1;
        if matches!(later.state, ReferralState::Enrolled { .. }) {
            depart(tx, core, earlier, departure.due_at).await?;
        }
    }
    Ok(settled)
}

async fn depart(tx: &mut Tx, core: &Core, earlier: Referral, at: DateTime<Utc>) -> Result<()> {
    let Some(application) = store::applications::lock(tx, earlier.application_id).await? else {
        return Ok(());
    };
    let Ok(left) = application.leave(at) else {
        return Ok(());
    };
    let referral = save_referral(tx, earlier.end_enrolment(at)?).await?;
    let application = save_application(tx, left).await?;
    let place = store::kindergartens::require_place(tx, referral.group_id).await?;
    let locality = store::localities::require(tx, application.locality_id).await?;
    free_taken(tx, core, &place, &locality).await?;
    let subject = Subject::Referral(Referred {
        application: &application,
        referral: &referral,
        place: &place,
        calendar: None,
    });
    let event = Event::EnrolmentEnded {
        number: referral.number.clone(),
        kindergarten: place.kindergarten.name.clone(),
    };
    journal::record(tx, core, subject, at, Cause::Rules, &event).await
}
