//! `cargo xtask deps`: what the project depends on may be there, and is used.
//!
//! Bans, licenses and sources need nothing but the lock. Advisories need a copy of their database,
//! which [`ADVISORIES_VARIABLE`] names. A tool that is not installed is a skipped check.

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
    let outcome = check(&Workspace::locate()?)?;
    for failure in &outcome.failures {
        eprintln!("failed: {failure}");
    }
    for reason in &outcome.skipped {
        eprintln!("skipped: {reason}");
    }
    println!("{}", outcome.counts());
    Ok(if outcome.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// All checks; one that fails does not keep the next from running.
pub fn check(workspace: &Workspace) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    for one in [rules(workspace), unused(workspace), advisories(workspace)?] {
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
    fn the_folder_of_databases_stands_with_the_advisories() {
        let written = "[bans]\ndeny = []\n[advisories]\nignore = []\n";
        assert_eq!(
            with_database(written, Path::new("/a b")),
            "[bans]\ndeny = []\n[advisories]\ndb-path = '/a b'\nignore = []\n"
        );
    }
}
