//! Texts of `web/locales` in all three languages at once, for the page that does not know its
//! reader yet.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

#[derive(Debug)]
pub struct Words(Vec<(&'static str, Value)>);

impl Words {
    pub fn read(folder: &Path) -> Result<Self> {
        let of = |language: &'static str| {
            let path = folder.join(language).with_extension("json");
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let words = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
            Ok((language, words))
        };
        LANGUAGES
            .into_iter()
            .map(of)
            .collect::<Result<_>>()
            .map(Self)
    }

    /// The text of a key such as `home.heading`, each language marked as such; nothing when a
    /// language lacks it.
    pub fn joined(&self, key: &str, between: &str) -> Option<String> {
        let text = |(language, words): &(&str, Value)| {
            let pointer = format!("/{}", key.replace('.', "/"));
            let text = escaped(words.pointer(&pointer)?.as_str()?);
            Some(format!("<span lang=\"{language}\">{text}</span>"))
        };
        let texts = self.0.iter().map(text).collect::<Option<Vec<_>>>()?;
        Some(texts.join(between))
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(english: &str) -> Words {
        let folder = tempfile::tempdir().unwrap();
        for (language, text) in [
            ("kk", r#"{"a": {"b": "бір"}}"#),
            ("ru", r#"{"a": {"b": "раз < два & три"}}"#),
            ("en", english),
        ] {
            fs::write(folder.path().join(format!("{language}.json")), text).unwrap();
        }
        Words::read(folder.path()).unwrap()
    }

    #[test]
    fn text_is_given_in_every_language_and_escaped() {
        assert_eq!(
            words(r#"{"a": {"b": "one"}}"#)
                .joined("a.b", "<br>")
                .unwrap(),
            "<span lang=\"kk\">бір</span><br><span lang=\"ru\">раз &lt; два &amp; три</span><br>\
             <span lang=\"en\">one</span>"
        );
    }

    #[test]
    fn text_that_a_language_lacks_is_not_given() {
        assert_eq!(words("{}").joined("a.b", " "), None);
        assert_eq!(
            words(r#"{"a": {"b": {"one": "x"}}}"#).joined("a.b", " "),
            None
        );
    }
}
