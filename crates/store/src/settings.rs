//! Facts about the database itself.

use super::{Result, Tx, dialect, on_conn};

pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT value FROM settings WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(conn)
    .await)?)
}

/// Puts a value where there is none yet, and locks it until the end of the transaction: whoever
/// changes the same fact waits.
pub async fn lock(tx: &mut Tx, name: &str, first: &str) -> Result<String> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
    )
    .bind(name)
    .bind(first)
    .execute(conn)
    .await
    .map(|_| ()))?;
    let sql = dialect::for_update(tx, "SELECT value FROM settings WHERE name = $1");
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(sql)
        .bind(name)
        .fetch_one(conn)
        .await)?)
}

pub async fn put(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(name)
    .bind(value)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes a value away; false when there is none.
pub async fn remove(tx: &mut Tx, name: &str) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM settings WHERE name = $1"
    )
    .bind(name)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}
