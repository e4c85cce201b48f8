//! How many confirmation codes one recipient was mailed lately, over all people.

use super::{Result, Tx, on_conn};
use chrono::{DateTime, Utc};
use uuid::Uuid;

pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    recipient_digest: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO mailed_codes (id, recipient_digest, mailed_at) VALUES ($1, $2, $3)"
    )
    .bind(id)
    .bind(recipient_digest)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// When codes were mailed after a moment, the latest first.
pub async fn since(
    tx: &mut Tx,
    recipient_digest: &[u8],
    moment: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT mailed_at FROM mailed_codes WHERE recipient_digest = $1 AND mailed_at > $2 \
         ORDER BY mailed_at DESC"
    )
    .bind(recipient_digest)
    .bind(moment)
    .fetch_all(conn)
    .await)?)
}

pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM mailed_codes WHERE mailed_at <= $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
