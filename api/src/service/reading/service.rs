//! What the service says of itself.

use crate::{
    app::App,
    error::Result,
    service::{counting::count, life::settle, phone},
};
use balabaqsha_shared::dto;
use balabaqsha_store as store;
use chrono::TimeDelta;

/// The service, its mode, its clock and its sums.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn show(app: &App) -> Result<dto::Service> {
    let mut tx = settle::read(app).await?;
    let now = app.core.now();
    let sums = store::localities::sums(&mut tx, now).await?;
    let referrals = store::referrals::count_since(&mut tx, now - TimeDelta::days(7)).await?;
    Ok(dto::Service {
        name: "Балабақша".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        mode: app.settings.mode(),
        now,
        phone_signing: phone::offered(&app.settings),
        figures: dto::Figures {
            free_places: count(sums.iter().map(|sum| sum.free_places).sum()),
            queued_children: count(sums.iter().map(|sum| sum.queued_children).sum()),
            referrals_last_seven_days: count(referrals),
        },
    })
}
