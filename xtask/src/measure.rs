//! `cargo xtask measure`: prints the figures that the README states, taken on this machine.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::postgres::free_port;
use crate::process::{self, Group};
use crate::progress::{Progress, note};
use crate::server;
use crate::web::{self, Weights};
use crate::workspace::Workspace;

const STARTS: usize = 5;
const JOURNEYS: usize = 1_000;
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Measures the build that `cargo xtask run` makes instead of the release build.
    #[arg(long)]
    dev: bool,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let release = !args.dev;
    let mut progress = Progress::of(4);

    progress.step("pages");
    progress.done(web::build(&workspace)?);
    let weights = Weights::read(&workspace)?;

    progress.step("server and parents");
    let binary = server::build(&workspace, release)?;
    let driver = workspace.build_binary("journeys", release)?;
    progress.done("built");

    progress.step(&format!("{STARTS} starts"));
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let subject = Subject {
        binary: &binary,
        data: folder.path(),
        web: &workspace.dist(),
    };
    // The first start makes the demo data; the others find it.
    let (first, server, _) = subject.start()?;
    end(server)?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let (took, server, _) = subject.start()?;
        end(server)?;
        starts.push(took);
    }
    progress.done("measured");

    progress.step("memory");
    let (_, server, port) = subject.start()?;
    let idle = resident_memory(&server)?;
    note(&format!("{JOURNEYS} journeys"));
    journeys(&driver, port)?;
    let used = resident_memory(&server)?;
    end(server)?;
    progress.done("measured");

    for line in weights.lines()? {
        println!("{line}");
    }
    let row = |what: &str, value: String| println!("{what:<40}{value:>12}");
    row(
        "start to ready, median of 5:",
        milliseconds(median(starts)?),
    );
    row("first start, demo data made:", milliseconds(first));
    row("resident memory, idle:", mebibytes(idle));
    row("resident memory, after 1,000 journeys:", mebibytes(used));
    Ok(ExitCode::SUCCESS)
}

struct Subject<'a> {
    binary: &'a Path,
    data: &'a Path,
    web: &'a Path,
}

impl Subject<'_> {
    /// Starts the server; returns how long it took to be ready.
    fn start(&self) -> Result<(Duration, Group, u16)> {
        let port = free_port()?;
        let database_url = server::sqlite_url(self.data);
        let options = server::Options {
            port,
            database_url: &database_url,
            data: self.data,
            web: Some(self.web),
            fresh: false,
            rate_limits: false,
        };
        let started = Instant::now();
        let mut group = options.start(self.binary)?;
        match server::wait_ready(&mut group, port)? {
            None => Ok((started.elapsed(), group, port)),
            Some(status) => bail!("the server ended before it was ready: {status}"),
        }
    }
}

fn end(mut server: Group) -> Result<()> {
    server.stop(Signal::TERM, PATIENCE).map(drop)
}

/// Sends parents through the whole path over HTTP, as the driver in the tests' crate does it.
fn journeys(program: &Path, port: u16) -> Result<()> {
    process::run(
        Command::new(program)
            .args(["--base-url", &format!("http://127.0.0.1:{port}")])
            .args(["--count", &JOURNEYS.to_string()]),
    )
}

/// What the process holds in memory, in KiB.
fn resident_memory(server: &Group) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.id()))
        .context("cannot read the server's memory")?;
    resident(&status).context("the kernel names no VmRSS")
}

fn resident(status: &str) -> Option<u64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?
        .trim()
        .strip_suffix("kB")?
        .trim()
        .parse()
        .ok()
}

fn median(mut values: Vec<Duration>) -> Result<Duration> {
    values.sort();
    values
        .get(values.len() / 2)
        .copied()
        .context("nothing was measured")
}

fn milliseconds(duration: Duration) -> String {
    format!("{} ms", duration.as_millis())
}

fn mebibytes(kibibytes: u64) -> String {
    format!("{}.{} MiB", kibibytes / 1024, kibibytes % 1024 * 10 / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_the_kernels_words() {
        let status = "Name:\tbalabaqsha\nVmPeak:\t  99999 kB\nVmRSS:\t   41984 kB\nThreads:\t4\n";
        assert_eq!(resident(status), Some(41_984));
        assert_eq!(resident("Name:\tbalabaqsha\n"), None);
        assert_eq!(mebibytes(41_984), "41.0 MiB");
        assert_eq!(mebibytes(1_536), "1.5 MiB");
    }

    #[test]
    fn the_median_is_the_middle_of_the_sorted() {
        let values = [5, 1, 400, 3, 2].map(Duration::from_millis);
        assert_eq!(median(values.to_vec()).unwrap(), Duration::from_millis(3));
        assert!(median(Vec::new()).is_err());
    }
}
