//! The virus scanner: `clamd`, asked by its command `INSTREAM`. A file goes to it in chunks, each after its
//! length, and it answers with one line.

use std::{fmt, io, path::PathBuf, str::FromStr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

const CHUNK: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);
const LONGEST_ANSWER: u64 = 4096;

/// Where the scanner listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerAddress {
    /// `HOST:PORT`.
    Tcp(String),
    /// `unix:PATH`.
    Unix(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither HOST:PORT nor unix:PATH")]
pub struct NoAddress;

impl FromStr for ScannerAddress {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        if let Some(path) = text.strip_prefix("unix:") {
            let absolute = path.starts_with('/');
            return absolute
                .then(|| Self::Unix(PathBuf::from(path)))
                .ok_or(NoAddress);
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        port.and_then(|(_, port)| port.parse::<u16>().ok())
            .map(|_| Self::Tcp(text.to_owned()))
            .ok_or(NoAddress)
    }
}

impl fmt::Display for ScannerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// What the scanner says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    Infected,
}

/// There is no verdict: the file is not checked.
#[derive(Debug, thiserror::Error)]
pub enum ScannerError {
    #[error("the virus scanner does not answer: {0}")]
    Io(#[from] io::Error),
    #[error("the virus scanner takes too long")]
    TooSlow,
    #[error("the virus scanner says: {0}")]
    Answer(String),
}

#[derive(Clone, Debug)]
pub struct Scanner {
    address: ScannerAddress,
}

impl Scanner {
    #[must_use]
    pub const fn new(address: ScannerAddress) -> Self {
        Self { address }
    }

    /// # Errors
    /// When there is no verdict.
    pub async fn look(&self, file: &[u8]) -> Result<Verdict, ScannerError> {
        let asking = async {
            match &self.address {
                ScannerAddress::Tcp(address) => ask(TcpStream::connect(address).await?, file).await,
                ScannerAddress::Unix(path) => ask(UnixStream::connect(path).await?, file).await,
            }
        };
        let answer = timeout(PATIENCE, asking)
            .await
            .map_err(|_| ScannerError::TooSlow)??;
        verdict(&answer)
    }
}

async fn ask(mut scanner: impl AsyncRead + AsyncWrite + Unpin, file: &[u8]) -> io::Result<String> {
    scanner.write_all(b"zINSTREAM\0").await?;
    for chunk in file.chunks(CHUNK) {
        let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
        scanner.write_all(&length.to_be_bytes()).await?;
        scanner.write_all(chunk).await?;
    }
    scanner.write_all(&0_u32.to_be_bytes()).await?;
    scanner.flush().await?;
    let mut answer = String::new();
    let mut limited = scanner.take(LONGEST_ANSWER);
    limited.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// `stream: OK`, `stream: NAME FOUND`, or an error in words.
fn verdict(answer: &str) -> Result<Verdict, ScannerError> {
    let answer = answer.trim_end_matches(['\0', '\n']);
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Infected),
        _ => Err(ScannerError::Answer(answer.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("stream: OK\0", Some(Verdict::Clean))]
    #[case("stream: Test.Signature.UNOFFICIAL FOUND\0", Some(Verdict::Infected))]
    #[case("INSTREAM size limit exceeded. ERROR\0", None)]
    #[case("", None)]
    #[case("stream: OK FOUND OK", None)]
    fn only_a_clear_answer_is_a_verdict(#[case] answer: &str, #[case] expected: Option<Verdict>) {
        assert_eq!(verdict(answer).ok(), expected);
    }

    #[rstest::rstest]
    #[case("127.0.0.1:3310", true)]
    #[case("clamav:3310", true)]
    #[case("[::1]:3310", true)]
    #[case("unix:/run/clamav/clamd.ctl", true)]
    #[case("unix:clamd.ctl", false)]
    #[case("clamav", false)]
    #[case(":3310", false)]
    #[case("clamav:99999", false)]
    fn an_address_names_a_port_or_a_socket(#[case] text: &str, #[case] good: bool) {
        let read = text.parse::<ScannerAddress>();
        assert_eq!(read.is_ok(), good);
        if let Ok(address) = read {
            assert_eq!(address.to_string(), text);
        }
    }

    #[tokio::test]
    async fn a_scanner_that_is_not_there_gives_no_verdict() {
        let scanner = Scanner::new("127.0.0.1:1".parse().unwrap());
        assert!(matches!(scanner.look(b"x").await, Err(ScannerError::Io(_))));
    }
}
