//! Benefits as their applicants and officials see them (R21).

use crate::error::Result;
use balabaqsha_shared::{
    dto,
    id::{BenefitClaimId, LocalityId},
};
use balabaqsha_store::{
    self as store, Tx, applications::Application, benefits::Claim, scans::Scan,
};

/// What a locality gives benefits for.
pub(in crate::service) async fn grounds(
    tx: &mut Tx,
    locality: LocalityId,
) -> Result<dto::BenefitGroundList> {
    let items = store::benefits::grounds_of(tx, locality).await?;
    Ok(dto::BenefitGroundList { items })
}

/// A scan without its key.
pub(in crate::service) fn scan_view(scan: &Scan) -> dto::Scan {
    dto::Scan {
        id: scan.id,
        kind: scan.kind,
        size: scan.size,
        pages: scan.pages,
        virus_check: scan.virus_check,
        uploaded_at: scan.uploaded_at,
    }
}

fn sent_with(scans: &[Scan], claim: Option<BenefitClaimId>) -> Vec<dto::Scan> {
    let sent = scans.iter().filter(|scan| scan.claim_id == claim);
    sent.map(scan_view).collect()
}

/// A claim with its scans, out of those of the application.
pub(in crate::service) async fn claim_view(
    tx: &mut Tx,
    claim: &Claim,
    scans: &[Scan],
) -> Result<dto::BenefitClaim> {
    let decided = claim.decided.as_ref();
    let reason = decided.and_then(|decided| decided.reason.as_ref());
    Ok(dto::BenefitClaim {
        id: claim.id,
        ground: store::benefits::require_ground(tx, claim.ground_id).await?,
        state: claim.state,
        claimed_at: claim.claimed_at,
        decide_by: claim.decide_by,
        decided_at: decided.map(|decided| decided.at),
        reason: reason.map(|reason| reason.as_str().to_owned()),
        valid_until: claim.valid_until,
        scans: sent_with(scans, Some(claim.id)),
    })
}

/// Everything about the benefit of an application.
pub(in crate::service) async fn claims_of(
    tx: &mut Tx,
    application: &Application,
) -> Result<dto::BenefitClaimList> {
    let scans = store::scans::of_application(tx, application.id).await?;
    let mut items = Vec::new();
    for claim in store::benefits::of_application(tx, application.id).await? {
        items.push(claim_view(tx, &claim, &scans).await?);
    }
    Ok(dto::BenefitClaimList {
        category: application.category(),
        benefit: application.benefit,
        items,
        unsent: sent_with(&scans, None),
    })
}
