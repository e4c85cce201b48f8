//! Times in which a locality issues no referrals (R24).

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::{
    comment::Comment,
    id::{DocumentId, LocalityId, SuspensionId},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    pub id: SuspensionId,
    pub locality_id: LocalityId,
    pub begins_at: DateTime<Utc>,
    /// First moment at which referrals are issued again.
    pub ends_at: DateTime<Utc>,
    pub reason: Comment,
    pub made_at: DateTime<Utc>,
    /// Name of who decided.
    pub made_by: Comment,
    /// The signed decision; none at the command line.
    pub document_id: Option<DocumentId>,
    /// The signed decision to end it early.
    pub ending_document_id: Option<DocumentId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    locality_id: Uuid,
    begins_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    reason: String,
    made_at: DateTime<Utc>,
    made_by_name: String,
    document_id: Option<Uuid>,
    ending_document_id: Option<Uuid>,
}

impl TryFrom<Row> for Suspension {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let words = |text: &str, reason| {
            Comment::parse(text).map_err(|_| Error::inconsistent("suspensions", row.id, reason))
        };
        Ok(Self {
            reason: words(&row.reason, "reason")?,
            made_by: words(&row.made_by_name, "made_by_name")?,
            id: SuspensionId::new(row.id),
            locality_id: LocalityId::new(row.locality_id),
            begins_at: row.begins_at,
            ends_at: row.ends_at,
            made_at: row.made_at,
            document_id: row.document_id.map(DocumentId::new),
            ending_document_id: row.ending_document_id.map(DocumentId::new),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, locality_id, begins_at, ends_at, reason, made_at, made_by_name, \
             document_id, ending_document_id FROM suspensions ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, suspension: &Suspension) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO suspensions (id, locality_id, begins_at, ends_at, reason, made_at, \
         made_by_name, document_id, ending_document_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(suspension.id.uuid())
    .bind(suspension.locality_id.uuid())
    .bind(suspension.begins_at)
    .bind(suspension.ends_at)
    .bind(suspension.reason.as_str())
    .bind(suspension.made_at)
    .bind(suspension.made_by.as_str())
    .bind(suspension.document_id.map(DocumentId::uuid))
    .bind(suspension.ending_document_id.map(DocumentId::uuid))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The suspension of a locality that ends last of those that last at `now`.
pub async fn of(
    tx: &mut Tx,
    locality: LocalityId,
    now: DateTime<Utc>,
) -> Result<Option<Suspension>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE locality_id = $1 AND begins_at <= $2 AND ends_at > $2 \
         ORDER BY ends_at DESC LIMIT 1"
    ))
    .bind(locality.uuid())
    .bind(now)
    .fetch_optional(conn)
    .await)?;
    row.map(Suspension::try_from).transpose()
}

/// All that last at `now`, those that end last first.
pub async fn present(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Suspension>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE begins_at <= $1 AND ends_at > $1 ORDER BY ends_at DESC"
    ))
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Suspension::try_from).collect()
}

pub async fn get(tx: &mut Tx, id: SuspensionId) -> Result<Option<Suspension>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Suspension::try_from).transpose()
}

/// The newest suspensions of some localities, also those that are over.
pub async fn list_of(
    tx: &mut Tx,
    localities: &[LocalityId],
    limit: i64,
) -> Result<Vec<Suspension>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(select!("WHERE locality_id IN ("));
        let mut list = query.separated(", ");
        for locality in localities {
            list.push_bind(locality.uuid());
        }
        query
            .push(") ORDER BY made_at DESC, id DESC LIMIT ")
            .push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    rows.into_iter().map(Suspension::try_from).collect()
}

/// Ends one that is not over, by a signed decision.
pub async fn end_one(
    tx: &mut Tx,
    id: SuspensionId,
    now: DateTime<Utc>,
    decision: DocumentId,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE suspensions SET ends_at = CASE WHEN begins_at > $2 THEN begins_at ELSE $2 END, \
         ending_document_id = $3 WHERE id = $1 AND ends_at > $2"
    )
    .bind(id.uuid())
    .bind(now)
    .bind(decision.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("suspensions", id, rows)
}

/// The suspension that a decision is about.
pub async fn of_document(tx: &mut Tx, document: DocumentId) -> Result<Option<Suspension>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE document_id = $1 OR ending_document_id = $1"
    ))
    .bind(document.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Suspension::try_from).transpose()
}

/// Ends what lasts or is to come in a locality; says how many there were.
pub async fn end(tx: &mut Tx, locality: LocalityId, now: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "UPDATE suspensions SET ends_at = CASE WHEN begins_at > $2 THEN begins_at ELSE $2 END \
         WHERE locality_id = $1 AND ends_at > $2 AND begins_at < ends_at"
    )
    .bind(locality.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
