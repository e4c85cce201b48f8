//! What people have left behind and nobody can use any more.

use super::{browsers, email, login};
use crate::{access::keys, app::App, error::Result, service::idempotency};
use balabaqsha_shared::time;
use balabaqsha_store as store;
use chrono::TimeDelta;

/// How long an unsigned draft is kept after its end.
const DRAFTS: TimeDelta = TimeDelta::days(1);

/// Forgets challenges, drafts, counts and keys; nothing while the time is not certain.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn forget_expired(app: &App) -> Result<()> {
    if !app.core.clock.is_certain() {
        return Ok(());
    }
    let now = app.core.now();
    app.core
        .db
        .transact(async |tx| {
            store::signing_sessions::delete_expired(tx, now - DRAFTS).await?;
            store::known_browsers::forget(tx, now - browsers::LIFETIME).await?;
            store::challenges::delete_expired(tx, now - login::CHALLENGE_LIFETIME).await?;
            store::drafts::delete_expired(tx, now - DRAFTS).await?;
            store::attempts::forget(tx, time::local_date(now)).await?;
            store::mailed_codes::forget(tx, now - email::SPAN).await?;
            idempotency::forget(tx, now).await?;
            store::token_keys::forget_retired(tx, now - keys::RETIREMENT * 2).await?;
            Ok(())
        })
        .await
}
