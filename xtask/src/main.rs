//! The project's own tool: one command runs it, one command tests it.
//!
//! This file only reads the command line and turns the outcome into an exit code. What each
//! command does stands in the module of its name.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool answers on standard output"
)]

mod bench;
mod conformance;
mod deps;
mod digest;
mod faults;
mod fuzz;
mod lighthouse;
mod measure;
mod mutants;
mod names;
mod openapi;
mod postgres;
mod process;
mod progress;
mod report;
mod run;
mod server;
mod signatures;
mod test;
mod tools;
mod upgrade;
mod web;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about)]
/// Builds, runs, tests and measures Balabaqsha.
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds everything and serves the demo: API and pages from one process.
    Run(run::Args),
    /// Builds the pages (WASM) into web/dist and prints what each weighs.
    Web(web::Args),
    /// Sets up what is missing and runs every check of the project.
    Test(test::Args),
    /// Writes openapi.yaml from the code.
    Openapi {
        /// Writes nothing; fails when openapi.yaml differs from the code.
        #[arg(long)]
        check: bool,
    },
    /// Checks the dependencies: bans, licenses, sources, advisories, and what no crate uses.
    Deps,
    /// Finds names that docs/names.tsv has replaced.
    Names,
    /// Runs the suites that nobody here wrote and writes docs/conformance.md.
    Conformance,
    /// Kills the server while it settles ten thousand referrals and writes docs/faults.md.
    Faults(faults::Args),
    /// Upgrades a database that an older release serves meanwhile.
    Upgrade(upgrade::Args),
    /// Fuzzes what reads bytes from outside and writes docs/fuzzing.md.
    Fuzz(fuzz::Args),
    /// Breaks the rules on purpose and asks the tests to notice; writes docs/mutants.md.
    Mutants(mutants::Args),
    /// Measures the figures that the README states.
    Measure(measure::Args),
    /// Measures the pages with Lighthouse on a simulated phone.
    Lighthouse(lighthouse::Args),
    /// Measures figures that grow with the data, and what signatures cost.
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match process::watch_signals().and_then(|()| dispatch(cli.command)) {
        Ok(code) => code,
        Err(error) => match process::interrupted_exit_code() {
            // What failed, failed because of the interruption.
            Some(code) => {
                eprintln!("interrupted");
                ExitCode::from(code)
            }
            None => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Run(args) => run::run(&args),
        Command::Web(args) => web::command(&args),
        Command::Test(args) => test::run(&args),
        Command::Openapi { check } => openapi::command(check),
        Command::Deps => deps::run(),
        Command::Names => names::run(),
        Command::Conformance => conformance::run(),
        Command::Faults(args) => faults::run(&args),
        Command::Upgrade(args) => upgrade::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Mutants(args) => mutants::run(&args),
        Command::Measure(args) => measure::run(&args),
        Command::Lighthouse(args) => lighthouse::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
