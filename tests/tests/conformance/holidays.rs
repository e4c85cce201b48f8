//! The built-in calendar against the PyPI package `holidays`, day by day. Every disagreement stands
//! in `docs/calendar.md` with its reason.

use super::sources;
use balabaqsha_shared::calendar::builtin;
use chrono::NaiveDate;
use std::{collections::BTreeMap, fs, process::Command};

const SCRIPT: &str = "
import datetime, holidays
days = holidays.country_holidays('KZ', years=range(2024, 2031))
day = datetime.date(2024, 1, 1)
while day.year < 2031:
    print(day, 'worked' if days.is_working_day(day) else 'off')
    day += datetime.timedelta(days=1)
";

/// `cargo xtask test` names here the Python that it has installed the package for.
const PYTHON_VARIABLE: &str = "HOLIDAYS_PYTHON";

/// What the package says of each day.
fn theirs() -> Option<BTreeMap<NaiveDate, String>> {
    let python = std::env::var_os(PYTHON_VARIABLE)?;
    let output = Command::new(python).args(["-c", SCRIPT]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let days = text.lines().map(|line| {
        let (day, kind) = line.split_once(' ').unwrap();
        (day.parse().unwrap(), kind.to_owned())
    });
    Some(days.collect())
}

/// The table of the document: day and what it is here.
fn explained() -> BTreeMap<NaiveDate, String> {
    let text = fs::read_to_string(sources::root().join("docs/calendar.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let day: NaiveDate = cells.next()?.parse().ok()?;
        let (here, why) = (cells.next()?.to_owned(), cells.next()?);
        assert!(!why.is_empty(), "{day} is not explained");
        Some((day, here))
    });
    rows.collect()
}

#[test]
fn every_day_is_as_the_package_says_or_explained() {
    let Some(theirs) = theirs() else {
        println!("skipped: {PYTHON_VARIABLE} names no Python with the package holidays");
        return;
    };
    assert_eq!(theirs.len(), 2557, "all days of 2024 to 2030");
    let calendar = builtin::kazakhstan();
    let here = |day: NaiveDate| match calendar.is_working(day).unwrap() {
        true => "worked".to_owned(),
        false => "off".to_owned(),
    };
    let disagreements: BTreeMap<NaiveDate, String> = theirs
        .iter()
        .filter(|(day, kind)| here(**day) != **kind)
        .map(|(day, _)| (*day, here(*day)))
        .collect();
    assert_eq!(disagreements, explained());
}
