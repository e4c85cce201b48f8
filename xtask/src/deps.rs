//! `cargo xtask deps`: what the project depends on may be there, and is used.
//!
//! Bans, licenses and sources need nothing but the lock. Advisories need a copy of their database,
//! which [`ADVISORIES_VARIABLE`] names. A tool that is not installed is a skipped check.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::process;
use crate::report::Outcome;
use crate::workspace::Workspace;

/// A clone of <https://github.com/RustSec/advisory-db>.
const ADVISORIES_VARIABLE: &str = "BALABAQSHA_ADVISORY_DB";
/// Under this name `cargo deny` looks for the clone in its folder of databases.
const CLONE: &str = "advisory-db-3157b0e258782691";
const CONFIGURATION: &str = "deny.toml";

pub fn run() -> Result<ExitCode> {
    Ok(check(&Workspace::locate()?)?.tell())
}

/// All checks; one that fails does not keep the next from running.
pub fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for one in [
        rules(workspace),
        unused(workspace),
        unused_versions(workspace)?,
        advisories(workspace)?,
    ] {
        outcome.passed += one.passed;
        outcome.failures.extend(one.failures);
        outcome.skipped.extend(one.skipped);
    }
    Ok(outcome)
}

/// Runs a subcommand of cargo where it is installed.
fn tool(workspace: &Workspace, name: &str, arguments: &[&str]) -> Option<Outcome> {
    if !process::succeeds(subcommand(workspace, name).arg("--version")) {
        return None;
    }
    let ran = process::run(subcommand(workspace, name).args(arguments));
    process::go_on().ok()?;
    Some(match ran {
        Ok(()) => Outcome::passed(),
        Err(error) => Outcome::failed(format!("{error:#}")),
    })
}

/// cargo-machete takes the variable for a sign that `cargo run` has started it, and reads its arguments otherwise.
fn subcommand(workspace: &Workspace, name: &str) -> Command {
    let mut command = workspace.cargo();
    command.arg(name).env_remove("CARGO_PKG_NAME");
    command
}

fn missing(name: &str) -> Outcome {
    Outcome::skipped(format!(
        "cargo-{name} is not installed: `cargo install --locked cargo-{name}` installs it"
    ))
}

/// Builds load the crates of this platform alone; the check reads those of all platforms.
fn rules(workspace: &Workspace) -> Outcome {
    if let Err(error) = process::run(workspace.cargo().args(["fetch", "--locked"])) {
        return Outcome::failed(format!("{error:#}"));
    }
    let arguments = ["--offline", "check", "bans", "licenses", "sources"];
    tool(workspace, "deny", &arguments).unwrap_or_else(|| missing("deny"))
}

/// Dependencies that nobody uses.
fn unused(workspace: &Workspace) -> Outcome {
    tool(workspace, "shear", &[])
        .or_else(|| tool(workspace, "machete", &[]))
        .unwrap_or_else(|| missing("machete"))
}

/// Entries of `[workspace.dependencies]` that no member takes.
fn unused_versions(workspace: &Workspace) -> Result<Outcome> {
    let read = |path: &Path| -> Result<toml::Table> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        toml::from_str(&text).with_context(|| path.display().to_string())
    };
    let mut taken = BTreeSet::new();
    for manifest in workspace.manifests()? {
        taken.extend(taken_from_the_workspace(&read(&manifest)?));
    }
    let root = read(&workspace.root.join("Cargo.toml"))?;
    let offered = root
        .get("workspace")
        .and_then(|all| all.get("dependencies"));
    let offered = offered
        .and_then(toml::Value::as_table)
        .context("Cargo.toml has [workspace.dependencies]")?;
    let unused: Vec<_> = offered
        .keys()
        .filter(|name| !taken.contains(*name))
        .cloned()
        .collect();
    Ok(if unused.is_empty() {
        Outcome::passed()
    } else {
        Outcome::failed(format!(
            "[workspace.dependencies] that no crate takes: {}",
            unused.join(", ")
        ))
    })
}

/// What a manifest takes from the workspace, on every target and for every purpose.
fn taken_from_the_workspace(manifest: &toml::Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let tables = targets
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(toml::Value::as_table)
        .chain([manifest]);
    tables
        .flat_map(|table| {
            ["dependencies", "dev-dependencies", "build-dependencies"].map(|kind| table.get(kind))
        })
        .filter_map(|dependencies| dependencies?.as_table())
        .flatten()
        .filter(|(_, asked)| asked.get("workspace").is_some())
        .map(|(name, _)| name.clone())
        .collect()
}

fn advisories(workspace: &Workspace) -> Result<Outcome> {
    let Some(database) = env::var_os(ADVISORIES_VARIABLE) else {
        return Ok(Outcome::skipped(format!(
            "advisories: {ADVISORIES_VARIABLE} names no copy of their database"
        )));
    };
    let folder = workspace.scratch()?.join("advisories");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let database = Path::new(&database)
        .canonicalize()
        .with_context(|| format!("{ADVISORIES_VARIABLE}: {}", database.display()))?;
    std::os::unix::fs::symlink(&database, folder.join(CLONE))?;
    let written = fs::read_to_string(workspace.root.join(CONFIGURATION))?;
    let configuration = folder.join(CONFIGURATION);
    fs::write(&configuration, with_database(&written, &folder))?;
    let configuration = configuration.to_string_lossy().into_owned();
    let arguments = [
        "--offline",
        "check",
        "--config",
        &configuration,
        "--disable-fetch",
        "advisories",
    ];
    Ok(tool(workspace, "deny", &arguments).unwrap_or_else(|| missing("deny")))
}

/// The configuration with the folder of databases.
fn with_database(configuration: &str, folder: &Path) -> String {
    let folder = folder.display().to_string().replace('\'', "");
    configuration.replacen(
        "[advisories]\n",
        &format!("[advisories]\ndb-path = '{folder}'\n"),
        1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_every_kind_and_target_are_taken() {
        let manifest = "[dependencies]\nserde.workspace = true\nown = \"1\"\n\
                        [dev-dependencies]\nrstest = { workspace = true, features = [] }\n\
                        [target.'cfg(unix)'.dependencies]\nrustix.workspace = true\n";
        let taken = taken_from_the_workspace(&toml::from_str(manifest).unwrap());
        assert_eq!(
            taken,
            BTreeSet::from(["rstest", "rustix", "serde"].map(String::from))
        );
    }

    #[test]
    fn the_folder_of_databases_stands_with_the_advisories() {
        let written = "[bans]\ndeny = []\n[advisories]\nignore = []\n";
        assert_eq!(
            with_database(written, Path::new("/a b")),
            "[bans]\ndeny = []\n[advisories]\ndb-path = '/a b'\nignore = []\n"
        );
    }
}
