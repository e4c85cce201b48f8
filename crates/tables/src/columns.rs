//! The header of a table.

use crate::{ColumnErrors, TableError};

/// A column that a reader asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// Whether the header must have it.
    pub required: bool,
}

const SHOWN: usize = 60;

/// Where each asked column stands in the header.
#[derive(Debug)]
pub(crate) struct Header {
    places: Vec<Option<usize>>,
}

impl Header {
    pub(crate) fn read(names: &[String], columns: &[Column]) -> Result<Self, TableError> {
        let names: Vec<String> = names
            .iter()
            .map(|name| name.trim().to_lowercase())
            .collect();
        if names.iter().all(String::is_empty) {
            return Err(TableError::Empty);
        }
        let mut errors = ColumnErrors::default();
        for (index, name) in names.iter().enumerate() {
            let shown = || name.chars().take(SHOWN).collect::<String>();
            if name.is_empty() {
                continue;
            }
            if !columns.iter().any(|column| column.name == name) {
                errors.unknown.push(shown());
            } else if names.iter().take(index).any(|before| before == name) {
                errors.twice.push(shown());
            }
        }
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let place = names.iter().position(|name| name == column.name);
            if place.is_none() && column.required {
                errors.missing.push(column.name);
            }
            places.push(place);
        }
        if errors == ColumnErrors::default() {
            Ok(Self { places })
        } else {
            Err(TableError::Columns(errors))
        }
    }

    /// The cells in the order of the asked columns; empty where the file has no such column.
    pub(crate) fn arrange(&self, cells: &[String]) -> Vec<String> {
        let cell = |place: &Option<usize>| place.and_then(|place| cells.get(place));
        self.places
            .iter()
            .map(|place| cell(place).cloned().unwrap_or_default())
            .collect()
    }
}
