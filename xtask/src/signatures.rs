//! `cargo xtask bench eds`: how long signatures take on this machine, and one judging of a document
//! beside what OpenSSL's library takes for the RSA and the digest in it, measured in turns; and how
//! long signing takes in the browser.

mod browser;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::{Progress, note};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

const OPENSSL: &str = include_str!("signatures/openssl.c");
const GOST_ENGINE: &str = include_str!("signatures/gost.c");
/// Judging a document may cost this much of what OpenSSL takes for its three signatures.
const LARGEST_RATIO: f64 = 1.2;
/// Verifying a GOST signature may cost this much of what Debian's engine takes.
const LARGEST_GOST_RATIO: f64 = 1.5;
/// Milliseconds of one GOST verification on the server.
const LONGEST_GOST: f64 = 3.0;
/// Milliseconds until a chain that only serves to waste time is given up.
const LONGEST_CHAIN: f64 = 1000.0;

pub fn run() -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut progress = Progress::of(3);

    progress.step("programs for OpenSSL and Debian's GOST engine");
    let openssl = program(folder.path(), "openssl", OPENSSL);
    let gost = gost_program(folder.path());
    for program in [&openssl, &gost] {
        match program {
            Ok(program) => note(&format!("built {}", program.display())),
            Err(error) => note(&format!("skipped: {error:#}")),
        }
    }
    progress.done("built what can be");

    progress.step("signatures");
    let mut command = workspace.cargo();
    command
        .args(["run", "--quiet", "--release", "-p", "balabaqsha-pki"])
        .args(["--example", "speed"]);
    command.arg("--").arg("--folder").arg(folder.path());
    for (flag, program) in [("--openssl", &openssl), ("--gost-engine", &gost)] {
        if let Ok(program) = program {
            command.arg(flag).arg(program);
        }
    }
    let output = process::output(&mut command)?;
    progress.done("measured");

    progress.step("signing in the browser");
    let signing = browser::measure(&workspace)?;
    if signing.is_some() {
        progress.done("measured");
    }

    print!("{output}");
    let mut missed = false;
    let mut aim = |what: &str, met: bool| {
        println!("{what}: {}", if met { "met" } else { "MISSED" });
        missed |= !met;
    };
    if openssl.is_ok() {
        aim(
            "a document with a chain of three costs at most 1.2 times what OpenSSL takes",
            figure(&output, "ratio")? <= LARGEST_RATIO,
        );
        aim(
            "the same with no signature remembered",
            figure(&output, "ratio with all three")? <= LARGEST_RATIO,
        );
    }
    if gost.is_ok() {
        aim(
            "GOST512 verification costs at most 1.5 times what Debian's engine takes",
            figure(&output, "ratio with the GOST engine")? <= LARGEST_GOST_RATIO,
        );
    }
    aim(
        "GOST512 verification under 3 ms",
        figure(&output, "GOST512 verify")? / 1000.0 < LONGEST_GOST,
    );
    aim(
        "a chain of a thousand ends within a second",
        figure(&output, "a chain of a thousand, read and refused")? / 1000.0 < LONGEST_CHAIN,
    );
    if let Some([gost, rsa]) = signing {
        println!("{}", gost.line("GOST512"));
        println!("{}", rsa.line("RSA-2048"));
        aim(
            "GOST512 signing in the browser under 50 ms",
            gost.median < browser::LONGEST_GOST,
        );
    }
    Ok(if missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Builds what Debian's GOST engine is measured with, and tries it.
fn gost_program(folder: &Path) -> Result<PathBuf> {
    let program = program(folder, "gost", GOST_ENGINE)?;
    let content = folder.join("tried");
    std::fs::write(&content, b"text")?;
    process::output(Command::new(&program).arg(&content)).context(
        "the engine is missing: `sudo apt-get install libengine-gost-openssl` installs it",
    )?;
    Ok(program)
}

/// Builds a program that measures OpenSSL's library.
fn program(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    tools::install_missing(&[Tool::Cc, Tool::Openssl])?;
    let compiler = Tool::Cc.find().with_context(|| Tool::Cc.missing())?;
    let source = folder.join(format!("{name}.c"));
    let program = folder.join(name);
    std::fs::write(&source, text)?;
    process::run(
        Command::new(compiler)
            .args(["-O2", "-o"])
            .arg(&program)
            .arg(&source)
            .arg("-lcrypto"),
    )
    .context("OpenSSL's headers are missing: `sudo apt-get install libssl-dev` installs them")?;
    Ok(program)
}

/// The number of a line `name: 12.3 µs (…)` or `name: 1.2 (…)`.
fn figure(output: &str, name: &str) -> Result<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    match line.and_then(|line| line.split_once(' ')) {
        Some((number, _)) => number.parse().context("no figure"),
        None => bail!("the measurement printed no line {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_their_whole_name() {
        let output = "RSA verify: 20.5 µs (9 times)\nGOST512 verify: 900.0 µs (3 times)\n\
                      ratio: 1.25 (median of 41 pairs)\n";
        assert!((figure(output, "ratio").unwrap() - 1.25).abs() < 0.001);
        assert!((figure(output, "GOST512 verify").unwrap() - 900.0).abs() < 0.01);
        assert!(figure(output, "verify").is_err());
    }
}
