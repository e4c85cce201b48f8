//! The Public Key Interoperability Test Suite of NIST: 246 paths with known verdicts, 405 key
//! files. The data come with the PyPI package `cryptography_vectors`, whose folder is named by
//! `CRYPTOGRAPHY_VECTORS`; the table of cases stands beside this file.

use crate::support::{Score, moment, setting};
use balabaqsha_pki::{
    Certificate, ChainPolicy, Evidence, Oid, OpenError, PathPolicy, RevocationMode, TrustAnchors,
    chain, keystore,
};
use std::path::{Path, PathBuf};

const CASES: &str = include_str!("pkits-cases.tsv");
/// The suite's certificates are valid until 2030.
const AT: &str = "2022-05-01T00:00:00Z";

fn data() -> Option<PathBuf> {
    let Some(folder) = setting("CRYPTOGRAPHY_VECTORS") else {
        println!("skipped: CRYPTOGRAPHY_VECTORS names no folder");
        return None;
    };
    let folder = Path::new(&folder).join("x509/PKITS_data");
    assert!(folder.is_dir(), "{} is no folder", folder.display());
    Some(folder)
}

fn list(field: &str) -> impl Iterator<Item = &str> {
    field.split(',').filter(|name| !matches!(*name, "" | "-"))
}

/// Whether an invalid path was refused for something its section of the suite is about: a right
/// verdict for a wrong reason is none.
fn fits_section(case: &str, code: &str) -> bool {
    let revocation = [
        "revocation-unknown",
        "certificate-revoked",
        "chain-revoked",
        "certificate-on-hold",
        "chain-on-hold",
    ];
    let codes: &[&str] = match &case[..3] {
        "401" => &["chain-signature"],
        "402" => &[
            "certificate-expired",
            "certificate-not-yet-valid",
            "chain-expired",
            "chain-not-yet-valid",
        ],
        "403" => &["chain-not-found"],
        "404" | "414" | "415" => &revocation,
        "405" => &["certificate-revoked", "chain-not-an-authority"],
        "406" => &["chain-not-an-authority", "chain-path-length"],
        "407" => &["chain-key-usage", "revocation-unknown"],
        "408" | "409" | "410" | "411" | "412" => &["chain-policy"],
        "413" => &["chain-name-constraints"],
        "416" => &["chain-critical-extension"],
        _ => &[],
    };
    codes.contains(&code)
}

#[test]
fn paths_get_the_known_verdicts() {
    let Some(data) = data() else { return };
    let read = |folder: &str, name: &str| std::fs::read(data.join(folder).join(name)).unwrap();
    let certificate = |name: &str| Certificate::parse(&read("certs", name));
    let anchor = certificate("TrustAnchorRootCertificate.crt").unwrap();
    let anchors = TrustAnchors::from_certificates([anchor]);
    let mut score = Score::of("PKITS, paths");
    let mut refused = Vec::new();
    for line in CASES.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [
            case,
            subject,
            intermediates,
            crls,
            policies,
            explicit,
            mapping,
            any,
            revocation,
            expected,
        ] = fields[..]
        else {
            panic!("{line}");
        };
        let intermediates: Vec<Certificate> = list(intermediates)
            .map(|name| certificate(name).unwrap())
            .collect();
        let mut evidence = Evidence::new();
        for name in list(crls).chain(["TrustAnchorRootCRL.crl"]) {
            // Some lists are broken on purpose.
            let _ = evidence.add_crl(&read("crls", name));
        }
        let mut path = PathPolicy::at(moment(AT));
        if policies != "any" {
            path.initial_policies =
                Some(list(policies).map(|oid| Oid::parse(oid).unwrap()).collect());
        }
        path.explicit_policy = explicit == "1";
        path.inhibit_policy_mapping = mapping == "1";
        path.inhibit_any_policy = any == "1";
        let mode = if revocation == "1" {
            RevocationMode::Required
        } else {
            RevocationMode::NotRequired
        };
        let policy = ChainPolicy::new(&anchors, path)
            .intermediates(&intermediates)
            .evidence(&evidence)
            .revocation(mode);
        let report = match certificate(subject) {
            Ok(subject) => chain::verify(&subject, &policy),
            Err(error) => {
                score.row(format!("{case} {subject}: {error}"), expected != "valid");
                continue;
            }
        };
        let passed = report.sub_indication.is_none();
        let (code, reason) = report
            .reason
            .map_or(("", String::new()), |reason| (reason.code, reason.detail));
        if code == "chain-algorithm" && reason.contains("DSA") {
            refused.push(case.to_owned());
            score.refuse();
            continue;
        }
        let right = passed == (expected == "valid") && (passed || fits_section(case, code));
        score.row(
            format!("{case} {subject}, expected {expected}: {code} {reason}"),
            right,
        );
    }
    assert_eq!(refused, ["40104", "40105", "40106"]);
    assert_eq!(score.all(), 246);
    score.close();
}

#[test]
fn key_files_open_or_are_refused_by_name() {
    let Some(data) = data() else { return };
    let mut score = Score::of("PKITS, key files");
    for file in std::fs::read_dir(data.join("pkcs12")).unwrap() {
        let path = file.unwrap().path();
        match keystore::open(&std::fs::read(&path).unwrap(), "password") {
            Err(OpenError::Unsupported(algorithm)) if algorithm.to_string().contains("DSA") => {
                score.refuse();
            }
            other => score.row(
                format!("{}: {other:?}", path.display()),
                other.is_ok_and(|store| !store.entries().is_empty()),
            ),
        }
    }
    assert_eq!(score.all(), 405);
    score.close();
}
