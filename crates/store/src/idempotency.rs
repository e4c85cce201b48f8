//! Requests that bear a key of their sender: one that is sent again is answered with what it has led to.

use super::{Result, Tx, dialect, ensure_one, on_conn};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Who has sent which request under which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The person or the program.
    pub caller: Uuid,
    pub key: String,
    /// SHA-256 of the request.
    pub request_digest: Vec<u8>,
}

/// One attempt to do what a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub id: Uuid,
    pub begun_at: DateTime<Utc>,
    /// Afterwards it is given up, and another may begin.
    pub ends_at: DateTime<Utc>,
    /// Keys of before are forgotten.
    pub forgotten: DateTime<Utc>,
}

/// The answer of a request that was done.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    pub status: i32,
    pub content_type: Option<String>,
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing, and the attempt may begin.
    New,
    /// Another request had it.
    OfAnotherRequest,
    /// The same request is being done.
    Running,
    /// It was done.
    Done(Answer),
}

#[derive(sqlx::FromRow)]
struct Row {
    request_digest: Vec<u8>,
    begun_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    status: Option<i32>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<Vec<u8>>,
}

/// Begins an attempt where none is under way and none has come to its end.
pub async fn begin(tx: &mut Tx, keyed: &Keyed, attempt: Attempt) -> Result<Known> {
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "INSERT INTO idempotency_keys (caller, idempotency_key, request_digest, attempt, begun_at, \
         ends_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (caller, idempotency_key) DO NOTHING"
    )
    .bind(keyed.caller)
    .bind(&keyed.key)
    .bind(&keyed.request_digest)
    .bind(attempt.id)
    .bind(attempt.begun_at)
    .bind(attempt.ends_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows == 1 {
        return Ok(Known::New);
    }
    let sql = dialect::for_update(
        tx,
        "SELECT request_digest, begun_at, ends_at, status, content_type, location, body \
         FROM idempotency_keys WHERE caller = $1 AND idempotency_key = $2",
    );
    let known: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(keyed.caller)
        .bind(&keyed.key)
        .fetch_optional(conn)
        .await)?;
    let Some(row) = known else {
        // It was given up in this very moment; whoever comes again finds it free.
        return Ok(Known::Running);
    };
    if row.begun_at > attempt.forgotten {
        if row.request_digest != keyed.request_digest {
            return Ok(Known::OfAnotherRequest);
        }
        if let Some(status) = row.status {
            return Ok(Known::Done(Answer {
                status,
                content_type: row.content_type,
                location: row.location,
                body: row.body.unwrap_or_default(),
            }));
        }
        if row.ends_at > attempt.begun_at {
            return Ok(Known::Running);
        }
    }
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE idempotency_keys SET request_digest = $3, attempt = $4, begun_at = $5, \
         ends_at = $6, status = NULL, content_type = NULL, location = NULL, body = NULL \
         WHERE caller = $1 AND idempotency_key = $2"
    )
    .bind(keyed.caller)
    .bind(&keyed.key)
    .bind(&keyed.request_digest)
    .bind(attempt.id)
    .bind(attempt.begun_at)
    .bind(attempt.ends_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("idempotency_keys", &keyed.key, rows)?;
    Ok(Known::New)
}

/// Keeps the answer in the transaction of the effect; false when the attempt was given up meanwhile.
pub async fn finish(tx: &mut Tx, keyed: &Keyed, attempt: Uuid, answer: &Answer) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE idempotency_keys SET status = $4, content_type = $5, location = $6, body = $7 \
         WHERE caller = $1 AND idempotency_key = $2 AND attempt = $3 AND status IS NULL"
    )
    .bind(keyed.caller)
    .bind(&keyed.key)
    .bind(attempt)
    .bind(answer.status)
    .bind(&answer.content_type)
    .bind(&answer.location)
    .bind(&answer.body)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Forgets the key of an attempt that has led to nothing.
pub async fn give_up(tx: &mut Tx, keyed: &Keyed, attempt: Uuid) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM idempotency_keys WHERE caller = $1 AND idempotency_key = $2 AND attempt = $3 \
         AND status IS NULL"
    )
    .bind(keyed.caller)
    .bind(&keyed.key)
    .bind(attempt)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets keys of before a moment.
pub async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM idempotency_keys WHERE begun_at <= $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
