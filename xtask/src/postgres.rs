//! A PostgreSQL cluster of our own for the tests: made in a temporary folder, stopped and removed
//! at the end whatever happened. Nothing of the machine's own PostgreSQL is touched.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tempfile::TempDir;

use crate::process::{self, Group, OnInterrupt};
use crate::tools::{self, Tool};

const POLL: Duration = Duration::from_millis(50);
/// Another program may take the free port before PostgreSQL does.
const ATTEMPTS: usize = 5;
const USER: &str = "postgres";
/// A socket's path has to fit into 107 bytes.
const LONGEST_SOCKET_FOLDER: usize = 80;
/// Nothing has to survive a crash of the machine; the tests open many connections.
const SETTINGS: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "shared_buffers=256MB",
    "listen_addresses=127.0.0.1",
];

/// The running cluster; stopped and removed when dropped.
#[derive(Debug)]
pub struct Cluster {
    folder: TempDir,
    server: Group,
    url: String,
}

/// The account that the server runs under: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy)]
struct Account {
    user: u32,
    group: u32,
}

impl Cluster {
    pub fn start() -> Result<Self> {
        let programs = tools::postgres_programs().with_context(|| Tool::Postgres.missing())?;
        let account = account()?;
        let parent = if account.is_some() {
            // The account must be able to reach the folder; a temporary folder of root's own may
            // be closed to it.
            PathBuf::from("/tmp")
        } else {
            std::env::temp_dir()
        };
        let folder = tempfile::Builder::new()
            .prefix("balabaqsha-postgres-")
            .tempdir_in(parent)
            .context("cannot create a folder for PostgreSQL")?;
        let password = random_password()?;
        let password_file = folder.path().join("password");
        fs::write(&password_file, &password)?;
        fs::set_permissions(&password_file, fs::Permissions::from_mode(0o600))?;
        if let Some(account) = account {
            for path in [folder.path(), &password_file] {
                chown(path, Some(account.user), Some(account.group))?;
            }
        }

        let log = folder.path().join("log");
        let create = process::run(
            program(&programs, "initdb", folder.path(), account, &log)?
                .args(["--username", USER, "--auth", "scram-sha-256", "--pwfile"])
                .arg(&password_file)
                .args([
                    "--encoding",
                    "UTF8",
                    "--locale",
                    "C.UTF-8",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(folder.path().join("data")),
        );
        create.with_context(|| tail(&log))?;

        for _ in 0..ATTEMPTS {
            let port = free_port()?;
            if let Some(server) = serve(&programs, folder.path(), account, &log, port)? {
                let url = format!("postgres://{USER}:{password}@127.0.0.1:{port}/postgres");
                return Ok(Self {
                    folder,
                    server,
                    url,
                });
            }
        }
        bail!("PostgreSQL does not start: {}", tail(&log))
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends the connections and stops.
        if let Err(error) = self.server.stop(Signal::INT, Duration::from_secs(30)) {
            eprintln!(
                "PostgreSQL in {} does not stop: {error:#}",
                self.folder.path().display()
            );
        }
    }
}

/// Starts the server and waits until it takes connections; `None` when it ended instead.
fn serve(
    programs: &Path,
    folder: &Path,
    account: Option<Account>,
    log: &Path,
    port: u16,
) -> Result<Option<Group>> {
    let mut command = program(programs, "postgres", folder, account, log)?;
    command.arg("-D").arg(folder.join("data"));
    let socket_folder = if folder.as_os_str().len() > LONGEST_SOCKET_FOLDER {
        String::new()
    } else {
        folder.display().to_string()
    };
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    command.arg("-c").arg(format!("port={port}"));
    command
        .arg("-c")
        .arg(format!("unix_socket_directories={socket_folder}"));

    let mut server = Group::spawn(&mut command, OnInterrupt::Leave)?;
    let status_file = folder.join("data/postmaster.pid");
    loop {
        process::go_on()?;
        if server.try_wait()?.is_some() {
            return Ok(None);
        }
        // The server writes its state there; pg_ctl waits for the same line.
        if fs::read_to_string(&status_file).is_ok_and(|text| takes_connections(&text)) {
            return Ok(Some(server));
        }
        std::thread::sleep(POLL);
    }
}

fn takes_connections(status: &str) -> bool {
    status
        .lines()
        .nth(7)
        .is_some_and(|state| state.trim() == "ready")
}

fn program(
    programs: &Path,
    name: &str,
    folder: &Path,
    account: Option<Account>,
    log: &Path,
) -> Result<Command> {
    let log = fs::File::options().create(true).append(true).open(log)?;
    let mut command = Command::new(programs.join(name));
    command
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .stdout(Stdio::from(log.try_clone()?))
        .stderr(Stdio::from(log));
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    Ok(command)
}

/// The account of Debian's package where this tool runs as root, else the user's own.
fn account() -> Result<Option<Account>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let id = |flag: &str| -> Result<u32> {
        process::output(Command::new("id").args([flag, USER]))
            .and_then(|text| Ok(text.trim().parse()?))
            .with_context(|| format!("PostgreSQL does not run as root and there is no user {USER}"))
    };
    Ok(Some(Account {
        user: id("-u")?,
        group: id("-g")?,
    }))
}

/// The cluster listens on loopback, where every user of the machine may knock.
fn random_password() -> Result<String> {
    use std::io::Read;

    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(crate::digest::hex(&bytes))
}

/// A port that nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let start = lines.len().saturating_sub(15);
    lines.get(start..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_stands_in_the_eighth_line() {
        let status = |state: &str| {
            format!("4711\n/data\n1763900000\n5432\n/tmp\n127.0.0.1\n  1 2\n{state}\n")
        };
        assert!(takes_connections(&status("ready   ")));
        assert!(!takes_connections(&status("starting")));
        assert!(!takes_connections("4711\n/data\n"));
    }

    #[test]
    fn the_log_shows_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        fs::write(&log, (0..40).map(|n| format!("{n}\n")).collect::<String>()).unwrap();
        let shown = tail(&log);
        assert!(
            shown.starts_with("25\n") && shown.ends_with("\n39"),
            "{shown}"
        );
    }

    #[test]
    fn passwords_differ() {
        assert_ne!(random_password().unwrap(), random_password().unwrap());
    }
}
