//! Running numbers, without gaps but after a restore: the row is written in the transaction that
//! uses the number.

use super::{Error, Result, Tx, on_conn};

/// Reserves so many values of a counter, and says which was the last one before.
pub async fn reserve(tx: &mut Tx, name: &str, count: i64) -> Result<i64> {
    let last: i64 = on_conn!(tx, |conn| sqlx::query_scalar(
        "INSERT INTO counters (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = counters.value + $2 RETURNING value"
    )
    .bind(name)
    .bind(count)
    .fetch_one(conn)
    .await)?;
    Ok(last - count)
}

/// The next value of a counter, beginning with 1.
pub async fn next(tx: &mut Tx, name: &str) -> Result<u32> {
    let value: i64 = on_conn!(tx, |conn| sqlx::query_scalar(
        "INSERT INTO counters (name, value) VALUES ($1, 1) \
         ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
    )
    .bind(name)
    .fetch_one(conn)
    .await)?;
    u32::try_from(value).map_err(|_| Error::inconsistent("counters", name, "out of range"))
}

/// Leaves out so many values of each counter; says how many counters there are.
pub async fn skip(tx: &mut Tx, values: u32) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "UPDATE counters SET value = value + $1"
    )
    .bind(i64::from(values))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
