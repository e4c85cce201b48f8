//! The real program as processes of its own, which a test can kill.

use crate::authority;
use balabaqsha_store::Db;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// Names the built program.
const BINARY: &str = "BALABAQSHA_BIN";

/// The program, a database that it works on, and folders for its processes.
#[derive(Debug)]
pub struct Installation<'a> {
    pub db: &'a Db,
    binary: PathBuf,
    url: &'a str,
    folder: &'a Path,
}

impl<'a> Installation<'a> {
    /// Whether there is a program; otherwise the reason is printed.
    #[must_use]
    pub fn is_built() -> bool {
        Self::find().is_some()
    }

    /// None, with the reason printed, where nobody has built the program. One that happens to lie
    /// in cargo's folder may be older than the code, so it is not looked for.
    pub(crate) fn find() -> Option<PathBuf> {
        let binary = variable(BINARY).map(PathBuf::from);
        if binary.is_none() {
            println!("skipped: no built program ({BINARY} is not set)");
        }
        binary
    }

    pub(crate) fn new(binary: PathBuf, db: &'a Db, url: &'a str, folder: &'a Path) -> Self {
        let anchor = authority().rsa_anchor_pem();
        fs::write(folder.join("anchor.pem"), anchor).expect("a trust anchor");
        Self {
            db,
            binary,
            url,
            folder,
        }
    }

    /// Starts a process; each number has a folder and a log that outlive it.
    #[must_use]
    pub fn start(&self, number: usize) -> Server {
        self.start_with(number, &[])
    }

    /// The same with more flags.
    #[must_use]
    pub fn start_with(&self, number: usize, flags: &[&str]) -> Server {
        self.start_in(number, flags, None)
    }

    /// The same with a library that is loaded before all others.
    #[must_use]
    pub fn start_preloaded(&self, number: usize, library: &str) -> Server {
        self.start_in(number, &[], Some(library))
    }

    fn start_in(&self, number: usize, flags: &[&str], library: Option<&str>) -> Server {
        let log = self.log_of(number);
        let before = fs::read_to_string(&log).unwrap_or_default();
        let lines = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .expect("a log");
        let child = Command::new(&self.binary)
            // Settings of the machine are none of this process.
            .env_clear()
            .envs(library.map(|library| ("LD_PRELOAD", library)))
            .current_dir(self.folder)
            .args(["serve", "--bind", "127.0.0.1:0", "--workers", "1"])
            .args(["--database-url", self.url])
            .arg("--data-dir")
            .arg(self.folder.join(format!("data-{number}")))
            .arg("--test-trust-anchors")
            .arg(self.folder.join("anchor.pem"))
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(lines)
            .spawn()
            .expect("the program starts");
        Server {
            child,
            log,
            logged_before: before.len(),
        }
    }

    /// What all processes of a number have logged.
    #[must_use]
    pub fn logged(&self, number: usize) -> String {
        fs::read_to_string(self.log_of(number)).unwrap_or_default()
    }

    fn log_of(&self, number: usize) -> PathBuf {
        self.folder.join(format!("log-{number}"))
    }
}

/// What a command has answered.
#[derive(Debug)]
pub struct Operated {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Operated {
    /// What it printed.
    ///
    /// # Panics
    /// When it did not succeed in silence.
    #[must_use]
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self:?}");
        self.out
    }

    /// What it complained about.
    ///
    /// # Panics
    /// When it did not end with this code, or printed something beside.
    #[must_use]
    #[track_caller]
    pub fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        self.err
    }
}

/// Runs a command of the real program on a database, to its end; none, with the reason printed,
/// where nobody has built it.
#[must_use]
pub fn operate(url: &str, arguments: &[&str]) -> Option<Operated> {
    let binary = Installation::find()?;
    let output = Command::new(binary)
        .env_clear()
        .env("BALABAQSHA_DATABASE_URL", url)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Some(Operated {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    })
}

/// A running process; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    log: PathBuf,
    logged_before: usize,
}

impl Server {
    /// Whether its background work has begun.
    ///
    /// # Panics
    /// When it has ended by itself.
    #[must_use]
    pub fn is_ready(&mut self) -> bool {
        self.has_logged(" ready ").is_some()
    }

    /// The first line with these words since its start.
    ///
    /// # Panics
    /// When it has ended by itself.
    #[must_use]
    pub fn has_logged(&mut self, words: &str) -> Option<String> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let log = log.get(self.logged_before..).unwrap_or_default();
        let ended = self.child.try_wait().expect("its state");
        assert!(ended.is_none(), "the program ended by itself:\n{log}");
        let mut lines = log.lines();
        lines.find(|line| line.contains(words)).map(str::to_owned)
    }

    /// SIGTERM: the process ends in its own time.
    ///
    /// # Panics
    /// When it ends in another way than by its own will.
    pub fn terminate(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(asked.expect("kill").success());
        let ended = self.child.wait().expect("its end");
        assert!(ended.success(), "{ended}");
    }

    /// SIGKILL: the process gets no chance to tidy up.
    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("its end");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Killed already, or the test has failed: either way nobody waits for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the runner of the tests says by a variable of the environment.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the runner of the tests names the program and its load here"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
