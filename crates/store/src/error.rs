//! What can go wrong in storage.

use sqlx::sqlite::SqliteError;
use std::fmt::Display;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database URL must begin with sqlite: or postgres://")]
    UnknownEngine,
    #[error("cannot connect to PostgreSQL at {server}: {source}")]
    Unreachable { server: String, source: sqlx::Error },
    #[error(transparent)]
    Sqlx(#[from] sqlx::Error),
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A row that the schema or the rules exclude.
    #[error("{table} {id}: {reason}")]
    Inconsistent {
        table: &'static str,
        id: String,
        reason: String,
    },
}

impl Error {
    pub fn inconsistent(table: &'static str, id: impl Display, reason: impl Display) -> Self {
        Self::Inconsistent {
            table,
            id: id.to_string(),
            reason: reason.to_string(),
        }
    }

    /// A row with the same unique value exists already.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sqlx(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Somebody else has locked the file of SQLite.
    #[must_use]
    pub(super) fn is_locked(&self) -> bool {
        let Self::Sqlx(sqlx::Error::Database(error)) = self else {
            return false;
        };
        error.try_downcast_ref::<SqliteError>().is_some()
            && matches!(
                plain(&error.code().unwrap_or_default()),
                Some(BUSY | LOCKED)
            )
    }

    /// The engine is overloaded, short of something, or gave this transaction up; trying again may
    /// succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Sqlx(error) => transient(error),
            Self::UnknownEngine | Self::Migrate(_) | Self::Inconsistent { .. } => false,
        }
    }
}

fn transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if error.try_downcast_ref::<SqliteError>().is_some() {
                transient_in_sqlite(&code)
            } else {
                transient_in_postgres(&code)
            }
        }
        _ => false,
    }
}

const BUSY: u32 = 5;
const LOCKED: u32 = 6;

/// The low byte of an extended result code is the plain one
/// (https://www.sqlite.org/rescode.html).
fn plain(code: &str) -> Option<u32> {
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn transient_in_sqlite(code: &str) -> bool {
    const NOMEM: u32 = 7;
    const IOERR: u32 = 10;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    matches!(
        plain(code),
        Some(BUSY | LOCKED | NOMEM | IOERR | FULL | CANTOPEN)
    )
}

/// Classes and codes of PostgreSQL (its documentation, appendix A).
fn transient_in_postgres(code: &str) -> bool {
    // Connections that broke; resources that ran out, such as the disk; failures outside, such as
    // input and output.
    let class = ["08", "53", "58"]
        .iter()
        .any(|class| code.starts_with(class));
    class
        || matches!(
            code,
            // Serialization failure, deadlock, lock not to be had, statement cancelled.
            "40001" | "40P01" | "55P03" | "57014"
            // The server stops, has crashed, is not there yet, or only reads after a change of roles.
            | "57P01" | "57P02" | "57P03" | "57P05" | "25006"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_other_shortages_are_transient_in_sqlite() {
        // Busy, locked, out of memory, input and output, disk full, cannot open, each plain and
        // extended where there is an extended code.
        for code in [
            "5", "261", "517", "6", "7", "10", "778", "1034", "10250", "13", "14", "270",
        ] {
            assert!(transient_in_sqlite(code), "{code}");
        }
        // Error, internal, read-only, corrupt, constraints, and what is no code of SQLite.
        for code in ["1", "2", "8", "11", "19", "787", "2067", "", "53100"] {
            assert!(!transient_in_sqlite(code), "{code}");
        }
    }

    #[test]
    fn shortages_and_stops_of_the_server_are_transient_in_postgres() {
        for code in [
            "40001", "40P01", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58030",
            "08006", "55P03", "57014", "25006",
        ] {
            assert!(transient_in_postgres(code), "{code}");
        }
        for code in [
            "23505", "23503", "42P01", "22021", "25P02", "42501", "13", "",
        ] {
            assert!(!transient_in_postgres(code), "{code}");
        }
    }
}
