//! Tables of officials as files: CSV, XLSX and JSON are read row by row and written with the same
//! columns. What a cell means is the caller's business; here it is a text.

mod columns;
mod csv_file;
mod json_file;
mod limits;
mod neutral;
mod write;
mod xlsx_file;

pub use columns::Column;
pub use limits::LARGEST_FILE;
pub use write::{Explanation, Writer};

use std::{
    fmt,
    io::{Read, Seek},
    path::Path,
};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
    /// A list of objects, or an object a line (NDJSON).
    Json,
}

impl Format {
    /// By the end of a file's name.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" | "ndjson" | "jsonl" => Some(Self::Json),
            _ => None,
        }
    }
}

/// One row: its number in the file, the first line being 1, and a text for each asked column.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    pub number: u64,
    pub cells: Vec<String>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The cells may be about children.
        f.debug_struct("Row")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Why a file cannot be read as a table. None of them repeats what is in a cell.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("the file is larger than {LARGEST_FILE} bytes")]
    TooLarge,
    #[error("line {line} is not UTF-8: save the file as «CSV UTF-8»")]
    Encoding { line: u64 },
    #[error("the file has no header")]
    Empty,
    #[error("the columns are wrong: {0}")]
    Columns(ColumnErrors),
    #[error("line {line}: {expected} fields are expected, {found} are there")]
    Fields {
        line: u64,
        expected: u64,
        found: u64,
    },
    #[error("entry {entry}: an object with texts, numbers, true, false or null is expected")]
    Entry { entry: u64 },
    #[error("not an XLSX workbook: {0}")]
    Workbook(String),
    #[error("the archive is suspicious: {0}")]
    Archive(&'static str),
}

/// What is wrong with a header, all of it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnErrors {
    pub missing: Vec<&'static str>,
    pub unknown: Vec<String>,
    pub twice: Vec<String>,
}

impl fmt::Display for ColumnErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.missing.is_empty() {
            parts.push(format!("missing are {}", self.missing.join(", ")));
        }
        if !self.unknown.is_empty() {
            parts.push(format!("unknown are {}", self.unknown.join(", ")));
        }
        if !self.twice.is_empty() {
            parts.push(format!("twice there are {}", self.twice.join(", ")));
        }
        f.write_str(&parts.join("; "))
    }
}

/// Reads a file row by row; `take` gets each row that is not empty and may end the reading with an
/// error of its own.
///
/// # Errors
/// With what is wrong with the file as a table, or what `take` has said.
pub fn read<E: From<TableError>>(
    file: impl Read + Seek,
    format: Format,
    columns: &[Column],
    mut take: impl FnMut(Row) -> Result<(), E>,
) -> Result<(), E> {
    let file = limits::measured(file)?;
    match format {
        Format::Csv => csv_file::read(file, columns, &mut take),
        Format::Json => json_file::read(file, columns, &mut take),
        Format::Xlsx => xlsx_file::read(file, columns, &mut take),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    const COLUMNS: [Column; 3] = [
        Column {
            name: "code",
            required: true,
        },
        Column {
            name: "name",
            required: true,
        },
        Column {
            name: "phone",
            required: false,
        },
    ];

    fn rows(bytes: &[u8], format: Format) -> Result<Vec<Row>, TableError> {
        let mut rows = Vec::new();
        read(Cursor::new(bytes), format, &COLUMNS, |row| {
            rows.push(row);
            Ok::<_, TableError>(())
        })?;
        Ok(rows)
    }

    fn row(number: u64, cells: [&str; 3]) -> Row {
        Row {
            number,
            cells: cells.map(str::to_owned).to_vec(),
        }
    }

    #[rstest::rstest]
    #[case("code,name,phone\n1,Балапан,+7\n\n2,\"а;б\n,\",\n")]
    #[case("\u{feff}Code;NAME;phone\r\n1;Балапан;+7\r\n;;\r\n2;\"а;б\n,\";\r\n")]
    fn csv_with_comma_or_semicolon_and_with_a_mark(#[case] text: &str) {
        let read = rows(text.as_bytes(), Format::Csv).unwrap();
        assert_eq!(read[0], row(2, ["1", "Балапан", "+7"]));
        assert_eq!(read[1].cells, row(0, ["2", "а;б\n,", ""]).cells);
        assert_eq!(read.len(), 2);
    }

    #[rstest::rstest]
    #[case(r#"[{"code": 1, "name": "Балапан", "phone": "+7"}, {"name": "б", "code": "2", "phone": null}]"#)]
    #[case(
        "{\"code\": \"1\", \"name\": \"Балапан\", \"phone\": \"+7\"}\n{\"name\": \"б\", \"code\": 2}\n"
    )]
    fn json_as_a_list_or_a_line_each(#[case] text: &str) {
        let expected = [row(1, ["1", "Балапан", "+7"]), row(2, ["2", "б", ""])];
        assert_eq!(rows(text.as_bytes(), Format::Json).unwrap(), expected);
    }

    #[rstest::rstest]
    #[case(Format::Csv, "", "no header")]
    #[case(Format::Csv, ",,\n", "no header")]
    #[case(
        Format::Csv,
        "code,colour,code\n",
        "missing are name; unknown are colour; twice there are code"
    )]
    #[case(
        Format::Csv,
        "code,name\n1\n",
        "line 2: 2 fields are expected, 1 are there"
    )]
    #[case(Format::Json, "[{\"code\": 1}]", "missing are name")]
    #[case(Format::Json, "[{\"code\": 1, \"name\": []}]", "entry 1")]
    #[case(Format::Json, "[{\"code\": 1, \"name\": \"a\"}, 7]", "entry 2")]
    #[case(Format::Json, "[{\"code\": 1, \"name\": \"a\"}", "entry 2")]
    #[case(Format::Json, "{\"code\": 1, \"name\": \"a\"}\n{", "entry 2")]
    #[case(Format::Xlsx, "code,name\n", "not an XLSX workbook")]
    fn what_is_no_table_is_explained(
        #[case] format: Format,
        #[case] text: &str,
        #[case] sentence: &str,
    ) {
        let error = rows(text.as_bytes(), format).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }

    #[test]
    fn another_encoding_is_named_with_its_line() {
        let error = rows(b"code,name\n1,\xc1\xe0\xeb\n", Format::Csv).unwrap_err();
        assert!(matches!(error, TableError::Encoding { line: 2 }), "{error}");
    }

    #[rstest::rstest]
    fn what_is_written_is_read_again(
        #[values(Format::Csv, Format::Xlsx, Format::Json)] format: Format,
    ) {
        let written = [
            ["007", "=1+1", "+77011234567"],
            ["2", "«Балапан», \"б\"", "'=x"],
        ];
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes, format, &["code", "name", "phone"]).unwrap();
        for cells in &written {
            writer.row(&cells.map(str::to_owned)).unwrap();
        }
        let explanation = Explanation {
            column: "code",
            texts: vec!["Код".into()],
        };
        writer.finish(&[explanation]).unwrap();
        let read = rows(&bytes, format).unwrap();
        let cells: Vec<_> = read.into_iter().map(|row| row.cells).collect();
        assert_eq!(
            cells,
            written.map(|cells| cells.map(str::to_owned).to_vec())
        );
        if format == Format::Csv {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("'=1+1,'+7701"), "{text}");
        }
    }

    fn archive(entries: usize, bytes_each: usize) -> Vec<u8> {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        for number in 0..entries {
            zip.start_file(format!("{number}"), options).unwrap();
            zip.write_all(&vec![0; bytes_each]).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// Each entry inflates as far as sheets do, and all together to more than a gibibyte.
    fn tame_archive() -> Vec<u8> {
        use std::io::Write;
        const ENTRY: usize = 16 << 20;
        let options = zip::write::SimpleFileOptions::default();
        let mut one = zip::ZipWriter::new(Cursor::new(Vec::new()));
        one.start_file("0", options).unwrap();
        // A byte that nobody foresees, and a hundred noughts.
        let mut bytes = Vec::with_capacity(ENTRY);
        let mut number = 1_u32;
        for _ in 0..ENTRY / 101 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push(number.to_be_bytes()[0]);
            bytes.resize(bytes.len() + 100, 0);
        }
        one.write_all(&bytes).unwrap();
        let mut one = zip::ZipArchive::new(one.finish().unwrap()).unwrap();
        let mut all = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..65 {
            let entry = one.by_index(0).unwrap();
            all.raw_copy_file_rename(entry, format!("{number}"))
                .unwrap();
        }
        all.finish().unwrap().into_inner()
    }

    #[test]
    fn bombs_are_not_opened() {
        let many = rows(&archive(201, 1), Format::Xlsx).unwrap_err();
        assert!(
            matches!(many, TableError::Archive("too many entries")),
            "{many}"
        );
        let deep = rows(&archive(1, 8 << 20), Format::Xlsx).unwrap_err();
        assert!(
            matches!(deep, TableError::Archive("an entry inflates too far")),
            "{deep}"
        );
        let much = rows(&tame_archive(), Format::Xlsx).unwrap_err();
        assert!(
            matches!(much, TableError::Archive("it inflates to too much")),
            "{much}"
        );
        let none = rows(&archive(3, 10), Format::Xlsx).unwrap_err();
        assert!(matches!(none, TableError::Workbook(_)), "{none}");
    }

    #[test]
    fn a_file_that_is_too_large_is_not_read() {
        struct Large;
        impl Read for Large {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                panic!("nobody reads it")
            }
        }
        impl Seek for Large {
            fn seek(&mut self, _: std::io::SeekFrom) -> std::io::Result<u64> {
                Ok(LARGEST_FILE + 1)
            }
        }
        let read = read(Large, Format::Csv, &COLUMNS, |_| Ok::<_, TableError>(()));
        assert!(matches!(read, Err(TableError::TooLarge)));
    }

    #[test]
    fn formats_are_told_by_the_name() {
        for (name, format) in [
            ("a.CSV", Some(Format::Csv)),
            ("a.xlsx", Some(Format::Xlsx)),
            ("a.ndjson", Some(Format::Json)),
            ("a.json", Some(Format::Json)),
            ("a.xls", None),
            ("csv", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
