//! One-time login challenges.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::ChallengeId;
use chrono::{DateTime, Utc};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Challenge {
    pub content: Vec<u8>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

pub async fn insert(
    tx: &mut Tx,
    id: ChallengeId,
    content: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO challenges (id, content, expires_at) VALUES ($1, $2, $3)"
    )
    .bind(id.uuid())
    .bind(content)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ChallengeId) -> Result<Option<Challenge>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT content, expires_at, used_at FROM challenges WHERE id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?)
}

/// Uses a challenge up; false when somebody else already did.
pub async fn use_up(tx: &mut Tx, id: ChallengeId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE challenges SET used_at = $2 WHERE id = $1 AND used_at IS NULL"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets challenges that nobody can use any more.
pub async fn delete_expired(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM challenges WHERE expires_at < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
