//! Bringing tables of other systems in (R20, R23): read and staged in batches, looked at as a whole, and
//! then applied in one transaction, or not at all. The same file twice changes nothing.

use crate::{
    app::Core,
    clock,
    error::Error,
    service::{
        audit::{self, Entry},
        telling::notices,
    },
};
use balabaqsha_shared::{
    code::{Code, Params},
    comment::Comment,
    id::{ImportId, ReferralId},
    import::{
        Cells, GroupRow, ImportKind, ImportRow, ImportedState, KindergartenRow, LocalityRow,
        PlacesRow, QueueRow,
    },
    language::Language,
    rules::{Violation, r16_publication},
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    freed::FreedPlace,
    imports::{Import, ImportState, Numbers, Outcome, RowError, StagedRow},
};
use balabaqsha_tables::{self as tables, Format, TableError};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};
use tokio::sync::mpsc;

/// Rows that are staged in one transaction.
const BATCH: usize = 2_000;
/// With more errors than this nobody reads on.
const MOST_ERRORS: i64 = 10_000;
/// Of a source's name.
const LONGEST_SOURCE: usize = 50;
/// R23 on SQLite: its one writer would be kept from everybody for too long.
const MOST_CHILDREN_ON_SQLITE: i64 = 20_000;
/// Serialises what imports apply.
const LOCK: &str = "import";

/// Why nothing was imported; the data of the service is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: must end in .csv, .xlsx, .json or .ndjson", .0.display())]
    Format(PathBuf),
    #[error("{}: {source}", path.display())]
    Table { path: PathBuf, source: TableError },
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

type Result<T> = std::result::Result<T, ImportError>;

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct Order {
    pub kind: ImportKind,
    /// The system that the file comes from.
    pub source: String,
    pub path: PathBuf,
    pub by: By,
}

/// What would become of the rows, or what is wrong with them.
#[derive(Clone, Debug)]
pub struct Checked {
    pub id: ImportId,
    /// How many rows would become what.
    pub counts: Vec<(String, i64)>,
    /// All that is wrong, up to a limit.
    pub errors: Vec<RowError>,
    pub error_count: i64,
}

impl Checked {
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.error_count == 0
    }
}

/// The sentence of an error for a reader.
#[must_use]
pub fn sentence(error: &RowError, language: Language) -> String {
    let Some(code) = Code::from_code(&error.code) else {
        return error.code.clone();
    };
    let mut text = code.detail(language, &Params::new());
    for (name, value) in &error.params {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

/// Reads a file into staging and looks at it as a whole; nothing else is changed. A file whose import was
/// interrupted is read on.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn check(core: &Core, order: Order) -> Result<Checked> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let length = order.source.chars().count();
    if !(1..=LONGEST_SOURCE).contains(&length) || !order.source.chars().all(fits) {
        return Err(ImportError::Source);
    }
    let format = Format::of(&order.path).ok_or_else(|| ImportError::Format(order.path.clone()))?;
    let path = order.path.clone();
    let digest = tokio::task::spawn_blocking(move || digest(&path))
        .await
        .map_err(Error::internal)?
        .map_err(|source| ImportError::File {
            path: order.path.clone(),
            source,
        })?;
    let import = begin(core, &order, digest).await?;
    if let Err(error) = read_on(core, &import, &order.path, format).await {
        // What cannot be read as a table is no import; what was interrupted otherwise can go on.
        if let ImportError::Table { .. } | ImportError::File { .. } = error {
            discard(core, import.id).await?;
        }
        return Err(error);
    }
    core.db
        .transact(async |tx| look(tx, core, import.id).await)
        .await
}

fn digest(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(some) = buffer.get(..read).filter(|some| !some.is_empty()) else {
            return Ok(hash.finalize().to_vec());
        };
        hash.update(some);
    }
}

async fn begin(core: &Core, order: &Order, digest: Vec<u8>) -> Result<Import> {
    let name = order.path.file_name().unwrap_or_default();
    let import = Import {
        id: ImportId::new(core.new_id()),
        kind: order.kind,
        source: order.source.clone(),
        file_name: name.to_string_lossy().into_owned(),
        digest,
        state: ImportState::Staging,
        created_at: core.now(),
        author: order.by.clone(),
        rows_read: 0,
        applied_at: None,
        protocol: json!({}),
    };
    core.db
        .transact(async |tx| {
            let known =
                store::imports::interrupted(tx, order.kind, &order.source, &import.digest).await?;
            match known {
                Some(known) => Ok(known),
                None => {
                    store::imports::insert(tx, &import).await?;
                    Ok(import)
                }
            }
        })
        .await
}

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

async fn read_on(core: &Core, import: &Import, path: &Path, format: Format) -> Result<()> {
    let file = File::open(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })?;
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
    while let Some(batch) = receiver.recv().await {
        let rows_read = batch.read;
        errors += i64::try_from(batch.errors.len()).unwrap_or(MOST_ERRORS);
        core.db
            .transact(async |tx| {
                store::imports::stage(tx, import.id, &batch.rows, &batch.errors, rows_read).await
            })
            .await?;
        if errors >= MOST_ERRORS {
            break;
        }
    }
    drop(receiver);
    match reading.await.map_err(Error::internal)? {
        Ok(()) | Err(Stopped::Receiver) => Ok(()),
        Err(Stopped::Table(source)) => Err(ImportError::Table {
            path: path.to_owned(),
            source,
        }),
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
        set(&mut what.data, "rules", json!(self.profile()));
        what
    }
}

fn set(data: &mut Value, name: &str, value: Value) {
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

/// Looks at what is staged, in the light of what is there.
async fn look(tx: &mut Tx, core: &Core, id: ImportId) -> Result<Checked> {
    let import = waiting(tx, id).await?;
    store::imports::resolve(tx, &import).await?;
    let checked = checked(tx, id).await?;
    let state = if checked.is_clean() {
        ImportState::Checked
    } else {
        ImportState::Refused
    };
    let protocol = protocol(tx, &import, &checked).await?;
    store::imports::set_state(tx, id, state, &protocol, core.now()).await?;
    Ok(checked)
}

async fn waiting(tx: &mut Tx, id: ImportId) -> Result<Import> {
    store::imports::lock(tx, id)
        .await?
        .filter(|import| {
            let over = [ImportState::Applied, ImportState::Discarded];
            !over.contains(&import.state)
        })
        .ok_or_else(|| ImportError::Unknown(id.to_string()))
}

async fn checked(tx: &mut Tx, id: ImportId) -> Result<Checked> {
    Ok(Checked {
        id,
        counts: store::imports::counts(tx, id).await?,
        errors: store::imports::errors(tx, id, MOST_ERRORS).await?,
        error_count: store::imports::count_errors(tx, id).await?,
    })
}

/// What stays of an import (R23): the digest of the file and counts.
async fn protocol(tx: &mut Tx, import: &Import, checked: &Checked) -> Result<Value> {
    let counts: serde_json::Map<String, Value> = checked
        .counts
        .iter()
        .map(|(action, count)| (action.clone(), json!(count)))
        .collect();
    let mut protocol = json!({
        "sha256": crate::hex::hex(&import.digest),
        "rows": counts,
        "errors": checked.error_count,
    });
    if import.kind == ImportKind::Queue {
        let queues: Vec<Value> = store::imports::queue_counts(tx, import.id)
            .await?
            .into_iter()
            .map(|(locality, birth_year, category, children)| {
                json!({"locality": locality, "birth_year": birth_year, "category": category,
                    "children": children})
            })
            .collect();
        set(&mut protocol, "queues", Value::Array(queues));
    }
    Ok(protocol)
}

/// Applies an import that was found to be without errors, all of it or nothing. It is looked at once more
/// in the transaction, since others may have changed what it rests on.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn apply(core: &Core, id: ImportId) -> Result<Checked> {
    core.db
        .transact(async |tx| apply_in(tx, core, id).await)
        .await
}

async fn apply_in(tx: &mut Tx, core: &Core, id: ImportId) -> Result<Checked> {
    store::settings::lock(tx, LOCK, "one at a time").await?;
    let import = waiting(tx, id).await?;
    if import.state != ImportState::Checked {
        return Err(ImportError::Refused(id));
    }
    store::imports::resolve(tx, &import).await?;
    let checked = checked(tx, id).await?;
    if !checked.is_clean() {
        return Err(ImportError::Refused(id));
    }
    match import.kind {
        ImportKind::Queue => apply_queue(tx, core, &import, &checked).await?,
        ImportKind::Places => {
            let to_come = store::registry::places_to_come(tx, id).await?;
            store::imports::apply(tx, &import, core.now()).await?;
            publish(tx, core, to_come).await?;
        }
        ImportKind::Localities | ImportKind::Kindergartens | ImportKind::Groups => {
            store::imports::apply(tx, &import, core.now()).await?;
        }
    }
    let protocol = protocol(tx, &import, &checked).await?;
    let facts = json!({"import_id": id, "kind": import.kind, "protocol": protocol});
    let entry = Entry::act("apply_import").with(facts);
    let by = match &import.author {
        By::Operator(name) => name.as_str().to_owned(),
        By::Person(id) => id.to_string(),
    };
    audit::record_operator(tx, core, &by, entry).await?;
    store::imports::set_state(tx, id, ImportState::Applied, &protocol, core.now()).await?;
    Ok(checked)
}

async fn apply_queue(tx: &mut Tx, core: &Core, import: &Import, checked: &Checked) -> Result<()> {
    // Older processes do not know the event that is written.
    if !store::upgrade::finished(tx).await? {
        return Err(ImportError::UpgradeNotFinished);
    }
    let count = |action| checked.counts.iter().find(|(known, _)| known == action);
    let added = count("add").map_or(0, |(_, count)| *count);
    if matches!(tx, Tx::Sqlite(_)) && added > MOST_CHILDREN_ON_SQLITE {
        return Err(ImportError::TooManyChildren);
    }
    let now = core.now();
    let year = time::local_date(now).year();
    for (region, applications, referrals) in store::imports::regions(tx, import.id).await? {
        let of_applications = format!("application {region} {year}");
        let of_referrals = format!("referral {region} {year}");
        let numbers = Numbers {
            year,
            applications: store::counters::reserve(tx, &of_applications, applications).await?,
            referrals: store::counters::reserve(tx, &of_referrals, referrals).await?,
        };
        store::imports::apply_queue(tx, import, now, &region, numbers).await?;
    }
    let referrals = store::imports::referrals(tx, import.id).await?;
    if referrals.is_empty() {
        return Ok(());
    }
    let calendar = core.calendar.current(tx).await?;
    for id in referrals {
        let referral = store::referrals::get(tx, ReferralId::new(id)).await?;
        if let Some(referral) = referral {
            notices::insert_reminders(tx, core, &referral, &calendar).await?;
        }
    }
    Ok(())
}

/// R16: new places are public at once, or at the next publication of their locality.
async fn publish(
    tx: &mut Tx,
    core: &Core,
    to_come: Vec<(
        balabaqsha_shared::id::LocalityId,
        balabaqsha_shared::id::GroupId,
        i32,
    )>,
) -> Result<()> {
    let now = core.now();
    let localities = store::localities::list(tx).await?;
    for (locality, group, more) in to_come {
        let Some(locality) = localities.iter().find(|known| known.id == locality) else {
            continue;
        };
        // New places do not rest.
        let (source, rest) = (r16_publication::Source::New, TimeDelta::zero());
        let public_from = r16_publication::public_from(source, now, rest, &locality.rules);
        // One tells of all that are public already.
        let rows = if public_from > now { more } else { 1 };
        for _ in 0..rows {
            let freed = FreedPlace {
                id: core.new_id(),
                group_id: group.uuid(),
                freed_at: now,
                public_from,
                tell_at: r16_publication::tell_at(now, public_from),
                hold_id: None,
            };
            store::freed::insert(tx, &freed).await?;
        }
    }
    Ok(())
}

/// Some rows with what would become of them, in the order of the file.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn outcomes(core: &Core, id: ImportId, after: i64, limit: i64) -> Result<Vec<Outcome>> {
    let mut tx = core.db.read().await?;
    Ok(store::imports::outcomes(&mut tx, id, after, limit).await?)
}

/// Gives an import up; what was staged goes.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn discard(core: &Core, id: ImportId) -> Result<()> {
    core.db
        .transact(async |tx| {
            waiting(tx, id).await?;
            let state = ImportState::Discarded;
            store::imports::set_state(tx, id, state, &json!({}), core.now()).await?;
            Ok(())
        })
        .await
}

/// The newest imports.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list(core: &Core, limit: i64) -> Result<Vec<Import>> {
    let mut tx = core.db.read().await?;
    Ok(store::imports::list(&mut tx, limit).await?)
}
