//! A test authority run by certomancer: its lists, its responder and its stamper of time, over
//! loopback and at a fixed time. `CERTOMANCER_PYTHON` names a Python that has the package.

use crate::support::{Score, moment, openssl_ok, setting};
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::revocation::request;
use balabaqsha_pki::{
    Certificate, Digest, Evidence, KeyEntry, PrivateKey, SubIndication, TrustAnchors, Usage,
    armour, tsp,
};
use chrono::{DateTime, Duration, Utc};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const AT: &str = "2026-09-01T00:00:00+00:00";

/// The running authority.
struct Served {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It ends with its standard input; killing is for one that hangs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    fn start() -> Option<Self> {
        let Some(python) = setting("CERTOMANCER_PYTHON") else {
            println!("skipped: CERTOMANCER_PYTHON names no Python with certomancer");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        for name in ["root", "middle", "good", "bad", "ocsp", "tsa"] {
            let file = format!("{name}.key");
            openssl_ok(folder.path(), &["genrsa", "-out", &file, "2048"])?;
        }
        let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/certomancer");
        let mut child = Command::new(python)
            .arg(format!("{own}/serve.py"))
            .arg(format!("{own}/authority.yml"))
            .arg(folder.path())
            .arg(AT)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().parse().unwrap();
        Some(Self {
            child,
            port,
            folder,
        })
    }

    /// The body of the answer to a request; HTTP/1.0, so that it ends with the connection.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} /test/{path} HTTP/1.0\r\nContent-Length: {length}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer
            .windows(4)
            .position(|end| end == b"\r\n\r\n")
            .unwrap();
        let status = String::from_utf8_lossy(&answer[..head]).into_owned();
        assert!(status.contains(" 200 "), "{path}: {status}");
        answer.split_off(head + 4)
    }

    fn certificate(&self, path: &str) -> Certificate {
        let bytes = self.ask("GET", &format!("certs/{path}.crt"), b"");
        Certificate::parse(&bytes).unwrap()
    }

    fn list(&self, label: &str) -> Vec<u8> {
        self.ask("GET", &format!("crls/{label}/latest.crl"), b"")
    }

    fn entry(&self, name: &str) -> KeyEntry {
        let path = self.folder.path().join(format!("{name}.key"));
        let key = armour::single(&std::fs::read(path).unwrap())
            .unwrap()
            .into_owned();
        let certificate = self.certificate(&format!("middle/issued/{name}"));
        KeyEntry::new(PrivateKey::from_pkcs8(&key).unwrap(), certificate, vec![]).unwrap()
    }
}

/// What came of a signature: the sub-indication, or nothing where it passed.
fn judge(
    signed: &[u8],
    anchors: &TrustAnchors,
    middle: &Certificate,
    evidence: &Evidence,
    at: DateTime<Utc>,
) -> (Option<SubIndication>, Option<DateTime<Utc>>) {
    let between = std::slice::from_ref(middle);
    let policy = VerifyPolicy::new(anchors, at)
        .usage(Usage::Signing)
        .intermediates(between)
        .evidence(evidence);
    let report = cms::verify(signed, Some(b"text"), &policy);
    (report.sub_indication, report.timestamp)
}

#[test]
fn its_lists_answers_and_stamps_are_understood() {
    let Some(served) = Served::start() else {
        return;
    };
    let now = moment(AT);
    let root = served.certificate("root/ca");
    let middle = served.certificate("middle/ca");
    let anchors = TrustAnchors::from_certificates([root]);
    let mut score = Score::of("certomancer");
    let sign = |name: &str, moment| {
        let entry = served.entry(name);
        let options = SignOptions::detached(moment);
        cms::sign(&entry, b"text", &options, &mut SystemRandom).unwrap()
    };
    let (good, bad) = (sign("good", now), sign("bad", now));

    // Lists.
    let mut lists = Evidence::new();
    lists.add_crl(&served.list("root")).unwrap();
    score.row(
        "no evidence",
        judge(&good, &anchors, &middle, &Evidence::new(), now).0 == Some(SubIndication::TryLater),
    );
    score.row(
        "half of the evidence",
        judge(&good, &anchors, &middle, &lists, now).0 == Some(SubIndication::TryLater),
    );
    lists.add_crl(&served.list("middle")).unwrap();
    score.row(
        "good by list",
        judge(&good, &anchors, &middle, &lists, now).0.is_none(),
    );
    score.row(
        "revoked by list",
        judge(&bad, &anchors, &middle, &lists, now).0 == Some(SubIndication::Revoked),
    );
    let later = now + Duration::days(60);
    score.row(
        "lists that ran out",
        judge(&good, &anchors, &middle, &lists, later).0 == Some(SubIndication::TryLater),
    );

    // Answers of the responder.
    let nonce = b"0123456789abcdef";
    for digest in [Digest::Sha1, Digest::Sha256] {
        for (name, signed, expected) in [
            ("good", &good, None),
            ("bad", &bad, Some(SubIndication::Revoked)),
        ] {
            let certificate = served.certificate(&format!("middle/issued/{name}"));
            let question = request(&certificate, &middle, digest, Some(nonce));
            let answer = served.ask("POST", "ocsp/middle", &question);
            let mut evidence = Evidence::new();
            evidence.add_crl(&served.list("root")).unwrap();
            evidence.add_ocsp(&answer, Some(nonce)).unwrap();
            let found = judge(signed, &anchors, &middle, &evidence, now).0;
            score.row(format!("{name} by responder, {digest}"), found == expected);
            // The answer to another question is none.
            let mut evidence = Evidence::new();
            evidence.add_crl(&served.list("root")).unwrap();
            evidence.add_ocsp(&answer, Some(b"another")).unwrap();
            let found = judge(signed, &anchors, &middle, &evidence, now).0;
            score.row(
                format!("{name} with another nonce, {digest}"),
                found == Some(SubIndication::TryLater),
            );
        }
    }

    // Stamps.
    let octets = cms::stamped_octets(&good).unwrap();
    let question = tsp::request(&octets, Digest::Sha256, &[7; 8]);
    let token = tsp::token(&served.ask("POST", "tsa/tsa", &question)).unwrap();
    let stamped = cms::with_timestamp(&good, &token).unwrap();
    let (refused, proven) = judge(&stamped, &anchors, &middle, &lists, later);
    score.row(
        "stamped, years later, with what was kept",
        refused.is_none() && proven == Some(now),
    );
    let other = tsp::request(b"other", Digest::Sha256, &[7; 8]);
    let token = tsp::token(&served.ask("POST", "tsa/tsa", &other)).unwrap();
    let stamped = cms::with_timestamp(&sign("good", now), &token).unwrap();
    let (_, proven) = judge(&stamped, &anchors, &middle, &lists, now);
    score.row("a stamp of something else", proven.is_none());
    score.close();
}
