//! What the documents for readers of the code name is there.

use super::sources;
use std::{fs, path::PathBuf};

const DOCUMENTS: [&str; 4] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/operations.md",
];

/// Folders in which a document may name a file by the end of its path.
const FOLDERS: [&str; 8] = [
    "",
    "api/src",
    "api/src/http",
    "api/src/service",
    "crates",
    "shared/src",
    "web/src",
    "tests/tests/conformance",
];

fn documents() -> Vec<(&'static str, String)> {
    let read = |name| Some((name, fs::read_to_string(sources::root().join(name)).ok()?));
    DOCUMENTS.into_iter().filter_map(read).collect()
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n```")
        .step_by(2)
        .flat_map(|part| part.split('`').skip(1).step_by(2))
}

fn is_file_of_code(name: &str) -> bool {
    name.ends_with(".rs")
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/._".contains(&b))
}

#[test]
fn files_that_the_documents_name_exist() {
    let mut seen = 0;
    for (document, text) in documents() {
        for name in quoted(&text).filter(|name| is_file_of_code(name)) {
            let there = |folder: &&str| sources::root().join(folder).join(name).is_file();
            assert!(FOLDERS.iter().any(there), "{document} names {name}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let folder = |document: &str| sources::root().join(document).parent().unwrap().to_owned();
    for (document, text) in documents() {
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let path = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:");
            let there: PathBuf = folder(document).join(path);
            assert!(elsewhere || there.exists(), "{document} leads to {target}");
        }
    }
}
