//! What parents never load: the pages and the words of the office and of the desk of a kindergarten.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::manifest::{Manifest, Part};
use crate::workspace::Workspace;

/// The group of the office, and what only it needs.
pub const GROUP: &str = "office";
/// The group of the desk, and that of the duty `queue`.
pub const DESK: &str = "desk";
const QUEUE: &str = "office_queue";
/// Words that only these have, by their places in `web/locales`.
const WORDS: [&str; 12] = [
    "appointments",
    "audit",
    "benefits",
    "calendar",
    "capacity",
    "cases",
    "desk",
    "imports",
    "office",
    "registry",
    "search",
    "suspensions",
];
/// The words of refusals, which all pages have.
const CODES: &str = "shared/src/code.rs";
/// Shorter texts may stand elsewhere by chance.
const TELLING: usize = 24;

/// An error that names each file that somebody loads who has nothing to do with the office, and that has words of
/// it.
pub fn check(workspace: &Workspace) -> Result<()> {
    let dist = workspace.dist();
    let manifest = Manifest::read(&dist)?;
    let mut texts = BTreeSet::new();
    // A refusal may say the same as a page of the office.
    let codes = workspace.root.join(CODES);
    let mut others = vec![fs::read_to_string(&codes).with_context(|| codes.display().to_string())?];
    for language in ["kk", "ru", "en"] {
        let path = workspace.root.join(format!("web/locales/{language}.json"));
        let words: Value = serde_json::from_str(&fs::read_to_string(&path)?)
            .with_context(|| path.display().to_string())?;
        texts.extend(WORDS.iter().flat_map(|group| telling(&words, group)));
        others.extend(of_others(&words));
    }
    texts.retain(|text| !others.iter().any(|other| other.contains(text.as_str())));
    if texts.is_empty() {
        bail!("the office has no words to look for");
    }
    let mut found = Vec::new();
    for name in loaded_by_others(&manifest) {
        let file = manifest.files.get(name);
        let file = file.with_context(|| format!("there is no file {name}"))?;
        let content = fs::read(dist.join(&file.file)).with_context(|| file.file.clone())?;
        if let Some(text) = texts.iter().find(|text| holds(&content, text.as_bytes())) {
            found.push(format!("{name} has words of the office: {text:?}"));
        }
    }
    if !found.is_empty() {
        bail!("parents load the office:\n{}", found.join("\n"));
    }
    Ok(())
}

/// The files of the first page, and those of all groups but these three.
fn loaded_by_others(manifest: &Manifest) -> BTreeSet<&str> {
    let first = manifest.files.iter();
    let first = first.filter(|(_, file)| file.part == Part::FirstPage);
    let others = |group: &str| ![GROUP, DESK, QUEUE].contains(&group);
    let groups = manifest.groups.iter().filter(|(group, _)| others(group));
    let lazy = groups.flat_map(|(_, files)| files.iter().map(String::as_str));
    first.map(|(name, _)| name.as_str()).chain(lazy).collect()
}

/// The whole texts of a part of the words that are long enough to stand nowhere else.
fn telling(words: &Value, group: &str) -> Vec<String> {
    let texts = words.get(group).and_then(Value::as_object);
    let texts = texts.into_iter().flat_map(|texts| texts.values());
    texts
        .filter_map(Value::as_str)
        .filter(|text| text.chars().count() >= TELLING && !text.contains("{{"))
        .map(ToOwned::to_owned)
        .collect()
}

/// The words of all pages but those of the office, as one text.
fn of_others(words: &Value) -> Option<String> {
    let mut words = words.as_object()?.clone();
    words.retain(|group, _| !WORDS.contains(&group.as_str()));
    Some(Value::Object(words).to_string())
}

fn holds(content: &[u8], text: &[u8]) -> bool {
    content.windows(text.len()).any(|window| window == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::manifest::Entry;
    use serde_json::json;

    #[test]
    fn files_of_the_office_alone_are_not_those_of_others() {
        let entry = |part| Entry {
            file: String::new(),
            part,
            size: 1,
            br: 1,
        };
        let manifest = Manifest {
            release: "0f".to_owned(),
            files: [
                ("app.wasm", Part::FirstPage),
                ("pack_0.wasm", Part::Lazy),
                ("split_office.wasm", Part::Lazy),
                ("office.css", Part::Lazy),
            ]
            .map(|(name, part)| (name.to_owned(), entry(part)))
            .into(),
            groups: [
                ("account", vec!["pack_0.wasm"]),
                (GROUP, vec!["pack_0.wasm", "split_office.wasm"]),
            ]
            .map(|(group, files)| {
                let files = files.into_iter().map(ToOwned::to_owned).collect();
                (group.to_owned(), files)
            })
            .into(),
            routes: std::collections::BTreeMap::new(),
        };
        let expected: BTreeSet<&str> = ["app.wasm", "pack_0.wasm"].into();
        assert_eq!(loaded_by_others(&manifest), expected);
    }

    #[test]
    fn long_texts_without_arguments_are_looked_for() {
        let words = json!({"office": {
            "a": "short",
            "b": "a text of more than twenty-four letters",
            "c": "a text of more than twenty-four {{ letters }}",
        }});
        assert_eq!(
            telling(&words, "office"),
            ["a text of more than twenty-four letters"]
        );
        assert!(telling(&words, "desk").is_empty());
        assert!(holds(b"xx office yy", b"office"));
        assert!(!holds(b"off ice", b"office"));
    }
}
