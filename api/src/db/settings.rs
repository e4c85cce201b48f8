//! Facts about the database itself.

use super::{Result, Tx, on_conn};

pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT value FROM settings WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(conn)
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
