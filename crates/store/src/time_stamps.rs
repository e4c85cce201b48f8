//! Acts that wait for a time stamp, claimed with a lease so that several processes share the work.

use super::{Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::id::DocumentId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An act that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub document: DocumentId,
    pub attempts: i32,
}

#[derive(sqlx::FromRow)]
struct Row {
    document_id: Uuid,
    attempts: i32,
}

/// Orders a time stamp for an act.
pub async fn order(tx: &mut Tx, document: DocumentId, now: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO time_stamp_orders (document_id, attempts, next_attempt_at) VALUES ($1, 0, $2)"
    )
    .bind(document.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes due orders until `lease_until`, and counts the attempt.
pub async fn claim_due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Order>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "time_stamp_orders",
        "SELECT document_id, attempts FROM time_stamp_orders \
         WHERE stamped_at IS NULL AND next_attempt_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) \
         ORDER BY next_attempt_at, document_id LIMIT $2",
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    for row in &rows {
        on_conn!(tx, |conn| sqlx::query(
            "UPDATE time_stamp_orders SET leased_until = $2, attempts = attempts + 1 \
             WHERE document_id = $1"
        )
        .bind(row.document_id)
        .bind(lease_until)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(rows
        .into_iter()
        .map(|row| Order {
            document: DocumentId::new(row.document_id),
            attempts: row.attempts + 1,
        })
        .collect())
}

/// Notes that the time stamp is there; false when another process was faster.
pub async fn mark_stamped(tx: &mut Tx, document: DocumentId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE time_stamp_orders SET stamped_at = $2, leased_until = NULL \
         WHERE document_id = $1 AND stamped_at IS NULL"
    )
    .bind(document.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Plans the next attempt.
pub async fn mark_failed(
    tx: &mut Tx,
    document: DocumentId,
    next_attempt_at: DateTime<Utc>,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE time_stamp_orders SET leased_until = NULL, next_attempt_at = $2 \
         WHERE document_id = $1"
    )
    .bind(document.uuid())
    .bind(next_attempt_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("time_stamp_orders", document, rows)
}
