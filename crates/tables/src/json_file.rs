//! JSON: a list of objects, or one object a line.

use crate::{Column, Row, TableError, columns::Header};
use serde::de::{DeserializeSeed, Deserializer as _, SeqAccess, Visitor};
use serde_json::{Deserializer, Map, Value};
use std::{
    fmt,
    io::{BufRead, BufReader, Read},
};

pub(crate) fn read<E: From<TableError>>(
    file: impl Read,
    columns: &[Column],
    take: &mut impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let start = file.fill_buf().map_err(TableError::from)?;
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    let is_list = first == Some(&b'[');
    let mut number = 0;
    let mut outcome = Ok(());
    let mut each = |entry: Value| {
        number += 1;
        let row = row(entry, number, columns)
            .map_err(E::from)
            .and_then(&mut *take);
        let goes_on = row.is_ok();
        if let Err(error) = row {
            outcome = Err(error);
        }
        goes_on
    };
    let read = if is_list {
        let mut json = Deserializer::from_reader(file);
        json.deserialize_seq(Entries(&mut each))
    } else {
        one_a_line(file, &mut each)
    };
    outcome?;
    match read {
        Ok(()) => Ok(()),
        Err(error) if error.is_io() => Err(TableError::Io(error.into()).into()),
        Err(_) => Err(TableError::Entry { entry: number + 1 }.into()),
    }
}

fn one_a_line(file: impl Read, each: &mut impl FnMut(Value) -> bool) -> serde_json::Result<()> {
    for entry in Deserializer::from_reader(file).into_iter::<Value>() {
        if !each(entry?) {
            break;
        }
    }
    Ok(())
}

struct Entries<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value) -> bool> Visitor<'de> for Entries<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list
            .next_element_seed(Entry(self.0))?
            .is_some_and(|goes_on| goes_on)
        {}
        Ok(())
    }
}

struct Entry<'a, F>(&'a mut F);

impl<'de, F: FnMut(Value) -> bool> DeserializeSeed<'de> for Entry<'_, F> {
    type Value = bool;

    fn deserialize<D: serde::Deserializer<'de>>(self, entry: D) -> Result<bool, D::Error> {
        <Value as serde::Deserialize>::deserialize(entry).map(self.0)
    }
}

fn row(entry: Value, number: u64, columns: &[Column]) -> Result<Row, TableError> {
    let Value::Object(members) = entry else {
        return Err(TableError::Entry { entry: number });
    };
    let names: Vec<String> = members.keys().cloned().collect();
    let header = Header::read(&names, columns)?;
    let cells = texts(members).ok_or(TableError::Entry { entry: number })?;
    Ok(Row {
        number,
        cells: header.arrange(&cells),
    })
}

fn texts(members: Map<String, Value>) -> Option<Vec<String>> {
    members
        .into_iter()
        .map(|(_, value)| match value {
            Value::Null => Some(String::new()),
            Value::Bool(yes) => Some(yes.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
        })
        .collect()
}
