//! The settings file (TOML). Refusals name the line and what is wrong with it, never a value: a value
//! in the wrong place may be a secret.

use super::{SettingsError, SettingsLayer};
use confique::Layer;
use std::path::Path;

/// What the named file says; without one nothing is said.
pub(super) fn read(path: Option<&Path>) -> Result<SettingsLayer, SettingsError> {
    path.map_or_else(|| Ok(SettingsLayer::empty()), parse)
}

fn parse(path: &Path) -> Result<SettingsLayer, SettingsError> {
    let refused = |reason| SettingsError::File {
        path: path.to_owned(),
        reason,
    };
    let text = std::fs::read_to_string(path).map_err(|error| refused(error.to_string()))?;
    toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .and_then(|span| text.get(..span.start))
            .map_or(1, |before| before.matches('\n').count() + 1);
        refused(format!("line {line}: {}", without_values(error.message())))
    })
}

/// What is wrong with a file, without what stands in it.
/// Values come in double quotes, and what is no known choice in backquotes.
fn without_values(message: &str) -> String {
    let (mut told, mut rest) = (String::new(), message);
    // A value may have backquotes of its own, so it ends with what comes behind it.
    if let Some((before, _)) = rest.split_once("unknown variant `") {
        told.push_str(before);
        told.push_str("unknown choice");
        rest = rest
            .rfind(", expected ")
            .and_then(|behind| rest.get(behind..))
            .unwrap_or_default();
    }
    // Names of settings have letters; whatever has more is none.
    if let Some((before, name)) = rest.split_once("unknown field `")
        && !name
            .split('`')
            .next()
            .unwrap_or_default()
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    {
        told.push_str(before);
        told.push_str("unknown field");
        rest = rest
            .rfind(", expected ")
            .and_then(|behind| rest.get(behind..))
            .unwrap_or_default();
    }
    // A value may have quotes of its own, so it ends with the last one.
    if let Some((before, value)) = rest.split_once('"') {
        told.push_str(before);
        told.push('…');
        rest = value.rsplit_once('"').map_or("", |(_, rest)| rest);
    }
    told.push_str(rest);
    told
}
