//! «Скачать таблицу»: what a list shows, as a table for a spreadsheet.

use super::state::use_office;
use crate::{
    api::{Failure, Loss},
    browser::{self, BlobUrl},
    components::{fields::PlainButton, trouble::TroubleSlot},
    i18n::{t_string, use_i18n},
    remote::failure_of,
};
use leptos::prelude::*;
use std::{future::Future, pin::Pin};

/// The rows of a table, the headings first.
pub type Rows = Vec<Vec<String>>;
/// The rows, fetched where they are not all there.
pub type Fetching = Pin<Box<dyn Future<Output = Result<Rows, Failure>>>>;

#[component]
pub fn ExportButton(
    file_name: &'static str,
    rows: impl Fn() -> Fetching + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let office = use_office();
    let export = Action::new_local(move |(): &()| {
        let rows = rows();
        async move {
            let table = csv(&office.watch(rows).await?);
            let url = browser::blob(table.as_bytes(), "text/csv;charset=utf-8")
                .and_then(|blob| BlobUrl::new(&blob));
            match url {
                Some(url) => {
                    browser::save(&url, file_name);
                    Ok(())
                }
                None => Err(Failure::lost(Loss::Unreadable)),
            }
        }
    });
    let press = move |()| {
        if !export.pending().get_untracked() {
            export.dispatch_local(());
        }
    };
    view! {
        <PlainButton text=move || t_string!(i18n, list.export) busy=export.pending() on_press=press/>
        <TroubleSlot failure=failure_of(export)/>
    }
}

/// With semicolons, which spreadsheets here expect, and the mark of UTF-8 without which they guess.
fn csv(rows: &[Vec<String>]) -> String {
    let mut text = String::from('\u{feff}');
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| written(cell)).collect();
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    }
    text
}

/// A spreadsheet takes a cell that begins so for a formula and runs it: such a cell is marked as text.
fn written(cell: &str) -> String {
    let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_table_is_marked_as_utf_8_and_quoted() {
        let rows = vec![vec!["Имя".to_owned(), "a \"b\"; c".to_owned()]];
        assert_eq!(csv(&rows), "\u{feff}\"Имя\";\"a \"\"b\"\"; c\"\r\n");
    }

    #[rstest]
    #[case("=1+1", "\"'=1+1\"")]
    #[case("+7 701", "\"'+7 701\"")]
    #[case("-1", "\"'-1\"")]
    #[case("@SUM(A1)", "\"'@SUM(A1)\"")]
    #[case("\t=1", "\"'\t=1\"")]
    #[case("850715300013", "\"850715300013\"")]
    #[case("a=1", "\"a=1\"")]
    fn a_formula_is_text(#[case] cell: &str, #[case] expected: &str) {
        assert_eq!(written(cell), expected);
    }
}
