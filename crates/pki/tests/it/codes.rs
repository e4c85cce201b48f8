//! The table of reasons in docs/eds.md and the code name the same codes.

use std::collections::BTreeSet;
use std::path::Path;

/// Words in the code that look like codes and are none.
const NO_CODES: [&str; 2] = ["kebab-case", "system-random"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All words of a text between these marks that look like codes: small letters and hyphens.
fn words(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.split(mark).skip(1).step_by(2).filter(|word| {
        word.contains('-')
            && word.split('-').all(|part| {
                !part.is_empty() && part.chars().all(|letter| letter.is_ascii_lowercase())
            })
    })
}

fn sources(folder: &Path, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else {
            all.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_documented_codes_are_those_of_the_code() {
    let mut texts = Vec::new();
    sources(&root().join("src"), &mut texts);
    let mut in_code = BTreeSet::new();
    for line in texts.iter().flat_map(|text| text.lines()) {
        in_code.extend(words(line, '"').filter(|word| !NO_CODES.contains(word)));
    }
    let text = std::fs::read_to_string(root().join("../../docs/eds.md")).unwrap();
    let (_, verdicts) = text.split_once("## Verdicts").unwrap();
    let (verdicts, _) = verdicts.split_once("## Files").unwrap();
    let documented: BTreeSet<&str> = words(verdicts, '`').collect();
    assert!(documented.len() > 50);
    assert_eq!(documented, in_code);
}
