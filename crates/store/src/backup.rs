//! A copy of a running SQLite database, whole and of one moment. A copy of the file alone lacks what
//! stands in its log.

use super::{Db, Error, Result};
use sqlx::{
    Connection,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};
use std::{path::Path, str::FromStr};

/// The setting that a copy has and the original has not.
pub const COPIED: &str = "copied";

/// The file of a database URL; none for a server and for a database in memory.
pub fn file_of(url: &str) -> Result<Option<std::path::PathBuf>> {
    if !url.starts_with("sqlite:") {
        return Ok(None);
    }
    let options = SqliteConnectOptions::from_str(url)?;
    let file = options.get_filename();
    Ok((file != Path::new(":memory:")).then(|| file.to_owned()))
}

/// Copies the database into a new file, looks whether the copy is sound, and marks it as one. False
/// when it is not a file that could be copied: a server has tools of its own.
pub async fn copy(db: &Db, target: &Path, remark: &str) -> Result<bool> {
    let Db::Sqlite { writer, .. } = db else {
        return Ok(false);
    };
    let name = target
        .to_str()
        .ok_or_else(|| Error::inconsistent("backup", target.display(), "not a name in UTF-8"))?;
    sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(writer)
        .await?;
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(target)).await?;
    let found: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await?;
    if found != "ok" {
        return Err(Error::inconsistent("backup", target.display(), found));
    }
    sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .bind(COPIED)
    .bind(remark)
    .execute(&mut connection)
    .await?;
    connection.close().await?;
    Ok(true)
}
