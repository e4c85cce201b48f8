//! Signatures between us and the `openssl` program, both ways.

use crate::support::{Score, entry, noon, openssl, openssl_ok, world};
use balabaqsha_pki::RevocationMode;
use balabaqsha_pki::cms::{self, SignOptions, VerifyPolicy};
use balabaqsha_pki::random::SystemRandom;
use balabaqsha_pki::{
    Certificate, Digest, SignatureScheme, SubIndication, TrustAnchors, Usage, Verdict, certificate,
};
use chrono::{DateTime, Utc};
use std::path::Path;

const TEXT: &[u8] = b"line one\nline two\r\n\x00binary";

#[test]
fn openssl_accepts_what_we_sign() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let entry = entry(&world().signing);
    std::fs::write(folder.join("ca.pem"), world().rsa.certificate().pem()).unwrap();
    std::fs::write(folder.join("text"), TEXT).unwrap();
    let at = noon().timestamp().to_string();
    let mut score = Score::of("OpenSSL, what we sign");
    let pss = |digest, salt_length| SignatureScheme::RsaPss {
        digest,
        mask_digest: digest,
        salt_length,
    };
    for scheme in [
        SignatureScheme::RsaPkcs1(Digest::Sha256),
        SignatureScheme::RsaPkcs1(Digest::Sha384),
        SignatureScheme::RsaPkcs1(Digest::Sha512),
        pss(Digest::Sha256, 32),
        pss(Digest::Sha512, 64),
    ] {
        for detached in [true, false] {
            let options = SignOptions {
                detached,
                scheme: Some(scheme),
                ..SignOptions::detached(noon())
            };
            let signed = cms::sign(&entry, TEXT, &options, &mut SystemRandom).unwrap();
            std::fs::write(folder.join("s.der"), signed).unwrap();
            let mut arguments = vec![
                "cms", "-verify", "-binary", "-inform", "DER", "-in", "s.der", "-CAfile", "ca.pem",
                "-attime", &at, "-purpose", "any", "-out", "out",
            ];
            if detached {
                arguments.extend(["-content", "text"]);
            }
            if openssl_ok(folder, &arguments).is_none() {
                return;
            }
            let out = std::fs::read(folder.join("out")).unwrap();
            score.row(format!("{scheme:?}, detached: {detached}"), out == TEXT);
        }
    }
    score.close();
}

/// An authority and keys made by `openssl`.
struct Made {
    folder: tempfile::TempDir,
    anchors: TrustAnchors,
    at: DateTime<Utc>,
}

pub const CONFIG: &str = "[req]\nprompt=no\ndistinguished_name=dn\nutf8=yes\nstring_mask=utf8only\n\
[dn]\nCN=ИВАНОВ ИВАН\nSN=ИВАНОВ\nserialNumber=IIN850715300013\nC=KZ\n\
[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
subjectKeyIdentifier=hash\n\
[sign]\nkeyUsage=critical,digitalSignature,nonRepudiation\n\
extendedKeyUsage=emailProtection,1.2.398.3.3.4.1.1\nsubjectKeyIdentifier=hash\n\
authorityKeyIdentifier=keyid\n\
[login]\nkeyUsage=critical,digitalSignature,keyEncipherment\n\
extendedKeyUsage=clientAuth,1.2.398.3.3.4.1.1\nsubjectKeyIdentifier=hash\n\
[mailca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
extendedKeyUsage=emailProtection\n\
[both]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth,emailProtection\n\
[encipher]\nkeyUsage=critical,keyEncipherment\nsubjectKeyIdentifier=hash\n\
[bare]\nsubjectKeyIdentifier=none\n";

impl Made {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::write(path.join("c.cnf"), CONFIG).unwrap();
        std::fs::write(path.join("text"), TEXT).unwrap();
        openssl_ok(
            path,
            &[
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.crt",
                "-config",
                "c.cnf",
                "-extensions",
                "ca",
                "-subj",
                "/CN=OpenSSL CA",
                "-days",
                "3650",
            ],
        )?;
        for (name, section, days) in [
            ("sign", "sign", "365"),
            ("second", "sign", "365"),
            ("login", "login", "365"),
            ("encipher", "encipher", "365"),
            ("bare", "bare", "365"),
            ("short", "sign", "1"),
        ] {
            let (key, request, certificate) = (
                format!("{name}.key"),
                format!("{name}.csr"),
                format!("{name}.crt"),
            );
            openssl_ok(
                path,
                &[
                    "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", &key, "-out",
                    &request, "-config", "c.cnf",
                ],
            )?;
            openssl_ok(
                path,
                &[
                    "x509",
                    "-req",
                    "-in",
                    &request,
                    "-CA",
                    "ca.crt",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-out",
                    &certificate,
                    "-extfile",
                    "c.cnf",
                    "-extensions",
                    section,
                    "-days",
                    days,
                ],
            )?;
        }
        let authority = std::fs::read(path.join("ca.crt")).unwrap();
        let authorities = certificate::certificates(&authority).unwrap();
        let at = authorities[0].not_before() + chrono::Duration::minutes(10);
        Some(Self {
            anchors: TrustAnchors::from_certificates(authorities),
            folder,
            at,
        })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn sign(&self, name: &str, more: &[&str]) -> Vec<u8> {
        let (key, certificate) = (format!("{name}.key"), format!("{name}.crt"));
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-in",
            "text",
            "-signer",
            &certificate,
            "-inkey",
            &key,
            "-outform",
            "DER",
            "-out",
            "s.der",
            "-md",
            "sha256",
        ];
        arguments.extend(more);
        openssl_ok(self.path(), &arguments);
        std::fs::read(self.path().join("s.der")).unwrap()
    }

    fn policy(&self) -> VerifyPolicy<'_> {
        VerifyPolicy::new(&self.anchors, self.at).revocation(RevocationMode::NotRequired)
    }
}

#[test]
fn we_judge_what_openssl_signs() {
    let Some(made) = Made::new() else { return };
    let passes: &[(&str, &[&str], bool)] = &[
        ("sign", &[], false),
        ("sign", &["-nodetach"], true),
        ("sign", &["-nosmimecap"], false),
        ("sign", &["-noattr"], false),
        ("sign", &["-noattr", "-nodetach"], true),
        ("sign", &["-keyid"], false),
        ("sign", &["-cades"], false),
        ("sign", &["-md", "sha384"], false),
        ("sign", &["-md", "sha512", "-nodetach"], true),
        ("sign", &["-keyopt", "rsa_padding_mode:pss"], false),
        (
            "sign",
            &[
                "-keyopt",
                "rsa_padding_mode:pss",
                "-keyopt",
                "rsa_pss_saltlen:20",
            ],
            false,
        ),
        ("sign", &["-stream", "-nodetach"], true),
        ("sign", &["-stream", "-indef", "-nodetach"], true),
        (
            "sign",
            &["-signer", "second.crt", "-inkey", "second.key"],
            false,
        ),
        ("sign", &["-certfile", "ca.crt"], false),
    ];
    let mut score = Score::of("OpenSSL, what it signs");
    for (name, options, attached) in passes {
        let signed = made.sign(name, options);
        let content = (!attached).then_some(TEXT);
        let report = cms::verify(&signed, content, &made.policy().usage(Usage::Signing));
        score.row(format!("{options:?}: {:?}", report.reason), report.passed());
        let report = cms::verify(&signed, Some(b"other"), &made.policy());
        let noticed = matches!(
            report.sub_indication,
            Some(SubIndication::HashFailure | SubIndication::SigCryptoFailure)
        );
        score.row(format!("{options:?}, altered"), noticed);
    }
    score.close();
}

#[test]
fn a_signature_belongs_to_the_certificate_it_names() {
    let Some(made) = Made::new() else { return };
    // A second certificate for the same key: found by the key identifier just like the first.
    openssl_ok(
        made.path(),
        &[
            "x509",
            "-req",
            "-in",
            "sign.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-out",
            "twin.crt",
            "-extfile",
            "c.cnf",
            "-extensions",
            "sign",
            "-days",
            "365",
            "-set_serial",
            "77",
        ],
    );
    let read = |name: &str| {
        certificate::certificates(&std::fs::read(made.path().join(name)).unwrap())
            .unwrap()
            .remove(0)
    };
    let (own, twin) = (read("sign.crt"), read("twin.crt"));
    let judge = |signed: &[u8], beside: &[Certificate]| {
        let report = cms::verify(signed, Some(TEXT), &made.policy().intermediates(beside));
        report.reason.as_ref().map(|reason| reason.code)
    };
    let named = made.sign("sign", &["-keyid", "-cades", "-nocerts"]);
    assert_eq!(judge(&named, std::slice::from_ref(&own)), None);
    let other = Some("signer-certificate-other");
    assert_eq!(judge(&named, std::slice::from_ref(&twin)), other);
    assert_eq!(judge(&named, &[twin.clone(), own]), None);
    // A signature that does not say which one it means is content with either.
    let unnamed = made.sign("sign", &["-keyid", "-nocerts"]);
    assert_eq!(judge(&unnamed, &[twin]), None);
}

#[test]
fn documents_that_must_not_pass_are_refused() {
    let Some(made) = Made::new() else { return };
    let mut score = Score::of("OpenSSL, what must not pass");
    let signed = made.sign("sign", &["-nocerts"]);
    let report = cms::verify(&signed, Some(TEXT), &made.policy());
    score.row(
        "no certificate of the signer",
        report.sub_indication == Some(SubIndication::NoSigningCertificateFound),
    );

    let signed = made.sign("sign", &["-md", "sha1"]);
    let report = cms::verify(&signed, Some(TEXT), &made.policy());
    score.row(
        "SHA-1",
        report.sub_indication == Some(SubIndication::CryptoConstraintsFailure),
    );

    let signed = made.sign("short", &[]);
    let late = VerifyPolicy::new(&made.anchors, made.at + chrono::Duration::days(2))
        .revocation(RevocationMode::NotRequired);
    let report = cms::verify(&signed, Some(TEXT), &late);
    score.row(
        "expired",
        report.sub_indication == Some(SubIndication::OutOfBoundsNoPoe)
            && report.verdict == Verdict::Indeterminate,
    );

    for (name, usage, code) in [
        ("login", Usage::Signing, "key-not-for-signing"),
        ("sign", Usage::Login, "key-not-for-login"),
        ("encipher", Usage::Any, "key-usage"),
        ("bare", Usage::Signing, "key-neither-login-nor-signing"),
    ] {
        let signed = made.sign(name, &[]);
        let report = cms::verify(&signed, Some(TEXT), &made.policy().usage(usage));
        let found = report.reason.as_ref().map(|reason| reason.code);
        score.row(
            format!("purpose of {name}: {found:?}"),
            found == Some(code) && !report.passed(),
        );
    }

    // An authority for e-mail alone cannot give keys for login.
    for (request, authority, name, section) in [
        ("second", "ca", "mail", "mailca"),
        ("login", "mail", "both", "both"),
    ] {
        let (request, out) = (format!("{request}.csr"), format!("{name}.crt"));
        let (above, key) = (format!("{authority}.crt"), format!("{authority}.key"));
        std::fs::copy(made.path().join("second.key"), made.path().join("mail.key")).unwrap();
        std::fs::copy(made.path().join("login.key"), made.path().join("both.key")).unwrap();
        let serial = ["-set_serial", "78", "-extensions", section, "-days", "365"];
        let mut arguments = vec![
            "x509", "-req", "-in", &request, "-CA", &above, "-CAkey", &key,
        ];
        arguments.extend(["-out", &out, "-extfile", "c.cnf"]);
        arguments.extend(serial);
        openssl_ok(made.path(), &arguments);
    }
    let signed = made.sign("both", &["-certfile", "mail.crt"]);
    for (usage, code) in [
        (Usage::Login, Some("chain-extended-key-usage")),
        (Usage::Any, None),
    ] {
        let report = cms::verify(&signed, Some(TEXT), &made.policy().usage(usage));
        let found = report.reason.as_ref().map(|reason| reason.code);
        score.row(
            format!("{usage:?} by way of e-mail: {found:?}"),
            found == code,
        );
    }

    let two = made.sign("sign", &["-signer", "second.crt", "-inkey", "second.key"]);
    let report = cms::verify(&two, Some(TEXT), &made.policy().single_signer(true));
    let found = report.reason.as_ref().map(|reason| reason.code);
    score.row(
        "two signers where one is expected",
        found == Some("several-signers"),
    );
    // One good and one bad signer: the bad one decides.
    let mixed = made.sign(
        "sign",
        &["-signer", "encipher.crt", "-inkey", "encipher.key"],
    );
    let report = cms::verify(&mixed, Some(TEXT), &made.policy());
    score.row(
        "one good and one bad signer",
        report.verdict == Verdict::Indeterminate && report.signers.len() == 2,
    );

    // No signers at all: certificates only.
    openssl(
        made.path(),
        &[
            "crl2pkcs7",
            "-nocrl",
            "-certfile",
            "sign.crt",
            "-outform",
            "DER",
            "-out",
            "none.der",
        ],
    );
    let none = std::fs::read(made.path().join("none.der")).unwrap();
    let report = cms::verify(&none, Some(b""), &made.policy());
    let found = report.reason.as_ref().map(|reason| reason.code);
    score.row(
        "no signers",
        found == Some("no-signers") && report.verdict == Verdict::Failed,
    );
    score.close();
}
