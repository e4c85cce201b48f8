//! Random PKIs with cross-certificates and loops, judged by us and by `pyhanko-certvalidator`, a
//! validator by RFC 5280 that others wrote.

use crate::random_names::Dice;
use crate::support::{Score, entry, noon, parent, setting, world, year_around};
use balabaqsha_pki::authority::{Authority, Profile, Validity};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{Certificate, PathPolicy, TrustAnchors, path};
use chrono::Duration;
use std::fmt::Write;
use std::process::Command;

const AUTHORITIES: usize = 5;
const CASES: usize = 240;
/// Where the validator is installed.
const PYTHON_VARIABLE: &str = "CERTOMANCER_PYTHON";

#[test]
fn certvalidator_and_we_agree_about_random_paths() {
    let Some(python) = setting(PYTHON_VARIABLE) else {
        println!("skipped: no Python with pyhanko-certvalidator (set {PYTHON_VARIABLE})");
        return;
    };
    let rng = &mut SystemRandom;
    let mut dice = Dice::new(5_280);
    let authorities: Vec<Authority> = (0..AUTHORITIES)
        .map(|number| {
            Authority::rsa(&format!("CA {number}"), year_around(noon()), 2048, rng).unwrap()
        })
        .collect();
    let past = Validity {
        not_before: noon() - Duration::days(100),
        not_after: noon() - Duration::days(1),
    };
    let key = entry(&world().signing);
    let folder = tempfile::tempdir().unwrap();
    let mut cases = Vec::new();
    let mut lines = String::new();
    for case in 0..CASES {
        let edges = 3 + dice.below(9);
        let between: Vec<Certificate> = (0..edges)
            .map(|_| {
                let issuer = &authorities[dice.below(AUTHORITIES)];
                let subject = &authorities[dice.below(AUTHORITIES)];
                let validity = if dice.below(8) == 0 {
                    past
                } else {
                    year_around(noon())
                };
                let limit = *dice.pick(&[None, None, None, Some(0), Some(1), Some(2)]);
                issuer.cross_certify(subject, limit, validity, rng).unwrap()
            })
            .collect();
        let issuer = &authorities[dice.below(AUTHORITIES)];
        let leaf = issuer
            .certify(
                &parent(),
                Profile::SignRsa,
                year_around(noon()),
                key.key(),
                rng,
            )
            .unwrap();
        let anchor = authorities[0].certificate().clone();
        for (name, certificates) in [
            ("anchor", std::slice::from_ref(&anchor)),
            ("leaf", std::slice::from_ref(&leaf)),
            ("between", between.as_slice()),
        ] {
            let text: String = certificates.iter().map(Certificate::pem).collect();
            std::fs::write(folder.path().join(format!("{case}.{name}")), text).unwrap();
        }
        writeln!(lines, "{case}").unwrap();
        cases.push((anchor, leaf, between));
    }
    std::fs::write(folder.path().join("cases"), lines).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/random_paths.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.path())
        .arg(noon().to_rfc3339())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let told = String::from_utf8(output.stdout).unwrap();
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told.len(), CASES);
    let mut score = Score::of("certvalidator, random paths");
    let mut valid = 0;
    for (case, ((anchor, leaf, between), told)) in cases.iter().zip(told).enumerate() {
        let anchors = TrustAnchors::from_certificates([anchor.clone()]);
        let ours = path::find(leaf, &anchors, between, &PathPolicy::at(noon()));
        valid += usize::from(ours.is_ok());
        let right = ours.is_ok() == told.starts_with("valid");
        score.row(format!("case {case}: they {told}, we {ours:?}"), right);
    }
    // A suite in which everything is refused would show nothing.
    assert!(valid > CASES / 8 && valid < CASES, "{valid} are valid");
    score.close();
}
