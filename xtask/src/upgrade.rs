//! `cargo xtask upgrade --from COMMIT`: the step from an older release, tried with its own program and
//! its own guide for integrators, on PostgreSQL.
//!
//! The older process makes the demo's data and goes on serving while the present one has migrated the
//! schema under it. `balabaqsha upgrade finish` must be refused as long as it lives.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use crate::postgres::{Cluster, free_port};
use crate::process::{self, Group};
use crate::progress::{Progress, note};
use crate::server;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

const GUIDE: &str = "docs/integrators.md";
/// The child of the guide; the second run takes another one, since the first is queued already.
const CHILD: &str = "221231600023";
const ANOTHER_CHILD: &str = "230228500035";
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Commit of the older release
    #[arg(long)]
    from: String,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let workspace = Workspace::locate()?;
    let mut progress = Progress::of(5);

    progress.step("the older release");
    let older = Older::build(&workspace, &args.from)?;
    progress.done("built");

    progress.step("the present release");
    let binary = server::build(&workspace, false)?;
    tools::install_missing(&[Tool::Postgres])?;
    let cluster = Cluster::start()?;
    progress.done("built");

    progress.step("both beside each other");
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let site = Site {
        database: cluster.url(),
        folder: folder.path(),
    };
    let (old, old_port) = site.start(&older.binary, "old")?;
    let (new, new_port) = site.start(&binary, "new")?;
    note("both are ready; the schema is that of the present release");
    site.follow(&older.guide()?, old_port)?;
    progress.done("the guide of the older release works on its process");

    progress.step("the end of the upgrade");
    let refused = site.finish(&binary)?;
    ensure!(
        !refused.succeeded,
        "the upgrade was finished beside a process of the older release"
    );
    note(refused.words.trim());
    stop(old)?;
    let finished = site.finish(&binary)?;
    ensure!(finished.succeeded, "not finished: {}", finished.words);
    progress.done(finished.words.trim());

    progress.step("the present release alone");
    let guide = fs::read_to_string(workspace.root.join(GUIDE))?;
    site.follow(&guide.replace(CHILD, ANOTHER_CHILD), new_port)?;
    stop(new)?;
    progress.done("its guide works");
    Ok(ExitCode::SUCCESS)
}

/// A release of before, in a work tree and a target folder of its own.
struct Older {
    folder: PathBuf,
    binary: PathBuf,
}

impl Older {
    fn build(workspace: &Workspace, commit: &str) -> Result<Self> {
        let place = workspace.scratch()?.join("upgrade");
        let folder = place.join("tree");
        let mut git = Command::new("git");
        git.current_dir(&workspace.root);
        if folder.exists() {
            git.arg("-C").arg(&folder).args(["checkout", "--detach"]);
        } else {
            git.args(["worktree", "add", "--detach"]).arg(&folder);
        }
        process::run(git.arg(commit))?;
        let target = place.join("target");
        process::run(
            Command::new("cargo")
                .current_dir(&folder)
                .env("CARGO_TARGET_DIR", &target)
                .args(["build", "--locked", "--bin", server::BINARY]),
        )?;
        Ok(Self {
            binary: target.join("debug").join(server::BINARY),
            folder,
        })
    }

    fn guide(&self) -> Result<String> {
        let path = self.folder.join(GUIDE);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    }
}

/// One database, and a folder for what its processes need.
struct Site<'a> {
    database: &'a str,
    folder: &'a Path,
}

/// What a command has answered.
struct Answer {
    succeeded: bool,
    words: String,
}

impl Site<'_> {
    fn start(&self, binary: &Path, name: &str) -> Result<(Group, u16)> {
        let data = self.folder.join(name);
        fs::create_dir_all(&data)?;
        let port = free_port()?;
        let options = server::Options {
            port,
            database_url: self.database,
            data: &data,
            web: None,
            fresh: false,
            rate_limits: true,
        };
        let mut process = options.start(binary)?;
        match server::wait_ready(&mut process, port)? {
            None => Ok((process, port)),
            Some(status) => bail!("the {name} release ended by itself: {status}"),
        }
    }

    /// Runs the commands of a guide against a process.
    fn follow(&self, guide: &str, port: u16) -> Result<()> {
        let commands: Vec<&str> = guide
            .split("```bash\n")
            .skip(1)
            .filter_map(|rest| rest.split_once("\n```"))
            .map(|(block, _)| block)
            .collect();
        ensure!(commands.len() >= 8, "the guide has lost its commands");
        let work = tempfile::tempdir_in(self.folder)?;
        let script = work.path().join("guide.sh");
        let text = format!("set -euo pipefail\n{}\n", commands.join("\n\n"));
        fs::write(&script, text)?;
        process::run(
            Command::new("bash")
                .arg(&script)
                .current_dir(work.path())
                .env("BALABAQSHA", format!("http://127.0.0.1:{port}")),
        )
    }

    fn finish(&self, binary: &Path) -> Result<Answer> {
        let output = Command::new(binary)
            .args(["upgrade", "finish", "--database-url", self.database])
            .output()
            .context("cannot run `balabaqsha upgrade finish`")?;
        let words = [output.stdout, output.stderr].concat();
        Ok(Answer {
            succeeded: output.status.success(),
            words: String::from_utf8_lossy(&words).into_owned(),
        })
    }
}

fn stop(mut process: Group) -> Result<()> {
    let status = process.stop(Signal::TERM, PATIENCE)?;
    ensure!(status.success(), "a process ended with {status}");
    Ok(())
}
