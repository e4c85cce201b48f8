//! What imports are about: files with tables, and why nothing was imported.

use crate::error::Error;
use balabaqsha_shared::{code::Code, comment::Comment, id::ImportId};
use balabaqsha_store as store;
use balabaqsha_tables::{Format, TableError};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

/// With more errors than this nobody reads on.
pub(super) const MOST_ERRORS: i64 = 10_000;
/// Of a source's name.
pub(super) const LONGEST_SOURCE: usize = 50;
/// R23 on SQLite: its one writer would be kept from everybody for too long.
pub(super) const MOST_CHILDREN_ON_SQLITE: i64 = 20_000;

/// Why nothing was imported; the data of the service is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: must end in .csv, .xlsx, .json or .ndjson", .0.display())]
    Format(PathBuf),
    #[error("{name}: {source}")]
    Table { name: String, source: TableError },
    #[error("{name}: {source}")]
    Read { name: String, source: io::Error },
    #[error(
        "{code}: import {0} of the same source is being read, or was interrupted; the same file goes on \
         with it, `balabaqsha import discard {0}` gives it up",
        code = Code::ImportRunning
    )]
    Running(ImportId),
    #[error("{code}: import {0}", code = Code::ImportNotChecked)]
    NotChecked(ImportId),
    #[error("the source must have 1 to {LONGEST_SOURCE} letters, digits, hyphens or underscores")]
    Source,
    #[error(
        "the name of who decided must have 1 to {max} characters and no hidden ones",
        max = Comment::MAX_CHARS
    )]
    Author,
    #[error("there is no import {0} that waits to be applied")]
    Unknown(String),
    #[error(
        "on SQLite at most {MOST_CHILDREN_ON_SQLITE} children are imported at once: take PostgreSQL \
         for a city of this size, or import the queue in parts"
    )]
    TooManyChildren,
    #[error(
        "an older version of the service may still be running: `balabaqsha upgrade finish` first"
    )]
    UpgradeNotFinished,
    #[error("import {0} has errors; nothing was changed")]
    Refused(ImportId),
    #[error(
        "the queue is not exported: it has personal data, and every look at it leaves a record"
    )]
    NotExported,
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for ImportError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

pub type Result<T> = std::result::Result<T, ImportError>;

/// A file with a table.
#[derive(Debug)]
pub struct TableFile {
    pub name: String,
    pub format: Format,
    pub file: File,
}

impl TableFile {
    /// # Errors
    /// When the file cannot be opened, or its name does not say what it is.
    pub fn open(path: &Path) -> Result<Self> {
        let format = Format::of(path).ok_or_else(|| ImportError::Format(path.to_owned()))?;
        let file = File::open(path).map_err(|source| ImportError::File {
            path: path.to_owned(),
            source,
        })?;
        let name = path.file_name().unwrap_or_default();
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            format,
            file,
        })
    }
}
