//! Claiming a benefit, for whoever may act for the application (R21).

use crate::{
    app::App,
    error::{Error, Result},
    service::{
        life::{benefits, locking::lock_child_of, settle, visibility},
        reading::benefits::{claims_of, grounds},
    },
};
use balabaqsha_shared::{
    benefit::{ClaimState, DECISION_WORKING_DAYS},
    code::Code,
    dto,
    id::{ApplicationId, BenefitClaimId, LocalityId, PersonId},
    rules::r21_benefit::{self, Wish},
    time,
};
use balabaqsha_store::{self as store, Tx, benefits::Claim};
use std::collections::BTreeSet;

/// What a locality gives benefits for.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_grounds(app: &App, locality: LocalityId) -> Result<dto::BenefitGroundList> {
    let mut tx = app.core.db.read().await?;
    grounds(&mut tx, locality).await
}

/// Everything about the benefit of an application.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(app: &App, person: PersonId, id: ApplicationId) -> Result<dto::BenefitClaimList> {
    let mut tx = settle::read(app).await?;
    let application = visibility::visible(&mut tx, person, id).await?;
    claims_of(&mut tx, &application).await
}

/// Claims a benefit with scans that were uploaded before. A benefit that counts goes on until the claim
/// is decided.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn claim(
    app: &App,
    person: PersonId,
    id: ApplicationId,
    request: dto::BenefitClaimRequest,
) -> Result<dto::BenefitClaimList> {
    settle::transact(app, async |tx| {
        lock_child_of(tx, id).await?;
        claim_in(tx, app, person, id, &request).await
    })
    .await
}

async fn claim_in(
    tx: &mut Tx,
    app: &App,
    person: PersonId,
    id: ApplicationId,
    request: &dto::BenefitClaimRequest,
) -> Result<dto::BenefitClaimList> {
    let application = visibility::locked(tx, person, id).await?;
    let now = app.core.now();
    let application = settle::application(tx, &app.core, application, now).await?;
    let known = store::benefits::of_application(tx, id).await?;
    let grounds = store::benefits::grounds_of(tx, application.locality_id).await?;
    let ground = grounds.iter().find(|one| one.id == request.ground_id);
    let scans: BTreeSet<_> = request.scan_ids.iter().copied().collect();
    let wish = Wish {
        state: application.state,
        ground,
        open: known.iter().any(|claim| claim.state == ClaimState::Open),
        scans: scans.len(),
    };
    let pointer = |code| match code {
        Code::BenefitGroundUnknown => "/ground_id",
        Code::ProofMissing => "/scan_ids",
        _ => "",
    };
    if let Some(error) = Error::by_rule_on(r21_benefit::claiming(wish), pointer) {
        return Err(error);
    }
    let ground = ground.ok_or_else(|| Error::refused(Code::BenefitGroundUnknown))?;
    if !store::upgrade::finished(tx).await? {
        return Err(Error::refused(Code::UpgradeUnfinished));
    }
    let calendar = app.core.calendar.current(tx).await?;
    let claim = Claim {
        id: BenefitClaimId::new(app.core.new_id()),
        application_id: id,
        ground_id: ground.id,
        claimed_at: now,
        claimed_by: person,
        decide_by: calendar.add_working_days(time::local_date(now), DECISION_WORKING_DAYS)?,
        state: ClaimState::Open,
        decided: None,
        valid_until: None,
        remind_at: None,
        expires_at: None,
    };
    store::benefits::insert(tx, &claim).await?;
    for scan in scans {
        if !store::scans::send(tx, scan, id, claim.id).await? {
            return Err(Error::refused(Code::NotFound));
        }
    }
    let application =
        benefits::claimed_by(tx, &app.core, application, ground.category, person).await?;
    claims_of(tx, &application).await
}
