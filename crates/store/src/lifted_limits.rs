//! Limits of a person that an official has lifted in a locality for a time (R22).

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    comment::Comment,
    id::{LiftedLimitsId, LocalityId},
    iin::Iin,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiftedLimits {
    pub id: LiftedLimitsId,
    pub iin: Iin,
    pub locality_id: LocalityId,
    pub begins_at: DateTime<Utc>,
    /// First moment at which the limits hold again.
    pub ends_at: DateTime<Utc>,
    pub reason: Comment,
    /// Name of who decided, at the command line.
    pub made_by: Comment,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    iin: String,
    locality_id: Uuid,
    begins_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    reason: String,
    made_by_name: String,
}

impl TryFrom<Row> for LiftedLimits {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let wrong = |reason| Error::inconsistent("lifted_limits", row.id, reason);
        Ok(Self {
            iin: Iin::parse(&row.iin).map_err(|_| wrong("iin"))?,
            reason: Comment::parse(&row.reason).map_err(|_| wrong("reason"))?,
            made_by: Comment::parse(&row.made_by_name).map_err(|_| wrong("made_by_name"))?,
            id: LiftedLimitsId::new(row.id),
            locality_id: LocalityId::new(row.locality_id),
            begins_at: row.begins_at,
            ends_at: row.ends_at,
        })
    }
}

pub async fn insert(tx: &mut Tx, lifted: &LiftedLimits) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO lifted_limits (id, iin, locality_id, begins_at, ends_at, reason, \
         made_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(lifted.id.uuid())
    .bind(lifted.iin.to_string())
    .bind(lifted.locality_id.uuid())
    .bind(lifted.begins_at)
    .bind(lifted.ends_at)
    .bind(lifted.reason.as_str())
    .bind(lifted.made_by.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// All that are lifted at `now`, those that end first first.
pub async fn present(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<LiftedLimits>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, iin, locality_id, begins_at, ends_at, reason, made_by_name \
         FROM lifted_limits WHERE begins_at <= $1 AND ends_at > $1 ORDER BY ends_at, id"
    )
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(LiftedLimits::try_from).collect()
}

/// Lets the limits of a person in a locality hold again; says how many times were ended.
pub async fn end(tx: &mut Tx, iin: &Iin, locality: LocalityId, now: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "UPDATE lifted_limits SET ends_at = $3 \
         WHERE iin = $1 AND locality_id = $2 AND ends_at > $3"
    )
    .bind(iin.to_string())
    .bind(locality.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
