//! Imports of officials: a file is taken, and staged by a task of this process while its import tells how
//! far it is. A killed process leaves what it has staged; the same file goes on with it.

use super::{
    terms::{
        ImportError, LONGEST_SOURCE, MOST_CHILDREN_ON_SQLITE, MOST_ERRORS, Result as ImportResult,
        TableFile,
    },
    work::{Applied, Wish, apply_in, begin, duty, measured, read, sentence, waiting},
};
use crate::{
    app::App,
    error::{Error, Result},
    hex::hex,
    service::{
        audit::{Done, Entry},
        office::{
            changes::Kept,
            doors::{self, Authority, Official, Tables},
        },
        paging::{page, to_read},
    },
};
use balabaqsha_shared::{
    Language,
    application::Category,
    code::Code,
    dto::{self, ImportState, RowAction},
    id::ImportId,
    import::ImportKind,
    rules::Violation,
};
use balabaqsha_store::{self as store, Tx, appointments::By, imports::Import};
use balabaqsha_tables::Format;
use serde_json::{Value, json};
use std::fs::File;

/// A table that somebody has sent.
#[derive(Debug)]
pub struct Upload {
    pub kind: ImportKind,
    pub source: String,
    pub file_name: String,
    pub format: Format,
    pub file: File,
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        let refused = |code| Self::refused(code);
        match error {
            ImportError::Service(error) => error,
            ImportError::Source => Violation::new(Code::SourceInvalid)
                .with("limit", LONGEST_SOURCE)
                .into(),
            ImportError::Running(id) => Violation::new(Code::ImportRunning)
                .with("import_id", id)
                .into(),
            ImportError::NotChecked(_) => refused(Code::ImportNotChecked),
            ImportError::Unknown(_) => refused(Code::ImportOver),
            ImportError::Refused(_) => refused(Code::ImportHasErrors),
            ImportError::TooManyChildren => Violation::new(Code::TooManyChildren)
                .with("limit", MOST_CHILDREN_ON_SQLITE)
                .into(),
            ImportError::UpgradeNotFinished => refused(Code::UpgradeUnfinished),
            ImportError::NotExported => refused(Code::QueueNotExported),
            ImportError::Format(_) => refused(Code::TableFormatUnknown),
            ImportError::File { source, .. } | ImportError::Read { source, .. } => {
                Self::internal(source)
            }
            ImportError::Table { source, .. } => Self::internal(source),
            ImportError::Author => Self::internal("the author of an import"),
        }
    }
}

/// Refuses whoever may not bring such a table in, before it is sent.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn require_duty(app: &App, official: &Official<Tables>, kind: ImportKind) -> Result<()> {
    doors::view(app, official, async |_, authority| {
        authority.with(duty(kind)).map(drop)
    })
    .await
}

/// Begins an import, or goes on with an interrupted one of the same file, and answers while it is read.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn take(
    app: &App,
    official: &Official<Tables>,
    upload: Upload,
    language: Language,
) -> Result<dto::Import> {
    let Upload {
        kind,
        source,
        file_name,
        format,
        file,
    } = upload;
    let table = TableFile {
        name: file_name.clone(),
        format,
        file,
    };
    let (table, digest) = measured(table).await?;
    let (import, shown) = doors::act(app, official, async |tx, authority| {
        authority.with(duty(kind))?;
        let wish = Wish {
            kind,
            source,
            file_name,
            digest,
            by: By::Person(authority.person.id),
        };
        let import = begin(tx, &app.core, &wish).await?;
        let shown = view(tx, &import, language).await?;
        let entry = Entry::act("import_table").with(json!({"import_id": import.id, "kind": kind}));
        Ok(Done::Recorded((import, shown), entry))
    })
    .await?;
    let core = app.core.clone();
    tokio::spawn(async move {
        let id = import.id;
        // What is wrong with the table stands in the import.
        match read(&core, &import, table).await {
            Ok(_) | Err(ImportError::Table { .. }) => {}
            Err(error) => tracing::warn!(import = %id, %error, "an import was interrupted"),
        }
    });
    Ok(shown)
}

async fn view(tx: &mut Tx, import: &Import, language: Language) -> Result<dto::Import> {
    let by = match &import.author {
        By::Person(id) => store::persons::require(tx, *id).await?.full_name,
        By::Operator(name) => name.as_str().to_owned(),
    };
    let protocol = &import.protocol;
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or_default();
    let rows = |action: RowAction| {
        let rows = protocol.get("rows");
        number(rows.and_then(|rows| rows.get(action.as_str())))
    };
    let queues = protocol.get("queues").and_then(Value::as_array);
    Ok(dto::Import {
        id: import.id,
        kind: import.kind,
        source: import.source.clone(),
        file_name: import.file_name.clone(),
        sha256: hex(&import.digest),
        state: import.state,
        created_at: import.created_at,
        by,
        // The first row of a file is 1, its header as well.
        rows_read: u64::try_from(import.rows_read).unwrap_or_default(),
        counts: dto::RowCounts {
            add: rows(RowAction::Add),
            change: rows(RowAction::Change),
            end: rows(RowAction::End),
            none: rows(RowAction::None),
        },
        error_count: number(protocol.get("errors")),
        applied_at: import.applied_at,
        failure: import
            .failure
            .clone()
            .and_then(Kept::read)
            .map(|kept| kept.told(language)),
        queues: queues.into_iter().flatten().filter_map(queue).collect(),
    })
}

fn queue(of: &Value) -> Option<dto::ImportedQueue> {
    let rank = of.get("category")?.as_i64()?;
    Some(dto::ImportedQueue {
        locality: of.get("locality")?.as_str()?.to_owned(),
        birth_year: i32::try_from(of.get("birth_year")?.as_i64()?).ok()?,
        category: Category::ALL
            .into_iter()
            .find(|category| i64::from(category.rank()) == rank)?,
        children: of.get("children")?.as_u64()?,
    })
}

/// The kinds that an official brings in.
fn kinds(authority: &Authority) -> Vec<ImportKind> {
    let mine = |kind: &ImportKind| authority.with(duty(*kind)).is_ok();
    ImportKind::ALL.into_iter().filter(mine).collect()
}

/// Whose imports an official sees: those of officials of the same localities. What a queue has in it is
/// seen by nobody else than who has brought it in.
async fn known(tx: &mut Tx, authority: &Authority, id: ImportId) -> Result<Import> {
    let not_found = || Error::refused(Code::NotFound);
    let import = store::imports::get(tx, id).await?.ok_or_else(not_found)?;
    let (kinds, places) = (kinds(authority), &authority.localities);
    let visible = kinds.contains(&import.kind) && store::imports::is_of(tx, id, places).await?;
    if visible {
        Ok(import)
    } else {
        Err(not_found())
    }
}

async fn known_inside(tx: &mut Tx, authority: &Authority, id: ImportId) -> Result<Import> {
    let import = known(tx, authority, id).await?;
    let own = import.author == By::Person(authority.person.id);
    if own || import.kind != ImportKind::Queue {
        Ok(import)
    } else {
        Err(Error::refused(Code::NotFound))
    }
}

/// One page of the imports of officials of the same localities, the newest first.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn list_for(
    app: &App,
    official: &Official<Tables>,
    before: Option<ImportId>,
    limit: u16,
    language: Language,
) -> Result<dto::Page<dto::Import>> {
    doors::view(app, official, async |tx, authority| {
        let kinds = kinds(authority);
        let places = &authority.localities;
        let rows = store::imports::list_of(tx, places, &kinds, before, to_read(limit)).await?;
        let page = page(rows, limit, |import| import.id);
        let mut items = Vec::new();
        for import in &page.items {
            items.push(view(tx, import, language).await?);
        }
        Ok(dto::Page {
            items,
            next_cursor: page.next_cursor,
        })
    })
    .await
}

/// How far an import has come.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn get(
    app: &App,
    official: &Official<Tables>,
    id: ImportId,
    language: Language,
) -> Result<dto::Import> {
    doors::view(app, official, async |tx, authority| {
        let import = known(tx, authority, id).await?;
        view(tx, &import, language).await
    })
    .await
}

/// One page of what would become of the rows. What was applied has no rows any more.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn rows(
    app: &App,
    official: &Official<Tables>,
    id: ImportId,
    action: Option<RowAction>,
    after: i64,
    limit: u16,
) -> Result<dto::Page<dto::ImportRow>> {
    doors::look(app, official, async |tx, authority| {
        known_inside(tx, authority, id).await?;
        let rows = store::imports::outcomes(tx, id, action, after, to_read(limit)).await?;
        let page = page(rows, limit, |row| row.number);
        let items = page.items.into_iter().map(|row| {
            let action = RowAction::ALL
                .into_iter()
                .find(|action| action.as_str() == row.action)
                .ok_or_else(|| store::Error::inconsistent("import_rows", id, "action"))?;
            Ok(dto::ImportRow {
                row: u64::try_from(row.number).unwrap_or_default(),
                key: row.key,
                action,
            })
        });
        let page = dto::Page {
            items: items.collect::<Result<_>>()?,
            next_cursor: page.next_cursor,
        };
        let entry = Entry::look("list_import_rows").with(json!({"import_id": id}));
        Ok((page, entry))
    })
    .await
}

/// One page of what is wrong, in the order of the file, without the first `skipped`.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn errors(
    app: &App,
    official: &Official<Tables>,
    id: ImportId,
    skipped: i64,
    limit: u16,
    language: Language,
) -> Result<dto::Page<dto::ImportRowError>> {
    doors::look(app, official, async |tx, authority| {
        known_inside(tx, authority, id).await?;
        let skipped = skipped.clamp(0, MOST_ERRORS);
        let found = store::imports::errors(tx, id, skipped, to_read(limit)).await?;
        let next = skipped + i64::from(limit);
        let page = page(found, limit, |_| next);
        let items = page.items.into_iter().map(|error| dto::ImportRowError {
            detail: sentence(&error, language),
            row: u64::try_from(error.number).unwrap_or_default(),
            column: error.column,
            value: error.value,
            code: error.code,
        });
        let page = dto::Page {
            items: items.collect(),
            next_cursor: page.next_cursor,
        };
        let entry = Entry::look("list_import_errors").with(json!({"import_id": id}));
        Ok((page, entry))
    })
    .await
}

/// Applies an import, all of it or nothing.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn apply(
    app: &App,
    official: &Official<Tables>,
    id: ImportId,
    language: Language,
) -> Result<dto::Import> {
    let applied = doors::act(app, official, async |tx, authority| {
        known_inside(tx, authority, id).await?;
        let (_, applied) = apply_in(tx, &app.core, id).await?;
        let shown = store::imports::get(tx, id).await?;
        let shown = shown.ok_or_else(|| Error::refused(Code::NotFound))?;
        let shown = view(tx, &shown, language).await?;
        Ok(match applied {
            Applied::Done(_, entry) => Done::Recorded(Some(shown), entry),
            // What is wrong is kept for the reader.
            Applied::Refused => Done::Unchanged(None),
        })
    })
    .await?;
    applied.ok_or_else(|| Error::refused(Code::ImportHasErrors))
}

/// Gives an import up; what was staged goes.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn discard(
    app: &App,
    official: &Official<Tables>,
    id: ImportId,
    language: Language,
) -> Result<dto::Import> {
    doors::act(app, official, async |tx, authority| {
        known(tx, authority, id).await?;
        let discarded: ImportResult<Import> = waiting(tx, id).await;
        discarded?;
        let (state, nothing) = (ImportState::Discarded, json!({}));
        store::imports::set_state(tx, id, state, &nothing, app.core.now()).await?;
        let shown = store::imports::get(tx, id).await?;
        let shown = shown.ok_or_else(|| Error::refused(Code::NotFound))?;
        let entry = Entry::act("discard_import").with(json!({"import_id": id}));
        Ok(Done::Recorded(view(tx, &shown, language).await?, entry))
    })
    .await
}
