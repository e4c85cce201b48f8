//! `web/index.html` as a template: the first page as every browser gets it, before any script.
//!
//! `{{asset:NAME}}` becomes the URL of a file of the release, `{{style}}` the rules that the first
//! words need, `{{words:KEY}}` and `{{lines:KEY}}` a text of `web/locales` in all languages,
//! `{{mode}}` the mode of the service. What stands between `<!--demo-->` and
//! `<!--/demo-->` is for the demo alone.

use anyhow::{Context, Result, bail};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// Which service hands the page out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Demo,
    Production,
}

impl Mode {
    /// As the API writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Production => "production",
        }
    }
}

/// For which addresses the page is handed out: its first heading depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    Home,
    Other,
}

/// The template with the value of each placeholder, for one mode and address.
pub fn fill(
    template: &str,
    mode: Mode,
    address: Address,
    value: impl Fn(&str) -> Option<String>,
) -> Result<String> {
    let mut template = template.to_owned();
    for (name, wanted) in [
        ("demo", mode == Mode::Demo),
        ("home", address == Address::Home),
        ("other", address == Address::Other),
    ] {
        template = part(&template, name, wanted)?;
    }
    let filled = filled(&template, |name| match name {
        "mode" => Some(mode.name().to_owned()),
        _ => value(name),
    })?;
    if let Some(tag) = inline_code(&filled) {
        bail!("the page has inline code, which its own security policy forbids: {tag}");
    }
    Ok(filled)
}

/// The template with its placeholders filled.
pub fn filled(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let (name, behind) = after
            .split_once(CLOSE)
            .with_context(|| format!("a placeholder {OPEN}… is not closed"))?;
        filled.push_str(before);
        filled.push_str(&value(name).with_context(|| format!("nothing is known as {name}"))?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// The template without the parts of that name, or without the marks around them.
fn part(template: &str, name: &str, wanted: bool) -> Result<String> {
    let (open, close) = (format!("<!--{name}-->"), format!("<!--/{name}-->"));
    let mut kept = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once(&open) {
        let (inside, behind) = after
            .split_once(&close)
            .with_context(|| format!("{open} is not closed by {close}"))?;
        kept.push_str(before);
        if wanted {
            kept.push_str(inside);
        }
        rest = behind;
    }
    kept.push_str(rest);
    Ok(kept)
}

/// What keeps the page from running under its own content security policy: inline scripts,
/// handlers and styles in attributes. A `<style>` is allowed by the hash of its content.
fn inline_code(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    lower.split('<').skip(1).find_map(|piece| {
        let tag = piece.split_once('>').map_or(piece, |(tag, _)| tag);
        let mut words = tag.split_ascii_whitespace();
        let element = words.next().unwrap_or_default();
        let mut names = words.map(|word| word.split_once('=').map_or(word, |(name, _)| name));
        let refused = match element {
            "script" => !names.any(|name| name == "src"),
            _ => names.any(|name| name == "style" || name.starts_with("on")),
        };
        refused.then(|| format!("<{tag}>"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, mode: Mode) -> Result<String> {
        fill(template, mode, Address::Home, |name| {
            (name == "asset:app.css").then(|| "/assets/0f/app.css".to_owned())
        })
    }

    #[test]
    fn placeholders_become_values_and_the_rest_stays() {
        assert_eq!(
            filled("a {{asset:app.css}} b {c} {{mode}}", Mode::Demo).unwrap(),
            "a /assets/0f/app.css b {c} demo"
        );
    }

    #[test]
    fn unknown_or_open_placeholder_is_an_error_that_names_it() {
        let unknown = filled("{{asset:ap.css}}", Mode::Demo)
            .unwrap_err()
            .to_string();
        assert!(unknown.contains("asset:ap.css"), "{unknown}");
        assert!(filled("{{asset:app.css", Mode::Demo).is_err());
    }

    #[test]
    fn parts_for_the_demo_are_left_out_elsewhere() {
        let template = "a<!--demo-->b<!--/demo-->c<!--demo-->d<!--/demo-->";
        assert_eq!(filled(template, Mode::Demo).unwrap(), "abcd");
        assert_eq!(filled(template, Mode::Production).unwrap(), "ac");
        assert!(filled("a<!--demo-->b", Mode::Demo).is_err());
    }

    #[test]
    fn each_address_has_its_own_first_heading() {
        let template = "<!--home-->a<!--/home--><!--other-->b<!--/other-->c";
        for (address, expected) in [(Address::Home, "ac"), (Address::Other, "bc")] {
            let page = fill(template, Mode::Demo, address, |_| None).unwrap();
            assert_eq!(page, expected, "{address:?}");
        }
    }

    #[test]
    fn inline_code_is_found() {
        for (html, found) in [
            ("<script src='/x.js'></script><p class=style>", None),
            ("<head><style>a{}</style>", None),
            (
                "<script type=module>x</script>",
                Some("<script type=module>"),
            ),
            ("<p style='color:red'>", Some("<p style='color:red'>")),
            ("<body onload=x>", Some("<body onload=x>")),
        ] {
            assert_eq!(inline_code(html).as_deref(), found, "{html}");
            assert_eq!(filled(html, Mode::Demo).is_err(), found.is_some(), "{html}");
        }
    }
}
