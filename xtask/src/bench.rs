//! `cargo xtask bench`: figures that grow with the data, on databases made for them, what a large
//! city takes to come in, what many watchers cost, and what signatures cost.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::postgres::{Cluster, free_port};
use crate::process;
use crate::progress::Progress;
use crate::server;
use crate::signatures;
use crate::tools::{self, Tool};
use crate::web;
use crate::workspace::Workspace;

/// A server that is told to stop has this time.
const STOPPING: Duration = Duration::from_secs(30);

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
    /// Many who watch the free places: those who ask beside those who listen.
    Opening,
    /// A large city brought in, beside parents who read: PostgreSQL, then SQLite.
    Import,
    /// Signatures, beside what OpenSSL's library takes for the same; always the release build.
    Eds,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    match args.what {
        What::Positions => positions(args.dev),
        What::Opening => opening(args.dev),
        What::Import => import(args.dev),
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

/// What SQLite takes at once, and a little more.
const CHILDREN_ON_SQLITE: &str = "20000";
const TOO_MANY_ON_SQLITE: &str = "20001";

fn import(dev: bool) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(4);
    progress.step("server and driver");
    let binary = server::build(&workspace, !dev)?;
    let program = workspace.build_binary("cities", !dev)?;
    progress.done("built");
    progress.step("PostgreSQL");
    tools::install_missing(&[Tool::Postgres])?;
    let cluster = Cluster::start()?;
    progress.done("started");
    progress.step("a city on PostgreSQL");
    bring_in(&binary, &program, cluster.url(), &[])?;
    progress.done("measured");
    progress.step("a town on SQLite");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let few = [
        "--kindergartens",
        "100",
        "--children",
        CHILDREN_ON_SQLITE,
        "--too-many",
        TOO_MANY_ON_SQLITE,
    ];
    bring_in(&binary, &program, &server::sqlite_url(folder.path()), &few)?;
    progress.done("measured");
    Ok(ExitCode::SUCCESS)
}

fn bring_in(binary: &Path, program: &Path, database_url: &str, more: &[&str]) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let port = free_port()?;
    let options = server::Options {
        port,
        database_url,
        data: folder.path(),
        web: None,
        fresh: false,
        rate_limits: false,
    };
    let mut running = options.start(binary)?;
    if let Some(status) = server::wait_ready(&mut running, port)? {
        bail!("the server ended before it was ready: {status}");
    }
    let done = process::run(
        Command::new(program)
            .args(["--base-url", &format!("http://127.0.0.1:{port}")])
            .args(["--database-url", database_url])
            .arg("--binary")
            .arg(binary)
            .args(more),
    );
    running.stop(Signal::TERM, STOPPING)?;
    done
}

fn opening(dev: bool) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(3);
    progress.step("pages, server and watchers");
    web::build(&workspace)?;
    let binary = server::build(&workspace, !dev)?;
    let program = workspace.build_binary("opening", !dev)?;
    progress.done("built");
    progress.step("server");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let database_url = server::sqlite_url(folder.path());
    let port = free_port()?;
    let options = server::Options {
        port,
        database_url: &database_url,
        data: folder.path(),
        web: Some(&workspace.dist()),
        fresh: false,
        rate_limits: false,
    };
    let mut running = options.start(&binary)?;
    if let Some(status) = server::wait_ready(&mut running, port)? {
        bail!("the server ended before it was ready: {status}");
    }
    progress.done("ready");
    progress.step("watchers");
    let watched = process::run(
        Command::new(program)
            .args(["--base-url", &format!("http://127.0.0.1:{port}")])
            .args(["--database-url", &database_url])
            .args(["--server", &running.id().to_string()]),
    );
    running.stop(Signal::TERM, STOPPING)?;
    watched?;
    progress.done("measured");
    Ok(ExitCode::SUCCESS)
}
