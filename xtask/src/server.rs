//! The real server binary: building it, starting it in demo mode, knowing when it is ready.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::Result;

use crate::process::{Group, OnInterrupt};
use crate::workspace::Workspace;

pub const BINARY: &str = "balabaqsha";
/// Tests that start the real server look here for it.
pub const BINARY_VARIABLE: &str = "BALABAQSHA_BIN";
const POLL: Duration = Duration::from_millis(10);
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Builds the server; returns its path.
pub fn build(workspace: &Workspace, release: bool) -> Result<PathBuf> {
    workspace.build_binary(BINARY, release)
}

#[derive(Debug)]
pub struct Options<'a> {
    pub port: u16,
    pub database_url: &'a str,
    pub data: &'a Path,
    /// Without it only the API is served.
    pub web: Option<&'a Path>,
    pub fresh: bool,
    /// Whether the number of requests is limited; a measurement sends them all from this machine, in
    /// the name of whoever stands in `X-Forwarded-For`.
    pub rate_limits: bool,
}

impl Options<'_> {
    pub fn start(&self, binary: &Path) -> Result<Group> {
        Group::spawn(&mut self.command(binary), OnInterrupt::Forward)
    }

    fn command(&self, binary: &Path) -> Command {
        let mut command = Command::new(binary);
        command
            .args(["serve", "--demo"])
            .args(["--bind", &format!("127.0.0.1:{}", self.port)])
            .args(["--database-url", self.database_url])
            .arg("--data-dir")
            .arg(self.data);
        if let Some(web) = self.web {
            command.arg("--web-dir").arg(web);
        }
        if self.fresh {
            command.arg("--fresh");
        }
        if !self.rate_limits {
            command.args(["--rate-limits", "off", "--trusted-proxies", "127.0.0.1"]);
        }
        command
    }
}

/// The database that stands in a file of the data folder.
pub fn sqlite_url(data: &Path) -> String {
    let path = data.join("balabaqsha.db").display().to_string();
    // The two characters that would end the path or start an escape.
    let path = path.replace('%', "%25").replace('?', "%3F");
    format!("sqlite://{path}")
}

/// Waits until the server is ready (`None`) or has ended (its status).
pub fn wait_ready(server: &mut Group, port: u16) -> Result<Option<ExitStatus>> {
    loop {
        if let Some(status) = server.try_wait()? {
            return Ok(Some(status));
        }
        if is_ready(port) {
            return Ok(None);
        }
        std::thread::sleep(POLL);
    }
}

fn is_ready(port: u16) -> bool {
    ask(port).is_ok_and(|answer| says_ok(&answer))
}

/// The first bytes of the server's answer to a readiness request.
fn ask(port: u16) -> std::io::Result<Vec<u8>> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PROBE_TIMEOUT)?;
    stream.set_read_timeout(Some(PROBE_TIMEOUT))?;
    let request =
        format!("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(64).read_to_end(&mut answer)?;
    Ok(answer)
}

fn says_ok(answer: &[u8]) -> bool {
    answer.starts_with(b"HTTP/1.1 200 ")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_server_is_started_with_the_agreed_words() {
        let options = Options {
            port: 8081,
            database_url: "sqlite://data/balabaqsha.db",
            data: Path::new("data"),
            web: Some(Path::new("web/dist")),
            fresh: true,
            rate_limits: true,
        };
        let command = options.command(Path::new("balabaqsha"));
        let words: Vec<&OsStr> = command.get_args().collect();
        assert_eq!(
            words.join(OsStr::new(" ")),
            "serve --demo --bind 127.0.0.1:8081 --database-url sqlite://data/balabaqsha.db \
             --data-dir data --web-dir web/dist --fresh"
        );
    }

    #[test]
    fn odd_characters_stay_in_the_path_of_the_database() {
        assert_eq!(
            sqlite_url(Path::new("/tmp/100% sure?")),
            "sqlite:///tmp/100%25 sure%3F/balabaqsha.db"
        );
    }

    #[test]
    fn ready_is_what_answers_200() {
        for (answer, ready) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", true),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false),
            ("", false),
        ] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let thread = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 512];
                let read = stream.read(&mut request).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                String::from_utf8(request[..read].to_vec()).unwrap()
            });
            assert_eq!(is_ready(port), ready, "{answer}");
            assert!(
                thread
                    .join()
                    .unwrap()
                    .starts_with("GET /readyz HTTP/1.1\r\n")
            );
        }
    }
}
