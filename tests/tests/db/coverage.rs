//! Nothing of the storage is left out: every public function of `db` is called by this suite.

use crate::conformance::sources::{self, Source};
use std::collections::BTreeSet;

/// `module::function` of every public function that talks to the database.
fn functions(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in sources {
        // A module in a folder of its own is named by the folder, one inside of it by its own name.
        let module = source.name.trim_end_matches(".rs").trim_end_matches("/mod");
        let module = module.rsplit('/').next().unwrap();
        for line in source.text.lines() {
            // Methods are indented; those of the database and its transactions have no module.
            let Some(rest) = line.trim_start().strip_prefix("pub async fn ") else {
                continue;
            };
            let name = rest.split(['(', '<']).next().unwrap();
            found.insert(match module {
                "lib" => format!(".{name}("),
                _ => format!("{module}::{name}("),
            });
        }
    }
    found
}

#[test]
fn every_public_function_of_the_storage_is_run_by_this_suite() {
    let functions = functions(&sources::of("crates/store/src"));
    // The reading of the sources itself must not go blind.
    assert!(
        functions.len() > 70,
        "only {} were found: {functions:?}",
        functions.len()
    );
    assert!(functions.contains("places::hold_place(") && functions.contains(".begin("));
    let suite: String = sources::of("tests/tests/db")
        .into_iter()
        .chain(sources::of("tests/src"))
        .map(|source| source.text)
        .collect();
    let missing: Vec<_> = functions
        .iter()
        .filter(|call| !suite.contains(call.as_str()))
        .filter(|call| **call != ".connect(" || !suite.contains("Db::connect("))
        .collect();
    assert!(missing.is_empty(), "without a test: {missing:?}");
}
