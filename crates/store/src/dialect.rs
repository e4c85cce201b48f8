//! The few places where the engines differ.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::GroupId;
use sqlx::AssertSqlSafe;

// `NO KEY UPDATE`, because rows that refer to a locked row (the journal to its application) are
// written by others meanwhile and need its key only.

/// Locks the selected rows until the end of the transaction. SQLite's writer is alone anyway.
pub(super) fn for_update(tx: &Tx, select: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(match tx {
        Tx::Sqlite(_) => select.to_owned(),
        Tx::Postgres(_) => format!("{select} FOR NO KEY UPDATE"),
    })
}

/// Locks due rows of `table` that no other process is working on.
pub(super) fn for_update_skip_locked(
    tx: &Tx,
    table: &str,
    select: &'static str,
) -> AssertSqlSafe<String> {
    AssertSqlSafe(match tx {
        Tx::Sqlite(_) => select.to_owned(),
        Tx::Postgres(_) => format!("{select} FOR NO KEY UPDATE OF {table} SKIP LOCKED"),
    })
}

/// Whether there is a table of the name that is bound.
pub(super) fn has_table(tx: &Tx) -> &'static str {
    match tx {
        Tx::Sqlite(_) => {
            "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)"
        }
        Tx::Postgres(_) => "SELECT to_regclass($1) IS NOT NULL",
    }
}

/// Locks groups in the order of their ids, so that two holds that swap groups never wait for each
/// other in a circle.
pub async fn lock_groups(tx: &mut Tx, mut ids: Vec<GroupId>) -> Result<()> {
    ids.sort();
    ids.dedup();
    for id in ids {
        let sql = for_update(tx, "SELECT 1 FROM groups WHERE id = $1");
        on_conn!(tx, |conn| sqlx::query(sql)
            .bind(id.uuid())
            .fetch_optional(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

// Members of JSON columns in words of SQL. `data ->> 'name'` is the same on both engines; what it holds is
// a text.

/// A member that is a day.
pub(super) fn json_day(tx: &Tx, name: &str) -> String {
    match tx {
        Tx::Sqlite(_) => format!("(r.data ->> '{name}')"),
        Tx::Postgres(_) => format!("CAST(r.data ->> '{name}' AS DATE)"),
    }
}

/// A member that is a moment, written by [`moment_text`].
pub(super) fn json_moment(tx: &Tx, name: &str) -> String {
    match tx {
        Tx::Sqlite(_) => format!("(r.data ->> '{name}')"),
        Tx::Postgres(_) => format!("CAST(r.data ->> '{name}' AS TIMESTAMPTZ)"),
    }
}

/// A JSON object with one text.
pub(super) fn json_object(tx: &Tx, name: &str, value: &str) -> String {
    match tx {
        Tx::Sqlite(_) => format!("json_object('{name}', CAST({value} AS TEXT))"),
        Tx::Postgres(_) => format!("jsonb_build_object('{name}', CAST({value} AS TEXT))"),
    }
}

/// A moment as SQLite's columns hold it; PostgreSQL reads it as well.
pub(super) fn moment_text(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

/// Lets nobody else work on the same things, named by words, until the end of the transaction. Names
/// are taken in their order, before any row is locked. SQLite's writer is alone anyway.
pub async fn lock_names(tx: &mut Tx, mut names: Vec<String>) -> Result<()> {
    let Tx::Postgres(conn) = tx else {
        return Ok(());
    };
    names.sort();
    names.dedup();
    for name in names {
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind(name)
            .execute(&mut **conn)
            .await?;
    }
    Ok(())
}
