//! Workbooks that the PyPI package `openpyxl` has made are imported, and it reads those that are exported.

use balabaqsha_shared::{
    appointment::Duty,
    dto::{Import, ImportState, TableFormat},
    endpoint,
};
use balabaqsha_tests::{Official, TestApp, on_both_engines};
use serde_json::{Value, json};
use std::{ffi::OsString, fs, path::Path, process::Command};

on_both_engines!(over_http: a_workbook_of_somebody_else_goes_in_and_ours_comes_out);

/// `cargo xtask test` names here the Python that it has installed the package for.
const PYTHON_VARIABLE: &str = "OPENPYXL_PYTHON";

/// Fills a template in: numbers, dates and texts as cells of their kinds.
const FILL: &str = "
import sys, datetime, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
sheet = book.worksheets[0]
header = [cell.value for cell in sheet[1]]
row = {
    'external_id': 'K-1', 'locality': sys.argv[3], 'kind': 'private_state_order',
    'bin': '050440000012', 'name_kk': 'Балапан', 'name_ru': '=1+1', 'name_en': 'Balapan',
    'address_kk': 'а', 'address_ru': 'б', 'address_en': 'c', 'latitude': 49.4744,
    'longitude': 57.4233, 'phone': '+7 713 33 12 34', 'schedule': '',
    'contract_until': datetime.date(2027, 12, 31),
}
for column, name in enumerate(header, start=1):
    cell = sheet.cell(row=2, column=column)
    if isinstance(row.get(name), str):
        cell.value = row[name]
        cell.data_type = 's'
    else:
        cell.value = row.get(name)
book.save(sys.argv[2])
";

/// The sheets of a workbook with the values of their cells.
const SHOW: &str = "
import sys, json, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps([[[cell.value for cell in row] for row in sheet.rows] for sheet in book.worksheets],
                 default=str, ensure_ascii=False))
";

fn run(python: &OsString, script: &str, arguments: &[&str]) -> String {
    let output = Command::new(python)
        .args(["-c", script])
        .args(arguments)
        .output()
        .expect("a Python");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("a text")
}

fn name(path: &Path) -> &str {
    path.to_str().expect("a path")
}

async fn a_workbook_of_somebody_else_goes_in_and_ours_comes_out(app: &TestApp) {
    let Some(python) = std::env::var_os(PYTHON_VARIABLE) else {
        println!("skipped: {PYTHON_VARIABLE} names no Python with the package openpyxl");
        return;
    };
    let town = app.town(1).await;
    let official = Official::new(app, &town.locality, &[Duty::Registry]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let [template, filled, out] =
        ["template", "filled", "out"].map(|name| folder.path().join(format!("{name}.xlsx")));
    let path = format!(
        "{}?kind=kindergartens&format=xlsx",
        endpoint::IMPORT_TEMPLATES
    );
    let file = official.get(&path).await.has_status(200);
    fs::write(&template, &file.body).expect("a file");
    let arguments = [name(&template), name(&filled), &town.locality.code];
    run(&python, FILL, &arguments);

    let xlsx = TableFormat::Xlsx.media_type();
    let query = "kind=kindergartens&source=city";
    let table = fs::read(&filled).expect("a file");
    let sent: Import = official.upload(query, xlsx, table).await.json(202);
    let checked = official.checked(sent.id).await;
    assert_eq!(checked.state, ImportState::Checked, "{checked:?}");
    let path = endpoint::import_applying(sent.id);
    official.post(&path, &()).await.has_status(200);

    let path = format!(
        "{}?kind=kindergartens&source=city&locality_id={}&format=xlsx",
        endpoint::EXPORTS,
        town.id()
    );
    let file = official.get(&path).await.has_status(200);
    fs::write(&out, &file.body).expect("a file");
    let shown = run(&python, SHOW, &[name(&out)]);
    let sheets: Vec<Vec<Vec<Value>>> = serde_json::from_str(&shown).expect("sheets");
    assert_eq!(sheets.len(), 2, "the second explains the columns");
    let (header, row) = (&sheets[0][0], &sheets[0][1]);
    let value = |column: &str| {
        let place = header.iter().position(|name| *name == json!(column));
        row[place.expect("a column")].clone()
    };
    assert_eq!(value("external_id"), json!("K-1"));
    assert_eq!(value("contract_until"), json!("2027-12-31"));
    // A text, and no formula.
    let formula = value("name_ru");
    let text = formula.as_str().expect("a text");
    assert!(text.ends_with("=1+1"), "{text}");
    let about = &sheets[1];
    assert!(about.len() >= header.len(), "each column is explained");
}
