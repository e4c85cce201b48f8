//! A database that was restored from a copy does not know the numbers that were given out after the
//! copy was made. People have them on paper, so new numbers begin beyond.

use crate::error::Result;
use balabaqsha_store::{self as store, Db, Tx};

/// More than a region gives out between two copies.
const SKIPPED: u32 = 10_000;

/// Moves the numbers on when the database is a copy; says whether it was.
///
/// # Errors
/// When the database does not answer.
pub async fn move_on_if_copied(db: &Db) -> Result<bool> {
    db.transact(async |tx| {
        let copied = store::settings::remove(tx, store::backup::COPIED).await?;
        if copied {
            move_on_in(tx).await?;
        }
        Ok(copied)
    })
    .await
}

/// Moves the numbers on, for a database that was restored by other means.
///
/// # Errors
/// When the database does not answer.
pub async fn move_on(db: &Db) -> Result<()> {
    db.transact(async |tx| {
        store::settings::remove(tx, store::backup::COPIED).await?;
        move_on_in(tx).await
    })
    .await
}

async fn move_on_in(tx: &mut Tx) -> Result<()> {
    let counters = store::counters::skip(tx, SKIPPED).await?;
    tracing::warn!(
        counters,
        skipped = SKIPPED,
        "numbers move on after a restore"
    );
    Ok(())
}
