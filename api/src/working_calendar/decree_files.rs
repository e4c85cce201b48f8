//! Files of decrees, as officials write them: CSV with the columns `date,kind,decree`, or JSON with
//! a list of objects of the same names. `kind` is `off` or `work`.

use balabaqsha_shared::{
    calendar::{DayKind, decrees::DecreeDay},
    text,
};
use chrono::NaiveDate;
use serde::Deserialize;

/// A decree of all days of a year has some 30 kB.
pub const LARGEST_FILE: u64 = 1024 * 1024;
const COLUMNS: [&str; 3] = ["date", "kind", "decree"];
const DECREE_LIMIT: usize = 200;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the first line must be {}", COLUMNS.join(","))]
    Columns,
    #[error("line {line}: {reason}")]
    Line { line: u64, reason: String },
    #[error("entry {entry}: {reason}")]
    Entry { entry: usize, reason: String },
    #[error("not a list of objects with date, kind and decree: {0}")]
    Json(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    date: String,
    kind: String,
    decree: String,
}

impl Written {
    fn read(self) -> Result<DecreeDay, String> {
        let day = NaiveDate::parse_from_str(self.date.trim(), "%Y-%m-%d")
            .map_err(|_| format!("{:?} is not a day such as 2026-03-09", self.date))?;
        let kind = DayKind::from_name(self.kind.trim())
            .ok_or_else(|| format!("{:?} is neither off nor work", self.kind))?;
        let decree = self.decree.trim();
        if decree.is_empty() {
            return Err("the decree is not named".into());
        }
        if decree.chars().count() > DECREE_LIMIT || text::has_hidden(decree) {
            return Err(format!(
                "the name of the decree has more than {DECREE_LIMIT} characters or control characters"
            ));
        }
        Ok(DecreeDay {
            day,
            kind,
            decree: decree.to_owned(),
        })
    }
}

/// All days of a file.
///
/// # Errors
/// With the first line or entry that cannot be read.
pub fn read(text: &str, format: Format) -> Result<Vec<DecreeDay>, FileError> {
    match format {
        Format::Csv => read_csv(text),
        Format::Json => read_json(text),
    }
}

fn read_csv(text: &str) -> Result<Vec<DecreeDay>, FileError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let columns = reader.headers().map_err(|_| FileError::Columns)?;
    if !columns.iter().map(str::trim).eq(COLUMNS) {
        return Err(FileError::Columns);
    }
    let mut days = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| FileError::Line {
            line: error.position().map_or(0, csv::Position::line),
            reason: "it has not three fields, or a quote is not closed".into(),
        })?;
        let field = |index| row.get(index).unwrap_or_default().to_owned();
        let written = Written {
            date: field(0),
            kind: field(1),
            decree: field(2),
        };
        let line = row.position().map_or(0, csv::Position::line);
        days.push(
            written
                .read()
                .map_err(|reason| FileError::Line { line, reason })?,
        );
    }
    Ok(days)
}

fn read_json(text: &str) -> Result<Vec<DecreeDay>, FileError> {
    let written: Vec<Written> =
        serde_json::from_str(text).map_err(|error| FileError::Json(error.to_string()))?;
    written
        .into_iter()
        .enumerate()
        .map(|(index, one)| {
            one.read().map_err(|reason| FileError::Entry {
                entry: index + 1,
                reason,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "date,kind,decree\n2026-03-09,off,\"№ 1, 5.02.2026\"\n2026-03-14,work,№ 1\n";
    const JSON: &str = r#"[{"date": "2026-03-09", "kind": "off", "decree": "№ 1, 5.02.2026"},
        {"date": "2026-03-14", "kind": "work", "decree": "№ 1"}]"#;

    #[test]
    fn csv_and_json_decrees_are_read_alike() {
        let days = read(CSV, Format::Csv).unwrap();
        assert_eq!(days, read(JSON, Format::Json).unwrap());
        assert_eq!(days.len(), 2);
        assert_eq!(days[0].decree, "№ 1, 5.02.2026");
        assert_eq!(
            (days[1].day.to_string().as_str(), days[1].kind),
            ("2026-03-14", DayKind::Work)
        );
        let marked = format!("\u{feff}{}", CSV.replace('\n', "\r\n"));
        assert_eq!(read(&marked, Format::Csv).unwrap(), days);
    }

    #[rstest::rstest]
    #[case("", "the first line")]
    #[case("day,kind,decree\n", "the first line")]
    #[case("date,kind,decree\n2026-03-09,off\n", "line 2")]
    #[case(
        "date,kind,decree\n2026-03-09,off,a\n2026-02-30,off,a\n",
        "line 3: \"2026-02-30\""
    )]
    #[case("date,kind,decree\n09.03.2026,off,a\n", "line 2")]
    #[case("date,kind,decree\n2026-03-09,holiday,a\n", "neither off nor work")]
    #[case("date,kind,decree\n2026-03-09,off, \n", "not named")]
    #[case("date,kind,decree\n2026-03-09,off,a,b\n", "line 2")]
    fn what_is_wrong_is_named(#[case] text: &str, #[case] expected: &str) {
        let error = read(text, Format::Csv).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[rstest::rstest]
    #[case("", "not a list")]
    #[case("{}", "not a list")]
    #[case(r#"[{"date": "2026-03-09", "kind": "off"}]"#, "decree")]
    #[case(
        r#"[{"date": "2026-03-09", "kind": "off", "decree": "a", "more": 1}]"#,
        "more"
    )]
    #[case(r#"[{"date": "2026-13-09", "kind": "off", "decree": "a"}]"#, "entry 1")]
    fn what_is_wrong_with_json_is_named(#[case] text: &str, #[case] expected: &str) {
        let error = read(text, Format::Json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
