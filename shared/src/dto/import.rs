//! Tables of other systems for officials: imports as jobs with a state (R20, R23).

use super::ProblemError;
use crate::{
    id::{ImportId, LocalityId},
    import::ImportKind,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportState {
    /// Rows are being read. One that was interrupted stays so and goes on with the same file.
    Staging,
    /// It has errors; nothing was changed.
    Refused,
    /// It can be applied.
    Checked,
    Applied,
    Discarded,
}

impl ImportState {
    pub const ALL: [Self; 5] = [
        Self::Staging,
        Self::Refused,
        Self::Checked,
        Self::Applied,
        Self::Discarded,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Staging => "staging",
            Self::Refused => "refused",
            Self::Checked => "checked",
            Self::Applied => "applied",
            Self::Discarded => "discarded",
        }
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RowAction {
    Add,
    Change,
    /// A group closes from a day.
    End,
    /// It is so already.
    None,
}

impl RowAction {
    pub const ALL: [Self; 4] = [Self::Add, Self::Change, Self::End, Self::None];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::End => "end",
            Self::None => "none",
        }
    }
}

/// How many rows become what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowCounts {
    pub add: u64,
    pub change: u64,
    pub end: u64,
    pub none: u64,
}

/// The import of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    pub id: ImportId,
    pub kind: ImportKind,
    /// The system that the file comes from; ids are unique in it.
    pub source: String,
    pub file_name: String,
    /// Of the file, in hexadecimal.
    pub sha256: String,
    pub state: ImportState,
    pub created_at: DateTime<Utc>,
    pub by: String,
    /// So many rows have been read; grows while the state is `staging`.
    pub rows_read: u64,
    pub counts: RowCounts,
    pub error_count: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_at: Option<DateTime<Utc>>,
    /// Why the file cannot be read as a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ProblemError>,
    /// Of an imported queue (R23): how many children came to which queue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<ImportedQueue>,
}

/// Children that came to a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedQueue {
    /// Code of the locality.
    pub locality: String,
    pub birth_year: i32,
    pub category: crate::application::Category,
    pub children: u64,
}

/// What a row becomes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRow {
    /// In the file.
    pub row: u64,
    /// What the source calls the thing.
    pub key: String,
    pub action: RowAction,
}

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRowError {
    /// In the file.
    pub row: u64,
    pub column: String,
    /// As it stands in the file, shortened.
    pub value: String,
    pub code: String,
    /// What is expected, in the language of the reader.
    pub detail: String,
}

/// How a table is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TableFormat {
    #[default]
    Csv,
    Xlsx,
    Json,
}

impl TableFormat {
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::Json];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// The type of a file on the wire.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }
}

/// Sources of a locality's registry, for exports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistrySource {
    pub source: String,
    pub locality_ids: Vec<LocalityId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegistrySourceList {
    pub items: Vec<RegistrySource>,
}
