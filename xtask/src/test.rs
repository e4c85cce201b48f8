//! `cargo xtask test`: sets up what is missing, runs every check, and closes with the counts.
//!
//! A step that fails does not keep the next from running. What cannot be set up on this machine
//! is skipped with the reason; it never counts as passed.

pub mod browser;
mod components;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::conformance;
use crate::deps;
use crate::names;
use crate::openapi;
use crate::postgres::Cluster;
use crate::process;
use crate::progress::{Progress, note, seconds};
use crate::report::{self, CargoTest, Outcome, Report};
use crate::server;
use crate::tools::{self, Tool};
use crate::web;
use crate::workspace::{SIGNER, WASM_TARGET, WEB, Workspace, host_packages};
use browser::Browser;

const API_TESTS: &str = "balabaqsha-tests";
/// The tests look here for the cluster; without it those of the second engine skip themselves.
pub const POSTGRES_VARIABLE: &str = "BALABAQSHA_TEST_POSTGRES";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Runs one part: unit (format, lints, unit tests), api (both engines, openapi.yaml), components
    /// (of the pages, in the browser), e2e (the browser's journeys).
    #[arg(long, value_enum)]
    only: Option<Suite>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    Unit,
    Api,
    Components,
    E2e,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Tools,
    Format,
    Dependencies,
    Names,
    Lints,
    PageLints,
    /// What the pages compute, compiled for this machine.
    PageTests,
    /// Unit tests and API tests together: one build serves both.
    Tests(Selection),
    Openapi,
    /// Single components in the browser.
    Components,
    Pages,
    Journeys,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Selection {
    All,
    Unit,
    Api,
}

impl Step {
    fn of(only: Option<Suite>) -> Vec<Self> {
        let unit = [
            Self::Tools,
            Self::Format,
            Self::Dependencies,
            Self::Names,
            Self::Lints,
            Self::PageLints,
            Self::PageTests,
        ];
        let browser = [Self::Pages, Self::Journeys];
        match only {
            None => [
                unit.as_slice(),
                &[Self::Tests(Selection::All), Self::Openapi, Self::Components],
                &browser,
            ]
            .concat(),
            Some(Suite::Unit) => [unit.as_slice(), &[Self::Tests(Selection::Unit)]].concat(),
            Some(Suite::Api) => {
                vec![Self::Tools, Self::Tests(Selection::Api), Self::Openapi]
            }
            Some(Suite::Components) => vec![Self::Tools, Self::Components],
            Some(Suite::E2e) => [[Self::Tools].as_slice(), &browser].concat(),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Format => "format",
            Self::Dependencies => "dependencies",
            Self::Names => "names",
            Self::Lints => "lints",
            Self::PageLints => "lints of the pages",
            Self::PageTests => "unit tests of the pages",
            Self::Tests(Selection::All) => "unit and API tests, both engines",
            Self::Tests(Selection::Unit) => "unit tests",
            Self::Tests(Selection::Api) => "API tests, both engines",
            Self::Openapi => "openapi.yaml",
            Self::Components => "components in the browser",
            Self::Pages => "pages and their weight",
            Self::Journeys => "browser journeys",
        }
    }

    fn run(self, workspace: &Workspace, only: Option<Suite>) -> Result<Outcome> {
        match self {
            Self::Tools => set_up(only),
            Self::Format => component("rustfmt", "fmt", workspace, |cargo| {
                cargo.args(["fmt", "--all", "--check"])
            }),
            Self::Dependencies => deps::check(workspace),
            Self::Names => names::check(workspace),
            Self::Lints => component("clippy", "clippy", workspace, |cargo| {
                host_packages(cargo.arg("clippy")).args(["--all-targets", "--", "-D", "warnings"])
            }),
            Self::PageLints => {
                if let Err(error) = tools::ensure_wasm_target() {
                    return Ok(Outcome::skipped(format!("{error:#}")));
                }
                component("clippy", "clippy", workspace, |cargo| {
                    cargo.args(["clippy", "-p", WEB, "-p", SIGNER]).args([
                        "--target",
                        WASM_TARGET,
                        "--",
                        "-D",
                        "warnings",
                    ])
                })
            }
            Self::PageTests => counted(workspace.cargo().args(["test", "-p", WEB, "-p", SIGNER])),
            Self::Tests(selection) => cargo_tests(workspace, selection),
            Self::Openapi => openapi::compare(workspace).map(|()| Outcome::passed()),
            Self::Components => components::run(workspace),
            Self::Pages => pages(workspace),
            Self::Journeys => journeys(workspace),
        }
    }
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let steps = Step::of(args.only);
    let mut progress = Progress::of(steps.len());
    let mut report = Report::default();
    for step in steps {
        progress.step(step.name());
        let started = Instant::now();
        let outcome = match step.run(&workspace, args.only) {
            Ok(outcome) => outcome,
            Err(error) => {
                process::go_on()?;
                eprintln!("error: {error:#}");
                Outcome::failed(format!("{error:#}"))
            }
        };
        process::go_on()?;
        progress.done(&outcome.counts());
        report.add(step.name(), outcome, started.elapsed());
    }
    eprintln!("in all: {}", seconds(progress.elapsed()));
    println!();
    for line in report.lines() {
        println!("{line}");
    }
    Ok(if report.failed() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Installs what is missing. Each tool that is not there afterwards is one skipped check: the
/// tests that need it skip themselves or are left out.
fn set_up(only: Option<Suite>) -> Result<Outcome> {
    let documents = [
        Tool::Openssl,
        Tool::GostEngine,
        Tool::Pdftotext,
        Tool::Clamd,
        Tool::Zbarimg,
    ];
    let browser = Browser::TOOLS;
    let wanted = match only {
        Some(Suite::Unit) => documents.to_vec(),
        Some(Suite::Api) => [documents.as_slice(), &[Tool::Postgres]].concat(),
        Some(Suite::Components) => browser.to_vec(),
        Some(Suite::E2e) => [documents.as_slice(), &browser].concat(),
        None => [documents.as_slice(), &browser, &[Tool::Postgres]].concat(),
    };
    tools::install_missing(&wanted)?;
    let mut outcome = Outcome::default();
    for tool in wanted {
        match tool.find() {
            Some(path) => {
                note(&format!("{}: {}", tool.name(), path.display()));
                outcome.passed += 1;
            }
            None => outcome.skipped.push(tool.missing()),
        }
    }
    Ok(outcome)
}

/// Runs a cargo command that a rustup component brings, as one check.
fn component(
    component: &str,
    subcommand: &str,
    workspace: &Workspace,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Outcome> {
    let there = || process::succeeds(workspace.cargo().args([subcommand, "--version"]));
    let installed = there()
        || (process::succeeds(Command::new("rustup").current_dir(&workspace.root).args([
            "component",
            "add",
            component,
        ])) && there());
    if !installed {
        return Ok(Outcome::skipped(format!(
            "{component} is not installed: `rustup component add {component}` installs it"
        )));
    }
    process::run(arguments(&mut workspace.cargo()))?;
    Ok(Outcome::passed())
}

fn cargo_tests(workspace: &Workspace, selection: Selection) -> Result<Outcome> {
    let mut command = workspace.cargo();
    command.arg("test");
    match selection {
        Selection::All => host_packages(&mut command),
        Selection::Unit => host_packages(&mut command).args(["--exclude", API_TESTS]),
        Selection::Api => command.args(["-p", API_TESTS]),
    };
    command
        .env_remove(POSTGRES_VARIABLE)
        .env_remove(server::BINARY_VARIABLE);

    let mut skipped = Vec::new();
    conformance::forget(&mut command);
    if selection != Selection::Api {
        let suites = conformance::install(workspace)?;
        suites.tell(&mut command);
        skipped.extend(suites.missing);
        let moto = conformance::install_moto(workspace)?;
        moto.tell(&mut command);
        skipped.extend(moto.missing);
    }
    if selection != Selection::Unit {
        let holidays = conformance::install_holidays(workspace)?;
        holidays.tell(&mut command);
        skipped.extend(holidays.missing);
        let openpyxl = conformance::install_openpyxl(workspace)?;
        openpyxl.tell(&mut command);
        skipped.extend(openpyxl.missing);
    }
    // Stops when it goes out of scope, after the tests.
    let cluster;
    if selection != Selection::Unit {
        command.env(server::BINARY_VARIABLE, server::build(workspace, false)?);
        if tools::postgres_programs().is_some() {
            cluster = Cluster::start().context("cannot start a PostgreSQL for the tests")?;
            note("a temporary PostgreSQL is running");
            command.env(POSTGRES_VARIABLE, cluster.url());
        } else {
            skipped.push(Tool::Postgres.missing());
        }
    }
    let mut outcome = counted(&mut command)?;
    outcome.skipped.append(&mut skipped);
    Ok(outcome)
}

/// Runs `cargo test …` and counts what it says.
fn counted(command: &mut Command) -> Result<Outcome> {
    command.args(["--no-fail-fast", "--", "--show-output"]);
    let mut reader = CargoTest::default();
    let status = process::stream(command, |line| {
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    Ok(reader.outcome().held_to("cargo test", status.success()))
}

fn pages(workspace: &Workspace) -> Result<Outcome> {
    note(web::build(workspace)?);
    let weights = web::Weights::read(workspace)?;
    for line in weights.lines()? {
        note(&line);
    }
    web::check(workspace, &weights)?;
    Ok(Outcome::passed())
}

fn journeys(workspace: &Workspace) -> Result<Outcome> {
    let browser = match Browser::find(workspace) {
        Ok(browser) => browser,
        Err(error) => return Ok(Outcome::skipped(format!("{error:#}"))),
    };
    let files = test_files(&browser.folder)?;
    if files.is_empty() {
        bail!("there are no journeys in {}", browser.folder.display());
    }
    let binary = server::build(workspace, false)?;
    let tap = workspace.scratch()?.join("journeys.tap");
    let _ = fs::remove_file(&tap);
    let mut command = browser.node(workspace)?;
    command
        // Each file starts a server and a browser of its own. Two at a time are faster by a third, but then a few
        // journeys look at a page before it is there.
        .args(["--test", "--test-concurrency=1"])
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .args(["--test-reporter=tap", "--test-reporter-destination"])
        .arg(&tap)
        .args(files)
        .env(server::BINARY_VARIABLE, binary);
    let status = process::stream(&mut command, |line| println!("{line}"))?;
    let report = fs::read_to_string(&tap).unwrap_or_default();
    Ok(report::node_test(&report).held_to("node --test", status.success()))
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_together_are_the_whole() {
        let whole = Step::of(None);
        for suite in [Suite::Unit, Suite::Api, Suite::Components, Suite::E2e] {
            for step in Step::of(Some(suite)) {
                let inside = match step {
                    Step::Tests(_) => whole.contains(&Step::Tests(Selection::All)),
                    other => whole.contains(&other),
                };
                assert!(inside, "{suite:?}: {step:?}");
            }
        }
        assert_eq!(whole.len(), 12);
    }

    #[test]
    fn journeys_are_found_by_their_ending_in_a_stable_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.test.mjs", "a.test.mjs", "support.mjs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = test_files(folder.path()).unwrap();
        assert_eq!(
            found,
            [
                folder.path().join("a.test.mjs"),
                folder.path().join("b.test.mjs")
            ]
        );
    }
}
