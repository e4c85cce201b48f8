//! The first sheet of an XLSX workbook, cell by cell. Of a formula its kept value is read.

use crate::{Column, Row, TableError, columns::Header, limits};
use calamine::{DataRef, Reader, Xlsx};
use std::io::{BufReader, Read, Seek};

pub(crate) fn read<E: From<TableError>>(
    file: impl Read + Seek,
    columns: &[Column],
    take: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let file = limits::harmless(BufReader::new(file))?;
    let mut workbook = Xlsx::new(file).map_err(broken)?;
    let first = workbook.sheet_names().first().cloned();
    let first = first.ok_or(TableError::Empty)?;
    let mut cells = workbook.worksheet_cells_reader(&first).map_err(broken)?;
    let mut sheet = Sheet {
        columns,
        header: None,
        present: None,
        cells: Vec::new(),
    };
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (line, column) = cell.get_position();
        if sheet.present.is_some_and(|present| present != line) {
            sheet.end_row(take)?;
        }
        sheet.present = Some(line);
        sheet.put(column, text(cell.get_value()));
    }
    sheet.end_row(take)?;
    if sheet.header.is_none() {
        return Err(TableError::Empty.into());
    }
    Ok(())
}

struct Sheet<'a> {
    columns: &'a [Column],
    header: Option<Header>,
    /// Line of the cells, from 0.
    present: Option<u32>,
    cells: Vec<String>,
}

impl Sheet<'_> {
    fn put(&mut self, column: u32, text: String) {
        // What stands far to the right belongs to no column.
        let Ok(column) = usize::try_from(column) else {
            return;
        };
        if column >= self.columns.len().saturating_mul(4) {
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
    }

    fn end_row<E: From<TableError>>(
        &mut self,
        take: &mut impl FnMut(Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(());
        }
        match &self.header {
            None => self.header = Some(Header::read(&cells, self.columns)?),
            Some(header) => take(Row {
                number: u64::from(self.present.unwrap_or_default()) + 1,
                cells: header.arrange(&cells),
            })?,
        }
        Ok(())
    }
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        // `Display` of a whole number has no point.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        // What is no value is shown as the program for tables shows it, and refused by its column.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn broken(error: calamine::XlsxError) -> TableError {
    TableError::Workbook(error.to_string())
}
