//! CSV (RFC 4180) in UTF-8, with comma or semicolon, with or without a byte order mark.

use crate::{Column, Row, TableError, columns::Header, neutral};
use std::io::{BufRead, BufReader, Read};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn read<E: From<TableError>>(
    file: impl Read,
    columns: &[Column],
    take: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let start = file.fill_buf().map_err(TableError::from)?;
    if start.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    let start = file.fill_buf().map_err(TableError::from)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(start))
        .has_headers(false)
        .flexible(true)
        // Lines are counted right with this end only; what stands before it is taken off below.
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(file);
    let mut record = csv::ByteRecord::new();
    let mut header = None;
    let mut width = 0;
    while reader.read_byte_record(&mut record).map_err(refusal)? {
        let line = record.position().map_or(0, csv::Position::line);
        let mut cells = Vec::with_capacity(record.len());
        for (place, cell) in record.iter().enumerate() {
            let is_last = place + 1 == record.len();
            let cell = match cell.strip_suffix(b"\r") {
                Some(before) if is_last => before,
                _ => cell,
            };
            let text = std::str::from_utf8(cell).map_err(|_| TableError::Encoding { line })?;
            cells.push(neutral::read(text).to_owned());
        }
        match &header {
            None => {
                width = cells.len();
                header = Some(Header::read(&cells, columns)?);
            }
            Some(_) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
            Some(_) if cells.len() != width => {
                let count = |count| u64::try_from(count).unwrap_or(u64::MAX);
                let (expected, found) = (count(width), count(cells.len()));
                return Err(TableError::Fields {
                    line,
                    expected,
                    found,
                }
                .into());
            }
            Some(header) => take(Row {
                number: line,
                cells: header.arrange(&cells),
            })?,
        }
    }
    if header.is_none() {
        return Err(TableError::Empty.into());
    }
    Ok(())
}

/// Whatever stands more often in the first line.
fn delimiter(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or(start);
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') {
        b';'
    } else {
        b','
    }
}

fn refusal(error: csv::Error) -> TableError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => TableError::Io(error),
        _ => TableError::Encoding { line },
    }
}
