//! The generator behind `i18n::t`: reads the words of the three languages, checks them against each
//! other and writes them as Rust. It knows nothing of what the words are used for.
//!
//! A file is a tree of objects. A text without placeholders becomes a constant; one with `{name}`
//! a function with an argument of that name; an object of plural categories (CLDR's `one`, `few`,
//! `many`, `other`) a function that takes `count` and chooses the form.
//!
//! All texts of a language stand in one string, because the same language compresses well, and a
//! constant is no more than the place of its text in there.

use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Write as _};

pub const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// The plural categories that a whole number can have in each language.
const CATEGORIES: [&[&str]; 3] = [&["other"], &["one", "few", "many"], &["one", "other"]];
const ALL_CATEGORIES: [&str; 4] = ["one", "few", "many", "other"];

/// Between two texts, and between two forms of a plural.
const TEXT_END: char = '\u{1f}';
const FORM_END: char = '\u{1e}';

type Trees<'a> = [&'a Map<String, Value>; 3];

/// The source of the module, from the three files in the order of [`LANGUAGES`].
pub fn generate(files: [&str; 3]) -> Result<String, String> {
    let mut trees = Vec::new();
    for (language, text) in LANGUAGES.iter().zip(files) {
        let tree: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| format!("{language}.json: {error}"))?;
        trees.push(tree);
    }
    let [kk, ru, en] = trees.as_slice() else {
        return Err("three languages are expected".into());
    };
    let mut writer = Writer::default();
    writer.module([kk, ru, en], "")?;
    let Writer { out, texts, .. } = writer;
    let [kk, ru, en] = texts;
    Ok(format!(
        "{out}pub(super) static WORDS: [&str; 3] = [{kk:?}, {ru:?}, {en:?}];\n\
         pub(super) const TEXT_END: char = {TEXT_END:?};\n\
         pub(super) const FORM_END: char = {FORM_END:?};\n"
    ))
}

#[derive(Default)]
struct Writer {
    out: String,
    /// What has been written for each language so far.
    texts: [String; 3],
    /// How many texts that is.
    count: u16,
}

impl Writer {
    fn module(&mut self, trees: Trees<'_>, path: &str) -> Result<(), String> {
        let keys: BTreeSet<&String> = trees.iter().flat_map(|tree| tree.keys()).collect();
        for key in keys {
            let path = format!("{path}{key}");
            let ident = identifier(key).ok_or_else(|| format!("{path} is no name"))?;
            let mut values = Vec::new();
            for (language, tree) in LANGUAGES.iter().zip(trees) {
                let value = tree
                    .get(key)
                    .ok_or_else(|| format!("{language}.json lacks {path}"))?;
                values.push(value);
            }
            let [kk, ru, en] = values.as_slice() else {
                return Err("three languages are expected".into());
            };
            self.entry([kk, ru, en], &path, ident)?;
        }
        Ok(())
    }

    fn entry(&mut self, values: [&Value; 3], path: &str, ident: &str) -> Result<(), String> {
        match values {
            [Value::String(kk), Value::String(ru), Value::String(en)] => {
                self.text([kk, ru, en], path, ident)
            }
            [Value::Object(kk), Value::Object(ru), Value::Object(en)] => {
                let trees = [kk, ru, en];
                if trees.iter().all(|tree| is_plural(tree)) {
                    self.plural(trees, path, ident)
                } else {
                    self.line(format_args!("pub mod {ident} {{\nuse super::*;"))?;
                    self.module(trees, &format!("{path}."))?;
                    self.line(format_args!("}}"))
                }
            }
            _ => Err(format!("{path} has another shape in one of the languages")),
        }
    }

    fn text(&mut self, texts: [&String; 3], path: &str, ident: &str) -> Result<(), String> {
        let [names, others @ ..] = texts.map(|text| placeholders(text));
        if others.iter().any(|other| *other != names) {
            return Err(format!(
                "{path} has other placeholders in one of the languages"
            ));
        }
        let place = self.put(texts.map(String::clone), path)?;
        if names.is_empty() {
            let constant = ident.to_ascii_uppercase();
            return self.line(format_args!("pub const {constant}: Text = Text({place});"));
        }
        let (arguments, pairs) = arguments(&names);
        let arguments = arguments.trim_start_matches(", ");
        self.line(format_args!(
            "pub fn {ident}({arguments}) -> String {{ fill(Text({place}).get(), &[{pairs}]) }}"
        ))
    }

    fn plural(&mut self, trees: Trees<'_>, path: &str, ident: &str) -> Result<(), String> {
        let mut names = BTreeSet::new();
        let mut texts = [String::new(), String::new(), String::new()];
        let languages = LANGUAGES.iter().zip(CATEGORIES).zip(trees).zip(&mut texts);
        for (((language, categories), tree), text) in languages {
            let found: BTreeSet<&str> = tree.keys().map(String::as_str).collect();
            if found != categories.iter().copied().collect() {
                return Err(format!(
                    "{language}.json: {path} needs the forms {categories:?}"
                ));
            }
            for category in categories {
                let Some(Value::String(form)) = tree.get(*category) else {
                    return Err(format!("{language}.json: {path}.{category} is no text"));
                };
                names.extend(placeholders(form));
                text.push_str(&format!("{category}={form}{FORM_END}"));
            }
        }
        names.remove("count");
        let place = self.put(texts, path)?;
        let (arguments, pairs) = arguments(&names);
        self.line(format_args!(
            "pub fn {ident}(count: u32{arguments}) -> String \
             {{ plural(Text({place}), count, &[{pairs}]) }}"
        ))
    }

    /// Appends a text to each language and says where it stands.
    fn put(&mut self, texts: [String; 3], path: &str) -> Result<u16, String> {
        for (all, text) in self.texts.iter_mut().zip(texts) {
            if text.contains(TEXT_END) {
                return Err(format!("{path} has a control character"));
            }
            all.push_str(&text);
            all.push(TEXT_END);
        }
        let place = self.count;
        self.count = place.checked_add(1).ok_or("too many texts")?;
        Ok(place)
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) -> Result<(), String> {
        writeln!(self.out, "{text}").map_err(|error| error.to_string())
    }
}

fn is_plural(tree: &Map<String, Value>) -> bool {
    !tree.is_empty()
        && tree
            .keys()
            .all(|key| ALL_CATEGORIES.contains(&key.as_str()))
}

/// The parameters of a function and the pairs that it hands on.
fn arguments(names: &BTreeSet<String>) -> (String, String) {
    let mut arguments = String::new();
    let mut pairs = String::new();
    for name in names {
        arguments.push_str(&format!(", {name}: &str"));
        pairs.push_str(&format!("({name:?}, {name}),"));
    }
    (arguments, pairs)
}

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The key itself, when it can be a name in Rust.
fn identifier(key: &str) -> Option<&str> {
    let mut characters = key.chars();
    let fits = characters.next()?.is_ascii_lowercase()
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    fits.then_some(key)
}
