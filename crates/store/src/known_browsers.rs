//! Browsers from which people have logged in with a phone.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::PersonId;
use chrono::{DateTime, Utc};

/// Notes a login; false when the person has never logged in with a phone from this browser before.
pub async fn note(
    tx: &mut Tx,
    person: PersonId,
    browser_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let known = on_conn!(tx, |conn| sqlx::query(
        "UPDATE known_browsers SET used_at = $3 WHERE person_id = $1 AND browser_hash = $2"
    )
    .bind(person.uuid())
    .bind(browser_hash)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if known > 0 {
        return Ok(true);
    }
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO known_browsers (person_id, browser_hash, used_at) VALUES ($1, $2, $3) \
         ON CONFLICT (person_id, browser_hash) DO NOTHING"
    )
    .bind(person.uuid())
    .bind(browser_hash)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(false)
}

/// Forgets all browsers of a person but one.
pub async fn forget_others(tx: &mut Tx, person: PersonId, kept: Option<&[u8]>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM known_browsers WHERE person_id = $1 \
         AND ($2 IS NULL OR browser_hash <> $2)"
    )
    .bind(person.uuid())
    .bind(kept)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets browsers that were last used before a moment.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM known_browsers WHERE used_at < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
