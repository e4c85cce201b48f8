//! Imports: rows are staged in batches, then looked at and applied by statements over all of them. A
//! staged row has what it says as JSON; ids of what it may make were made by the caller.

mod apply;
mod resolve;
mod stage;

use super::{
    Error, Result, Tx, appointments::By, dialect, dialect::moment_text, ensure_one, on_conn,
};
use balabaqsha_shared::{
    appointment::Duty,
    comment::Comment,
    dto::{ImportState, RowAction},
    id::{ImportId, LocalityId, PersonId},
    import::ImportKind,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, QueryBuilder, types::Json};
use std::collections::BTreeMap;
use uuid::Uuid;

pub use apply::Numbers;

#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub id: ImportId,
    pub kind: ImportKind,
    pub source: String,
    pub file_name: String,
    /// SHA-256 of the file.
    pub digest: Vec<u8>,
    pub state: ImportState,
    pub created_at: DateTime<Utc>,
    pub author: By,
    pub rows_read: i64,
    pub applied_at: Option<DateTime<Utc>>,
    pub protocol: Value,
    /// Why the file cannot be read as a table: a code with its parameters.
    pub failure: Option<Value>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    source: String,
    file_name: String,
    digest: Vec<u8>,
    state: String,
    created_at: DateTime<Utc>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    rows_read: i64,
    applied_at: Option<DateTime<Utc>>,
    protocol: Json<Value>,
    failure: Option<Json<Value>>,
}

impl TryFrom<Row> for Import {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("imports", row.id, reason);
        let author = match (row.author_id, row.author_name) {
            (Some(id), None) => By::Person(PersonId::new(id)),
            (None, Some(name)) => {
                By::Operator(Comment::parse(&name).map_err(|_| inconsistent("author_name"))?)
            }
            _ => return Err(inconsistent("author")),
        };
        Ok(Self {
            kind: ImportKind::from_name(&row.kind).ok_or_else(|| inconsistent("kind"))?,
            state: ImportState::ALL
                .into_iter()
                .find(|state| state.as_str() == row.state)
                .ok_or_else(|| inconsistent("state"))?,
            id: ImportId::new(row.id),
            source: row.source,
            file_name: row.file_name,
            digest: row.digest,
            created_at: row.created_at,
            author,
            rows_read: row.rows_read,
            applied_at: row.applied_at,
            protocol: row.protocol.0,
            failure: row.failure.map(|failure| failure.0),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, source, file_name, digest, state, created_at, author_id, \
             author_name, rows_read, applied_at, protocol, failure FROM imports ",
            $rest
        )
    };
}

/// A row as it waits.
#[derive(Clone, Debug)]
pub struct StagedRow {
    /// In the file.
    pub number: i64,
    /// What the source calls the thing.
    pub key: String,
    pub parent_key: Option<String>,
    /// Of the thing, should it be new.
    pub target_id: Uuid,
    /// Of the entry of the history; or of the applicant and of the event.
    pub further_id: Uuid,
    pub referral_id: Option<Uuid>,
    pub data: Value,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    pub number: i64,
    pub column: String,
    pub code: String,
    pub value: String,
    pub params: BTreeMap<String, String>,
}

/// What would become, or has become, of a row.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Outcome {
    pub number: i64,
    pub key: String,
    /// `add`, `change`, `end` or `none`.
    pub action: String,
}

pub async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    let (author_id, author_name) = import.author.columns();
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO imports (id, kind, source, file_name, digest, state, created_at, author_id, \
         author_name, rows_read, applied_at, protocol) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )
    .bind(import.id.uuid())
    .bind(import.kind.as_str())
    .bind(&import.source)
    .bind(&import.file_name)
    .bind(&import.digest)
    .bind(import.state.as_str())
    .bind(import.created_at)
    .bind(author_id)
    .bind(author_name)
    .bind(import.rows_read)
    .bind(import.applied_at)
    .bind(Json(&import.protocol))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Import::try_from).transpose()
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    let sql = dialect::for_update(tx, select!("WHERE id = $1"));
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Import::try_from).transpose()
}

/// The newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Import>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "ORDER BY created_at DESC, id DESC LIMIT $1"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Import::try_from).collect()
}

/// The newest of those that officials of these localities have made, before `before`.
pub async fn list_of(
    tx: &mut Tx,
    localities: &[LocalityId],
    kinds: &[ImportKind],
    before: Option<ImportId>,
    limit: i64,
) -> Result<Vec<Import>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        let mut query = QueryBuilder::new(select!(
            "WHERE author_id IN (SELECT p.id FROM persons p \
             JOIN appointments a ON a.iin = p.iin WHERE a.locality_id IN ("
        ));
        let mut list = query.separated(", ");
        for locality in localities {
            list.push_bind(locality.uuid());
        }
        query.push(")) AND kind IN (");
        let mut list = query.separated(", ");
        for kind in kinds {
            list.push_bind(kind.as_str());
        }
        query.push(")");
        if let Some(before) = before {
            query
                .push(
                    " AND (created_at, id) < (SELECT b.created_at, b.id FROM imports b WHERE b.id = ",
                )
                .push_bind(before.uuid())
                .push(")");
        }
        query
            .push(" ORDER BY created_at DESC, id DESC LIMIT ")
            .push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    rows.into_iter().map(Import::try_from).collect()
}

/// Whether an official of these localities has made the import.
pub async fn is_of(tx: &mut Tx, id: ImportId, localities: &[LocalityId]) -> Result<bool> {
    Ok(on_conn!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT EXISTS (SELECT 1 FROM imports i JOIN persons p ON p.id = i.author_id \
             JOIN appointments a ON a.iin = p.iin WHERE i.id = ",
        );
        query.push_bind(id.uuid()).push(" AND a.locality_id IN (");
        let mut list = query.separated(", ");
        for locality in localities {
            list.push_bind(locality.uuid());
        }
        query.push("))");
        query.build_query_scalar().fetch_one(conn).await
    })?)
}

/// The import of a kind and a source that is being read, or whose reading was interrupted.
pub async fn in_staging(tx: &mut Tx, kind: ImportKind, source: &str) -> Result<Option<Import>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE kind = $1 AND source = $2 AND state = 'staging' \
         ORDER BY created_at DESC, id DESC LIMIT 1"
    ))
    .bind(kind.as_str())
    .bind(source)
    .fetch_optional(conn)
    .await)?;
    row.map(Import::try_from).transpose()
}

/// Says how far the file was read; false when it is not being read any more, or by somebody else.
pub async fn advance(tx: &mut Tx, id: ImportId, before: i64, after: i64) -> Result<bool> {
    let touched = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE imports SET rows_read = $3 WHERE id = $1 AND state = 'staging' AND rows_read = $2"
    )
    .bind(id.uuid())
    .bind(before)
    .bind(after)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(touched == 1)
}

/// Puts rows and errors down.
pub async fn stage(
    tx: &mut Tx,
    id: ImportId,
    rows: &[StagedRow],
    errors: &[RowError],
) -> Result<()> {
    stage::rows(tx, id, rows).await?;
    stage::errors(tx, id, errors).await
}

/// Keeps why the file cannot be read as a table; what was staged goes.
pub async fn fail(tx: &mut Tx, id: ImportId, failure: &Value, now: DateTime<Utc>) -> Result<()> {
    let nothing = Value::Object(serde_json::Map::new());
    set_state(tx, id, ImportState::Discarded, &nothing, now).await?;
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE imports SET failure = $2 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(Json(failure))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Refuses rows about localities in which their author has not this duty at `now`, as if these did not
/// exist.
pub async fn keep_within(
    tx: &mut Tx,
    import: &Import,
    author: PersonId,
    duty: Duty,
    now: DateTime<Utc>,
) -> Result<()> {
    resolve::keep_within(tx, import, author, duty, now).await
}

/// A locality whose check of children an import switches.
#[derive(Clone, Copy, Debug)]
pub struct Switched {
    pub id: LocalityId,
    pub on: bool,
}

/// Localities whose check of children would be switched by staged rows.
pub async fn checks_switched(tx: &mut Tx, id: ImportId) -> Result<Vec<Switched>> {
    let rows: Vec<(Uuid, String)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT l.id, r.data -> 'rules' ->> 'child_check' FROM import_rows r \
         JOIN localities l ON l.id = r.target_id WHERE r.import_id = $1 AND r.action = 'change' \
         AND COALESCE(l.rules ->> 'child_check', 'off') <> r.data -> 'rules' ->> 'child_check'"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, check)| Switched {
            id: LocalityId::new(id),
            on: check == "on",
        })
        .collect())
}

/// Tells the planner of PostgreSQL about rows that have just been staged: it knows nothing of them until its own
/// look, which comes a minute later. To be called in a transaction of its own, since it locks out others like it.
pub async fn gather_statistics(tx: &mut Tx) -> Result<()> {
    match tx {
        Tx::Sqlite(_) => Ok(()),
        Tx::Postgres(conn) => {
            sqlx::query("ANALYZE import_rows")
                .execute(&mut **conn)
                .await?;
            Ok(())
        }
    }
}

/// Finds what the rows are about, what is wrong with them in the light of all others and of what is
/// there, and what would become of each.
pub async fn resolve(tx: &mut Tx, import: &Import) -> Result<()> {
    // Rows are sorted and joined by hundreds of thousands; PostgreSQL would use files for it.
    if let Tx::Postgres(conn) = tx {
        sqlx::query("SET LOCAL work_mem = '64MB'")
            .execute(&mut **conn)
            .await?;
    }
    resolve::all(tx, import).await
}

/// Does what the rows say, by statements over all of them. The import must have been resolved in the
/// same transaction and have no errors.
pub async fn apply(tx: &mut Tx, import: &Import, now: DateTime<Utc>) -> Result<()> {
    apply::all(tx, import, now).await
}

/// Gives the rows of a region their numbers: applications, then referrals.
pub async fn apply_queue(
    tx: &mut Tx,
    import: &Import,
    now: DateTime<Utc>,
    region: &str,
    numbers: Numbers,
) -> Result<()> {
    apply::queue(tx, import, now, region, numbers).await
}

/// R5: a moment of submission that an application of the same queue has already comes a microsecond later,
/// until nobody has it. Says how many moments have moved.
pub async fn separate_moments(tx: &mut Tx, id: ImportId) -> Result<u64> {
    let moment = dialect::json_moment(tx, "submitted_at");
    let clashes = format!(
        "SELECT r.number, r.parent_id, a.birth_year, a.submitted_at FROM import_rows r \
         JOIN applications a ON a.locality_id = r.parent_id \
           AND a.birth_year = CAST(r.data ->> 'birth_year' AS INTEGER) \
           AND a.submitted_at = {moment} \
         WHERE r.import_id = $1 AND r.action = 'add' ORDER BY r.number"
    );
    let rows: Vec<(i64, Uuid, i32, DateTime<Utc>)> =
        on_conn!(tx, |conn| sqlx::query_as(AssertSqlSafe(clashes.as_str()))
            .bind(id.uuid())
            .fetch_all(conn)
            .await)?;
    let mut moved = 0;
    for (number, locality, birth_year, taken) in rows {
        let mut at = taken;
        loop {
            at += TimeDelta::microseconds(1);
            let is_taken: bool = on_conn!(tx, |conn| sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM applications WHERE locality_id = $1 \
                   AND birth_year = $2 AND submitted_at = $3) \
                 OR EXISTS (SELECT 1 FROM import_rows r WHERE r.import_id = $4 \
                   AND r.parent_id = $1 AND CAST(r.data ->> 'birth_year' AS INTEGER) = $2 \
                   AND r.data ->> 'submitted_at' = $5)"
            )
            .bind(locality)
            .bind(birth_year)
            .bind(at)
            .bind(id.uuid())
            .bind(moment_text(at))
            .fetch_one(conn)
            .await)?;
            if !is_taken {
                break;
            }
        }
        let set = match tx {
            Tx::Sqlite(_) => "json_set(data, '$.submitted_at', $3)",
            Tx::Postgres(_) => "jsonb_set(data, '{submitted_at}', to_jsonb(CAST($3 AS TEXT)))",
        };
        let set =
            format!("UPDATE import_rows SET data = {set} WHERE import_id = $1 AND number = $2");
        on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(set.as_str()))
            .bind(id.uuid())
            .bind(number)
            .bind(moment_text(at))
            .execute(conn)
            .await
            .map(|_| ()))?;
        moved += 1;
    }
    Ok(moved)
}

/// Regions of the localities of the rows that are to be added, each with how many applications and
/// referrals come to it.
pub async fn regions(tx: &mut Tx, id: ImportId) -> Result<Vec<(String, i64, i64)>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT l.number_region, COUNT(*), COUNT(r.referral_id) FROM import_rows r \
         JOIN localities l ON l.id = r.parent_id WHERE r.import_id = $1 AND r.action = 'add' \
         GROUP BY l.number_region ORDER BY l.number_region"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?)
}

/// Referrals that an import has brought over, by id.
pub async fn referrals(tx: &mut Tx, id: ImportId) -> Result<Vec<Uuid>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT referral_id FROM import_rows WHERE import_id = $1 AND action = 'add' \
         AND referral_id IS NOT NULL ORDER BY number"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?)
}

/// How many rows would become, or have become, what.
pub async fn counts(tx: &mut Tx, id: ImportId) -> Result<Vec<(String, i64)>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT action, COUNT(*) FROM import_rows WHERE import_id = $1 AND action IS NOT NULL \
         GROUP BY action ORDER BY action"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?)
}

/// Counts for the protocol of a queue (R23): code of the locality, year of birth, rank of the category.
pub async fn queue_counts(tx: &mut Tx, id: ImportId) -> Result<Vec<(String, i32, i32, i64)>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT r.parent_key, CAST(r.data ->> 'birth_year' AS INTEGER), \
         CAST(r.data ->> 'rank' AS INTEGER), COUNT(*) FROM import_rows r \
         WHERE r.import_id = $1 AND r.action = 'add' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?)
}

/// What would become of the rows, in the order of the file, after `after`.
pub async fn outcomes(
    tx: &mut Tx,
    id: ImportId,
    action: Option<RowAction>,
    after: i64,
    limit: i64,
) -> Result<Vec<Outcome>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT number, key, action FROM import_rows WHERE import_id = $1 AND number > $2 \
         AND action IS NOT NULL AND ($4 IS NULL OR action = $4) ORDER BY number LIMIT $3"
    )
    .bind(id.uuid())
    .bind(after)
    .bind(limit)
    .bind(action.map(RowAction::as_str))
    .fetch_all(conn)
    .await)?)
}

pub async fn count_errors(tx: &mut Tx, id: ImportId) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM import_errors WHERE import_id = $1"
    )
    .bind(id.uuid())
    .fetch_one(conn)
    .await)?)
}

/// What is wrong, in the order of the file, without the first `skipped`.
pub async fn errors(tx: &mut Tx, id: ImportId, skipped: i64, limit: i64) -> Result<Vec<RowError>> {
    #[derive(sqlx::FromRow)]
    struct Wrong {
        number: i64,
        column_name: String,
        code: String,
        value: String,
        params: Json<BTreeMap<String, String>>,
    }
    let rows: Vec<Wrong> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT number, column_name, code, value, params FROM import_errors \
         WHERE import_id = $1 ORDER BY number, column_name, code LIMIT $2 OFFSET $3"
    )
    .bind(id.uuid())
    .bind(limit)
    .bind(skipped)
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|row| RowError {
            number: row.number,
            column: row.column_name,
            code: row.code,
            value: row.value,
            params: row.params.0,
        })
        .collect())
}

/// Says how far the import has come; rows and errors that are needed no more go.
pub async fn set_state(
    tx: &mut Tx,
    id: ImportId,
    state: ImportState,
    protocol: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let applied_at = (state == ImportState::Applied).then_some(now);
    let touched = on_conn!(tx, |conn| sqlx::query(
        "UPDATE imports SET state = $2, protocol = $3, applied_at = $4 \
         WHERE id = $1 AND state IN ('staging', 'refused', 'checked')"
    )
    .bind(id.uuid())
    .bind(state.as_str())
    .bind(Json(protocol))
    .bind(applied_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("imports", id, touched)?;
    if matches!(state, ImportState::Applied | ImportState::Discarded) {
        for table in ["import_rows", "import_errors"] {
            let sql = format!("DELETE FROM {table} WHERE import_id = $1");
            on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(sql.as_str()))
                .bind(id.uuid())
                .execute(conn)
                .await
                .map(|_| ()))?;
        }
    }
    Ok(())
}

/// A moment as a staged row has it.
#[must_use]
pub fn moment(at: DateTime<Utc>) -> String {
    moment_text(at)
}

/// Runs a statement about one import whose only values are its id and its source.
async fn run(tx: &mut Tx, import: &Import, sql: String) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(sql.as_str()))
        .bind(import.id.uuid())
        .bind(&import.source)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}
