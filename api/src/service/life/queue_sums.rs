//! Keeps the sums of the queue small and fresh: see `store::queue`.

use crate::{app::App, error::Result};
use balabaqsha_store as store;

/// Deltas folded in one transaction.
const BATCH: i64 = 5_000;

/// Folds what has come and gone into the sums.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn fold(app: &App) -> Result<()> {
    loop {
        let folded = app
            .core
            .db
            .transact(async |tx| store::queue::fold(tx, BATCH).await)
            .await?;
        if i64::try_from(folded).is_ok_and(|folded| folded < BATCH) {
            return Ok(());
        }
    }
}
