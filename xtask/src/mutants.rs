//! `cargo xtask mutants`: breaks the rules and the calendar on purpose, one small change after the
//! other, and asks the unit tests of `shared` to notice each of them.
//!
//! cargo-mutants does the work in a copy of the tree. A mutant that no test notices fails the
//! command.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::progress::{Progress, note};
use crate::workspace::Workspace;

const TOOL: &str = "cargo-mutants";
/// What is broken: the rules, the calendar, and what both of them are made of.
const FILES: [&str; 7] = [
    "shared/src/rules/*.rs",
    "shared/src/calendar/*.rs",
    "shared/src/application.rs",
    "shared/src/referral.rs",
    "shared/src/age.rs",
    "shared/src/time.rs",
    "shared/src/notice.rs",
];

#[derive(Debug, clap::Args)]
pub struct Args {
    /// These files only; docs/mutants.md is not written then.
    #[arg(long)]
    file: Vec<String>,
}

/// What cargo-mutants counted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Figures {
    mutants: u64,
    caught: u64,
    /// Noticed because a test never came to its end.
    timeout: u64,
    /// No program at all: the compiler noticed.
    unviable: u64,
    missed: Vec<String>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(2);
    progress.step(TOOL);
    install(&workspace)?;
    progress.done("installed");

    progress.step("mutants");
    let output = workspace.scratch()?.join("mutants");
    fs::create_dir_all(&output)?;
    let mut command = workspace.cargo();
    command
        // The copy builds here: what it depends on stays built from one run to the next.
        .env("CARGO_TARGET_DIR", workspace.target.join("mutants"))
        .args(["mutants", "--package", "balabaqsha-shared", "--jobs", "1"])
        .args(["--no-shuffle", "--colors", "never", "--output"])
        .arg(&output);
    if args.file.is_empty() {
        command.args(FILES.iter().flat_map(|file| ["--file", file]));
    } else {
        command.args(args.file.iter().flat_map(|file| ["--file", file]));
    }
    command.args(["--", "--lib"]);
    let status = process::stream(&mut command, |line| println!("{line}"))?;
    let outcomes = output.join("mutants.out/outcomes.json");
    let figures = Figures::read(
        &fs::read_to_string(&outcomes)
            .with_context(|| format!("cargo mutants ended with {status} and left no figures"))?,
    )?;
    progress.done(&figures.line());

    if args.file.is_empty() {
        let path = workspace.root.join("docs/mutants.md");
        fs::write(&path, figures.document()).with_context(|| path.display().to_string())?;
    }
    if figures.missed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\nno test notices:");
    for mutant in &figures.missed {
        println!("{mutant}");
    }
    Ok(ExitCode::FAILURE)
}

/// Installs cargo-mutants where it is missing, as it was locked or, where that cannot be built,
/// with newer parts.
fn install(workspace: &Workspace) -> Result<()> {
    let there = || process::succeeds(workspace.cargo().args(["mutants", "--version"]));
    if there() {
        return Ok(());
    }
    note("cargo install --locked cargo-mutants");
    for locked in [true, false] {
        let mut command = workspace.cargo();
        command.args(["install", TOOL]);
        if locked {
            command.arg("--locked");
        }
        let installed = process::run(&mut command).is_ok();
        process::go_on()?;
        if installed && there() {
            return Ok(());
        }
    }
    bail!("{TOOL} is not installed: `cargo install --locked {TOOL}` installs it")
}

impl Figures {
    /// From the file `outcomes.json` of cargo-mutants.
    fn read(text: &str) -> Result<Self> {
        let outcomes: Value = serde_json::from_str(text).context("outcomes.json")?;
        let count = |name: &str| {
            outcomes
                .get(name)
                .and_then(Value::as_u64)
                .with_context(|| format!("outcomes.json has no figure {name}"))
        };
        let missed = outcomes
            .get("outcomes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|one| one.get("summary").and_then(Value::as_str) == Some("MissedMutant"))
            .map(|one| {
                one.pointer("/scenario/Mutant/name")
                    .and_then(Value::as_str)
                    .unwrap_or("a mutant without a name")
                    .to_owned()
            })
            .collect();
        let figures = Self {
            mutants: count("total_mutants")?,
            caught: count("caught")?,
            timeout: count("timeout")?,
            unviable: count("unviable")?,
            missed,
        };
        // An unchanged tree whose tests fail leaves no mutant that was tried.
        if figures.mutants == 0 {
            bail!("no mutant was tried");
        }
        Ok(figures)
    }

    fn line(&self) -> String {
        format!(
            "{} mutants: {} caught, {} caught by time, {} unviable, {} missed",
            self.mutants,
            self.caught,
            self.timeout,
            self.unviable,
            self.missed.len()
        )
    }

    fn document(&self) -> String {
        let mut text = format!(
            "# Mutants

Written by `cargo xtask mutants`: cargo-mutants changes the rules, the calendar and what they are made
of, one operator or answer at a time, and the unit tests of `shared` alone must fail. *Unviable* mutants
do not compile; *by time* are those whose tests never come to an end. None is left out.

| mutants | caught | by time | unviable | missed |
|---:|---:|---:|---:|---:|
| {} | {} | {} | {} | {} |

Broken are: {}.
",
            self.mutants,
            self.caught,
            self.timeout,
            self.unviable,
            self.missed.len(),
            FILES.map(|file| format!("`{file}`")).join(", ")
        );
        if !self.missed.is_empty() {
            text.push_str("\nNo test notices:\n\n");
            for mutant in &self.missed {
                text.push_str(&format!("- `{mutant}`\n"));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missed_mutants_are_named() {
        let text = serde_json::json!({
            "outcomes": [
                {"scenario": "Baseline", "summary": "Success"},
                {"scenario": {"Mutant": {"name": "a.rs:1:2: replace < with <="}},
                 "summary": "MissedMutant"},
                {"scenario": {"Mutant": {"name": "a.rs:1:2: replace < with =="}},
                 "summary": "CaughtMutant"},
            ],
            "total_mutants": 2, "missed": 1, "caught": 1, "timeout": 0, "unviable": 0,
        });
        let figures = Figures::read(&text.to_string()).unwrap();
        assert_eq!(figures.missed, ["a.rs:1:2: replace < with <="]);
        assert!(figures.document().contains("| 2 | 1 | 0 | 0 | 1 |"));
        assert!(figures.document().contains("- `a.rs:1:2"));
    }

    #[test]
    fn a_run_without_mutants_is_no_success() {
        let text = r#"{"outcomes": [], "total_mutants": 0, "missed": 0, "caught": 0,
            "timeout": 0, "unviable": 0}"#;
        assert!(Figures::read(text).is_err());
        assert!(Figures::read("{}").is_err());
    }
}
