//! `cargo xtask faults`: kills the real server again and again while it settles ten thousand due
//! referrals, on both engines, and keeps the figures in docs/faults.md.
//!
//! `cargo xtask test` runs the same tests with fewer referrals.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::postgres::Cluster;
use crate::process;
use crate::progress::Progress;
use crate::report::CargoTest;
use crate::server;
use crate::test::POSTGRES_VARIABLE;
use crate::tools::{self, Tool};
use crate::workspace::{Workspace, host_packages};

/// The tests read the number of due referrals from it.
const LOAD_VARIABLE: &str = "BALABAQSHA_FAULTS";
/// How the tests begin the line with their figures.
const FIGURES: &str = "faults: ";

const INTRODUCTION: &str = "# Killed while settling

Written by `cargo xtask faults`: processes of the real server settle overdue referrals, one on SQLite and two
on PostgreSQL, and get SIGKILL at pseudo-random moments: one of them or both. After the last restart the test
compares every row with what the rules say: each referral lapsed once, with one event of each kind, one notice
per person and event, one mail to everybody who has an address, the places and the sums of the queue right,
and nobody reminded of a deadline that was over. `cargo xtask test` does the same with 600 referrals.

It also fills the small disk of an SQLite database (skipped where no file system can be mounted): what cannot be
written is refused with `Retry-After`, and after room was made everything works without a restart. And it gives the
server a mail server that takes connections and says nothing: all mails are tried, the oldest is complained about in
the log and in the metrics, and SIGTERM ends the process. On PostgreSQL a process whose machine is forty years ahead
works alone and beside one with the right date: what is due is settled once, and nothing else lapses.
";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many referrals are due.
    #[arg(long, default_value_t = 10_000)]
    count: usize,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(3);

    progress.step("server");
    let binary = server::build(&workspace, false)?;
    progress.done("built");

    progress.step("PostgreSQL");
    tools::install_missing(&[Tool::Postgres])?;
    let cluster = Cluster::start()?;
    progress.done("started");

    progress.step("faults");
    let mut command = workspace.cargo();
    host_packages(command.arg("test"))
        // One engine after the other: they would take each other's time.
        .args(["--test", "main", "--", "--show-output", "--test-threads=1"])
        .arg("faults::")
        .env(server::BINARY_VARIABLE, binary)
        .env(POSTGRES_VARIABLE, cluster.url())
        .env(LOAD_VARIABLE, args.count.to_string());
    let mut reader = CargoTest::default();
    let mut figures = Vec::new();
    let status = process::stream(&mut command, |line| {
        figures.extend(line.strip_prefix(FIGURES).map(str::to_owned));
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    let outcome = reader.outcome().held_to("cargo test", status.success());
    progress.done(&outcome.counts());

    figures.sort();
    let list = list(&figures, &outcome.skipped);
    println!("\n{list}");
    for failure in &outcome.failures {
        println!("failed: {failure}");
    }
    if !outcome.failures.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    let path = workspace.root.join("docs/faults.md");
    fs::write(&path, format!("{INTRODUCTION}\n{list}"))
        .with_context(|| path.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn list(figures: &[String], skipped: &[String]) -> String {
    let figures = figures.iter().map(|line| format!("- {line}\n"));
    let skipped = skipped
        .iter()
        .map(|reason| format!("- skipped: {reason}\n"));
    figures.chain(skipped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_names_what_was_skipped() {
        assert_eq!(
            list(&["SQLite: 1 settled".into()], &["no PostgreSQL".into()]),
            "- SQLite: 1 settled\n- skipped: no PostgreSQL\n"
        );
    }
}
