//! The virus scanner as Debian brings it (`clamav-daemon`), with a signature file of the test's own. Where it
//! is not installed the test says so and ends.

use balabaqsha_scans::{Scanner, Verdict};
use std::{
    fs,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// What the signature finds.
const HARMFUL: &[u8] = b"%PDF-1.4 these words are a virus, says the signature of this test";

struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_virus_is_found_and_what_is_clean_passes() {
    let folder = tempfile::tempdir().unwrap();
    let signatures = folder.path().join("signatures");
    fs::create_dir(&signatures).unwrap();
    let hex: String = HARMFUL.iter().map(|byte| format!("{byte:02x}")).collect();
    let signature = format!("Balabaqsha.Test:0:*:{hex}\n");
    fs::write(signatures.join("own.ndb"), signature).unwrap();
    let socket = folder.path().join("clamd.ctl");
    let settings = folder.path().join("clamd.conf");
    let lines = format!(
        "DatabaseDirectory {}\nLocalSocket {}\nForeground yes\nStreamMaxLength 12M\n",
        signatures.display(),
        socket.display()
    );
    fs::write(&settings, lines).unwrap();
    let started = Command::new("clamd")
        .arg("-c")
        .arg(&settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut daemon = match started {
        Ok(child) => Daemon(child),
        Err(error) => {
            println!("skipped: clamd (clamav-daemon) cannot be run: {error}");
            return;
        }
    };
    for _ in 0..600 {
        if socket.exists() || daemon.0.try_wait().unwrap().is_some() {
            break;
        }
        sleep(Duration::from_millis(100));
    }
    assert!(socket.exists(), "clamd does not listen");
    let address = format!("unix:{}", socket.display()).parse().unwrap();
    let scanner = Scanner::new(address);
    assert_eq!(scanner.look(HARMFUL).await.unwrap(), Verdict::Infected);
    let clean = vec![b'x'; 300_000];
    assert_eq!(scanner.look(&clean).await.unwrap(), Verdict::Clean);
    // More than it takes is no verdict.
    let large = vec![b'x'; 13 * 1024 * 1024];
    assert!(scanner.look(&large).await.is_err());
    drop(daemon);
    assert!(scanner.look(&clean).await.is_err(), "it is down");
}
