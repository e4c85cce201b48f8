//! Keys that sign access tokens.

use super::{Result, Tx, on_conn};
use chrono::{DateTime, Utc};

#[derive(Clone, sqlx::FromRow)]
pub struct TokenKeyRow {
    pub kid: String,
    pub secret: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub retired_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for TokenKeyRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKeyRow")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

/// All keys, the newest first.
pub async fn load(tx: &mut Tx) -> Result<Vec<TokenKeyRow>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT kid, secret, created_at, retired_at FROM token_keys ORDER BY created_at DESC, kid"
    )
    .fetch_all(conn)
    .await)?)
}

/// Retires all keys at a moment; those that were retired before it stay so.
pub async fn retire_all(tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE token_keys SET retired_at = $1 WHERE retired_at IS NULL OR retired_at > $1"
    )
    .bind(at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets keys that were retired before a moment.
pub async fn forget_retired(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM token_keys WHERE retired_at < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, key: &TokenKeyRow) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO token_keys (kid, secret, created_at, retired_at) VALUES ($1, $2, $3, $4)"
    )
    .bind(&key.kid)
    .bind(&key.secret)
    .bind(key.created_at)
    .bind(key.retired_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
