//! The order of the queue (R5) at any size, and why a number in it has changed.
//!
//! A place is counted from sums over spans of time at [`LEVELS`] levels, kept by triggers as
//! deltas that are only inserted, and folded into the sums by a background job: nobody who submits
//! waits for a count, and whoever asks reads the sums, the few deltas, and the one finest span.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    application::Category,
    dto::EventKind,
    id::{ApplicationId, LocalityId},
    rules::r05_order::Place,
    time,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

/// Each span has 64 of the level below; the finest has 64 seconds. The schema knows it as well.
const SPAN_BITS: u32 = 6;
const LEVELS: u32 = 4;

/// Children of one category that stand on a queue, and those of them before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CategoryCount {
    pub category: Category,
    pub total: i64,
    pub before: i64,
}

/// The number of the span that a moment is in.
fn span(at: DateTime<Utc>, level: u32) -> i64 {
    at.timestamp() >> (SPAN_BITS * (level + 1))
}

/// Counts the queue of a locality and a year of birth around a place: whole spans from the
/// coarsest to the finest, then child by child inside the finest.
pub async fn count(
    tx: &mut Tx,
    locality: LocalityId,
    birth_year: i32,
    place: Place,
) -> Result<Vec<CategoryCount>> {
    let at = place.submitted_at;
    let begin = DateTime::from_timestamp(span(at, 0) << SPAN_BITS, 0).unwrap_or(at);
    let rows: Vec<(i16, i64, i64)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT category, CAST(SUM(total) AS BIGINT), CAST(SUM(before) AS BIGINT) FROM ( \
           SELECT category, children AS total, CASE WHEN category < $3 \
             OR (category = $3 AND span < $10) THEN children ELSE 0 END AS before \
           FROM queue_counts WHERE locality_id = $1 AND birth_year = $2 AND level = 3 \
           UNION ALL SELECT category, 0, children FROM queue_counts \
           WHERE locality_id = $1 AND birth_year = $2 AND level = 2 AND category = $3 \
             AND span >= $10 * 64 AND span < $9 \
           UNION ALL SELECT category, 0, children FROM queue_counts \
           WHERE locality_id = $1 AND birth_year = $2 AND level = 1 AND category = $3 \
             AND span >= $9 * 64 AND span < $8 \
           UNION ALL SELECT category, 0, children FROM queue_counts \
           WHERE locality_id = $1 AND birth_year = $2 AND level = 0 AND category = $3 \
             AND span >= $8 * 64 AND span < $7 \
           UNION ALL SELECT category, delta, CASE WHEN category < $3 \
             OR (category = $3 AND span < $7) THEN delta ELSE 0 END \
           FROM queue_deltas WHERE locality_id = $1 AND birth_year = $2 \
           UNION ALL SELECT category, 0, 1 FROM applications \
           WHERE locality_id = $1 AND birth_year = $2 AND category = $3 AND state = 'queued' \
             AND standing = 'takes_part' AND submitted_at >= $6 AND (submitted_at, id) < ($4, $5) \
         ) AS parts GROUP BY category HAVING SUM(total) > 0 ORDER BY category"
    )
    .bind(locality.uuid())
    .bind(birth_year)
    .bind(place.category.rank())
    .bind(at)
    .bind(place.id.uuid())
    .bind(begin)
    .bind(span(at, 0))
    .bind(span(at, 1))
    .bind(span(at, 2))
    .bind(span(at, 3))
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|(rank, total, before)| {
            let category = Category::from_rank(rank)
                .ok_or_else(|| Error::inconsistent("queue_counts", locality, "category"))?;
            Ok(CategoryCount {
                category,
                total,
                before,
            })
        })
        .collect()
}

/// Folds up to `limit` deltas into the sums, and says how many there were.
pub async fn fold(tx: &mut Tx, limit: i64) -> Result<u64> {
    let levels = (0..LEVELS)
        .map(|level| format!("SELECT {level} AS level"))
        .collect::<Vec<_>>()
        .join(" UNION ALL ");
    // In the order of the key, so that two processes that fold never wait in a circle.
    let into_counts = |deltas: &str| {
        format!(
            "INSERT INTO queue_counts (locality_id, birth_year, level, category, span, children) \
             SELECT locality_id, birth_year, level, category, span >> ({SPAN_BITS} * level), \
             CAST(SUM(delta) AS BIGINT) FROM {deltas}, ({levels}) AS levels WHERE 1 = 1 \
             GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 \
             ON CONFLICT (locality_id, birth_year, level, category, span) \
             DO UPDATE SET children = queue_counts.children + excluded.children"
        )
    };
    match tx {
        Tx::Postgres(conn) => {
            let fold = format!(
                "WITH folded AS (DELETE FROM queue_deltas WHERE id IN (SELECT id FROM queue_deltas \
                 LIMIT $1 FOR UPDATE SKIP LOCKED) RETURNING *), counted AS ({} RETURNING 1) \
                 SELECT COUNT(*) FROM folded",
                into_counts("folded")
            );
            let folded: i64 = sqlx::query_scalar(AssertSqlSafe(fold))
                .bind(limit)
                .fetch_one(&mut **conn)
                .await?;
            Ok(u64::try_from(folded).unwrap_or(0))
        }
        // The only writer: nobody adds a delta between the two statements.
        Tx::Sqlite(conn) => {
            let fold = into_counts("(SELECT * FROM queue_deltas ORDER BY id LIMIT $1)");
            sqlx::query(AssertSqlSafe(fold))
                .bind(limit)
                .execute(&mut **conn)
                .await?;
            let deleted = sqlx::query(
                "DELETE FROM queue_deltas WHERE id IN \
                 (SELECT id FROM queue_deltas ORDER BY id LIMIT $1)",
            )
            .bind(limit)
            .execute(&mut **conn)
            .await?;
            Ok(deleted.rows_affected())
        }
    }
}

/// An event that may have moved an application.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    pub event: Uuid,
    /// An id for the leaving, where the event leads from one place to another.
    pub leaving: Uuid,
    pub kind: EventKind,
    pub at: DateTime<Utc>,
}

/// Writes down that an application has come to its queue, left it, or changed its category or year
/// since its last move; false when it has done nothing of it.
pub async fn record_move(tx: &mut Tx, application: ApplicationId, cause: Cause) -> Result<bool> {
    let kind = kind_name(cause.kind)?;
    let day = time::local_date(cause.at);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO queue_moves (id, application_id, locality_id, birth_year, category, \
         submitted_at, at, day, kind, delta) \
         SELECT $3, m.application_id, m.locality_id, m.birth_year, m.category, m.submitted_at, \
         $4, $5, $6, -1 FROM queue_moves m JOIN applications a ON a.id = m.application_id \
         WHERE m.application_id = $1 AND NOT (a.state = 'queued' AND a.standing = 'takes_part' \
           AND m.birth_year = a.birth_year AND m.category = a.category) \
         GROUP BY m.application_id, m.locality_id, m.birth_year, m.category, m.submitted_at \
         HAVING SUM(m.delta) = 1 \
         UNION ALL \
         SELECT $2, a.id, a.locality_id, a.birth_year, a.category, a.submitted_at, $4, $5, $6, 1 \
         FROM applications a \
         WHERE a.id = $1 AND a.state = 'queued' AND a.standing = 'takes_part' \
         AND COALESCE((SELECT SUM(m.delta) FROM queue_moves m WHERE m.application_id = a.id \
           AND m.birth_year = a.birth_year AND m.category = a.category), 0) = 0"
    )
    .bind(application.uuid())
    .bind(cause.event)
    .bind(cause.leaving)
    .bind(cause.at)
    .bind(day)
    .bind(&kind)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}

/// Since when an application stands in its present category and year.
pub async fn standing_since(
    tx: &mut Tx,
    application: ApplicationId,
    birth_year: i32,
    category: Category,
) -> Result<Option<DateTime<Utc>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT MIN(at) FROM queue_moves WHERE application_id = $1 AND birth_year = $2 \
         AND category = $3 AND delta > 0"
    )
    .bind(application.uuid())
    .bind(birth_year)
    .bind(category.rank())
    .fetch_one(conn)
    .await)?)
}

/// So many children before a place came to the queue or left it on a day by one kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveCount {
    pub day: NaiveDate,
    pub kind: EventKind,
    pub category: Category,
    /// Whether they came; otherwise they left.
    pub came: bool,
    pub children: i64,
}

/// What has moved before a place after a moment, day by day.
pub async fn moves_before(
    tx: &mut Tx,
    locality: LocalityId,
    birth_year: i32,
    place: Place,
    since: DateTime<Utc>,
) -> Result<Vec<MoveCount>> {
    let rows: Vec<(NaiveDate, String, i16, i16, i64)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT day, kind, category, delta, COUNT(*) FROM queue_moves \
         WHERE locality_id = $1 AND birth_year = $2 AND at > $3 \
         AND (category < $4 OR (category = $4 AND (submitted_at, application_id) < ($5, $6))) \
         GROUP BY day, kind, category, delta ORDER BY day, kind, category, delta"
    )
    .bind(locality.uuid())
    .bind(birth_year)
    .bind(since)
    .bind(place.category.rank())
    .bind(place.submitted_at)
    .bind(place.id.uuid())
    .fetch_all(conn)
    .await)?;
    let inconsistent = |reason| Error::inconsistent("queue_moves", locality, reason);
    rows.into_iter()
        .map(|(day, kind, rank, delta, children)| {
            Ok(MoveCount {
                day,
                kind: serde_json::from_value(Value::String(kind))
                    .map_err(|_| inconsistent("kind"))?,
                category: Category::from_rank(rank).ok_or_else(|| inconsistent("category"))?,
                came: delta > 0,
                children,
            })
        })
        .collect()
}

/// Since when the moves of a queue are known.
pub async fn first_move(
    tx: &mut Tx,
    locality: LocalityId,
    birth_year: i32,
) -> Result<Option<DateTime<Utc>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT at FROM queue_moves WHERE locality_id = $1 AND birth_year = $2 \
         ORDER BY at LIMIT 1"
    )
    .bind(locality.uuid())
    .bind(birth_year)
    .fetch_optional(conn)
    .await)?)
}

fn kind_name(kind: EventKind) -> Result<String> {
    match serde_json::to_value(kind) {
        Ok(Value::String(name)) => Ok(name),
        _ => Err(Error::inconsistent("queue_moves", "", "kind has no name")),
    }
}
