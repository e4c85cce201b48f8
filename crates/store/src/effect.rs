//! The effect of a request that may be sent again: its transaction stays open until the answer is
//! written into it, so that either both are there or neither.

use super::{Db, Error, Tx};
use std::cell::RefCell;

tokio::task_local! {
    static OPEN: RefCell<Option<Tx>>;
}

/// Does the work of a request; the transaction of its effect stays open and is handed out. Nothing has
/// happened until it is completed.
pub async fn kept_open<T>(work: impl Future<Output = T>) -> (T, Option<Tx>) {
    let all = async {
        let outcome = work.await;
        (outcome, OPEN.with(RefCell::take))
    };
    OPEN.scope(RefCell::default(), all).await
}

/// Writes what is still to be written, and lets the effect happen; all of it, or nothing.
pub async fn complete<T, E: From<Error>>(
    mut effect: Tx,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let outcome = work(&mut effect).await;
    effect.finish(outcome).await
}

/// Does work in the transaction that is kept open, or in a new one that is kept open from now on. Outside
/// of [`kept_open`] it ends with the work.
pub(super) async fn within<T, E: From<Error>>(
    db: &Db,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let Ok(open) = OPEN.try_with(RefCell::take) else {
        return db.transact(work).await;
    };
    let mut tx = match open {
        Some(tx) => tx,
        None => db.begin_writing().await?,
    };
    match work(&mut tx).await {
        Ok(done) => {
            OPEN.with(|open| open.replace(Some(tx)));
            Ok(done)
        }
        Err(error) => tx.finish(Err(error)).await,
    }
}
