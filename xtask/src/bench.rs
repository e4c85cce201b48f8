//! `cargo xtask bench`: figures that grow with the data, on databases made for them, and what
//! signatures cost.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::postgres::Cluster;
use crate::process;
use crate::progress::Progress;
use crate::signatures;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
    /// Measures the development build instead of the release build.
    #[arg(long, global = true)]
    dev: bool,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// The place in the queue at 10 thousand, 100 thousand and one million queued children.
    Positions,
    /// Signatures, beside what OpenSSL's library takes for the same; always the release build.
    Eds,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    match args.what {
        What::Positions => positions(args.dev),
        What::Eds => signatures::run(),
    }
}

fn positions(dev: bool) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(3);
    progress.step("program");
    let program = workspace.build_binary("positions", !dev)?;
    progress.done("built");
    progress.step("PostgreSQL");
    tools::install_missing(&[Tool::Postgres])?;
    let cluster = Cluster::start()?;
    progress.done("started");
    progress.step("positions");
    process::run(Command::new(program).args(["--url", cluster.url()]))?;
    progress.done("measured");
    Ok(ExitCode::SUCCESS)
}
