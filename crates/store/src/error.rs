//! What can go wrong in storage.

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

    /// The engine is overloaded or gave this transaction up; trying again may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Sqlx(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) => true,
            Self::Sqlx(sqlx::Error::Database(error)) => {
                // PostgreSQL: serialization failure, deadlock. SQLite: busy, locked.
                matches!(
                    error.code().as_deref(),
                    Some("40001" | "40P01" | "5" | "6" | "261" | "517")
                )
            }
            _ => false,
        }
    }
}
