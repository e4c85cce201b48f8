//! A referral, for its parents and for whoever reads its QR code.

use super::views;
use crate::{
    app::App,
    error::{Error, Result},
    service::life::{referral::require, settle, visibility::visible},
};
use balabaqsha_shared::{
    Language,
    code::Code,
    dto,
    id::{PersonId, ReferralId},
    mask, token,
};
use balabaqsha_store as store;

#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    person: PersonId,
    id: ReferralId,
    language: Language,
) -> Result<dto::Referral> {
    let mut tx = settle::read(app).await?;
    let referral = require(&mut tx, id).await?;
    visible(&mut tx, person, referral.application_id).await?;
    views::referral(&mut tx, app, referral, language).await
}

/// R17: what the public page behind the QR code says.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn verification(app: &App, token: &str) -> Result<dto::ReferralVerification> {
    let token = token::typed(token).ok_or_else(|| Error::refused(Code::NotFound))?;
    let mut tx = settle::read(app).await?;
    let referral = store::referrals::by_token(&mut tx, &token)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let application = store::applications::require(&mut tx, referral.application_id).await?;
    let place = store::kindergartens::require_place(&mut tx, referral.group_id).await?;
    Ok(dto::ReferralVerification {
        number: referral.number,
        state: referral.state,
        child_name_masked: mask::name(&application.child.full_name()),
        kindergarten_name: place.kindergarten.name,
        address: place.kindergarten.address,
        issued_at: referral.issued_at,
        deadline: referral.deadline,
        checked_at: app.core.now(),
    })
}
