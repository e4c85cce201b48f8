//! Files of the page under names that carry a hash of their content, so that browsers may keep
//! them for ever, and the placeholders by which one file names another.
//!
//! A placeholder is `{{asset:NAME}}`; it becomes the URL of the asset NAME. Files that name others
//! are hashed after those, since the names are part of their content.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

const OPEN: &str = "{{asset:";
const CLOSE: &str = "}}";
/// Hexadecimal digits of the hash in a file name: 64 bits.
const HASH_DIGITS: usize = 16;

#[derive(Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file's name inside the folder `assets`.
    pub file: String,
    pub content: Vec<u8>,
}

impl Asset {
    pub fn url(&self) -> String {
        format!("/assets/{}", self.file)
    }
}

/// The assets by the names that placeholders use.
#[derive(Debug, Default)]
pub struct Assets(BTreeMap<String, Asset>);

impl Assets {
    pub fn add(&mut self, name: &str, content: Vec<u8>) {
        let file = hashed_name(name, &content);
        self.0.insert(name.to_owned(), Asset { file, content });
    }

    /// Adds texts that may name each other, in the order that their placeholders ask for.
    pub fn add_texts(&mut self, texts: BTreeMap<String, String>) -> Result<()> {
        let mut waiting = texts;
        while !waiting.is_empty() {
            let ready: Vec<String> = waiting
                .iter()
                .filter(|(_, text)| placeholders(text).all(|name| !waiting.contains_key(name)))
                .map(|(name, _)| name.clone())
                .collect();
            if ready.is_empty() {
                let names: Vec<&str> = waiting.keys().map(String::as_str).collect();
                bail!(
                    "these files name each other in a circle: {}",
                    names.join(", ")
                );
            }
            for name in ready {
                if let Some(text) = waiting.remove(&name) {
                    let content = self.fill(&text).with_context(|| name.clone())?;
                    self.add(&name, content.into_bytes());
                }
            }
        }
        Ok(())
    }

    /// The template with each placeholder replaced by the URL it stands for.
    pub fn fill(&self, template: &str) -> Result<String> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let (name, behind) = after
                .split_once(CLOSE)
                .with_context(|| format!("a placeholder {OPEN}… is not closed"))?;
            let asset = self
                .0
                .get(name)
                .with_context(|| format!("there is no asset {name}"))?;
            filled.push_str(before);
            filled.push_str(&asset.url());
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.0.iter().map(|(name, asset)| (name.as_str(), asset))
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split(OPEN)
        .skip(1)
        .filter_map(|after| after.split_once(CLOSE).map(|(name, _)| name))
}

/// `app.js` becomes `app.0123456789abcdef.js`.
fn hashed_name(name: &str, content: &[u8]) -> String {
    let hash = hex(&Sha256::digest(content));
    let hash = hash.get(..HASH_DIGITS).unwrap_or(&hash);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{name}.{hash}"),
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What keeps the page from running under its own content security policy: inline scripts,
/// inline styles, handlers in attributes.
pub fn inline_code(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    lower.split('<').skip(1).find_map(|piece| {
        let tag = piece.split_once('>').map_or(piece, |(tag, _)| tag);
        let mut words = tag.split_ascii_whitespace();
        let element = words.next().unwrap_or_default();
        let mut names = words.map(|word| word.split_once('=').map_or(word, |(name, _)| name));
        let refused = match element {
            "style" => true,
            "script" => !names.any(|name| name == "src"),
            _ => names.any(|name| name == "style" || name.starts_with("on")),
        };
        refused.then(|| format!("<{tag}>"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let mut assets = Assets::default();
        assets.add("app.wasm", b"\0asm".to_vec());
        assets
    }

    fn texts(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn a_name_carries_the_start_of_the_contents_sha256() {
        // sha256("") = e3b0c44298fc1c149afb…
        assert_eq!(hashed_name("app.js", b""), "app.e3b0c44298fc1c14.js");
        assert_ne!(hashed_name("app.js", b"a"), hashed_name("app.js", b"b"));
    }

    #[test]
    fn placeholders_become_urls_and_the_rest_stays() {
        let wasm = assets().0["app.wasm"].url();
        assert!(wasm.starts_with("/assets/app.") && wasm.ends_with(".wasm"));
        assert_eq!(
            assets()
                .fill("a {{asset:app.wasm}} b {{c}} {{asset:app.wasm}}")
                .unwrap(),
            format!("a {wasm} b {{{{c}}}} {wasm}")
        );
    }

    #[test]
    fn an_unknown_or_open_placeholder_is_an_error_that_names_it() {
        let unknown = assets().fill("{{asset:ap.wasm}}").unwrap_err().to_string();
        assert!(unknown.contains("ap.wasm"), "{unknown}");
        assert!(assets().fill("{{asset:app.wasm").is_err());
    }

    #[test]
    fn a_change_below_changes_the_names_above() {
        let build = |inner: &str| {
            let mut assets = Assets::default();
            assets
                .add_texts(texts(&[
                    ("a.js", "import '{{asset:b.js}}'"),
                    ("b.js", inner),
                ]))
                .unwrap();
            assets.0["a.js"].file.clone()
        };
        assert_ne!(build("1"), build("2"));
        assert_eq!(build("1"), build("1"));
    }

    #[test]
    fn a_circle_is_refused() {
        let circle = texts(&[("a.js", "{{asset:b.js}}"), ("b.js", "{{asset:a.js}}")]);
        let error = assets().add_texts(circle).unwrap_err().to_string();
        assert!(error.contains("a.js, b.js"), "{error}");
    }

    #[test]
    fn inline_code_is_found() {
        for (html, found) in [
            ("<script src='/x.js'></script><p class=style>", None),
            (
                "<script type=module>x</script>",
                Some("<script type=module>"),
            ),
            ("<head><STYLE>a{}</STYLE>", Some("<style>")),
            ("<p style='color:red'>", Some("<p style='color:red'>")),
            ("<body onload=x>", Some("<body onload=x>")),
        ] {
            assert_eq!(inline_code(html).as_deref(), found, "{html}");
        }
    }
}
