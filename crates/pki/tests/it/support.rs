//! Made once for all tests: an authority of each kind and keys of each profile.

use balabaqsha_pki::RevocationMode;
use balabaqsha_pki::authority::{Authority, Issued, Profile, Subject, Validity};
use balabaqsha_pki::cms::VerifyPolicy;
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{KeyEntry, TrustAnchors, keystore};
use chrono::{DateTime, Duration, Utc};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

pub const PASSWORD: &str = "Пароль-123";

pub fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The moment at which nearly everything is judged.
pub fn noon() -> DateTime<Utc> {
    moment("2026-09-01T07:00:00Z")
}

pub fn year_around(at: DateTime<Utc>) -> Validity {
    Validity {
        not_before: at - Duration::days(180),
        not_after: at + Duration::days(180),
    }
}

fn decade() -> Validity {
    Validity {
        not_before: noon() - Duration::days(1000),
        not_after: noon() + Duration::days(3650),
    }
}

pub fn parent() -> Subject {
    Subject::person("ИВАНОВА", "АЙГУЛЬ", Some("СЕРИКОВНА"), "880229400023")
        .with_email("aigul@example.kz")
}

pub struct World {
    pub rsa: Authority,
    pub gost: Authority,
    pub stranger: Authority,
    pub login: Issued,
    pub signing: Issued,
    pub gost_key: Issued,
}

impl World {
    pub fn anchors(&self) -> TrustAnchors {
        let anchors = [&self.rsa, &self.gost].map(|authority| authority.certificate().clone());
        TrustAnchors::from_certificates(anchors)
    }
}

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let mut rng = SystemRandom;
        let rsa = Authority::rsa("DEMO CA (RSA)", decade(), 2048, &mut rng).unwrap();
        let gost = Authority::gost512("DEMO CA (GOST)", decade(), &mut rng).unwrap();
        let stranger = Authority::rsa("DEMO CA (RSA)", decade(), 2048, &mut rng).unwrap();
        let issue = |authority: &Authority, profile| {
            authority
                .issue(
                    &parent(),
                    profile,
                    year_around(noon()),
                    PASSWORD,
                    &mut SystemRandom,
                )
                .unwrap()
        };
        World {
            login: issue(&rsa, Profile::AuthRsa),
            signing: issue(&rsa, Profile::SignRsa),
            gost_key: issue(&gost, Profile::Gost512),
            rsa,
            gost,
            stranger,
        }
    })
}

pub fn entry(issued: &Issued) -> KeyEntry {
    keystore::open(&issued.p12, PASSWORD)
        .unwrap()
        .into_entries()
        .remove(0)
}

/// Judged at noon, without looking at revocation.
pub fn lenient(anchors: &TrustAnchors) -> VerifyPolicy<'_> {
    VerifyPolicy::new(anchors, noon()).revocation(RevocationMode::NotRequired)
}

/// Where the tests find what is not in the repository.
pub fn setting(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests have no other configuration"
    )]
    std::env::var(name).ok()
}

/// A sample of the national test authority; says so and gives nothing where there is none.
pub fn sample(name: &str) -> Option<Vec<u8>> {
    let shared = setting("BALABAQSHA_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("pki/samples").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: no sample {name} (set BALABAQSHA_SHARED)");
    }
    bytes
}

/// Runs `openssl`; gives nothing, and says so, where it is not installed.
pub fn openssl(folder: &std::path::Path, arguments: &[&str]) -> Option<Output> {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output();
    match output {
        Ok(output) => Some(output),
        Err(error) => {
            println!("skipped: openssl cannot be run ({error})");
            None
        }
    }
}

/// The same where it must succeed.
pub fn openssl_ok(folder: &std::path::Path, arguments: &[&str]) -> Option<Output> {
    let output = openssl(folder, arguments)?;
    assert!(
        output.status.success(),
        "openssl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output)
}

/// Counts what an outside suite comes to, and says it in the words `cargo xtask conformance`
/// reads.
pub struct Score {
    suite: &'static str,
    passed: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Score {
    pub fn of(suite: &'static str) -> Self {
        Self {
            suite,
            passed: 0,
            refused: 0,
            wrong: Vec::new(),
        }
    }

    /// One case, and whether it came out right.
    pub fn row(&mut self, case: impl Into<String>, right: bool) {
        if right {
            self.passed += 1;
        } else {
            self.wrong.push(case.into());
        }
    }

    /// One case whose algorithm is refused by its name.
    pub fn refuse(&mut self) {
        self.refused += 1;
    }

    pub fn all(&self) -> usize {
        self.passed + self.refused + self.wrong.len()
    }

    /// Says the counts; fails where a case came out wrong.
    pub fn close(self) {
        println!(
            "conformance: {}: {} passed, {} refused by name, {} failed",
            self.suite,
            self.passed,
            self.refused,
            self.wrong.len()
        );
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
    }
}
