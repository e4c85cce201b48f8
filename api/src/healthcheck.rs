//! `balabaqsha healthcheck`: asks a running service whether it is well, for containers and
//! supervisors that have no HTTP client of their own.

use actix_web::http::Uri;
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(5);
/// A status line is shorter.
const LONGEST_LINE: u64 = 1024;

#[derive(Debug, thiserror::Error)]
pub enum HealthError {
    #[error("{0:?} is not an address such as http://127.0.0.1:8080/readyz")]
    Address(String),
    #[error("no answer: {0}")]
    NoAnswer(#[from] io::Error),
    #[error("answered {0:?}")]
    Unwell(String),
}

/// Asks once.
///
/// # Errors
/// When there is no answer, or another one than 200.
pub fn check(url: &str) -> Result<(), HealthError> {
    let wrong = || HealthError::Address(url.to_owned());
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let host = uri
        .host()
        .filter(|_| uri.scheme_str() == Some("http"))
        .ok_or_else(wrong)?;
    let port = uri.port_u16().unwrap_or(80);
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let name = host.trim_start_matches('[').trim_end_matches(']');
    let address = (name, port).to_socket_addrs()?.next().ok_or_else(wrong)?;

    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut status = String::new();
    BufReader::new(stream.take(LONGEST_LINE)).read_line(&mut status)?;
    match status.split_ascii_whitespace().nth(1) {
        Some("200") => Ok(()),
        _ => Err(HealthError::Unwell(status.trim_end().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::TcpListener, thread};

    fn answering(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/readyz", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let length = client.read(&mut asked).unwrap();
            assert!(asked[..length].starts_with(b"GET /readyz HTTP/1.1\r\n"));
            client.write_all(answer.as_bytes()).unwrap();
        });
        url
    }

    #[test]
    fn only_200_is_well() {
        assert!(check(&answering("HTTP/1.1 200 OK\r\n\r\n")).is_ok());
        for answer in [
            "HTTP/1.1 503 Service Unavailable\r\n\r\n",
            "HTTP/1.1 2000 x\r\n",
            "",
        ] {
            assert!(
                matches!(check(&answering(answer)), Err(HealthError::Unwell(_))),
                "{answer}"
            );
        }
    }

    #[rstest::rstest]
    fn an_address_is_needed(#[values("", "127.0.0.1:8080", "https://a.kz/", "/readyz")] url: &str
    ) {
        assert!(matches!(check(url), Err(HealthError::Address(_))));
    }
}
