//! `cargo xtask fuzz`: builds the fuzz targets with counters of coverage, runs each of them and
//! keeps the figures in docs/fuzzing.md.
//!
//! The targets stand in `fuzz/`, outside of the workspace. No sanitizer: the code has no `unsafe`,
//! and the targets themselves count what one input has in memory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::{Progress, note, seconds};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

const TARGETS: [&str; 8] = [
    "armour",
    "ber",
    "pkcs12",
    "cms",
    "certificate",
    "readers",
    "crl",
    "ocsp",
];
/// Named, so that the counters are left out of what runs while compiling.
const MACHINE: &str = "x86_64-unknown-linux-gnu";
/// As `cargo fuzz build --sanitizer none` has them.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";
const SEEDS_VARIABLE: &str = "BALABAQSHA_FUZZ_SEEDS";
/// The fuzzer and everything it has kept; what one input takes is counted by the target.
const PROCESS_MEBIBYTES: u32 = 2048;
const LONGEST_INPUT: u32 = 16_384;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Runs of each target; docs/fuzzing.md is written when all targets have run.
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// One target only
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
    /// Seconds that one input may take
    #[arg(long, default_value_t = 5)]
    timeout: u32,
}

/// What became of one target.
struct Figures {
    target: &'static str,
    runs: u64,
    /// Distinct edges of the code that were reached.
    edges: u64,
    /// Inputs that reached something new, the seeds among them.
    inputs: u64,
    slowest_seconds: u64,
    took: std::time::Duration,
    disagreements: BTreeMap<String, u64>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let targets: Vec<&'static str> = TARGETS
        .into_iter()
        .filter(|target| args.target.as_ref().is_none_or(|one| one == target))
        .collect();
    let mut progress = Progress::of(targets.len() + 1);
    progress.step("fuzz targets and seeds");
    let programs = build(&workspace)?;
    let seeds = workspace.target.join("fuzz-seeds");
    fs::create_dir_all(&seeds)?;
    let maker = workspace.build_example("fuzz_seeds")?;
    process::run(Command::new(maker).arg(&seeds))?;
    progress.done("built");

    let mut all = Vec::new();
    for target in targets {
        progress.step(target);
        let figures = fuzz(&programs.join(target), &seeds, target, args)?;
        progress.done(&figures.row());
        all.push(figures);
    }
    let table = table(&all);
    println!("\n{table}");
    if args.target.is_none() {
        let path = workspace.root.join("docs/fuzzing.md");
        let today = process::output(Command::new("date").args(["-u", "+%F"]))?;
        let taken = format!("Taken on {} (UTC).", today.trim());
        fs::write(&path, format!("{INTRODUCTION}\n{taken}\n\n{table}"))
            .with_context(|| path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn build(workspace: &Workspace) -> Result<PathBuf> {
    tools::install_missing(&[Tool::Cxx])?;
    Tool::Cxx.find().with_context(|| Tool::Cxx.missing())?;
    let build = workspace.target.join("fuzz");
    process::run(
        workspace
            .cargo()
            .current_dir(workspace.root.join("fuzz"))
            .env("RUSTFLAGS", FLAGS)
            .env("CARGO_TARGET_DIR", &build)
            .args(["build", "--release", "--bins"])
            .args(["--target", MACHINE]),
    )?;
    Ok(build.join(MACHINE).join("release"))
}

/// Runs one target; an input that panics, hangs or eats memory is an error that names its file.
fn fuzz(program: &Path, seeds: &Path, target: &'static str, args: &Args) -> Result<Figures> {
    let found = seeds.join(format!("found-{target}"));
    fs::create_dir_all(&found)?;
    let prefix = format!("{}/{target}-", seeds.display());
    // libFuzzer speaks on standard error; its closing figures are what is kept.
    let log = seeds.join(format!("{target}.log"));
    note(&format!("what the fuzzer says: {}", log.display()));
    let started = Instant::now();
    let status = process::stream(
        Command::new(program)
            .env(SEEDS_VARIABLE, seeds)
            .arg(&found)
            .arg(seeds.join(target))
            .arg(format!("-runs={}", args.runs))
            .arg(format!("-rss_limit_mb={PROCESS_MEBIBYTES}"))
            .arg(format!("-timeout={}", args.timeout))
            .arg(format!("-artifact_prefix={prefix}"))
            .arg(format!("-max_len={LONGEST_INPUT}"))
            .arg("-print_final_stats=1")
            .stderr(fs::File::create(&log)?),
        |_| {},
    )?;
    let text = fs::read_to_string(&log).unwrap_or_default();
    if !status.success() {
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(20)..).unwrap_or(&[]);
        bail!(
            "{target} found something; see {prefix}*\n{}",
            tail.join("\n")
        );
    }
    let figures = Figures::read(&text, target, started.elapsed())?;
    if figures.runs < args.runs {
        bail!("{target} ended after {} runs", figures.runs);
    }
    Ok(figures)
}

impl Figures {
    /// From what libFuzzer says: its closing figures, and its last line on coverage.
    fn read(text: &str, target: &'static str, took: std::time::Duration) -> Result<Self> {
        let number = |name: &str| -> Result<u64> {
            text.lines()
                .rev()
                .find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))
                .and_then(|rest| rest.trim_start_matches(':').trim().parse().ok())
                .with_context(|| format!("{target}: no figure {name}"))
        };
        let coverage = text
            .lines()
            .rev()
            .find(|line| line.contains(" cov: "))
            .with_context(|| format!("{target}: no coverage"))?;
        let word_after = |name: &str| {
            let mut words = coverage.split_whitespace();
            words.find(|word| *word == name);
            words.next().unwrap_or_default()
        };
        Ok(Self {
            target,
            runs: number("number_of_executed_units")?,
            edges: word_after("cov:").parse().context("coverage")?,
            inputs: word_after("corp:")
                .split('/')
                .next()
                .unwrap_or_default()
                .parse()
                .context("corpus")?,
            slowest_seconds: number("slowest_unit_time_sec")?,
            took,
            disagreements: disagreements(text),
        })
    }

    fn row(&self) -> String {
        format!(
            "| {} | {} | {} | {} | {} s | {} |",
            self.target,
            self.runs,
            self.edges,
            self.inputs,
            self.slowest_seconds,
            seconds(self.took)
        )
    }
}

/// How many inputs the two readers of certificates read differently, at least, by what about: the
/// target says each number that is a power of two.
fn disagreements(text: &str) -> BTreeMap<String, u64> {
    text.lines()
        .filter_map(|line| {
            let (about, number) = line.strip_prefix("disagreement: ")?.rsplit_once(": ")?;
            Some((about.to_owned(), number.parse().ok()?))
        })
        .collect()
}

const INTRODUCTION: &str = "# Fuzzing

Written by `cargo xtask fuzz`: libFuzzer mutates documents that the demonstration authority made (key files,
signatures, certificates, revocation lists, OCSP answers; RSA and GOST512) under counters of coverage, with
overflow checks and debug assertions on. A panic, an input that takes more than five seconds, or one that has more
than 64 MiB in memory at once ends the command with an error; `cms` also fails when a document passes with a
content that nobody signed, `ber` when what was made DER is not DER, `armour` when something is neither read nor named,
`readers` when a certificate that was accepted means something else to `x509-parser`.
";

fn table(figures: &[Figures]) -> String {
    let mut text = String::from(
        "| target | runs | edges reached | inputs kept | slowest input | took |\n\
         |---|---:|---:|---:|---:|---:|\n",
    );
    for row in figures {
        text.push_str(&row.row());
        text.push('\n');
    }
    let disagreements: Vec<_> = figures.iter().flat_map(|one| &one.disagreements).collect();
    if !disagreements.is_empty() {
        text.push_str(
            "\nInputs of `readers` that were refused because the two readers differ \
             ([why](adr/0018-two-certificate-readers.md)):\n\n\
             | they differ in | inputs, at least |\n|---|---:|\n",
        );
        for (about, number) in disagreements {
            text.push_str(&format!("| {about} | {number} |\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const SAID: &str = "#2\tINITED cov: 10 ft: 11 corp: 1/2b exec/s: 0 rss: 30Mb\n\
        #1000\tDONE   cov: 345 ft: 678 corp: 90/12Kb lim: 4096 exec/s: 500 rss: 41Mb\n\
        stat::number_of_executed_units: 1000\n\
        stat::slowest_unit_time_sec:    1\n";

    #[test]
    fn the_last_figures_count() {
        let figures = Figures::read(SAID, "crl", Duration::from_secs(2)).unwrap();
        assert_eq!(figures.row(), "| crl | 1000 | 345 | 90 | 1 s | 2.0 s |");
    }

    #[test]
    fn last_number_of_each_disagreement_is_in_the_table() {
        let said = format!(
            "disagreement: its dates: 1\ndisagreement: its key: 1\ndisagreement: its dates: 2\n{SAID}"
        );
        let figures = Figures::read(&said, "readers", Duration::ZERO).unwrap();
        let table = table(&[figures]);
        assert!(
            table.ends_with("|---|---:|\n| its dates | 2 |\n| its key | 1 |\n"),
            "{table}"
        );
    }

    #[test]
    fn a_fuzzer_that_says_nothing_has_no_figures() {
        assert!(Figures::read("", "crl", Duration::ZERO).is_err());
    }
}
