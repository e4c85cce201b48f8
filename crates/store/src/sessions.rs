//! Logins of a person on a device, each with a refresh token that rotates.

use super::{Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::id::{PersonId, SessionId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Session {
    pub id: SessionId,
    pub person_id: PersonId,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether it has neither been ended nor run out.
    #[must_use]
    pub fn lives(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: SessionId::new(row.id),
            person_id: PersonId::new(row.person_id),
            expires_at: row.expires_at,
            ended_at: row.ended_at,
        }
    }
}

pub async fn insert(
    tx: &mut Tx,
    session: &Session,
    refresh_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO sessions (id, person_id, refresh_hash, rotated_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(session.id.uuid())
    .bind(session.person_id.uuid())
    .bind(refresh_hash)
    .bind(now)
    .bind(session.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: SessionId) -> Result<Option<Session>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, person_id, expires_at, ended_at FROM sessions WHERE id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    Ok(row.map(Session::from))
}

/// Puts a new refresh token in the place of `old`; false when another request was faster.
pub async fn rotate(
    tx: &mut Tx,
    id: SessionId,
    old: &[u8],
    new: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE sessions SET previous_hash = refresh_hash, refresh_hash = $3, rotated_at = $4, \
         expires_at = $5, generation = generation + 1 WHERE id = $1 AND refresh_hash = $2 AND ended_at IS NULL"
    )
    .bind(id.uuid())
    .bind(old)
    .bind(new)
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Lets all sessions that are alive at `now` end at another moment.
pub async fn carry_along(tx: &mut Tx, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE sessions SET expires_at = $2 WHERE ended_at IS NULL AND expires_at > $1"
    )
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn end(tx: &mut Tx, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE sessions SET ended_at = COALESCE(ended_at, $2) WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("sessions", id, rows)
}

/// Sessions that were ended after a moment.
pub async fn ended_since(tx: &mut Tx, moment: DateTime<Utc>) -> Result<Vec<SessionId>> {
    let ids: Vec<Uuid> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT id FROM sessions WHERE ended_at > $1"
    )
    .bind(moment)
    .fetch_all(conn)
    .await)?;
    Ok(ids.into_iter().map(SessionId::new).collect())
}
