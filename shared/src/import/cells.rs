//! Reading the cells of a row: each is a text of somebody else's system.

use super::Column;
use crate::{
    child::{NameError, NamePart},
    code::Code,
    iin::{Bin, Iin},
    phone::Phone,
    rules::Violation,
    text, time,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use std::{fmt, ops::RangeInclusive};

/// What is wrong with a cell.
#[derive(Clone, PartialEq, Eq)]
pub struct CellError {
    pub column: &'static str,
    /// As it stands in the file, shortened.
    pub value: String,
    pub violation: Violation,
}

impl fmt::Debug for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The value may be somebody's data.
        f.debug_struct("CellError")
            .field("column", &self.column)
            .field("violation", &self.violation)
            .finish_non_exhaustive()
    }
}

/// So much of a value is shown with its error.
const SHOWN_CHARS: usize = 80;
const LOCAL_MOMENTS: [&str; 4] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S%.f",
];
const DAYS: [&str; 2] = ["%Y-%m-%d", "%d.%m.%Y"];

/// The cells of one row, and what was found wrong with them.
#[derive(Debug)]
pub struct Cells<'a> {
    columns: &'static [Column],
    values: &'a [String],
    now: DateTime<Utc>,
    errors: Vec<CellError>,
}

impl<'a> Cells<'a> {
    /// `values` stand in the order of the columns.
    #[must_use]
    pub fn new(columns: &'static [Column], values: &'a [String], now: DateTime<Utc>) -> Self {
        Self {
            columns,
            values,
            now,
            errors: Vec::new(),
        }
    }

    /// What was found wrong, in the order of the columns.
    #[must_use]
    pub fn into_errors(mut self) -> Vec<CellError> {
        let place = |name| self.columns.iter().position(|column| column.name == name);
        self.errors.sort_by_key(|error| place(error.column));
        self.errors
    }

    fn value(&self, name: &str) -> &'a str {
        let place = self.columns.iter().position(|column| column.name == name);
        let value = place.and_then(|place| self.values.get(place));
        value.map_or("", |value| value.trim())
    }

    pub(super) fn is_empty(&self, name: &str) -> bool {
        self.value(name).is_empty()
    }

    pub(super) fn refuse(&mut self, column: &'static str, violation: Violation) {
        let value = self.value(column).chars().take(SHOWN_CHARS).collect();
        self.errors.push(CellError {
            column,
            value,
            violation,
        });
    }

    fn read<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        let value = self.value(column);
        let read = if value.is_empty() {
            Err(Violation::new(Code::FieldRequired))
        } else {
            parse(value)
        };
        read.map_err(|violation| self.refuse(column, violation))
            .ok()
    }

    /// The value of a cell that may be empty.
    fn if_there<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.is_empty(column) {
            Some(None)
        } else {
            read(self).map(Some)
        }
    }

    pub(super) fn text(&mut self, column: &'static str, limit: usize) -> Option<String> {
        self.read(column, |value| {
            if value.chars().count() > limit {
                Err(Violation::new(Code::FieldTooLong).with("limit", limit))
            } else if text::has_hidden(value) {
                Err(Violation::new(Code::TextInvalid))
            } else {
                Ok(value.to_owned())
            }
        })
    }

    /// A text, or nothing.
    pub(super) fn text_if_there(&mut self, column: &'static str, limit: usize) -> Option<String> {
        self.if_there(column, |cells| cells.text(column, limit))
            .map(Option::unwrap_or_default)
    }

    /// A text all of whose characters fit.
    pub(super) fn word(
        &mut self,
        column: &'static str,
        lengths: RangeInclusive<usize>,
        fits: impl Fn(char) -> bool,
    ) -> Option<String> {
        self.read(column, |value| {
            if lengths.contains(&value.chars().count()) && value.chars().all(fits) {
                Ok(value.to_owned())
            } else {
                Err(Violation::new(Code::TextInvalid))
            }
        })
    }

    pub(super) fn iin(&mut self, column: &'static str) -> Option<Iin> {
        self.read(column, |value| {
            Iin::parse(value).map_err(|_| Violation::new(Code::IinInvalid))
        })
    }

    pub(super) fn bin(&mut self, column: &'static str) -> Option<Bin> {
        self.read(column, |value| {
            Bin::parse(value).map_err(|_| Violation::new(Code::BinInvalid))
        })
    }

    pub(super) fn mobile(&mut self, column: &'static str) -> Option<Phone> {
        self.read(column, |value| {
            Phone::parse(value).map_err(|_| Violation::new(Code::PhoneInvalid))
        })
    }

    pub(super) fn name(&mut self, column: &'static str) -> Option<NamePart> {
        self.read(column, |value| {
            NamePart::parse(value).map_err(|error| match error {
                NameError::Empty => Violation::new(Code::FieldRequired),
                NameError::TooLong => {
                    Violation::new(Code::FieldTooLong).with("limit", NamePart::MAX_CHARS)
                }
                NameError::Characters => Violation::new(Code::NameInvalid),
            })
        })
    }

    pub(super) fn name_if_there(&mut self, column: &'static str) -> Option<Option<NamePart>> {
        self.if_there(column, |cells| cells.name(column))
    }

    pub(super) fn whole(
        &mut self,
        column: &'static str,
        range: RangeInclusive<i32>,
    ) -> Option<i32> {
        self.read(column, |value| {
            let number = value.parse().ok().filter(|number| range.contains(number));
            number.ok_or_else(|| {
                Violation::new(Code::QuantityInvalid)
                    .with("from", range.start())
                    .with("to", range.end())
            })
        })
    }

    /// A whole number, or what counts where the cell is empty.
    pub(super) fn whole_or(
        &mut self,
        column: &'static str,
        range: RangeInclusive<i32>,
        default: i32,
    ) -> Option<i32> {
        self.if_there(column, |cells| cells.whole(column, range))
            .map(|number| number.unwrap_or(default))
    }

    pub(super) fn degrees(&mut self, column: &'static str, limit: i32) -> Option<f64> {
        self.read(column, |value| {
            let number: Option<f64> = value.replace(',', ".").parse().ok();
            let limit_of = f64::from(limit);
            let fits = |number: &f64| (-limit_of..=limit_of).contains(number);
            number.filter(fits).ok_or_else(|| {
                Violation::new(Code::QuantityInvalid)
                    .with("from", -limit)
                    .with("to", limit)
            })
        })
    }

    pub(super) fn day(&mut self, column: &'static str) -> Option<NaiveDate> {
        self.read(column, |value| {
            DAYS.iter()
                .find_map(|form| NaiveDate::parse_from_str(value, form).ok())
                .filter(|day| (1990..=2200).contains(&chrono::Datelike::year(day)))
                .ok_or_else(|| Violation::new(Code::DayInvalid))
        })
    }

    pub(super) fn day_if_there(&mut self, column: &'static str) -> Option<Option<NaiveDate>> {
        self.if_there(column, |cells| cells.day(column))
    }

    pub(super) fn birth_date(&mut self, column: &'static str) -> Option<NaiveDate> {
        let day = self.day(column)?;
        if day > time::local_date(self.now) {
            self.refuse(column, Violation::new(Code::BirthDateInvalid));
            return None;
        }
        Some(day)
    }

    /// A moment that has been, to the second: as the wall clocks of the country show it, or with an offset.
    pub(super) fn past(&mut self, column: &'static str) -> Option<DateTime<Utc>> {
        let now = self.now;
        self.read(column, |value| {
            let local = || {
                LOCAL_MOMENTS
                    .iter()
                    .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
                    .map(time::from_local)
            };
            let with_offset = DateTime::parse_from_rfc3339(value).ok();
            with_offset
                .map(|at| at.to_utc())
                .or_else(local)
                .map(time::to_micros)
                .filter(|at| *at <= now)
                .ok_or_else(|| Violation::new(Code::MomentInvalid))
        })
    }

    pub(super) fn time_if_there(&mut self, column: &'static str) -> Option<Option<NaiveTime>> {
        self.if_there(column, |cells| {
            cells.read(column, |value| {
                ["%H:%M", "%H:%M:%S"]
                    .iter()
                    .find_map(|form| NaiveTime::parse_from_str(value, form).ok())
                    .ok_or_else(|| Violation::new(Code::MomentInvalid))
            })
        })
    }

    pub(super) fn choice<T>(
        &mut self,
        column: &'static str,
        from_name: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        self.read(column, |value| {
            from_name(&value.to_lowercase()).ok_or_else(|| Violation::new(Code::ChoiceInvalid))
        })
    }

    pub(super) fn yes_or_no(&mut self, column: &'static str) -> Option<bool> {
        self.choice(column, |value| match value {
            "yes" | "true" | "1" | "on" | "да" | "иә" => Some(true),
            "no" | "false" | "0" | "off" | "нет" | "жоқ" => Some(false),
            _ => None,
        })
    }
}

pub(super) fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// As [`Cells::past`] reads it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    time::local(at).to_rfc3339()
}

pub(super) fn if_there<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
