//! The generator behind `i18n::t`: reads the words of the three languages, checks them against each
//! other and writes them as Rust. It knows nothing of what the words are used for.
//!
//! A file is a tree of objects. A text without placeholders becomes a constant; one with `{name}`
//! a function with an argument of that name; an object of plural categories (CLDR's `one`, `few`,
//! `many`, `other`) a function that takes `count` and chooses the form.

use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Write as _};

pub const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// The plural categories that a whole number can have in each language; the last one also serves
/// where a browser answers with a category of fractions.
const CATEGORIES: [&[&str]; 3] = [&["other"], &["one", "few", "many"], &["one", "other"]];
const ALL_CATEGORIES: [&str; 4] = ["one", "few", "many", "other"];

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
    let mut out = String::new();
    module([kk, ru, en], "", &mut out)?;
    Ok(out)
}

fn module(trees: [&Map<String, Value>; 3], path: &str, out: &mut String) -> Result<(), String> {
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
        entry([kk, ru, en], &path, ident, out)?;
    }
    Ok(())
}

fn entry(values: [&Value; 3], path: &str, ident: &str, out: &mut String) -> Result<(), String> {
    match values {
        [Value::String(kk), Value::String(ru), Value::String(en)] => {
            text([kk, ru, en], path, ident, out)
        }
        [Value::Object(kk), Value::Object(ru), Value::Object(en)] => {
            let trees = [kk, ru, en];
            if trees.iter().all(|tree| is_plural(tree)) {
                plural(trees, path, ident, out)
            } else {
                write(out, format_args!("pub mod {ident} {{\nuse super::*;\n"))?;
                module(trees, &format!("{path}."), out)?;
                out.push_str("}\n");
                Ok(())
            }
        }
        _ => Err(format!("{path} has another shape in one of the languages")),
    }
}

fn is_plural(tree: &Map<String, Value>) -> bool {
    !tree.is_empty()
        && tree
            .keys()
            .all(|key| ALL_CATEGORIES.contains(&key.as_str()))
}

fn text(texts: [&String; 3], path: &str, ident: &str, out: &mut String) -> Result<(), String> {
    let names = common_placeholders(texts.map(|text| (path, text.as_str())))?;
    let [kk, ru, en] = texts;
    if names.is_empty() {
        let constant = ident.to_ascii_uppercase();
        return write(
            out,
            format_args!("pub const {constant}: Text = Text(&[{kk:?}, {ru:?}, {en:?}]);\n"),
        );
    }
    let (arguments, pairs) = arguments(&names);
    write(
        out,
        format_args!(
            "pub fn {ident}(language: Language{arguments}) -> String {{\n\
             fill(language.pick({kk:?}, {ru:?}, {en:?}), &[{pairs}])\n}}\n"
        ),
    )
}

fn plural(
    trees: [&Map<String, Value>; 3],
    path: &str,
    ident: &str,
    out: &mut String,
) -> Result<(), String> {
    let mut forms = Vec::new();
    let mut names = BTreeSet::new();
    for ((language, categories), tree) in LANGUAGES.iter().zip(CATEGORIES).zip(trees) {
        let found: BTreeSet<&str> = tree.keys().map(String::as_str).collect();
        if found != categories.iter().copied().collect() {
            return Err(format!(
                "{language}.json: {path} needs the forms {categories:?}"
            ));
        }
        let mut written = String::new();
        for category in categories {
            let Some(Value::String(form)) = tree.get(*category) else {
                return Err(format!("{language}.json: {path}.{category} is no text"));
            };
            names.extend(placeholders(form));
            write(&mut written, format_args!("({category:?}, {form:?}),"))?;
        }
        forms.push(format!("&[{written}]"));
    }
    names.remove("count");
    let (arguments, pairs) = arguments(&names);
    write(
        out,
        format_args!(
            "pub fn {ident}(language: Language, count: u32{arguments}) -> String {{\n\
             plural(language, count, language.pick({}), &[{pairs}])\n}}\n",
            forms.join(", ")
        ),
    )
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

/// The placeholders, which have to be the same everywhere.
fn common_placeholders(texts: [(&str, &str); 3]) -> Result<BTreeSet<String>, String> {
    let [first, others @ ..] = texts.map(|(path, text)| (path, placeholders(text)));
    for (path, other) in others {
        if other != first.1 {
            return Err(format!(
                "{path} has other placeholders in one of the languages"
            ));
        }
    }
    Ok(first.1)
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

fn write(out: &mut String, text: std::fmt::Arguments<'_>) -> Result<(), String> {
    out.write_fmt(text).map_err(|error| error.to_string())
}
