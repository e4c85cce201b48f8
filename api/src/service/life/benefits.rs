//! Claimed benefits (R5, R21): officials confirm or refuse them, proofs end, and applicants are asked for new
//! ones. Those of before officials decided become claims, or are confirmed, when the upgrade is finished.

use super::{
    deciding::{self, Decision, DecisionError, Wish},
    journal::{self, Cause},
    locking::lock_child,
    saving::save_application,
};
use crate::{
    app::Core,
    error::{Error, Result},
    service::telling::notices::Subject,
};
use balabaqsha_shared::{
    application::{Benefit, BenefitState, Category},
    benefit::{self, BenefitGround, BenefitVerdict, ClaimState},
    code::Code,
    comment::Comment,
    entity::Application,
    event::Event,
    id::{ApplicationId, DocumentId, PersonId},
    number::ApplicationNumber,
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    benefits::{Claim, Decided},
};
use chrono::{DateTime, NaiveDate, Utc};

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
                    Code::BenefitClaimDecided,
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
                    Code::BenefitClaimDecided,
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
        .ok_or_else(|| deciding::fate(application, Code::BenefitImpossible, "claims no benefit"))
}

/// Decides at the command line: what waits is decided with it.
async fn put(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    benefit: Benefit,
    cause: Cause,
    event: Event,
) -> Result<ApplicationNumber> {
    if let Cause::Official(by) = &cause {
        close(tx, core, &application, by.clone(), &event).await?;
    }
    let application = save(tx, core, application, benefit, cause, &event).await?;
    Ok(application.number)
}

/// A claim that waits follows a decision that was made without it.
async fn close(
    tx: &mut Tx,
    core: &Core,
    application: &Application,
    by: Comment,
    event: &Event,
) -> Result<()> {
    let claims = store::benefits::of_application(tx, application.id).await?;
    let (verdict, reason) = match event {
        Event::BenefitRefused { reason, .. } => (BenefitVerdict::Refuse, Some(reason.clone())),
        _ => (BenefitVerdict::Confirm, None),
    };
    let in_state = |state| claims.iter().find(|claim| claim.state == state);
    // What was confirmed can be refused later.
    let confirmed = in_state(ClaimState::Confirmed).filter(|_| verdict == BenefitVerdict::Refuse);
    let Some(open) = in_state(ClaimState::Open).or(confirmed) else {
        return Ok(());
    };
    let ground = store::benefits::require_ground(tx, open.ground_id).await?;
    let today = time::local_date(core.now());
    let ends = ground
        .proof_days
        .filter(|_| verdict == BenefitVerdict::Confirm);
    let deciding = Deciding {
        verdict,
        reason,
        valid_until: ends.map(|days| benefit::latest_end(days, today)),
        by,
        document_id: None,
    };
    mark(tx, core, open.clone(), &deciding).await?;
    Ok(())
}

async fn save(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    benefit: impl Into<Option<Benefit>>,
    cause: Cause,
    event: &Event,
) -> Result<Application> {
    let application = save_application(tx, application.with_benefit(benefit)).await?;
    let subject = Subject::Application(&application);
    journal::record(tx, core, subject, core.now(), cause, event).await?;
    Ok(application)
}

/// The applicant claims a benefit. One that counts goes on until the claim is decided.
pub(in crate::service) async fn claimed_by(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    category: Category,
    person: PersonId,
) -> Result<Application> {
    let benefit = Benefit::reclaim(application.benefit, category);
    let event = Event::BenefitClaimed { category };
    save(
        tx,
        core,
        application,
        benefit,
        Cause::Person(person),
        &event,
    )
    .await
}

/// What an official has decided about a claim.
#[derive(Clone, Debug)]
pub(in crate::service) struct Deciding {
    pub verdict: BenefitVerdict,
    /// Of a refusal.
    pub reason: Option<Comment>,
    /// The last day on which a confirmed proof holds; none where it has no end.
    pub valid_until: Option<NaiveDate>,
    /// Name of who decided.
    pub by: Comment,
    /// The signed decision; none at the command line.
    pub document_id: Option<DocumentId>,
}

/// Decides a claim that is open, about an application that is locked.
pub(in crate::service) async fn decide_claim(
    tx: &mut Tx,
    core: &Core,
    application: Application,
    claim: Claim,
    ground: &BenefitGround,
    deciding: Deciding,
) -> Result<(Application, Claim)> {
    let claim = mark(tx, core, claim, &deciding).await?;
    let category = ground.category;
    let claimed = Benefit::claim(category);
    let (benefit, event) = match (deciding.verdict, deciding.reason) {
        (BenefitVerdict::Refuse, Some(reason)) => {
            // One that counts is not touched by the refusal of a further claim.
            let counts = application.category() != Category::General;
            let refused = claimed.map(Benefit::refuse).transpose()?;
            let benefit = if counts { application.benefit } else { refused };
            (benefit, Event::BenefitRefused { category, reason })
        }
        (BenefitVerdict::Refuse, None) => {
            return Err(Error::internal("a refusal without a reason"));
        }
        (BenefitVerdict::Confirm, _) => (
            claimed.map(Benefit::confirm).transpose()?,
            Event::BenefitConfirmed { category },
        ),
    };
    let cause = Cause::Official(deciding.by);
    let application = save(tx, core, application, benefit, cause, &event).await?;
    Ok((application, claim))
}

/// Writes down what was decided. A claim that is confirmed takes the place of the one before.
async fn mark(tx: &mut Tx, core: &Core, mut claim: Claim, deciding: &Deciding) -> Result<Claim> {
    let now = core.now();
    let before = claim.state;
    if deciding.verdict == BenefitVerdict::Confirm {
        for mut earlier in store::benefits::of_application(tx, claim.application_id).await? {
            if earlier.state == ClaimState::Confirmed {
                earlier.state = ClaimState::Replaced;
                earlier.remind_at = None;
                store::benefits::save(tx, ClaimState::Confirmed, &earlier).await?;
            }
        }
    }
    claim.state = match deciding.verdict {
        BenefitVerdict::Confirm => ClaimState::Confirmed,
        BenefitVerdict::Refuse => ClaimState::Refused,
    };
    claim.decided = Some(Decided {
        at: now,
        by: deciding.by.clone(),
        reason: deciding.reason.clone(),
        document_id: deciding.document_id,
    });
    claim.valid_until = deciding.valid_until;
    claim.remind_at = deciding.valid_until.map(|day| benefit::remind_at(day, now));
    claim.expires_at = deciding.valid_until.map(benefit::expires_at);
    if store::benefits::save(tx, before, &claim).await? {
        Ok(claim)
    } else {
        Err(Error::internal("a claim of a locked application changed"))
    }
}

/// Ends one benefit whose proof has ended, and says how many there were: each has a transaction of its own,
/// because its application is locked before the claim.
pub(super) async fn expire(tx: &mut Tx, core: &Core, now: DateTime<Utc>) -> Result<usize> {
    let mut settled = 0;
    for due in store::benefits::expired(tx, now, 1).await? {
        let (Some(at), Some(known)) = (
            due.expires_at,
            store::applications::get(tx, due.application_id).await?,
        ) else {
            continue;
        };
        lock_child(tx, &known.child.iin).await?;
        let Some(application) = store::applications::lock(tx, known.id).await? else {
            continue;
        };
        let ended = Claim {
            state: ClaimState::Expired,
            remind_at: None,
            ..due
        };
        if !store::benefits::save(tx, ClaimState::Confirmed, &ended).await? {
            continue;
        }
        settled += 1;
        let mut open = None;
        for claim in store::benefits::of_application(tx, application.id).await? {
            if claim.state == ClaimState::Open {
                let ground = store::benefits::require_ground(tx, claim.ground_id).await?;
                open = Some(ground.category);
            }
        }
        let Some(benefit) = application.benefit else {
            continue;
        };
        // Refused at the command line meanwhile, or the application has ended: nothing ends with the proof.
        let Some(after) = benefit
            .expire(open)
            .ok()
            .filter(|_| application.state.is_active())
        else {
            continue;
        };
        let event = Event::BenefitExpired {
            category: benefit.category,
        };
        let application = save_application(tx, application.with_benefit(after)).await?;
        let subject = Subject::Application(&application);
        journal::record(tx, core, subject, at, Cause::Rules, &event).await?;
    }
    Ok(settled)
}

/// Asks for a new proof before the present one ends, once.
pub(super) async fn remind(tx: &mut Tx, core: &Core, claim: Claim) -> Result<()> {
    if !store::benefits::take_reminder(tx, claim.id).await? {
        return Ok(());
    }
    let (Some(at), Some(until)) = (claim.remind_at, claim.valid_until) else {
        return Ok(());
    };
    let application = store::applications::require(tx, claim.application_id).await?;
    let ground = store::benefits::require_ground(tx, claim.ground_id).await?;
    // A new proof is there already, or nobody needs one.
    let claims = store::benefits::of_application(tx, application.id).await?;
    let renewed = claims.iter().any(|claim| claim.state == ClaimState::Open);
    if claim.state != ClaimState::Confirmed || renewed || !application.state.is_active() {
        return Ok(());
    }
    let event = Event::BenefitEnding {
        category: ground.category,
        until,
    };
    let subject = Subject::Application(&application);
    journal::record(tx, core, subject, at, Cause::Rules, &event).await
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
