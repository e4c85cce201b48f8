//! All settings as one file to begin with, made from their fields: name, what it does, flag,
//! variable, default.

use super::{ServeArgs, Settings};
use clap::{Args, Command};
use confique::{
    Config,
    meta::{Expr, Field, FieldKind, LeafKind, MapKey, Meta},
};
use std::{collections::BTreeMap, fmt::Write};

/// Settings that the file cannot have, because `serde` skips them.
const NOT_IN_THE_FILE: [&str; 2] = ["fresh", "secure_cookies"];

/// The settings file with every setting as a comment, for `balabaqsha settings`.
#[must_use]
pub fn template() -> String {
    let flags = flags();
    let mut text = String::from(
        "# Every setting of `balabaqsha serve`, with its default.\n\
         # This file is generated: `balabaqsha settings > docs/settings.toml`.\n\
         # A flag wins over its environment variable, the variable over this file.\n",
    );
    section(&mut text, &Settings::META, "", &flags);
    text
}

fn section(text: &mut String, meta: &Meta, name: &str, flags: &BTreeMap<String, String>) {
    // Writing into a string does not fail.
    for field in meta.fields {
        let FieldKind::Leaf { kind, .. } = field.kind else {
            continue;
        };
        if NOT_IN_THE_FILE.contains(&field.name) {
            continue;
        }
        text.push('\n');
        for line in field.doc {
            let _ = writeln!(text, "#{line}");
        }
        if let Some(flag) = flags.get(field.name) {
            let _ = writeln!(text, "# ({flag})");
        }
        let value = match kind {
            LeafKind::Required { default } => default.map(written).unwrap_or_default(),
            LeafKind::Optional => String::new(),
        };
        let _ = writeln!(text, "{}", format!("#{} = {value}", field.name).trim_end());
    }
    for field in meta.fields {
        let FieldKind::Nested { meta } = field.kind else {
            continue;
        };
        let name = [name, field.name].join(".");
        let _ = writeln!(text, "\n[{}]", name.trim_start_matches('.'));
        section(text, meta, &name, flags);
    }
}

/// The flag and the variable of each setting that has them, under the name of the setting.
fn flags() -> BTreeMap<String, String> {
    let command = ServeArgs::augment_args(Command::new("serve"));
    let named = command.get_arguments().filter_map(|flag| {
        let variable = flag.get_env()?.to_string_lossy();
        let told = format!("--{}, {variable}", flag.get_long()?);
        Some((flag.get_id().to_string(), told))
    });
    named.collect()
}

/// The command with the default of each flag at the end of its help.
#[must_use]
pub fn with_defaults(command: Command) -> Command {
    command.mut_args(|flag| {
        let told = default_of(&Settings::META, flag.get_id().as_str()).filter(is_worth_telling);
        match (told, flag.get_help().map(ToString::to_string)) {
            (Some(default), Some(help)) => {
                let default = written(default);
                flag.help(format!("{help} [default: {}]", default.trim_matches('"')))
            }
            _ => flag,
        }
    })
}

fn default_of(meta: &Meta, name: &str) -> Option<Expr> {
    meta.fields
        .iter()
        .find_map(|field: &Field| match field.kind {
            FieldKind::Leaf {
                kind: LeafKind::Required { default },
                ..
            } => default.filter(|_| field.name == name),
            FieldKind::Leaf { .. } => None,
            FieldKind::Nested { meta } => default_of(meta, name),
        })
}

/// Without the flag nothing is named, and a switch is off.
fn is_worth_telling(default: &Expr) -> bool {
    !matches!(default, Expr::Bool(false) | Expr::Array([]))
}

/// A default as it stands in the file.
fn written(value: Expr) -> String {
    match value {
        Expr::Str(text) => format!("{text:?}"),
        Expr::Float(number) => number.to_string(),
        Expr::Integer(number) => number.to_string(),
        Expr::Bool(switch) => switch.to_string(),
        Expr::Array(values) => {
            let values: Vec<_> = values.iter().copied().map(written).collect();
            format!("[{}]", values.join(", "))
        }
        Expr::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .filter_map(|entry| match entry.key {
                    MapKey::Str(key) => Some(format!("{key} = {}", written(entry.value))),
                    _ => None,
                })
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::SettingsLayer;
    use super::*;
    use confique::Layer;

    const CHECKED_IN: &str = include_str!("../../../docs/settings.toml");

    #[test]
    fn the_reference_is_what_the_code_says() {
        let now = template();
        let differing = CHECKED_IN.lines().zip(now.lines()).find(|(a, b)| a != b);
        assert!(
            CHECKED_IN == now,
            "write it anew: `balabaqsha settings > docs/settings.toml`; {differing:?}"
        );
    }

    #[test]
    fn each_default_of_the_reference_can_be_said_in_a_file() {
        let said: String = template()
            .lines()
            .filter(|line| !line.starts_with("# ") && !line.ends_with('='))
            .map(|line| format!("{}\n", line.trim_start_matches('#')))
            .collect();
        assert!(said.contains("\nbind = \"127.0.0.1:8080\"\n"), "{said}");
        let layer: SettingsLayer = toml::from_str(&said).unwrap();
        let defaults = SettingsLayer::default_values();
        assert_eq!(
            format!("{layer:?}"),
            format!(
                "{:?}",
                SettingsLayer {
                    fresh: None,
                    secure_cookies: None,
                    ..defaults
                }
            )
        );
    }

    #[test]
    fn what_the_file_cannot_have_is_refused_there() {
        for name in NOT_IN_THE_FILE {
            let refusal = toml::from_str::<SettingsLayer>(&format!("{name} = true")).unwrap_err();
            assert!(refusal.message().contains("unknown field"), "{refusal}");
        }
    }

    #[test]
    fn each_flag_has_the_variable_of_its_name() {
        let command = ServeArgs::augment_args(Command::new("serve"));
        let flags: Vec<_> = command.get_arguments().collect();
        assert!(flags.len() > 20, "{}", flags.len());
        for flag in flags {
            let long = flag.get_long().unwrap();
            let variable = flag.get_env().unwrap().to_str().unwrap();
            let expected = format!("BALABAQSHA_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(variable, expected);
        }
    }

    #[test]
    fn the_help_tells_defaults() {
        let command = ServeArgs::augment_args(Command::new("serve"));
        let help = with_defaults(command).render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            help.contains("listen on [default: 127.0.0.1:8080]"),
            "{help}"
        );
        assert!(!help.contains("[default: false]"), "{help}");
    }
}
