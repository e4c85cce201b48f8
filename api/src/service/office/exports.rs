//! The registry as files, with the columns of what is imported; and empty files to fill in.

use super::imports::ImportError;
use crate::app::Core;
use balabaqsha_shared::import::{GroupRow, ImportKind, ImportRow, LocalityRow};
use balabaqsha_store::{self as store, Tx};
use balabaqsha_tables::{Explanation, Format, Writer};
use std::{
    fs::File,
    io::{self, BufWriter},
    path::Path,
};

/// Rows that are read at once.
const BATCH: i64 = 2_000;

type Out = Writer<BufWriter<File>>;

fn open(path: &Path, kind: ImportKind) -> Result<Out, ImportError> {
    let format = Format::of(path).ok_or_else(|| ImportError::Format(path.to_owned()))?;
    let columns: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
    let opened =
        File::create_new(path).and_then(|file| Writer::new(BufWriter::new(file), format, &columns));
    opened.map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> ImportError + '_ {
    |source| ImportError::File {
        path: path.to_owned(),
        source,
    }
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
/// When the file is there already or cannot be written.
pub fn template(kind: ImportKind, path: &Path) -> Result<(), ImportError> {
    let out = open(path, kind)?;
    out.finish(&explanations(kind)).map_err(failed(path))
}

/// Writes what came from a source; says how many rows there are.
///
/// # Errors
/// When the file is there already or cannot be written.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn export(
    core: &Core,
    kind: ImportKind,
    source: &str,
    path: &Path,
) -> Result<u64, ImportError> {
    let mut out = open(path, kind)?;
    let mut tx = core.db.read().await?;
    let mut after = String::new();
    let mut count = 0;
    loop {
        let rows = some(&mut tx, kind, source, &after).await?;
        let Some((last, _)) = rows.last() else {
            break;
        };
        after.clone_from(last);
        for (_, cells) in rows {
            out.row(&cells).map_err(failed(path))?;
            count += 1;
        }
    }
    out.finish(&explanations(kind)).map_err(failed(path))?;
    Ok(count)
}

/// The next rows, each with the key by which it is ordered.
async fn some(
    tx: &mut Tx,
    kind: ImportKind,
    source: &str,
    after: &str,
) -> Result<Vec<(String, Vec<String>)>, ImportError> {
    fn of<R: ImportRow>(rows: &[R]) -> Vec<(String, Vec<String>)> {
        rows.iter()
            .map(|row| (row.key().to_owned(), row.cells()))
            .collect()
    }
    Ok(match kind {
        ImportKind::Localities => {
            let rows = store::registry::localities(tx, source, after, BATCH).await?;
            of::<LocalityRow>(&rows)
        }
        ImportKind::Kindergartens => {
            of(&store::registry::kindergartens(tx, source, after, BATCH).await?)
        }
        ImportKind::Groups | ImportKind::Places => {
            let rows = store::registry::groups(tx, source, after, BATCH).await?;
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
