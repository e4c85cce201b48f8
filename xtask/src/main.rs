//! The project's own tool: one command runs it, one command tests it.
//!
//! This file only reads the command line and turns the outcome into an exit code. What each
//! command does stands in the module of its name.

#![expect(
    clippy::print_stdout,
    reason = "a command-line tool answers on standard output"
)]

mod assets;
mod bench;
mod bindgen;
mod compress;
mod conformance;
mod faults;
mod fuzz;
mod measure;
mod mutants;
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
    /// Builds the pages (WASM) into web/dist and prints their weight.
    Web {
        /// Fails when the whole app weighs more than the front's limit.
        #[arg(long)]
        check_size: bool,
        /// Builds fast for development: neither optimised nor compressed.
        #[arg(long, conflicts_with = "check_size")]
        dev: bool,
    },
    /// Sets up what is missing and runs every check of the project.
    Test(test::Args),
    /// Writes openapi.yaml from the code.
    Openapi {
        /// Writes nothing; fails when openapi.yaml differs from the code.
        #[arg(long)]
        check: bool,
    },
    /// Runs the suites that nobody here wrote and writes docs/conformance.md.
    Conformance,
    /// Kills the server while it settles ten thousand referrals and writes docs/faults.md.
    Faults(faults::Args),
    /// Fuzzes what reads bytes from outside and writes docs/fuzzing.md.
    Fuzz(fuzz::Args),
    /// Breaks the rules on purpose and asks the tests to notice; writes docs/mutants.md.
    Mutants(mutants::Args),
    /// Measures the figures that the README states.
    Measure(measure::Args),
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
        Command::Web { check_size, dev } => web::command(check_size, dev),
        Command::Test(args) => test::run(&args),
        Command::Openapi { check } => openapi::command(check),
        Command::Conformance => conformance::run(),
        Command::Faults(args) => faults::run(&args),
        Command::Fuzz(args) => fuzz::run(&args),
        Command::Mutants(args) => mutants::run(&args),
        Command::Measure(args) => measure::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}
