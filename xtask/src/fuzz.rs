//! `cargo xtask fuzz`: builds the fuzz targets with a nightly compiler and runs each of them.
//!
//! The targets stand in `fuzz/`, outside of the workspace. They are built with coverage counters
//! and without a sanitizer: the code has no `unsafe`, and a sanitizer's own memory would drown the
//! limit that is held here.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::Progress;
use crate::workspace::Workspace;

const TARGETS: [&str; 6] = ["ber", "pkcs12", "cms", "certificate", "crl", "ocsp"];
const MACHINE: &str = "x86_64-unknown-linux-gnu";
/// As `cargo fuzz build --sanitizer none` has them.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";
const SEEDS_VARIABLE: &str = "BALABAQSHA_FUZZ_SEEDS";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Runs of each target
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// One target only
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
    /// Mebibytes that a run may have in memory
    #[arg(long, default_value_t = 64)]
    memory: u32,
    /// Seconds that one input may take
    #[arg(long, default_value_t = 5)]
    timeout: u32,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let targets: Vec<&str> = match &args.target {
        Some(one) => vec![one.as_str()],
        None => TARGETS.to_vec(),
    };
    let mut progress = Progress::of(targets.len() + 1);
    progress.step("fuzz targets and seeds");
    let build = workspace.target.join("fuzz");
    process::run(
        Command::new("cargo")
            .current_dir(workspace.root.join("fuzz"))
            // Of a compiler that is not the one this tool was built with.
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO")
            .env("RUSTFLAGS", FLAGS)
            .env("CARGO_TARGET_DIR", &build)
            .args(["+nightly", "build", "--release", "--features", "seeds"])
            .args(["--target", MACHINE]),
    )
    .context("a nightly compiler is needed: `rustup toolchain install nightly` installs it")?;
    let programs = build.join(MACHINE).join("release");
    let seeds = workspace.target.join("fuzz-seeds");
    std::fs::create_dir_all(&seeds)?;
    process::run(Command::new(programs.join("seeds")).env(SEEDS_VARIABLE, &seeds))?;
    progress.done("built");

    let mut lines = Vec::new();
    for target in targets {
        progress.step(target);
        let line = fuzz(&programs.join(target), &seeds, target, args)?;
        progress.done(&line);
        lines.push(format!("{target}: {line}"));
    }
    println!();
    for line in &lines {
        println!("{line}");
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs one target; an input that panics, hangs or eats memory is an error that names its file.
fn fuzz(program: &Path, seeds: &Path, target: &str, args: &Args) -> Result<String> {
    let found = seeds.join(format!("found-{target}"));
    std::fs::create_dir_all(&found)?;
    let prefix = format!("{}/{target}-", seeds.display());
    let mut last = String::new();
    let mut command = Command::new(program);
    command
        .env(SEEDS_VARIABLE, seeds)
        .arg(&found)
        .arg(seeds.join(target))
        .arg(format!("-runs={}", args.runs))
        .arg(format!("-rss_limit_mb={}", args.memory))
        .arg(format!("-malloc_limit_mb={}", args.memory))
        .arg(format!("-timeout={}", args.timeout))
        .arg(format!("-artifact_prefix={prefix}"))
        .args(["-print_final_stats=1", "-close_fd_mask=0", "-max_len=16384"]);
    // libFuzzer speaks on standard error; its closing figures are what is kept.
    let log = seeds.join(format!("{target}.log"));
    command.stderr(std::fs::File::create(&log)?);
    let status = process::stream(&mut command, |_| {})?;
    let text = std::fs::read_to_string(&log).unwrap_or_default();
    if !status.success() {
        let tail: Vec<&str> = text.lines().rev().take(20).collect();
        let tail: Vec<&str> = tail.into_iter().rev().collect();
        bail!(
            "{target} found something; see {prefix}*\n{}",
            tail.join("\n")
        );
    }
    for line in text.lines() {
        if let Some(figure) = line.strip_prefix("stat::") {
            let words: Vec<&str> = figure.split_whitespace().collect();
            if let [name, value] = words.as_slice()
                && matches!(
                    *name,
                    "number_of_executed_units:" | "peak_rss_mb:" | "slowest_unit_time_sec:"
                )
            {
                last.push_str(&format!("{} {value}; ", name.trim_end_matches(':')));
            }
        }
    }
    Ok(last.trim_end_matches("; ").replace('_', " "))
}
