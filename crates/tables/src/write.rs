//! Writing tables.

use crate::{Format, neutral};
use rust_xlsxwriter::{Workbook, XlsxError};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// What a column holds, for whoever fills a template in.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub column: &'static str,
    /// In as many languages as the caller has.
    pub texts: Vec<String>,
}

/// Writes rows with the columns given at the beginning.
pub struct Writer<W: Write + Send> {
    columns: Vec<&'static str>,
    target: Target<W>,
}

enum Target<W: Write + Send> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
    Xlsx {
        workbook: Box<Workbook>,
        next: u32,
        out: W,
    },
}

impl<W: Write + Send> std::fmt::Debug for Writer<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Writer<W> {
    /// Writes the header. JSON is written as an object a line.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn new(out: W, format: Format, columns: &[&'static str]) -> io::Result<Self> {
        let target = match format {
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(columns)?;
                Target::Csv(Box::new(csv))
            }
            Format::Json => Target::Json(out),
            Format::Xlsx => {
                let mut workbook = Workbook::new();
                workbook
                    .add_worksheet_with_constant_memory()
                    .map_err(other)?;
                Target::Xlsx {
                    workbook: Box::new(workbook),
                    next: 0,
                    out,
                }
            }
        };
        let mut writer = Self {
            columns: columns.to_vec(),
            target,
        };
        if let Target::Xlsx { .. } = writer.target {
            let header: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
            writer.row(&header)?;
        }
        Ok(writer)
    }

    /// Writes a row; cells are texts, so that numbers keep their zeros and nothing becomes a formula.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: &[String]) -> io::Result<()> {
        match &mut self.target {
            Target::Csv(csv) => {
                csv.write_record(cells.iter().map(|cell| neutral::written(cell)))?;
            }
            Target::Json(out) => {
                let members: Map<String, Value> = self
                    .columns
                    .iter()
                    .zip(cells)
                    .map(|(name, cell)| ((*name).to_owned(), Value::String(cell.clone())))
                    .collect();
                serde_json::to_writer(&mut *out, &members)?;
                out.write_all(b"\n")?;
            }
            Target::Xlsx { workbook, next, .. } => {
                let sheet = workbook.worksheet_from_index(0).map_err(other)?;
                for (column, cell) in (0..).zip(cells) {
                    sheet
                        .write_string(*next, column, cell.as_str())
                        .map_err(other)?;
                }
                *next += 1;
            }
        }
        Ok(())
    }

    /// Ends the file; a workbook gets a second sheet that explains the columns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self, explanations: &[Explanation]) -> io::Result<()> {
        match self.target {
            Target::Csv(mut csv) => csv.flush(),
            Target::Json(mut out) => out.flush(),
            Target::Xlsx {
                mut workbook,
                mut out,
                ..
            } => {
                if !explanations.is_empty() {
                    let sheet = workbook
                        .add_worksheet_with_constant_memory()
                        .map_err(other)?;
                    for (line, explanation) in (0..).zip(explanations) {
                        sheet
                            .write_string(line, 0, explanation.column)
                            .map_err(other)?;
                        for (column, text) in (1..).zip(&explanation.texts) {
                            sheet
                                .write_string(line, column, text.as_str())
                                .map_err(other)?;
                        }
                    }
                }
                // The archive needs to seek, which the target may not be able to.
                let bytes = workbook.save_to_buffer().map_err(other)?;
                out.write_all(&bytes)?;
                out.flush()
            }
        }
    }
}

fn other(error: XlsxError) -> io::Error {
    io::Error::other(error)
}
