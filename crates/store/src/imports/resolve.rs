//! Looking at staged rows: what they are about, and what is wrong with them in the light of the other
//! rows and of what is there. `$1` is the import, `$2` its source.

use super::{Import, run};
use crate::{Result, Tx, dialect, on_conn};
use balabaqsha_shared::{appointment::Duty, id::PersonId, import::ImportKind};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

pub(super) async fn all(tx: &mut Tx, import: &Import) -> Result<()> {
    match import.kind {
        ImportKind::Localities => {
            forget(tx, import).await?;
            twice(tx, import, "external_id", "r.key").await?;
            twice(tx, import, "code", "r.data ->> 'code'").await?;
            known(tx, import, "localities", "code").await?;
            taken(tx, import, "localities", "code").await?;
            unchanged(tx, import).await
        }
        ImportKind::Kindergartens => {
            forget(tx, import).await?;
            twice(tx, import, "external_id", "r.key").await?;
            twice(tx, import, "bin", "r.data ->> 'bin'").await?;
            known(tx, import, "kindergartens", "bin").await?;
            taken(tx, import, "kindergartens", "bin").await?;
            locality(tx, import).await?;
            unchanged(tx, import).await
        }
        ImportKind::Groups => groups(tx, import).await,
        ImportKind::Places => places(tx, import).await,
        ImportKind::Queue => queue(tx, import).await,
    }
}

/// What was found before may have changed.
async fn forget(tx: &mut Tx, import: &Import) -> Result<()> {
    let sql = "UPDATE import_rows SET action = NULL WHERE import_id = $1 \
               AND CAST($2 AS TEXT) IS NOT NULL";
    run(tx, import, sql.to_owned()).await
}

/// Refuses the rows that a query finds; it gives their `number`, the `value` and the JSON `params`.
async fn refuse(
    tx: &mut Tx,
    import: &Import,
    column: &str,
    code: &str,
    found: String,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO import_errors (import_id, number, column_name, code, value, params) \
         SELECT $1, f.number, '{column}', '{code}', COALESCE(f.value, ''), f.params \
         FROM ({found}) AS f WHERE CAST($2 AS TEXT) IS NOT NULL \
         ON CONFLICT (import_id, number, column_name, code) DO NOTHING"
    );
    run(tx, import, sql).await
}

fn nothing(tx: &Tx) -> &'static str {
    match tx {
        Tx::Sqlite(_) => "'{}'",
        Tx::Postgres(_) => "CAST('{}' AS JSONB)",
    }
}

/// Rows whose `of` an earlier row of those with `condition` has. A window needs no plan of a join, for
/// which PostgreSQL has no statistics of rows that have just come.
fn repeated(tx: &Tx, value: &str, of: &str, condition: &str) -> String {
    let first = dialect::json_object(tx, "row", "d.first");
    format!(
        "SELECT d.number, d.value, {first} AS params FROM (SELECT r.number, {value} AS value, \
           MIN(r.number) OVER (PARTITION BY {of}) AS first FROM import_rows r \
           WHERE r.import_id = $1 AND {value} IS NOT NULL AND {condition}) AS d \
         WHERE d.number > d.first"
    )
}

/// The same value in two rows.
async fn twice(tx: &mut Tx, import: &Import, column: &str, value: &str) -> Result<()> {
    let found = repeated(tx, value, value, "TRUE");
    refuse(tx, import, column, "row-twice", found).await
}

/// Finds things that are there: by the id of the source, or, where nobody has given one, by the name that
/// is unique anyway.
async fn known(tx: &mut Tx, import: &Import, table: &str, name: &str) -> Result<()> {
    for condition in [
        "t.source = $2 AND t.external_id = import_rows.key".to_owned(),
        format!(
            "t.external_id IS NULL AND t.{name} = (import_rows.data ->> '{name}') \
             AND import_rows.action IS NULL AND CAST($2 AS TEXT) IS NOT NULL"
        ),
    ] {
        let sql = format!(
            "UPDATE import_rows SET target_id = t.id, action = 'change' FROM {table} t \
             WHERE import_rows.import_id = $1 AND {condition}"
        );
        run(tx, import, sql).await?;
    }
    added(tx, import).await
}

async fn added(tx: &mut Tx, import: &Import) -> Result<()> {
    let sql = "UPDATE import_rows SET action = 'add' WHERE import_id = $1 AND action IS NULL \
               AND CAST($2 AS TEXT) IS NOT NULL";
    run(tx, import, sql.to_owned()).await
}

/// Another thing has the name already.
async fn taken(tx: &mut Tx, import: &Import, table: &str, name: &str) -> Result<()> {
    let nothing = nothing(tx);
    let found = format!(
        "SELECT r.number, r.data ->> '{name}' AS value, {nothing} AS params FROM import_rows r \
         JOIN {table} t ON t.{name} = r.data ->> '{name}' AND t.id <> r.target_id \
         WHERE r.import_id = $1"
    );
    refuse(tx, import, name, "name-taken", found).await
}

async fn locality(tx: &mut Tx, import: &Import) -> Result<()> {
    let sql = "UPDATE import_rows SET parent_id = l.id FROM localities l \
               WHERE import_rows.import_id = $1 AND l.code = import_rows.parent_key \
               AND l.served_here AND CAST($2 AS TEXT) IS NOT NULL";
    run(tx, import, sql.to_owned()).await?;
    without_parent(tx, import, "locality", "locality-unknown").await
}

async fn without_parent(tx: &mut Tx, import: &Import, column: &str, code: &str) -> Result<()> {
    let nothing = nothing(tx);
    let found = format!(
        "SELECT r.number, r.parent_key AS value, {nothing} AS params FROM import_rows r \
         WHERE r.import_id = $1 AND r.parent_id IS NULL"
    );
    refuse(tx, import, column, code, found).await
}

/// What the history says already. A whole profile that somebody has set beside the columns is none of
/// the columns.
async fn unchanged(tx: &mut Tx, import: &Import) -> Result<()> {
    let data = match tx {
        Tx::Sqlite(_) => "json_remove(c.data, '$.profile')",
        Tx::Postgres(_) => "c.data - 'profile'",
    };
    let sql = format!(
        "UPDATE import_rows SET action = 'none' WHERE import_id = $1 AND action = 'change' \
         AND CAST($2 AS TEXT) IS NOT NULL AND data = (SELECT {data} FROM registry_changes c \
           WHERE c.subject_id = import_rows.target_id AND c.kind = '{}' \
           ORDER BY c.at DESC, c.id DESC LIMIT 1)",
        import.kind.as_str()
    );
    run(tx, import, sql).await
}

async fn groups(tx: &mut Tx, import: &Import) -> Result<()> {
    forget(tx, import).await?;
    twice(tx, import, "external_id", "r.key").await?;
    let known = "UPDATE import_rows SET target_id = t.id, action = 'change' FROM groups t \
                 WHERE import_rows.import_id = $1 AND t.source = $2 \
                 AND t.external_id = import_rows.key";
    run(tx, import, known.to_owned()).await?;
    added(tx, import).await?;
    let parents = "UPDATE import_rows SET parent_id = k.id FROM kindergartens k \
                   WHERE import_rows.import_id = $1 AND k.source = $2 \
                   AND k.external_id = import_rows.parent_key";
    run(tx, import, parents.to_owned()).await?;
    without_parent(tx, import, "kindergarten", "kindergarten-unknown").await?;
    let params = dialect::json_object(tx, "taken", "g.held + g.taken");
    let found = format!(
        "SELECT r.number, r.data ->> 'capacity' AS value, {params} AS params FROM import_rows r \
         JOIN groups g ON g.id = r.target_id WHERE r.import_id = $1 \
         AND CAST(r.data ->> 'capacity' AS INTEGER) < g.held + g.taken"
    );
    refuse(tx, import, "capacity", "capacity-too-small", found).await?;
    unchanged(tx, import).await?;
    let ended = "UPDATE import_rows SET action = 'end' FROM groups g \
                 WHERE import_rows.import_id = $1 AND import_rows.action = 'change' \
                 AND g.id = import_rows.target_id AND g.closed_from IS NULL \
                 AND import_rows.data ->> 'closed_from' IS NOT NULL \
                 AND CAST($2 AS TEXT) IS NOT NULL";
    run(tx, import, ended.to_owned()).await
}

async fn places(tx: &mut Tx, import: &Import) -> Result<()> {
    forget(tx, import).await?;
    twice(tx, import, "group", "r.key").await?;
    let known = "UPDATE import_rows SET target_id = g.id, parent_id = g.kindergarten_id, \
                 action = CASE WHEN g.free = CAST(import_rows.data ->> 'free' AS INTEGER) \
                   THEN 'none' ELSE 'change' END FROM groups g \
                 WHERE import_rows.import_id = $1 AND g.source = $2 \
                 AND g.external_id = import_rows.key";
    run(tx, import, known.to_owned()).await?;
    let nothing = nothing(tx);
    let found = format!(
        "SELECT r.number, r.key AS value, {nothing} AS params FROM import_rows r \
         WHERE r.import_id = $1 AND r.action IS NULL"
    );
    refuse(tx, import, "group", "group-unknown", found).await?;
    let most = dialect::json_object(tx, "most", "g.free + g.unpublished");
    let found = format!(
        "SELECT r.number, r.data ->> 'free' AS value, {most} AS params FROM import_rows r \
         JOIN groups g ON g.id = r.target_id WHERE r.import_id = $1 \
         AND CAST(r.data ->> 'free' AS INTEGER) > g.free + g.unpublished"
    );
    refuse(tx, import, "free", "places-beyond-capacity", found).await
}

async fn queue(tx: &mut Tx, import: &Import) -> Result<()> {
    twice(tx, import, "previous_number", "r.key").await?;
    // Only what is found otherwise than before is written: the second look, in the transaction that applies
    // hundreds of thousands of rows, writes nothing.
    let found = "UPDATE import_rows SET target_id = n.target_id, action = n.action, \
                 parent_id = n.parent_id, group_id = n.group_id \
                 FROM (SELECT r.number, COALESCE(t.application_id, r.target_id) AS target_id, \
                   CASE WHEN t.application_id IS NULL THEN 'add' ELSE 'none' END AS action, \
                   l.id AS parent_id, g.id AS group_id FROM import_rows r \
                   LEFT JOIN transferred_applications t \
                     ON t.source = $2 AND t.previous_number = r.key \
                   LEFT JOIN localities l ON l.code = r.parent_key AND l.served_here \
                   LEFT JOIN groups g ON g.source = $2 \
                     AND g.external_id = r.data ->> 'referral_group' \
                   WHERE r.import_id = $1) AS n \
                 WHERE import_rows.import_id = $1 AND import_rows.number = n.number \
                 AND (import_rows.action IS DISTINCT FROM n.action \
                   OR import_rows.target_id IS DISTINCT FROM n.target_id \
                   OR import_rows.parent_id IS DISTINCT FROM n.parent_id \
                   OR import_rows.group_id IS DISTINCT FROM n.group_id)";
    run(tx, import, found.to_owned()).await?;
    without_parent(tx, import, "locality", "locality-unknown").await?;
    let nothing = nothing(tx);
    let found = format!(
        "SELECT r.number, r.data ->> 'referral_group' AS value, {nothing} AS params \
         FROM import_rows r WHERE r.import_id = $1 AND r.referral_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id \
           WHERE g.id = r.group_id AND k.locality_id = r.parent_id)"
    );
    refuse(tx, import, "referral_group", "group-unknown", found).await?;
    let child = "r.data ->> 'child_iin'";
    for (of, condition) in [
        ("r.parent_key", "r.action = 'add'"),
        (
            "'referred'",
            "r.action = 'add' AND r.referral_id IS NOT NULL",
        ),
    ] {
        let found = repeated(tx, child, &format!("{child}, {of}"), condition);
        refuse(tx, import, "child_iin", "child-twice", found).await?;
    }
    let found = format!(
        "SELECT r.number, {child} AS value, {nothing} AS params FROM import_rows r \
         JOIN applications a ON a.locality_id = r.parent_id AND a.child_iin = {child} \
         AND a.state IN ('queued', 'stop_listed', 'referred') \
         WHERE r.import_id = $1 AND r.action = 'add'"
    );
    refuse(tx, import, "child_iin", "child-already-queued", found).await?;
    let found = format!(
        "SELECT r.number, {child} AS value, {nothing} AS params FROM import_rows r \
         JOIN referrals f ON f.child_iin = {child} AND f.state = 'active' \
         WHERE r.import_id = $1 AND r.action = 'add' AND r.referral_id IS NOT NULL"
    );
    refuse(tx, import, "child_iin", "referral-active", found).await?;
    let most = dialect::json_object(tx, "most", "g.free + g.unpublished");
    let found = format!(
        "SELECT r.number, r.data ->> 'referral_group' AS value, {most} AS params \
         FROM (SELECT number, data, group_id, ROW_NUMBER() OVER (PARTITION BY group_id \
           ORDER BY number) AS nth FROM import_rows \
           WHERE import_id = $1 AND action = 'add' AND referral_id IS NOT NULL) AS r \
         JOIN groups g ON g.id = r.group_id WHERE r.nth > g.free + g.unpublished"
    );
    refuse(
        tx,
        import,
        "referral_group",
        "places-beyond-capacity",
        found,
    )
    .await
}

/// See [`super::keep_within`]. `$2` is the author, `$3` the duty, `$4` the moment.
pub(super) async fn keep_within(
    tx: &mut Tx,
    import: &Import,
    author: PersonId,
    duty: Duty,
    now: DateTime<Utc>,
) -> Result<()> {
    // The column that is refused, its value, the code, and the localities that a row touches.
    let (column, value, code, touched): (_, _, _, &[&str]) = match import.kind {
        ImportKind::Localities => (
            "code",
            "r.data ->> 'code'",
            "locality-unknown",
            &["r.target_id"],
        ),
        ImportKind::Kindergartens => (
            "locality",
            "r.parent_key",
            "locality-unknown",
            &[
                "r.parent_id",
                "(SELECT k.locality_id FROM kindergartens k WHERE k.id = r.target_id)",
            ],
        ),
        ImportKind::Groups => (
            "kindergarten",
            "r.parent_key",
            "kindergarten-unknown",
            &[
                "(SELECT k.locality_id FROM kindergartens k WHERE k.id = r.parent_id)",
                "(SELECT k.locality_id FROM groups g JOIN kindergartens k \
                   ON k.id = g.kindergarten_id WHERE g.id = r.target_id)",
            ],
        ),
        ImportKind::Places => (
            "group",
            "r.key",
            "group-unknown",
            &["(SELECT k.locality_id FROM kindergartens k WHERE k.id = r.parent_id)"],
        ),
        ImportKind::Queue => (
            "locality",
            "r.parent_key",
            "locality-unknown",
            &["r.parent_id"],
        ),
    };
    let nothing = nothing(tx);
    for locality in touched {
        let sql = format!(
            "INSERT INTO import_errors (import_id, number, column_name, code, value, params) \
             SELECT $1, r.number, '{column}', '{code}', COALESCE({value}, ''), {nothing} \
             FROM import_rows r WHERE r.import_id = $1 AND {locality} IS NOT NULL \
             AND {locality} NOT IN (SELECT a.locality_id FROM appointments a \
               JOIN persons p ON p.iin = a.iin WHERE p.id = $2 AND a.duty = $3 \
               AND a.begins_at <= $4 AND (a.ends_at IS NULL OR a.ends_at > $4)) \
             ON CONFLICT (import_id, number, column_name, code) DO NOTHING"
        );
        on_conn!(tx, |conn| sqlx::query(AssertSqlSafe(sql.as_str()))
            .bind(import.id.uuid())
            .bind(author.uuid())
            .bind(duty.as_str())
            .bind(now)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}
