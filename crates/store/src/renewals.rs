//! How a session is renewed: each refresh token leads to one successor, which follows from a secret of
//! the session, so that the same can be given again when the answer was lost.

use super::{Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::id::{PersonId, SessionId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    pub id: SessionId,
    pub person_id: PersonId,
    pub refresh_hash: Vec<u8>,
    /// When the present token was given.
    pub rotated_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// None in sessions from before there were successors.
    pub beginning: Option<Beginning>,
    /// How many tokens were given before the present one.
    pub generation: i64,
    /// The latest generation of which the answer has arrived.
    pub arrived: i64,
    /// Whether it was begun with the key of an organisation.
    pub of_organisation: bool,
}

/// What a session has from its login on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub secret: Vec<u8>,
    pub started_at: DateTime<Utc>,
    /// It is never renewed beyond. By the clock without the lead of a demo.
    pub last_end: DateTime<Utc>,
    /// What the browser calls itself.
    pub device: String,
}

impl Renewal {
    /// Whether the session has neither been ended nor run out.
    #[must_use]
    pub fn lives(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    refresh_hash: Vec<u8>,
    rotated_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    secret: Option<Vec<u8>>,
    started_at: Option<DateTime<Utc>>,
    last_end: Option<DateTime<Utc>>,
    device: Option<String>,
    generation: i64,
    arrived: i64,
    staff_member_id: Option<Uuid>,
}

impl From<Row> for Renewal {
    fn from(row: Row) -> Self {
        let beginning = match (row.secret, row.started_at, row.last_end) {
            (Some(secret), Some(started_at), Some(last_end)) => Some(Beginning {
                secret,
                started_at,
                last_end,
                device: row.device.unwrap_or_default(),
            }),
            _ => None,
        };
        Self {
            id: SessionId::new(row.id),
            person_id: PersonId::new(row.person_id),
            refresh_hash: row.refresh_hash,
            rotated_at: row.rotated_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            beginning,
            generation: row.generation,
            arrived: row.arrived,
            of_organisation: row.staff_member_id.is_some(),
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, person_id, refresh_hash, rotated_at, expires_at, ended_at, secret, \
             started_at, last_end, device, generation, arrived, staff_member_id FROM sessions ",
            $rest
        )
    };
}

/// Notes what a new session has from its login on.
pub async fn begin(tx: &mut Tx, id: SessionId, beginning: &Beginning) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE sessions SET secret = $2, started_at = $3, last_end = $4, device = $5 \
         WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(&beginning.secret)
    .bind(beginning.started_at)
    .bind(beginning.last_end)
    .bind(&beginning.device)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("sessions", id, rows)
}

pub async fn get(tx: &mut Tx, id: SessionId) -> Result<Option<Renewal>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    Ok(row.map(Renewal::from))
}

/// The session whose present or last refresh token this is.
pub async fn by_token(tx: &mut Tx, hash: &[u8]) -> Result<Option<Renewal>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE refresh_hash = $1 OR previous_hash = $1"
    ))
    .bind(hash)
    .fetch_optional(conn)
    .await)?;
    Ok(row.map(Renewal::from))
}

/// Sessions of a person that are alive, the latest used first.
pub async fn living_of(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Renewal>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 \
         ORDER BY rotated_at DESC, id DESC LIMIT $3"
    ))
    .bind(person.uuid())
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(Renewal::from).collect())
}

/// The answer with the tokens of a generation has arrived, because they are used.
pub async fn arrived(tx: &mut Tx, id: SessionId, generation: i64) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE sessions SET arrived = $2 WHERE id = $1 AND arrived < $2"
    )
    .bind(id.uuid())
    .bind(generation)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
