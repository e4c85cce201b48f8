//! Keeps the sums of the queue small and fresh: see `store::queue`.

use crate::{app::App, error::Result};
use balabaqsha_store as store;

/// Deltas folded in one transaction.
const BATCH: i64 = 5_000;

/// Folds what has come and gone into the sums.
pub async fn fold(app: &App) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let folded = store::queue::fold(&mut tx, BATCH).await?;
        tx.commit().await?;
        if i64::try_from(folded).is_ok_and(|folded| folded < BATCH) {
            return Ok(());
        }
    }
}
