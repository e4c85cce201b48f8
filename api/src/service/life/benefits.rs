//! Claimed benefits (R5, R21): an official confirms or refuses them at the command line. Those of before
//! officials decided become claims, or are confirmed, when the upgrade is finished.

use super::{
    deciding::{self, Decision, DecisionError, Wish},
    journal::{self, Cause},
    locking::lock_child,
    saving::save_application,
};
use crate::{app::Core, error::Result, service::telling::notices::Subject};
use balabaqsha_shared::{
    application::{Benefit, BenefitState},
    entity::Application,
    event::Event,
    id::ApplicationId,
    number::ApplicationNumber,
};
use balabaqsha_store::{self as store, Tx};
use chrono::{DateTime, Utc};

/// Applications changed in one transaction.
const BATCH: i64 = 200;

/// The claimed category counts from now on, with the original moment.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn confirm(
    core: &Core,
    wish: Wish<'_>,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            let benefit = claimed(&application)?;
            let Ok(confirmed) = benefit.confirm() else {
                return Err(deciding::fate(
                    &application,
                    "has its benefit confirmed already",
                ));
            };
            let event = Event::BenefitConfirmed {
                category: benefit.category,
            };
            let cause = Cause::Official(decision.official);
            Ok(put(tx, core, application, confirmed, cause, event).await?)
        })
        .await
}

/// The application stands in the general category.
///
/// # Errors
/// With what is wrong; nothing was changed then.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn refuse(
    core: &Core,
    wish: Wish<'_>,
    reason: &str,
) -> std::result::Result<ApplicationNumber, DecisionError> {
    let decision = Decision::read(wish)?;
    let reason = deciding::reason(reason)?;
    core.db
        .transact(async |tx| {
            let application = decision.lock(tx).await?;
            let benefit = claimed(&application)?;
            let Ok(refused) = benefit.refuse() else {
                return Err(deciding::fate(
                    &application,
                    "has its benefit refused already",
                ));
            };
            let event = Event::BenefitRefused {
                category: benefit.category,
                reason,
            };
            let cause = Cause::Official(decision.official);
            Ok(put(tx, core, application, refused, cause, event).await?)
        })
        .await
}

fn claimed(application: &Application) -> std::result::Result<Benefit, DecisionError> {
    application
        .benefit
        .ok_or_else(|| deciding::fate(application, "claims no benefit"))
}

async fn put(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    benefit: Benefit,
    cause: Cause,
    event: Event,
) -> Result<ApplicationNumber> {
    let application = save_application(tx, application.with_benefit(benefit)).await?;
    let subject = Subject::Application(&application);
    journal::record(tx, core, subject, core.now(), cause, &event).await?;
    Ok(application.number)
}

/// What becomes of benefits that were claimed before officials decided about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfBefore {
    /// They are looked at: general until an official confirms them.
    BecomeClaims,
    AreConfirmed,
}

/// Goes through all of them in batches; says how many there were. Once more changes nothing.
///
/// # Errors
/// When the database does not answer; what was done stays.
pub async fn settle_those_of_before(core: &Core, fate: OfBefore) -> Result<u64> {
    let now = core.now();
    let mut after: Option<ApplicationId> = None;
    let mut count = 0;
    loop {
        let last = core
            .db
            .transact(async |tx| settle_batch(tx, core, fate, after, now).await)
            .await?;
        let Some((last, settled)) = last else {
            return Ok(count);
        };
        after = Some(last);
        count += settled;
    }
}

/// The last application of a batch and how many there were; none at the end.
async fn settle_batch(
    tx: &mut Tx,
    core: &Core,
    fate: OfBefore,
    after: Option<ApplicationId>,
    now: DateTime<Utc>,
) -> Result<Option<(ApplicationId, u64)>> {
    let batch = store::applications::with_benefit_of_before(tx, after, BATCH).await?;
    let Some(last) = batch.last().map(|application| application.id) else {
        return Ok(None);
    };
    let mut settled = 0;
    for known in batch {
        lock_child(tx, &known.child.iin).await?;
        let application = store::applications::lock(tx, known.id).await?;
        let Some((application, benefit)) =
            application.and_then(|application| Some((application.clone(), application.benefit?)))
        else {
            continue;
        };
        if benefit.state != BenefitState::OfBefore {
            continue;
        }
        let (state, event) = match fate {
            OfBefore::BecomeClaims => (
                BenefitState::Claimed,
                Event::BenefitClaimed {
                    category: benefit.category,
                },
            ),
            OfBefore::AreConfirmed => (
                BenefitState::Confirmed,
                Event::BenefitConfirmed {
                    category: benefit.category,
                },
            ),
        };
        let changed = application.with_benefit(Benefit { state, ..benefit });
        let application = save_application(tx, changed).await?;
        let subject = Subject::Application(&application);
        journal::record(tx, core, subject, now, Cause::Rules, &event).await?;
        settled += 1;
    }
    Ok(Some((last, settled)))
}
