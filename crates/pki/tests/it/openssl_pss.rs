//! Keys that are for RSASSA-PSS alone (RFC 4055), made by the `openssl` program.

use crate::openssl::CONFIG;
use crate::support::{Score, openssl, openssl_ok};
use balabaqsha_pki::chain;
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Certificate, ChainPolicy, Digest, PathPolicy, PrivateKey, RevocationMode, SignatureScheme,
    TrustAnchors, Usage, certificate,
};
use chrono::{DateTime, Utc};
use std::path::Path;

const TEXT: &[u8] = b"line one\nline two\r\n\x00binary";

/// An authority and a signer, both with keys for SHA-256 and 32 octets of salt or more, and a
/// signer whose key leaves the parameters open.
struct Made {
    folder: tempfile::TempDir,
    anchors: TrustAnchors,
    at: DateTime<Utc>,
}

impl Made {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::write(path.join("c.cnf"), CONFIG).unwrap();
        std::fs::write(path.join("text"), TEXT).unwrap();
        for (name, fixed) in [("ca", true), ("fixed", true), ("open", false)] {
            let key = format!("{name}.key");
            let mut arguments = vec!["genpkey", "-algorithm", "RSA-PSS", "-out", &key];
            arguments.extend(["-pkeyopt", "rsa_keygen_bits:2048"]);
            if fixed {
                arguments.extend(["-pkeyopt", "rsa_pss_keygen_md:sha256"]);
                arguments.extend(["-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256"]);
                arguments.extend(["-pkeyopt", "rsa_pss_keygen_saltlen:32"]);
            }
            openssl_ok(path, &arguments)?;
            openssl_ok(
                path,
                &words(&format!("rsa -in {key} -traditional -out {name}.rsa")),
            );
            // The same numbers as an ordinary RSA key.
            let plain = std::fs::read_to_string(path.join(format!("{name}.rsa"))).unwrap();
            let plain = plain.replace("RSA-PSS PRIVATE", "RSA PRIVATE");
            std::fs::write(path.join(format!("{name}.rsa")), plain).unwrap();
        }
        // The authority's certificate, and one for the same key as an ordinary RSA key.
        for (key, certificate) in [("ca.key", "ca.crt"), ("ca.rsa", "twin.crt")] {
            let more = format!("-key {key} -out {certificate} -subj /CN=PSS -days 3650");
            let line = format!("req -x509 -config c.cnf -extensions ca {more}");
            openssl_ok(path, &words(&line));
        }
        for name in ["fixed", "open"] {
            let line = format!("req -new -config c.cnf -key {name}.key -out {name}.csr");
            openssl_ok(path, &words(&line));
            issue(path, name, name, "-CA ca.crt -CAkey ca.key");
        }
        let authority = read(path, "ca.crt");
        let at = authority.not_before() + chrono::Duration::minutes(10);
        Some(Self {
            anchors: TrustAnchors::from_certificates([authority]),
            folder,
            at,
        })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The code of what is wrong with a signature.
    fn judged(&self, signed: &[u8]) -> Option<&'static str> {
        let policy =
            VerifyPolicy::new(&self.anchors, self.at).revocation(RevocationMode::NotRequired);
        let report = cms::verify(signed, Some(TEXT), &policy.usage(Usage::Signing));
        report.reason.as_ref().map(|reason| reason.code)
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn read(path: &Path, name: &str) -> Certificate {
    certificate::certificates(&std::fs::read(path.join(name)).unwrap())
        .unwrap()
        .remove(0)
}

fn issue(path: &Path, request: &str, name: &str, how: &str) {
    let line = format!(
        "x509 -req -in {request}.csr -out {name}.crt -extfile c.cnf -extensions sign -days 365 \
         -set_serial 5 {how}"
    );
    openssl_ok(path, &words(&line));
}

#[test]
fn keys_for_pss_certify_with_pss_alone() {
    let Some(made) = Made::new() else { return };
    let path = made.path();
    let pss = "-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen";
    let mut score = Score::of("OpenSSL, keys for RSASSA-PSS");
    for (how, passes) in [
        ("-CA ca.crt -CAkey ca.key".to_owned(), true),
        (format!("-CA twin.crt -CAkey ca.rsa -sha256 {pss}:32"), true),
        (format!("-CA twin.crt -CAkey ca.rsa -sha256 {pss}:40"), true),
        (
            format!("-CA twin.crt -CAkey ca.rsa -sha256 {pss}:20"),
            false,
        ),
        (
            format!("-CA twin.crt -CAkey ca.rsa -sha512 {pss}:64"),
            false,
        ),
        ("-CA twin.crt -CAkey ca.rsa -sha256".to_owned(), false),
    ] {
        issue(path, "open", "tried", &how);
        let policy = ChainPolicy::new(&made.anchors, PathPolicy::at(made.at))
            .revocation(RevocationMode::NotRequired);
        let report = chain::verify(&read(path, "tried.crt"), &policy);
        let code = report.reason.map(|reason| reason.code);
        let expected = (!passes).then_some("chain-signature");
        let theirs = openssl(path, &words("verify -CAfile ca.crt tried.crt"));
        let agreed = theirs.is_some_and(|output| output.status.success() == passes);
        score.row(format!("{how}: {code:?}"), code == expected && agreed);
    }
    // The key as an ordinary one is trusted for what it was refused above.
    let twin = TrustAnchors::from_certificates([read(path, "twin.crt")]);
    let policy =
        ChainPolicy::new(&twin, PathPolicy::at(made.at)).revocation(RevocationMode::NotRequired);
    let report = chain::verify(&read(path, "tried.crt"), &policy);
    score.row("PKCS#1 v1.5 by an ordinary key", report.reason.is_none());
    score.close();
}

#[test]
fn keys_for_pss_sign_with_pss_alone() {
    let Some(made) = Made::new() else { return };
    let path = made.path();
    let mut score = Score::of("OpenSSL, signers with keys for RSASSA-PSS");
    let pss = "-keyopt rsa_padding_mode:pss";
    for (name, how, code) in [
        ("fixed", format!("-md sha256 {pss}"), None),
        ("open", format!("-md sha256 {pss}"), None),
        ("open", format!("-md sha512 -noattr {pss}"), None),
        // OpenSSL 3.0 then makes a PSS signature and calls it PKCS#1 v1.5.
        ("open", "-md sha256".to_owned(), Some("signature-invalid")),
    ] {
        let line = format!(
            "cms -sign -binary -in text -signer {name}.crt -inkey {name}.key -outform DER \
             -out s.der {how}"
        );
        openssl_ok(path, &words(&line));
        let found = made.judged(&std::fs::read(path.join("s.der")).unwrap());
        score.row(format!("{name} {how}: {found:?}"), found == code);
    }
    // Signatures that the numbers of the key can make and the key may not.
    for (name, scheme, code) in [
        ("fixed", pss_scheme(Digest::Sha256, 32), None),
        (
            "fixed",
            pss_scheme(Digest::Sha256, 20),
            Some("signature-invalid"),
        ),
        (
            "fixed",
            pss_scheme(Digest::Sha512, 64),
            Some("signature-invalid"),
        ),
        (
            "fixed",
            SignatureScheme::RsaPkcs1(Digest::Sha256),
            Some("signature-invalid"),
        ),
        ("open", pss_scheme(Digest::Sha512, 64), None),
        (
            "open",
            SignatureScheme::RsaPkcs1(Digest::Sha256),
            Some("signature-invalid"),
        ),
    ] {
        let line = format!("pkcs8 -topk8 -nocrypt -in {name}.rsa -outform DER -out plain.der");
        openssl_ok(path, &words(&line));
        let key = PrivateKey::from_pkcs8(&std::fs::read(path.join("plain.der")).unwrap()).unwrap();
        let options = SignOptions {
            scheme: Some(scheme),
            ..SignOptions::detached(made.at)
        };
        let certificate = read(path, &format!("{name}.crt"));
        let signed =
            cms::sign_with(&key, &certificate, &[], TEXT, &options, &mut SystemRandom).unwrap();
        let found = made.judged(&signed);
        score.row(format!("{name} {scheme:?}: {found:?}"), found == code);
    }
    score.close();
}

fn pss_scheme(digest: Digest, salt_length: u32) -> SignatureScheme {
    SignatureScheme::RsaPss {
        digest,
        mask_digest: digest,
        salt_length,
    }
}
