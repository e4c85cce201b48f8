//! The tests of the pages' components, which need a browser: compiled to WASM and run by the runner of
//! wasm-bindgen in headless Chromium.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::note;
use crate::report::{CargoTest, Outcome};
use crate::tools::{self, Tool};
use crate::workspace::{WASM_TARGET, WEB, Workspace};

const RUNNER: &str = "wasm-bindgen-test-runner";
const PACKAGE: &str = "wasm-bindgen-cli";
/// Where cargo looks for what runs a program of this target.
const RUNNER_VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";
const DRIVER_VARIABLE: &str = "CHROMEDRIVER";

/// Skipped with the reason where something is missing that cannot be installed here.
pub fn run(workspace: &Workspace) -> Result<Outcome> {
    if let Err(error) = tools::ensure_wasm_target() {
        return Ok(Outcome::skipped(format!("{error:#}")));
    }
    if Tool::Chromium.find().is_none() {
        return Ok(Outcome::skipped(Tool::Chromium.missing()));
    }
    let Some(driver) = Tool::Chromedriver.find() else {
        return Ok(Outcome::skipped(Tool::Chromedriver.missing()));
    };
    let runner = match runner(workspace) {
        Ok(runner) => runner,
        Err(error) => return Ok(Outcome::skipped(format!("{error:#}"))),
    };
    let mut command = workspace.cargo();
    command
        .args(["test", "-p", WEB, "--target", WASM_TARGET])
        .env(RUNNER_VARIABLE, runner)
        .env(DRIVER_VARIABLE, driver);
    let mut reader = CargoTest::default();
    let status = process::stream(&mut command, |line| {
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    Ok(reader.outcome().held_to("cargo test", status.success()))
}

/// The runner of the very version of wasm-bindgen that the pages are built with; another one does not
/// read them.
fn runner(workspace: &Workspace) -> Result<PathBuf> {
    let id = process::output(workspace.cargo().args(["pkgid", "wasm-bindgen"]))?;
    let version = id.trim().rsplit_once(['@', '#']);
    let (_, version) = version.with_context(|| format!("{id} names no version"))?;
    let folder = workspace.scratch()?.join(format!("{PACKAGE}-{version}"));
    let runner = folder.join("bin").join(RUNNER);
    // As it was locked or, where that cannot be had, with other parts.
    for locked in [true, false] {
        if runner.is_file() {
            break;
        }
        note(&format!("cargo install {PACKAGE} --version {version}"));
        let mut command = workspace.cargo();
        command.args(["install", PACKAGE, "--version", version, "--root"]);
        command.arg(&folder);
        if locked {
            command.arg("--locked");
        }
        // What is not installed is found out below.
        drop(process::run(&mut command));
        process::go_on()?;
    }
    if !runner.is_file() {
        bail!(
            "{RUNNER} is not installed: `cargo install {PACKAGE} --version {version}` installs it"
        );
    }
    Ok(runner)
}
