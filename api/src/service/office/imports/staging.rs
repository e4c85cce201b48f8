//! Reading a file into staging: rows are made in a thread that may block, and put down in batches.

use super::terms::{ImportError, MOST_ERRORS, TableFile};
use crate::{app::Core, clock, error::Error};
use balabaqsha_shared::{
    import::{
        Cells, GroupRow, ImportKind, ImportRow, ImportedState, KindergartenRow, LocalityRow,
        PlacesRow, QueueRow,
    },
    rules::Violation,
    time,
};
use balabaqsha_store::{
    self as store,
    imports::{Import, RowError, StagedRow},
};
use balabaqsha_tables::{self as tables, Format, TableError};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde_json::{Value, json};
use std::{collections::HashMap, fs::File};
use tokio::sync::mpsc;

/// Rows that are staged in one transaction.
const BATCH: usize = 2_000;

/// Some rows of a file.
#[derive(Debug, Default)]
struct Batch {
    rows: Vec<StagedRow>,
    errors: Vec<RowError>,
    read: i64,
}

/// What ends the reading.
enum Stopped {
    Table(TableError),
    /// Nobody takes the rows any more.
    Receiver,
}

impl From<TableError> for Stopped {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

/// Reads on where an interrupted reading has stopped. Of two readers of the same import one stops.
pub(super) async fn read_on(
    core: &Core,
    import: &Import,
    table: TableFile,
) -> Result<(), ImportError> {
    let TableFile { name, format, file } = table;
    let (sender, mut receiver) = mpsc::channel::<Batch>(2);
    let (kind, skip, now) = (import.kind, import.rows_read, core.now());
    let reading = tokio::task::spawn_blocking(move || {
        let reader = Reader::new(sender, skip, now);
        match kind {
            ImportKind::Localities => reader.read::<LocalityRow>(file, format),
            ImportKind::Kindergartens => reader.read::<KindergartenRow>(file, format),
            ImportKind::Groups => reader.read::<GroupRow>(file, format),
            ImportKind::Places => reader.read::<PlacesRow>(file, format),
            ImportKind::Queue => reader.read::<QueueRow>(file, format),
        }
    });
    let mut errors = 0;
    let mut before = import.rows_read;
    while let Some(batch) = receiver.recv().await {
        let after = batch.read;
        errors += i64::try_from(batch.errors.len()).unwrap_or(MOST_ERRORS);
        core.db
            .transact(async |tx| {
                if !store::imports::advance(tx, import.id, before, after).await? {
                    return Err(ImportError::Running(import.id));
                }
                Ok(store::imports::stage(tx, import.id, &batch.rows, &batch.errors).await?)
            })
            .await?;
        before = after;
        if errors >= MOST_ERRORS {
            break;
        }
    }
    drop(receiver);
    match reading.await.map_err(Error::internal)? {
        Ok(()) | Err(Stopped::Receiver) => Ok(()),
        Err(Stopped::Table(source)) => Err(ImportError::Table { name, source }),
    }
}

/// Makes staged rows of those of a file, in a thread that may block.
struct Reader {
    sender: mpsc::Sender<Batch>,
    batch: Batch,
    /// Rows up to this number are staged already.
    skip: i64,
    now: DateTime<Utc>,
    /// R5: how many children of a queue have the same moment of submission.
    moments: HashMap<(String, i32, i64), i64>,
}

impl Reader {
    fn new(sender: mpsc::Sender<Batch>, skip: i64, now: DateTime<Utc>) -> Self {
        Self {
            sender,
            batch: Batch::default(),
            skip,
            now,
            moments: HashMap::new(),
        }
    }

    fn read<R: Staged>(mut self, file: File, format: Format) -> std::result::Result<(), Stopped> {
        let columns: Vec<tables::Column> = R::COLUMNS
            .iter()
            .map(|column| tables::Column {
                name: column.name,
                required: column.required,
            })
            .collect();
        tables::read(file, format, &columns, |row| self.take::<R>(&row))?;
        self.send()
    }

    fn take<R: Staged>(&mut self, row: &tables::Row) -> std::result::Result<(), Stopped> {
        let number = i64::try_from(row.number).unwrap_or(i64::MAX);
        let mut cells = Cells::new(R::COLUMNS, &row.cells, self.now);
        let read = R::read(&mut cells);
        let errors = cells.into_errors();
        // Moments are counted from the beginning of the file, also of rows that are staged already.
        let staged = read.map(|row| row.stage(self));
        if number <= self.skip {
            return Ok(());
        }
        self.batch.read = number;
        self.batch
            .errors
            .extend(errors.iter().map(|error| RowError {
                number,
                column: error.column.to_owned(),
                code: error.violation.code.as_str().to_owned(),
                value: error.value.clone(),
                params: params(&error.violation),
            }));
        if let Some(what) = staged.filter(|_| errors.is_empty()) {
            self.batch.rows.push(StagedRow {
                number,
                key: what.key,
                parent_key: what.parent_key,
                target_id: clock::new_id(self.now),
                further_id: clock::new_id(self.now),
                referral_id: what.has_referral.then(|| clock::new_id(self.now)),
                data: what.data,
            });
        }
        if self.batch.rows.len() + self.batch.errors.len() >= BATCH {
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> std::result::Result<(), Stopped> {
        let batch = std::mem::take(&mut self.batch);
        if batch.read == 0 {
            return Ok(());
        }
        self.sender
            .blocking_send(batch)
            .map_err(|_| Stopped::Receiver)
    }

    /// R5: a moment that another child of the queue has already comes a microsecond later.
    fn unique(&mut self, locality: &str, year: i32, at: DateTime<Utc>) -> DateTime<Utc> {
        let key = (locality.to_owned(), year, at.timestamp_micros());
        let before = self.moments.entry(key).or_default();
        let unique = at + TimeDelta::microseconds(*before);
        *before += 1;
        unique
    }
}

fn params(violation: &Violation) -> std::collections::BTreeMap<String, String> {
    let owned = |(name, value): (&&str, &String)| ((*name).to_owned(), value.clone());
    violation.params.iter().map(owned).collect()
}

/// What is staged of a row.
struct What {
    key: String,
    parent_key: Option<String>,
    has_referral: bool,
    data: Value,
}

impl What {
    fn of<R: ImportRow>(row: &R) -> Self {
        Self {
            key: row.key().to_owned(),
            parent_key: row.parent().map(str::to_owned),
            has_referral: false,
            // All rows have a JSON form.
            data: serde_json::to_value(row).unwrap_or_default(),
        }
    }
}

trait Staged: ImportRow {
    fn stage(self, _: &mut Reader) -> What {
        What::of(&self)
    }
}

impl Staged for KindergartenRow {}
impl Staged for GroupRow {}
impl Staged for PlacesRow {}

impl Staged for LocalityRow {
    fn stage(self, _: &mut Reader) -> What {
        let mut what = What::of(&self);
        set(&mut what.data, "rules", self.rules());
        what
    }
}

pub(super) fn set(data: &mut Value, name: &str, value: Value) {
    if let Some(members) = data.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

impl Staged for QueueRow {
    fn stage(self, reader: &mut Reader) -> What {
        let moment = |at| Value::String(store::imports::moment(at));
        let mut what = What::of(&self);
        let year = self.birth_date.year();
        let submitted_at = reader.unique(&self.locality, year, self.submitted_at);
        let data = &mut what.data;
        set(data, "submitted_at", moment(submitted_at));
        set(data, "birth_year", json!(year));
        set(data, "rank", json!(self.category.rank()));
        // R27: marked for officials.
        let told = self.child_iin.birth_date();
        set(data, "date_differs", json!(told != Some(self.birth_date)));
        match self.state {
            ImportedState::Queued => set(data, "state", json!("queued")),
            ImportedState::StopListed { until } => {
                set(data, "state", json!("stop_listed"));
                set(data, "stop_listed_until", json!(until));
                set(data, "stop_list_ends_at", moment(time::end_of_day(until)));
            }
            ImportedState::Referred { referral } => {
                what.has_referral = true;
                let token = BASE64_URL_SAFE_NO_PAD.encode(clock::random::<16>());
                set(data, "state", json!("referred"));
                set(data, "referral_group", json!(referral.group));
                set(data, "issued_at", moment(referral.issued_at));
                set(data, "deadline", json!(referral.deadline));
                let lapses_at = time::end_of_day(referral.deadline);
                set(data, "lapses_at", moment(lapses_at));
                // What was given out elsewhere is not revoked here any more (R14).
                set(data, "revocable_until", moment(referral.issued_at));
                set(data, "previous_referral", json!(referral.number));
                set(data, "verification_token", json!(token));
            }
        }
        what
    }
}
