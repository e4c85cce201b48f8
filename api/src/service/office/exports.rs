//! The registry as files, with the columns of what is imported; and empty files to fill in.

use super::{
    doors::{self, Official, Registry, Tables},
    imports::ImportError,
};
use crate::{
    app::{App, Core},
    error::Error,
};
use balabaqsha_shared::{
    dto,
    id::LocalityId,
    import::{GroupRow, ImportKind, ImportRow, LocalityRow},
};
use balabaqsha_store::{self as store, Tx, registry::Part};
use balabaqsha_tables::{Explanation, Format, Writer};
use std::{
    fs::File,
    io::{self, BufWriter},
    path::Path,
};

/// Rows that are read at once.
const BATCH: i64 = 2_000;

type Out = Writer<BufWriter<File>>;

fn begin(file: File, kind: ImportKind, format: Format) -> io::Result<Out> {
    let columns: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
    Writer::new(BufWriter::new(file), format, &columns)
}

fn explanations(kind: ImportKind) -> Vec<Explanation> {
    kind.columns()
        .iter()
        .map(|column| Explanation {
            column: column.name,
            texts: column.about.map(str::to_owned).to_vec(),
        })
        .collect()
}

/// An empty table; a workbook has a sheet that explains the columns.
///
/// # Errors
/// When it cannot be written.
pub fn write_template(kind: ImportKind, format: Format, file: File) -> io::Result<()> {
    begin(file, kind, format)?.finish(&explanations(kind))
}

/// Writes a part of the registry; says how many rows there are.
///
/// # Errors
/// When it cannot be read or written.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn write(
    core: &Core,
    kind: ImportKind,
    part: Part<'_>,
    format: Format,
    file: File,
) -> Result<u64, ImportError> {
    let failed = |source| ImportError::Read {
        name: kind.as_str().to_owned(),
        source,
    };
    let mut out = begin(file, kind, format).map_err(failed)?;
    let mut tx = core.db.read().await?;
    let mut after = String::new();
    let mut count = 0;
    loop {
        let rows = some(&mut tx, kind, part, &after).await?;
        let Some((last, _)) = rows.last() else {
            break;
        };
        after.clone_from(last);
        for (_, cells) in rows {
            out.row(&cells).map_err(failed)?;
            count += 1;
        }
    }
    out.finish(&explanations(kind)).map_err(failed)?;
    Ok(count)
}

fn create(path: &Path) -> Result<(File, Format), ImportError> {
    let format = Format::of(path).ok_or_else(|| ImportError::Format(path.to_owned()))?;
    let file = File::create_new(path).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })?;
    Ok((file, format))
}

/// An empty table in a file that is not there yet.
///
/// # Errors
/// When the file is there already or cannot be written.
pub fn template(kind: ImportKind, path: &Path) -> Result<(), ImportError> {
    let (file, format) = create(path)?;
    write_template(kind, format, file).map_err(|source| ImportError::File {
        path: path.to_owned(),
        source,
    })
}

/// Writes what came from a source into a file that is not there yet; says how many rows there are.
///
/// # Errors
/// When the file is there already or cannot be written.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export(
    core: &Core,
    kind: ImportKind,
    part: Part<'_>,
    path: &Path,
) -> Result<u64, ImportError> {
    let (file, format) = create(path)?;
    write(core, kind, part, format, file).await
}

/// What an official gets of a locality of theirs.
///
/// # Errors
/// When the locality is none of theirs, or it cannot be read or written.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export_for(
    app: &App,
    official: &Official<Registry>,
    kind: ImportKind,
    locality: LocalityId,
    source: &str,
    format: Format,
    file: File,
) -> crate::error::Result<u64> {
    doors::view(app, official, async |_, authority| {
        authority.require(locality)
    })
    .await?;
    let part = Part {
        source,
        locality: Some(locality),
    };
    Ok(write(&app.core, kind, part, format, file).await?)
}

/// Sources of the registry of the official's localities.
///
/// # Errors
/// When nobody is appointed, or the database does not answer.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn sources(
    app: &App,
    official: &Official<Registry>,
) -> crate::error::Result<dto::RegistrySourceList> {
    doors::view(app, official, async |tx, authority| {
        let mut items: Vec<dto::RegistrySource> = Vec::new();
        for (source, locality) in
            store::registry::entries::sources(tx, &authority.localities).await?
        {
            match items.last_mut().filter(|last| last.source == source) {
                Some(last) => last.locality_ids.push(locality),
                None => items.push(dto::RegistrySource {
                    source,
                    locality_ids: vec![locality],
                }),
            }
        }
        Ok(dto::RegistrySourceList { items })
    })
    .await
}

/// An empty table for an official.
///
/// # Errors
/// When nobody is appointed, or it cannot be written.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn template_for(
    app: &App,
    official: &Official<Tables>,
    kind: ImportKind,
    format: Format,
    file: File,
) -> crate::error::Result<()> {
    doors::view(app, official, async |_, _| Ok(())).await?;
    write_template(kind, format, file).map_err(Error::internal)
}

/// The next rows, each with the key by which it is ordered.
async fn some(
    tx: &mut Tx,
    kind: ImportKind,
    part: Part<'_>,
    after: &str,
) -> Result<Vec<(String, Vec<String>)>, ImportError> {
    fn of<R: ImportRow>(rows: &[R]) -> Vec<(String, Vec<String>)> {
        rows.iter()
            .map(|row| (row.key().to_owned(), row.cells()))
            .collect()
    }
    Ok(match kind {
        ImportKind::Localities => {
            let rows = store::registry::localities(tx, part, after, BATCH).await?;
            of::<LocalityRow>(&rows)
        }
        ImportKind::Kindergartens => {
            of(&store::registry::kindergartens(tx, part, after, BATCH).await?)
        }
        ImportKind::Groups | ImportKind::Places => {
            let rows = store::registry::groups(tx, part, after, BATCH).await?;
            if kind == ImportKind::Groups {
                let groups: Vec<GroupRow> = rows.into_iter().map(|(group, _)| group).collect();
                of(&groups)
            } else {
                rows.into_iter()
                    .map(|(group, places)| (group.external_id, places.cells()))
                    .collect()
            }
        }
        ImportKind::Queue => return Err(ImportError::NotExported),
    })
}
