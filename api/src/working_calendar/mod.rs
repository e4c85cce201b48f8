//! The working calendar of a running service: the built-in years with the imported decrees over
//! them. A deadline that is stored never moves; an import counts for what is computed afterwards.

pub mod decree_files;

use crate::error::{Error, Result};
use balabaqsha_shared::calendar::{
    WorkingCalendar, builtin,
    decrees::{self, DecreeDay},
};
use balabaqsha_store::{self as store, Db, Tx};
use chrono::{DateTime, Utc};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;

/// The calendar as it was last read, with the version of the imported days. Each use asks the
/// database for the version, one look-up by key in the transaction at hand, so that an import is
/// seen by every process at once and never in the middle of a transaction.
#[derive(Debug)]
pub struct Calendars(RwLock<Read>);

#[derive(Clone, Debug)]
struct Read {
    version: Option<String>,
    calendar: Arc<WorkingCalendar>,
}

impl Default for Calendars {
    fn default() -> Self {
        Self(RwLock::new(Read {
            version: None,
            calendar: Arc::new(builtin::kazakhstan()),
        }))
    }
}

impl Calendars {
    /// The calendar of this moment.
    pub async fn current(&self, tx: &mut Tx) -> Result<Arc<WorkingCalendar>> {
        let version = store::calendar::version(tx).await?;
        let known = self.known();
        if known.version == version {
            return Ok(known.calendar);
        }
        let days = store::calendar::days(tx).await?;
        let calendar = Arc::new(with_days(builtin::kazakhstan(), &days));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Read {
            version,
            calendar: Arc::clone(&calendar),
        };
        Ok(calendar)
    }

    fn known(&self) -> Read {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn with_days(calendar: WorkingCalendar, days: &[DecreeDay]) -> WorkingCalendar {
    days.iter().fold(calendar, |calendar, day| {
        calendar.with_decree(day.day, day.kind)
    })
}

/// Why an import was refused; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the list has no days")]
    Empty,
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Contradictions(Vec<decrees::Contradiction>),
    #[error(transparent)]
    Service(#[from] Error),
}

impl From<store::Error> for ImportError {
    fn from(error: store::Error) -> Self {
        Self::Service(error.into())
    }
}

/// Lays a list of days over the calendar, all or nothing. What an earlier import said of the same
/// day is replaced.
pub async fn import(
    db: &Db,
    days: &[DecreeDay],
    version: Uuid,
    now: DateTime<Utc>,
) -> std::result::Result<(), ImportError> {
    if days.is_empty() {
        return Err(ImportError::Empty);
    }
    let contradictions = decrees::contradictions(days, &builtin::kazakhstan());
    if !contradictions.is_empty() {
        return Err(ImportError::Contradictions(contradictions));
    }
    db.transact(async |tx| Ok(put(tx, days, version, now).await?))
        .await
}

/// Writes days without contradictions, in the transaction at hand.
pub async fn put(tx: &mut Tx, days: &[DecreeDay], version: Uuid, now: DateTime<Utc>) -> Result<()> {
    for day in days {
        store::calendar::put(tx, day, now).await?;
    }
    Ok(store::calendar::put_version(tx, version).await?)
}

/// The calendar with everything imported, and the imported days with their decrees.
pub async fn show(db: &Db) -> Result<(WorkingCalendar, Vec<DecreeDay>)> {
    let mut tx = db.read().await?;
    let days = store::calendar::days(&mut tx).await?;
    Ok((with_days(builtin::kazakhstan(), &days), days))
}
