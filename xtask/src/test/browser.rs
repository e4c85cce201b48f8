//! What a script of tests/e2e needs: a browser, Node.js with the locked packages, and where the
//! built things are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::digest;
use crate::process;
use crate::progress::note;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// The native side of the bench of the signing worker; its scripts look for it in the variable.
const WORKBENCH: &str = "workbench";
const WORKBENCH_VARIABLE: &str = "BALABAQSHA_WORKBENCH";
/// A stand-in for a telephone with eGov Mobile.
const PHONE: &str = "phone";
const PHONE_VARIABLE: &str = "BALABAQSHA_PHONE";

#[derive(Debug)]
pub struct Browser {
    pub folder: PathBuf,
    chromium: PathBuf,
    node: PathBuf,
}

impl Browser {
    pub const TOOLS: [Tool; 3] = [Tool::Chromium, Tool::Node, Tool::Npm];

    /// The error says what is not installed. Installs packages of npm alone.
    pub fn find(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.root.join("tests/e2e");
        let chromium = Tool::Chromium
            .find()
            .with_context(|| Tool::Chromium.missing())?;
        let node = tools::find_node()?;
        install_packages(&folder)?;
        Ok(Self {
            folder,
            chromium,
            node,
        })
    }

    /// Node.js, ready for scripts that need a browser alone.
    pub fn plain_node(&self) -> Command {
        let mut command = Command::new(&self.node);
        command
            .current_dir(&self.folder)
            .env("CHROMIUM_PATH", &self.chromium);
        command
    }

    /// Node.js, ready for scripts that use the pages and the signing module as built.
    pub fn node(&self, workspace: &Workspace) -> Result<Command> {
        let mut command = self.plain_node();
        command
            .env(WORKBENCH_VARIABLE, workspace.build_example(WORKBENCH)?)
            .env(PHONE_VARIABLE, workspace.build_example(PHONE)?)
            .env("BALABAQSHA_WEB_DIR", workspace.dist());
        Ok(command)
    }
}

/// The scripts' packages, exactly as locked; fetched again only when the lock changes.
fn install_packages(folder: &Path) -> Result<()> {
    let lock = fs::read(folder.join("package-lock.json")).context("package-lock.json")?;
    let wanted = digest::hex(&Sha256::digest(lock));
    let stamp = folder.join("node_modules/.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let npm = Tool::Npm.find().with_context(|| Tool::Npm.missing())?;
    note("npm ci");
    process::run(Command::new(npm).current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))?;
    Ok(fs::write(stamp, wanted)?)
}
