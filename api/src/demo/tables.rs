//! The demo's city as tables, in the format of imports. The files are of one day; a demo has them moved to the day on
//! which it began: children keep their ages, and moments their distance.

use super::names;
use crate::{
    app::{App, Core},
    clock::ManualClock,
    error::{Error, Result},
    service::office::imports::{self, Order, TableFile},
};
use balabaqsha_shared::{
    code::Code,
    comment::Comment,
    iin::Iin,
    import::{Cells, GroupRow, ImportKind, ImportRow, QueueRow},
    time,
};
use balabaqsha_store::{self as store, appointments::By};
use balabaqsha_tables::{self as tables, Column, Format, TableError, Writer};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use std::{
    collections::HashSet,
    fs::File,
    io::{self, Cursor, Seek, Write},
    sync::Arc,
};

/// The system that they say they come from.
const SOURCE: &str = "demo";
/// The moment at which the files are true.
const WRITTEN_AT: &str = "2026-11-30T13:00:00Z";
/// When a demo began.
const BEGAN: &str = "demo began";
/// For so long the city has been served when a demo begins.
const SERVED_FOR: TimeDelta = TimeDelta::days(3);

const fn written(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Localities => include_str!("tables/localities.csv"),
        ImportKind::Kindergartens => include_str!("tables/kindergartens.csv"),
        ImportKind::Groups => include_str!("tables/groups.csv"),
        ImportKind::Places => include_str!("tables/places.csv"),
        ImportKind::Queue => include_str!("tables/queue.csv"),
    }
}

/// When the demo began: now, where it has not begun.
pub(super) async fn begin(core: &Core) -> Result<DateTime<Utc>> {
    let now = core.now().to_rfc3339();
    core.db
        .transact(async |tx| {
            // Nothing of an earlier release is in a demo that begins.
            store::upgrade::finish(tx).await?;
            parse(&store::settings::lock(tx, BEGAN, &now).await?)
        })
        .await
}

fn parse(moment: &str) -> Result<DateTime<Utc>> {
    moment.parse().map_err(Error::internal)
}

/// A table as this demo has brought it in, by the name of its file.
///
/// # Errors
/// When there is no such table.
pub async fn file(app: &App, name: &str) -> Result<Vec<u8>> {
    let kind = name
        .strip_suffix(".csv")
        .and_then(ImportKind::from_name)
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let mut tx = app.core.db.read().await?;
    let began = store::settings::get(&mut tx, BEGAN).await?;
    drop(tx);
    // Earlier versions had no tables.
    let began = began.ok_or_else(|| Error::refused(Code::NotFound))?;
    let began = parse(&began)?;
    blocking(move || moved(kind, began)).await
}

/// Brings all tables in, as an operator does: what is there already stays as it is.
pub(super) async fn bring_in(app: &App, began: DateTime<Utc>) -> Result<()> {
    let earlier = Core {
        clock: Arc::new(ManualClock::new(began - SERVED_FOR)),
        ..app.core.clone()
    };
    let by = Comment::parse("Демо").map_err(Error::internal)?;
    for kind in ImportKind::ALL {
        let core = match kind {
            ImportKind::Localities
            | ImportKind::Kindergartens
            | ImportKind::Groups
            | ImportKind::Places => &earlier,
            ImportKind::Queue => &app.core,
        };
        let order = Order {
            kind,
            source: SOURCE.to_owned(),
            table: TableFile {
                name: format!("{}.csv", kind.as_str()),
                format: Format::Csv,
                file: blocking(move || scratch(&moved(kind, began)?)).await?,
            },
            by: By::Operator(by.clone()),
        };
        let checked = imports::check(core, order).await?;
        if let Some(error) = checked.errors.first() {
            return Err(Error::internal(format!("a table of the demo: {error:?}")));
        }
        imports::apply(core, checked.id).await?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Error::internal)?
}

fn scratch(bytes: &[u8]) -> Result<File> {
    let written = || {
        let mut file = tempfile::tempfile()?;
        file.write_all(bytes)?;
        file.rewind()?;
        io::Result::Ok(file)
    };
    written().map_err(Error::internal)
}

/// A table, moved to the day on which a demo began.
fn moved(kind: ImportKind, began: DateTime<Utc>) -> Result<Vec<u8>> {
    let written_at = parse(WRITTEN_AT)?;
    match kind {
        ImportKind::Localities | ImportKind::Kindergartens | ImportKind::Places => {
            Ok(written(kind).as_bytes().to_vec())
        }
        ImportKind::Groups => {
            let years = time::local_date(began).year() - time::local_date(written_at).year();
            each::<GroupRow>(written_at, |row| {
                row.birth_year_from += years;
                row.birth_year_to += years;
                Ok(())
            })
        }
        ImportKind::Queue => {
            let days = time::local_date(began) - time::local_date(written_at);
            let ago = began - written_at;
            let mut known = HashSet::new();
            each::<QueueRow>(written_at, |row| {
                row.birth_date += days;
                row.child_iin = another(&row.child_iin, row, &known)?;
                known.insert(row.child_iin.to_string());
                row.submitted_at += ago;
                Ok(())
            })
        }
    }
}

/// The number of a child whose birthday has moved.
fn another(iin: &Iin, row: &QueueRow, known: &HashSet<String>) -> Result<Iin> {
    names::of_another_day(iin, row.birth_date, |iin| known.contains(&iin.to_string()))
        .ok_or_else(|| Error::internal("a day of the demo has no numbers left"))
}

/// The rows of a table, each changed.
fn each<R: ImportRow>(
    written_at: DateTime<Utc>,
    mut change: impl FnMut(&mut R) -> Result<()>,
) -> Result<Vec<u8>> {
    let columns: Vec<Column> = R::COLUMNS
        .iter()
        .map(|column| Column {
            name: column.name,
            required: column.required,
        })
        .collect();
    let names: Vec<&str> = R::COLUMNS.iter().map(|column| column.name).collect();
    let mut bytes = Vec::new();
    let mut out = Writer::new(&mut bytes, Format::Csv, &names).map_err(Error::internal)?;
    let file = Cursor::new(written(R::KIND));
    let read = tables::read(file, Format::Csv, &columns, |row| {
        let mut cells = Cells::new(R::COLUMNS, &row.cells, written_at);
        let mut read =
            R::read(&mut cells).ok_or_else(|| Stopped(Error::internal("a row of the demo")))?;
        change(&mut read).map_err(Stopped)?;
        out.row(&read.cells())
            .map_err(|error| Stopped(Error::internal(error)))
    });
    read.map_err(|Stopped(error)| error)?;
    out.finish(&[]).map_err(Error::internal)?;
    Ok(bytes)
}

struct Stopped(Error);

impl From<TableError> for Stopped {
    fn from(error: TableError) -> Self {
        Self(Error::internal(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: ImportKind, began: &str) -> String {
        String::from_utf8(moved(kind, began.parse().unwrap()).unwrap()).unwrap()
    }

    #[test]
    fn files_stay_as_they_are_on_their_own_day() {
        for kind in ImportKind::ALL {
            let file = text(kind, WRITTEN_AT);
            assert_eq!(file.lines().count(), written(kind).lines().count());
        }
        let (moved, file) = (
            text(ImportKind::Queue, WRITTEN_AT),
            written(ImportKind::Queue),
        );
        let numbers = |file: &str| -> Vec<String> {
            let third = |line: &str| line.split(',').nth(2).map(str::to_owned);
            file.lines().filter_map(third).collect()
        };
        assert_eq!(numbers(&moved), numbers(file));
    }

    #[test]
    fn children_keep_their_ages() {
        let first = |file: &str| -> Vec<String> {
            let line = file.lines().nth(1).unwrap();
            line.split(',').map(str::to_owned).collect()
        };
        let before = first(written(ImportKind::Queue));
        let after = first(&text(ImportKind::Queue, "2028-02-29T13:00:00Z"));
        // 456 days later.
        assert_eq!((&*before[6], &*after[6]), ("2023-11-09", "2025-02-07"));
        assert!(after[2].starts_with("2502076"), "{}", after[2]);
        assert_eq!(&*after[10], "2026-04-06T15:21:25+05:00");
        let groups = text(ImportKind::Groups, "2028-02-29T13:00:00Z");
        let group = first(&groups);
        assert_eq!((&*group[4], &*group[5]), ("2026", "2026"));
    }
}
