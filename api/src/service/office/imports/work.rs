//! Beginning, looking at and applying imports: for commands and for jobs.

use super::{
    super::changes,
    staging,
    terms::{ImportError, LONGEST_SOURCE, MOST_CHILDREN_ON_SQLITE, MOST_ERRORS, Result, TableFile},
};
use crate::{
    app::Core,
    error::Error,
    service::{
        audit::{self, Entry},
        telling::notices,
    },
};
use balabaqsha_shared::{
    appointment::Duty,
    code::Code,
    dto::{ImportState, RowAction},
    id::{ImportId, LocalityId, ReferralId},
    import::ImportKind,
    language::Language,
    rules::{Violation, r16_publication},
    time,
};
use balabaqsha_store::{
    self as store, Tx,
    appointments::By,
    freed::FreedPlace,
    imports::{Import, Numbers, Outcome, RowError},
};
use balabaqsha_tables::{LARGEST_FILE, TableError};
use chrono::{Datelike, TimeDelta};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{self, Read, Seek},
};

/// Serialises what imports apply.
const LOCK: &str = "import";

/// What is to be imported.
#[derive(Debug)]
pub struct Order {
    pub kind: ImportKind,
    /// The system that the file comes from.
    pub source: String,
    pub table: TableFile,
    pub by: By,
}

/// Who brings a table of this kind in.
pub(super) const fn duty(kind: ImportKind) -> Duty {
    match kind {
        ImportKind::Queue => Duty::Queue,
        ImportKind::Localities
        | ImportKind::Kindergartens
        | ImportKind::Groups
        | ImportKind::Places => Duty::Registry,
    }
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
    match Code::from_code(&error.code) {
        Some(code) => changes::sentence(code, &error.params, language),
        None => error.code.clone(),
    }
}

/// Reads a file into staging and looks at it as a whole; nothing else is changed. A file whose import was
/// interrupted is read on.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn check(core: &Core, order: Order) -> Result<Checked> {
    let Order {
        kind,
        source,
        table,
        by,
    } = order;
    let (table, digest) = measured(table).await?;
    let wish = Wish {
        kind,
        source,
        file_name: table.name.clone(),
        digest,
        by,
    };
    let import = core
        .db
        .transact(async |tx| begin(tx, core, &wish).await)
        .await?;
    read(core, &import, table).await
}

/// Reads all of a file whose import has begun, and looks at it.
pub(super) async fn read(core: &Core, import: &Import, table: TableFile) -> Result<Checked> {
    if let Err(error) = staging::read_on(core, import, table).await {
        // What cannot be read as a table is no import; what was interrupted otherwise can go on.
        if let ImportError::Table { source, .. } = &error {
            let failure = unreadable(source);
            core.db
                .transact(async |tx| {
                    store::imports::fail(tx, import.id, &failure.write(), core.now()).await
                })
                .await?;
        }
        return Err(error);
    }
    core.db
        .transact(async |tx| store::imports::gather_statistics(tx).await)
        .await?;
    core.db
        .transact(async |tx| look(tx, core, import.id).await)
        .await
}

/// Why a file cannot be read, for the reader of its import.
fn unreadable(error: &TableError) -> changes::Kept {
    let violation = match error {
        TableError::Io(_) => Violation::new(Code::TableWorkbook),
        TableError::TooLarge => Violation::new(Code::TableTooLarge).with("limit", LARGEST_FILE),
        TableError::Encoding { line } => Violation::new(Code::TableEncoding).with("line", line),
        TableError::Empty => Violation::new(Code::TableEmpty),
        TableError::Columns(wrong) => {
            let or_none = |names: String| {
                if names.is_empty() {
                    "—".to_owned()
                } else {
                    names
                }
            };
            Violation::new(Code::TableColumns)
                .with("missing", or_none(wrong.missing.join(", ")))
                .with("unknown", or_none(wrong.unknown.join(", ")))
                .with("twice", or_none(wrong.twice.join(", ")))
        }
        TableError::Fields {
            line,
            expected,
            found,
        } => Violation::new(Code::TableFields)
            .with("line", line)
            .with("expected", expected)
            .with("found", found),
        TableError::Entry { entry } => Violation::new(Code::TableEntry).with("entry", entry),
        TableError::Workbook(_) => Violation::new(Code::TableWorkbook),
        TableError::Archive(_) => Violation::new(Code::TableArchive),
    };
    changes::Kept::of(violation.code, &violation.params)
}

/// The digest of a file, which is at its beginning again.
pub(super) async fn measured(table: TableFile) -> Result<(TableFile, Vec<u8>)> {
    tokio::task::spawn_blocking(move || {
        let TableFile {
            name,
            format,
            mut file,
        } = table;
        match digest(&mut file) {
            Ok(digest) => Ok((TableFile { name, format, file }, digest)),
            Err(source) => Err(ImportError::Read { name, source }),
        }
    })
    .await
    .map_err(Error::internal)?
}

fn digest(file: &mut File) -> io::Result<Vec<u8>> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(some) = buffer.get(..read).filter(|some| !some.is_empty()) else {
            file.rewind()?;
            return Ok(hash.finalize().to_vec());
        };
        hash.update(some);
    }
}

/// An import that somebody wants to begin.
pub(super) struct Wish {
    pub kind: ImportKind,
    pub source: String,
    pub file_name: String,
    pub digest: Vec<u8>,
    pub by: By,
}

/// Begins an import, or finds the interrupted one of the same file. A source has one at a time of a kind
/// that is being read.
pub(super) async fn begin(tx: &mut Tx, core: &Core, wish: &Wish) -> Result<Import> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let length = wish.source.chars().count();
    if !(1..=LONGEST_SOURCE).contains(&length) || !wish.source.chars().all(fits) {
        return Err(ImportError::Source);
    }
    let name = format!("import {} {}", wish.kind.as_str(), wish.source);
    store::dialect::lock_names(tx, vec![name]).await?;
    if let Some(known) = store::imports::in_staging(tx, wish.kind, &wish.source).await? {
        return if known.digest == wish.digest && known.author == wish.by {
            Ok(known)
        } else {
            Err(ImportError::Running(known.id))
        };
    }
    let import = Import {
        id: ImportId::new(core.new_id()),
        kind: wish.kind,
        source: wish.source.clone(),
        file_name: wish.file_name.clone(),
        digest: wish.digest.clone(),
        state: ImportState::Staging,
        created_at: core.now(),
        author: wish.by.clone(),
        rows_read: 0,
        applied_at: None,
        protocol: json!({}),
        failure: None,
    };
    store::imports::insert(tx, &import).await?;
    Ok(import)
}

/// Looks at what is staged, in the light of what is there.
async fn look(tx: &mut Tx, core: &Core, id: ImportId) -> Result<Checked> {
    let import = waiting(tx, id).await?;
    resolve(tx, core, &import).await?;
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

/// Finds what the rows are about; those of an official must be about localities of theirs.
async fn resolve(tx: &mut Tx, core: &Core, import: &Import) -> Result<()> {
    store::imports::resolve(tx, import).await?;
    if let By::Person(author) = &import.author {
        store::imports::keep_within(tx, import, *author, duty(import.kind), core.now()).await?;
    }
    Ok(())
}

pub(super) async fn waiting(tx: &mut Tx, id: ImportId) -> Result<Import> {
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
        errors: store::imports::errors(tx, id, 0, MOST_ERRORS).await?,
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
        staging::set(&mut protocol, "queues", Value::Array(queues));
    }
    Ok(protocol)
}

/// Applies an import that was found to be without errors, all of it or nothing. It is looked at once more
/// in the transaction, since others may have changed what it rests on.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn apply(core: &Core, id: ImportId) -> Result<Checked> {
    let applied = core
        .db
        .transact(async |tx| {
            let applied = apply_in(tx, core, id).await?;
            if let (import, Applied::Done(_, entry)) = &applied {
                let by = match &import.author {
                    By::Operator(name) => name.as_str().to_owned(),
                    By::Person(id) => id.to_string(),
                };
                audit::record_operator(tx, core, &by, entry.clone()).await?;
            }
            Ok::<_, ImportError>(applied)
        })
        .await?;
    match applied {
        (_, Applied::Done(checked, _)) => Ok(checked),
        (_, Applied::Refused) => Err(ImportError::Refused(id)),
    }
}

/// What has become of an import that was to be applied.
pub(super) enum Applied {
    Done(Checked, Entry),
    /// It has errors, which are kept; nothing else was changed.
    Refused,
}

pub(super) async fn apply_in(tx: &mut Tx, core: &Core, id: ImportId) -> Result<(Import, Applied)> {
    store::settings::lock(tx, LOCK, "one at a time").await?;
    let import = waiting(tx, id).await?;
    match import.state {
        ImportState::Checked => {}
        ImportState::Staging => return Err(ImportError::NotChecked(id)),
        ImportState::Refused | ImportState::Applied | ImportState::Discarded => {
            return Err(ImportError::Refused(id));
        }
    }
    let checked = look(tx, core, id).await?;
    if !checked.is_clean() {
        return Ok((import, Applied::Refused));
    }
    match import.kind {
        ImportKind::Queue => apply_queue(tx, core, &import, &checked).await?,
        ImportKind::Places => {
            let to_come = store::registry::places_to_come(tx, id).await?;
            store::imports::apply(tx, &import, core.now()).await?;
            publish(tx, core, to_come).await?;
        }
        ImportKind::Localities => {
            let switched = store::imports::checks_switched(tx, id).await?;
            if !switched.is_empty() && !store::upgrade::finished(tx).await? {
                return Err(ImportError::UpgradeNotFinished);
            }
            store::imports::apply(tx, &import, core.now()).await?;
            // R27, as when the check is switched on otherwise.
            for locality in switched.into_iter().filter(|one| one.on) {
                let at = core.now();
                store::applications::verify_those_of_before(tx, locality.id, at).await?;
            }
        }
        ImportKind::Kindergartens | ImportKind::Groups => {
            store::imports::apply(tx, &import, core.now()).await?;
        }
    }
    let protocol = protocol(tx, &import, &checked).await?;
    let facts = json!({"import_id": id, "kind": import.kind, "protocol": protocol});
    let entry = Entry::act("apply_import").with(facts);
    store::imports::set_state(tx, id, ImportState::Applied, &protocol, core.now()).await?;
    Ok((import, Applied::Done(checked, entry)))
}

async fn apply_queue(tx: &mut Tx, core: &Core, import: &Import, checked: &Checked) -> Result<()> {
    // Older processes do not know the event that is written.
    if !store::upgrade::finished(tx).await? {
        return Err(ImportError::UpgradeNotFinished);
    }
    let added = checked
        .counts
        .iter()
        .find(|(action, _)| action == RowAction::Add.as_str());
    let added = added.map_or(0, |(_, count)| *count);
    if matches!(tx, Tx::Sqlite(_)) && added > MOST_CHILDREN_ON_SQLITE {
        return Err(ImportError::TooManyChildren);
    }
    store::imports::separate_moments(tx, import.id).await?;
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
    to_come: Vec<(LocalityId, balabaqsha_shared::id::GroupId, i32)>,
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
    Ok(store::imports::outcomes(&mut tx, id, None, after, limit).await?)
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
