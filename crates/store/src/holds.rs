//! Places held while their drafts are being signed (R8).

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::id::{ApplicationId, DraftId, GroupId, HoldId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Live,
    /// A referral was issued.
    Used,
    /// Given back by the parent, or replaced by a new hold.
    Released,
    Expired,
}

impl HoldState {
    const ALL: [Self; 4] = [Self::Live, Self::Used, Self::Released, Self::Expired];

    const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Used => "used",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub id: HoldId,
    pub draft_id: DraftId,
    pub application_id: ApplicationId,
    pub group_id: GroupId,
    pub state: HoldState,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    draft_id: Uuid,
    application_id: Uuid,
    group_id: Uuid,
    state: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TryFrom<Row> for Hold {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: HoldState::ALL
                .into_iter()
                .find(|state| state.name() == row.state)
                .ok_or_else(|| Error::inconsistent("holds", row.id, "state"))?,
            id: HoldId::new(row.id),
            draft_id: DraftId::new(row.draft_id),
            application_id: ApplicationId::new(row.application_id),
            group_id: GroupId::new(row.group_id),
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, draft_id, application_id, group_id, state, created_at, expires_at \
             FROM holds ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, hold: &Hold) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO holds (id, draft_id, application_id, group_id, state, created_at, \
         expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(hold.id.uuid())
    .bind(hold.draft_id.uuid())
    .bind(hold.application_id.uuid())
    .bind(hold.group_id.uuid())
    .bind(hold.state.name())
    .bind(hold.created_at)
    .bind(hold.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn live_of(tx: &mut Tx, application: ApplicationId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 AND state = 'live'"
    ))
    .bind(application.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Hold::try_from).transpose()
}

pub async fn get(tx: &mut Tx, id: HoldId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Hold::try_from).transpose()
}

/// The hold that serves a draft; of several drafts for one hold it names the last.
pub async fn of_draft(tx: &mut Tx, draft: DraftId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE draft_id = $1"))
        .bind(draft.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Hold::try_from).transpose()
}

/// Ends a live hold; false when it was not live any more.
pub async fn end(tx: &mut Tx, id: HoldId, state: HoldState) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE holds SET state = $2 WHERE id = $1 AND state = 'live'"
    )
    .bind(id.uuid())
    .bind(state.name())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("holds", id, rows)?;
    }
    Ok(rows == 1)
}

/// Holds of an application that began at or after `since` and were not used.
pub async fn count_unused(
    tx: &mut Tx,
    application: ApplicationId,
    since: DateTime<Utc>,
) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM holds WHERE application_id = $1 AND created_at >= $2 \
         AND state <> 'used'"
    )
    .bind(application.uuid())
    .bind(since)
    .fetch_one(conn)
    .await)?)
}

/// Live holds whose time is over, locked.
pub async fn lock_due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Hold>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "holds",
        select!("WHERE state = 'live' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2"),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Hold::try_from).collect()
}

/// Lets a live hold serve another draft: the text changed, the place and the time did not.
pub async fn repoint(tx: &mut Tx, id: HoldId, draft: DraftId) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE holds SET draft_id = $2 WHERE id = $1 AND state = 'live'"
    )
    .bind(id.uuid())
    .bind(draft.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("holds", id, rows)
}
