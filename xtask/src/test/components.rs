//! Single components of the pages, alone in the Chromium of the journeys: the tests of `wasm_bindgen_test` in
//! `web/src/components/tests`.
//!
//! They are compiled as cargo compiles tests, bound like the pages, and started by `tests/e2e/components.mjs`. The
//! runner of wasm-bindgen would have to be installed for it, and with it a driver for WebDriver.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use super::browser::Browser;
use crate::process;
use crate::report::{CargoTest, Outcome};
use crate::tools;
use crate::web::bindgen;
use crate::workspace::{WASM_TARGET, WEB, Workspace};

/// The stem of the bound files; the script imports them by it.
const NAME: &str = "components";

pub fn run(workspace: &Workspace) -> Result<Outcome> {
    let browser = match Browser::find(workspace).and_then(|browser| {
        tools::ensure_wasm_target()?;
        Ok(browser)
    }) {
        Ok(browser) => browser,
        Err(error) => return Ok(Outcome::skipped(format!("{error:#}"))),
    };
    let module = fs::read(compile(workspace)?).context("cargo wrote no module of tests")?;
    let bound = bindgen::bind_tests(module, NAME)?;
    let folder = workspace.scratch()?.join(NAME);
    bound.write(&folder, NAME)?;
    let mut command = browser.plain_node();
    command.arg("components.mjs").arg(&folder);
    let mut reader = CargoTest::default();
    let status = process::stream(&mut command, |line| {
        if reader.line(line) {
            println!("{line}");
        }
    })?;
    Ok(reader.outcome().held_to("components.mjs", status.success()))
}

/// The module with the unit tests of the pages.
fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let messages = process::output(
        workspace
            .cargo()
            .args(["test", "--no-run", "-p", WEB, "--target", WASM_TARGET])
            .arg("--message-format=json-render-diagnostics")
            // One view type instead of one per component: half the time to compile.
            .env("CARGO_ENCODED_RUSTFLAGS", "--cfg=erase_components"),
    )?;
    executable(&messages).context("cargo named no module of tests")
}

/// The program among cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| Some(message.get("executable")?.as_str()?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_the_one_that_cargo_names() {
        let messages = r#"{"reason":"compiler-artifact","executable":null}
{"reason":"compiler-artifact","executable":"/target/web.wasm"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some("/target/web.wasm".into()));
        assert_eq!(executable(r#"{"reason":"build-finished"}"#), None);
    }
}
