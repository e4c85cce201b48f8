//! `cargo xtask bench eds`: how long signatures take on this machine, beside what OpenSSL's library
//! takes for the same operations in the same run, and what they take in the browser.

mod browser;

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::{Progress, note};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

const OPENSSL: &str = include_str!("signatures/openssl.c");
/// A server's verification may cost this much of what OpenSSL takes.
const LARGEST_RATIO: f64 = 1.5;
/// Milliseconds of one GOST verification on the server.
const LONGEST_GOST: f64 = 3.0;

pub fn run() -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let mut progress = Progress::of(3);

    progress.step("our signatures");
    let output = process::output(
        workspace
            .cargo()
            .args(["run", "--quiet", "--release", "-p", "balabaqsha-pki"])
            .args(["--example", "speed", "--"])
            .arg(folder.path()),
    )?;
    progress.done("measured");

    progress.step("OpenSSL's");
    let openssl = openssl(folder.path());
    match &openssl {
        Ok(_) => progress.done("measured"),
        Err(error) => note(&format!("skipped: {error:#}")),
    }

    progress.step("signing in the browser");
    let signing = browser::measure(&workspace)?;
    if signing.is_some() {
        progress.done("measured");
    }

    print!("{output}");
    let document = figure(&output, "RSA document with a chain of three")?;
    let mut missed = false;
    let mut aim = |what: &str, met: bool| {
        println!("{what}: {}", if met { "met" } else { "MISSED" });
        missed |= !met;
    };
    if let Ok(theirs) = openssl {
        let ratio = document / theirs;
        println!("OpenSSL, three RSA-2048 verifications and a digest: {theirs:.1} µs");
        println!("ratio: {ratio:.2}");
        aim(
            "a verification costs at most 1.5 times that",
            ratio <= LARGEST_RATIO,
        );
    }
    let gost = figure(&output, "GOST512 verify")? / 1000.0;
    println!("GOST512 verification: {gost:.2} ms");
    aim("GOST512 verification under 3 ms", gost < LONGEST_GOST);
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

/// The microseconds of one round.
fn openssl(folder: &Path) -> Result<f64> {
    tools::install_missing(&[Tool::Cc, Tool::Openssl])?;
    let compiler = Tool::Cc.find().with_context(|| Tool::Cc.missing())?;
    let source = folder.join("openssl.c");
    let program = folder.join("openssl");
    std::fs::write(&source, OPENSSL)?;
    process::run(
        Command::new(compiler)
            .args(["-O2", "-o"])
            .arg(&program)
            .arg(&source)
            .arg("-lcrypto"),
    )
    .context("OpenSSL's headers are missing: `sudo apt-get install libssl-dev` installs them")?;
    let files = ["root.der", "middle.der", "signer.der", "content"];
    let output = process::output(Command::new(&program).args(files.map(|name| folder.join(name))))?;
    let nanoseconds: f64 = output.trim().parse().context("no figure")?;
    Ok(nanoseconds / 1000.0)
}

/// The microseconds of a line `name: 12.3 µs (…)`.
fn figure(output: &str, name: &str) -> Result<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    match line.and_then(|line| line.split_once(" µs")) {
        Some((number, _)) => number.parse().context("no figure"),
        None => bail!("the measurement printed no line {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_by_their_whole_name() {
        let output = "RSA verify: 20.5 µs (9 times)\nGOST512 verify: 900.0 µs (3 times)\n";
        assert!((figure(output, "GOST512 verify").unwrap() - 900.0).abs() < 0.01);
        assert!(figure(output, "verify").is_err());
    }
}
