//! Who serves from the database, and whether what an earlier release cannot read may be written into it.

use super::{Error, Result, Tx, on_conn, settings};
use chrono::{DateTime, Utc};
use sqlx::{
    Connection,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqliteLockingMode},
};
use std::{str::FromStr, time::Duration};
use uuid::Uuid;

/// Grows with each release that writes what the one before cannot read.
pub const LEVEL: i32 = 1;
const SETTING: &str = "upgraded to level";
/// How connections of the service begin the name that PostgreSQL shows of them; the level follows.
const NAME: &str = "balabaqsha level ";

/// A process that serves.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Process {
    pub id: Uuid,
    pub version: String,
    /// What it can read.
    pub level: i32,
    pub seen_at: DateTime<Utc>,
}

/// The name that PostgreSQL shows of a connection.
pub(super) fn connection_name() -> String {
    format!("{NAME}{LEVEL}")
}

/// Whether everything may be written that this release can read. Whoever is about to write a state or
/// a value that the release before does not know asks this first, in the same transaction.
pub async fn finished(tx: &mut Tx) -> Result<bool> {
    let level = settings::get(tx, SETTING).await?;
    Ok(level.is_some_and(|level| level.parse::<i32>().is_ok_and(|level| level >= LEVEL)))
}

/// From now on everything may be written that this release can read.
pub async fn finish(tx: &mut Tx) -> Result<()> {
    settings::put(tx, SETTING, &LEVEL.to_string()).await
}

/// Says that a process serves at this moment.
pub async fn register(tx: &mut Tx, process: &Process) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO processes (id, version, level, seen_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"
    )
    .bind(process.id)
    .bind(&process.version)
    .bind(process.level)
    .bind(process.seen_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn leave(tx: &mut Tx, id: Uuid) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM processes WHERE id = $1"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets processes that have not been heard of since.
pub async fn forget(tx: &mut Tx, since: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM processes WHERE seen_at < $1"
    )
    .bind(since)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Processes that have been heard of since.
pub async fn alive(tx: &mut Tx, since: DateTime<Utc>) -> Result<Vec<Process>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, version, level, seen_at FROM processes WHERE seen_at >= $1 ORDER BY id"
    )
    .bind(since)
    .fetch_all(conn)
    .await)?)
}

/// Connections of the same user to the same database that no process of this release has: processes
/// of releases from before the register show in nothing else. None on SQLite.
pub async fn connections_of_others(tx: &mut Tx) -> Result<Vec<String>> {
    let Tx::Postgres(inner) = tx else {
        return Ok(Vec::new());
    };
    Ok(sqlx::query_scalar(
        "SELECT CASE application_name WHEN '' THEN 'without a name' ELSE application_name END \
         || ' (' || pid || ')' FROM pg_stat_activity \
         WHERE datname = current_database() AND usename = current_user \
         AND backend_type = 'client backend' AND application_name <> $1 ORDER BY pid",
    )
    .bind(connection_name())
    .fetch_all(&mut **inner)
    .await?)
}

/// Whether nobody has the file of an SQLite database open; always true of PostgreSQL. Whoever has it
/// open keeps others from locking it for themselves.
pub async fn nobody_has_open(url: &str) -> Result<bool> {
    if !url.starts_with("sqlite:") {
        return Ok(true);
    }
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .locking_mode(SqliteLockingMode::Exclusive)
        .busy_timeout(Duration::ZERO);
    let alone = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut connection)
            .await?;
        sqlx::query("ROLLBACK").execute(&mut connection).await?;
        connection.close().await
    };
    match alone.await.map_err(Error::from) {
        Ok(()) => Ok(true),
        Err(error) if error.is_locked() => Ok(false),
        Err(error) => Err(error),
    }
}
