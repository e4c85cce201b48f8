//! What goes back into a pool.

use futures_util::future::BoxFuture;
use sqlx::Connection;

/// Whether a connection is outside of any transaction and may be used again; if not, the pool closes
/// it. SQLite takes a transaction back by itself when the disk is full or fails. The ROLLBACK that
/// follows is an error then, sqlx goes on counting the transaction, and no other could begin on this
/// connection.
pub(super) fn outside_of_transactions<C: Connection>(
    conn: &mut C,
) -> BoxFuture<'_, sqlx::Result<bool>> {
    Box::pin(async move {
        // A rollback of something that was dropped is under way, and this waits for its end.
        conn.ping().await?;
        Ok(!conn.is_in_transaction())
    })
}
