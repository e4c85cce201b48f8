//! Programs that come from outside the workspace: finding them, installing what is missing, and
//! saying which command installs it where this tool may not.
//!
//! Nothing here is specific to a command; `run`, `web` and `test` name the tools they need.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::progress::note;
use crate::workspace::{WASM_TARGET, Workspace};

/// The oldest binaryen that reads what rustc emits today.
const OLDEST_BINARYEN: u32 = 108;
const NPM_BINARYEN: &str = "binaryen@132.0.0";
/// The oldest Node.js with `--test-reporter-destination` and `--test-concurrency`; Debian 12 has 18.20.
const OLDEST_NODE: u32 = 18;

/// A program and the Debian packages that bring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    WasmOpt,
    Postgres,
    Chromium,
    Node,
    Npm,
    Openssl,
    /// The GOST engine of OpenSSL.
    GostEngine,
    Pdftotext,
    Zbarimg,
    Clamd,
    Python,
    Cc,
    Cxx,
}

impl Tool {
    pub fn name(self) -> &'static str {
        match self {
            Self::WasmOpt => "wasm-opt",
            Self::Postgres => "PostgreSQL",
            Self::Chromium => "Chromium",
            Self::Node => "Node.js",
            Self::Npm => "npm",
            Self::Openssl => "openssl",
            Self::GostEngine => "the GOST engine of OpenSSL",
            Self::Pdftotext => "pdftotext",
            Self::Zbarimg => "zbarimg",
            Self::Clamd => "clamd",
            Self::Python => "Python",
            Self::Cc => "a C compiler",
            Self::Cxx => "a C++ compiler",
        }
    }

    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::WasmOpt => &["binaryen"],
            Self::Postgres => &["postgresql"],
            // Without a font of its own the browser draws Kazakh letters as boxes.
            Self::Chromium => &["chromium", "fonts-noto-core"],
            Self::Node => &["nodejs"],
            Self::Npm => &["npm"],
            Self::Openssl => &["openssl"],
            Self::GostEngine => &["openssl", "libengine-gost-openssl"],
            Self::Pdftotext => &["poppler-utils"],
            Self::Zbarimg => &["zbar-tools"],
            Self::Clamd => &["clamav-daemon"],
            Self::Python => &["python3", "python3-venv"],
            Self::Cc => &["gcc", "libc6-dev", "libssl-dev"],
            Self::Cxx => &["g++"],
        }
    }

    /// Where the program is, if it is there.
    pub fn find(self) -> Option<PathBuf> {
        match self {
            Self::WasmOpt => on_path("wasm-opt"),
            Self::Postgres => postgres_programs().map(|folder| folder.join("postgres")),
            Self::Chromium => std::env::var_os("CHROMIUM_PATH")
                .map(PathBuf::from)
                .filter(|path| is_program(path))
                .or_else(|| {
                    ["chromium", "chromium-browser", "google-chrome"]
                        .into_iter()
                        .find_map(on_path)
                }),
            Self::Node => on_path("node"),
            Self::Npm => on_path("npm"),
            Self::Openssl => on_path("openssl"),
            Self::GostEngine => on_path("openssl").filter(|openssl| {
                process::output(Command::new(openssl).args(["engine", "gost"])).is_ok()
            }),
            Self::Pdftotext => on_path("pdftotext"),
            Self::Zbarimg => on_path("zbarimg"),
            Self::Clamd => on_path("clamd"),
            Self::Python => on_path("python3"),
            Self::Cc => on_path("cc"),
            Self::Cxx => on_path("c++"),
        }
    }

    /// What a person has to do when the tool could not be installed.
    pub fn missing(self) -> String {
        format!(
            "{} is not installed: `sudo apt-get install {}` installs it",
            self.name(),
            self.packages().join(" ")
        )
    }
}

/// Installs those of the tools that are missing, as far as this user may.
/// What is still missing afterwards is for the caller to find out and to say.
pub fn install_missing(tools: &[Tool]) -> Result<()> {
    let missing: Vec<Tool> = tools
        .iter()
        .copied()
        .filter(|tool| tool.find().is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let Some(apt) = apt_get() else {
        return Ok(());
    };
    let all: Vec<&str> = missing
        .iter()
        .flat_map(|tool| tool.packages())
        .copied()
        .collect();
    note(&format!(
        "installing from Debian: {} ({} install {})",
        names(&missing),
        apt.join(" "),
        all.join(" ")
    ));
    if install(&apt, &all)? {
        return Ok(());
    }
    // The lists of a fresh machine may be absent or old.
    note("trying again with fresh package lists");
    process::succeeds(apt_command(&apt).args(["update", "-qq"]));
    if install(&apt, &all)? {
        return Ok(());
    }
    // One package that cannot be had must not keep the others away.
    for tool in missing.iter().filter(|_| missing.len() > 1) {
        install(&apt, tool.packages())?;
    }
    Ok(())
}

/// A wasm-opt that reads what rustc emits.
#[derive(Debug)]
pub struct WasmOpt {
    pub program: PathBuf,
    /// What it says of itself: another version may write other bytes.
    pub version: String,
}

impl WasmOpt {
    fn at(program: PathBuf) -> Option<Self> {
        let version = process::output(Command::new(&program).arg("--version")).ok()?;
        let new_enough = first_number(&version).is_some_and(|number| number >= OLDEST_BINARYEN);
        new_enough.then_some(Self { program, version })
    }
}

/// Debian's wasm-opt if it is new enough, else the one of npm's binaryen in a folder of our own.
pub fn ensure_wasm_opt(workspace: &Workspace) -> Result<WasmOpt> {
    let folder = workspace.scratch()?.join("binaryen");
    let own = || {
        let program = folder.join("node_modules/.bin/wasm-opt");
        is_program(&program).then(|| WasmOpt::at(program)).flatten()
    };
    let debian = || Tool::WasmOpt.find().and_then(WasmOpt::at);
    if let Some(found) = debian().or_else(own) {
        return Ok(found);
    }
    install_missing(&[Tool::WasmOpt])?;
    if let Some(found) = debian() {
        return Ok(found);
    }
    if let Some(npm) = Tool::Npm.find() {
        note(&format!("installing {NPM_BINARYEN} with npm"));
        process::succeeds(
            Command::new(npm)
                .args([
                    "install",
                    "--no-save",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                ])
                .arg(&folder)
                .arg(NPM_BINARYEN),
        );
        process::go_on()?;
    }
    own().with_context(|| {
        format!(
            "{} (version {OLDEST_BINARYEN} or newer)",
            Tool::WasmOpt.missing()
        )
    })
}

/// Node.js, if it is there and new enough to run the browser's journeys.
pub fn find_node() -> Result<PathBuf> {
    let node = Tool::Node.find().with_context(|| Tool::Node.missing())?;
    match version(&node) {
        Some(version) if version >= OLDEST_NODE => Ok(node),
        Some(version) => bail!("Node.js {version} is too old: {OLDEST_NODE} or newer is needed"),
        None => bail!("`node --version` prints no version"),
    }
}

/// The standard library for the browser's target; rustup adds it.
pub fn ensure_wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    let rustup = on_path("rustup").with_context(|| {
        format!("the Rust target {WASM_TARGET} is not installed and there is no rustup to add it")
    })?;
    note(&format!("rustup target add {WASM_TARGET}"));
    process::run(Command::new(rustup).args(["target", "add", WASM_TARGET])).with_context(|| {
        format!(
            "the Rust target {WASM_TARGET} is missing: `rustup target add {WASM_TARGET}` adds it"
        )
    })
}

fn has_wasm_target() -> Result<bool> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = process::output(Command::new(rustc).args([
        "--print",
        "target-libdir",
        "--target",
        WASM_TARGET,
    ]))?;
    Ok(std::fs::read_dir(folder.trim()).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    }))
}

/// The folder with PostgreSQL's server programs. Debian keeps them off the path, one per version.
pub fn postgres_programs() -> Option<PathBuf> {
    let complete =
        |folder: &Path| is_program(&folder.join("initdb")) && is_program(&folder.join("postgres"));
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        let initdb = on_path("initdb")?;
        initdb
            .parent()
            .map(Path::to_path_buf)
            .filter(|folder| complete(folder))
    })
}

/// How to call apt-get with the right to install, or `None` where this user has no such right.
fn apt_get() -> Option<Vec<&'static str>> {
    on_path("apt-get")?;
    if rustix::process::geteuid().is_root() {
        return Some(vec!["apt-get"]);
    }
    let may =
        on_path("sudo").is_some() && process::succeeds(Command::new("sudo").args(["-n", "true"]));
    may.then(|| vec!["sudo", "-n", "apt-get"])
}

fn apt_command(apt: &[&str]) -> Command {
    let mut words = apt.iter();
    let mut command = Command::new(words.next().copied().unwrap_or("apt-get"));
    command
        .args(words)
        // Another installation may be under way: wait for it.
        .args(["-o", "DPkg::Lock::Timeout=600"])
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn install(apt: &[&str], packages: &[&str]) -> Result<bool> {
    let installed = process::succeeds(
        apt_command(apt)
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(packages),
    );
    process::go_on()?;
    Ok(installed)
}

fn names(tools: &[Tool]) -> String {
    tools
        .iter()
        .map(|tool| tool.name())
        .collect::<Vec<_>>()
        .join(", ")
}

fn on_path(program: &str) -> Option<PathBuf> {
    search(program, &std::env::var_os("PATH")?)
}

fn search(program: &str, path: &OsStr) -> Option<PathBuf> {
    std::env::split_paths(path)
        .map(|folder| folder.join(program))
        .find(|candidate| is_program(candidate))
}

fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn version(program: &Path) -> Option<u32> {
    let answer = process::output(Command::new(program).arg("--version")).ok()?;
    first_number(&answer)
}

/// The major version in answers like `wasm-opt version 108` and `v20.20.2`.
fn first_number(answer: &str) -> Option<u32> {
    answer
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_programs_print() {
        assert_eq!(first_number("wasm-opt version 108\n"), Some(108));
        assert_eq!(
            first_number("wasm-opt version 132 (version_132)"),
            Some(132)
        );
        assert_eq!(first_number("v20.20.2"), Some(20));
        assert_eq!(first_number("no version"), None);
    }

    #[test]
    fn only_an_executable_file_is_a_program() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("tool");
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        let path = folder.path().as_os_str();

        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(search("tool", path), None);

        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(search("tool", path), Some(program));
    }

    #[test]
    fn a_missing_tool_is_named_with_the_command_that_installs_it() {
        assert_eq!(
            Tool::WasmOpt.missing(),
            "wasm-opt is not installed: `sudo apt-get install binaryen` installs it"
        );
    }
}
