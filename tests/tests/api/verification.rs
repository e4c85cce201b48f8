//! Verifying signatures for integrators, with keys, documents and lists made by the `openssl`
//! program: three verdicts, each with status 200, and nothing stored.

use balabaqsha_api::{
    clock::{Clock, SystemClock},
    config::Settings,
};
use balabaqsha_shared::{
    code::Code,
    dto::{GivenEvidence, SignatureUsage, VerificationReport, VerificationRequest},
    endpoint,
};
use balabaqsha_tests::{Engine, TestApp, on_both_engines, over_http_with, tools};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

on_both_engines!(here::with_openssl:
    a_good_signature_passes_in_every_form,
    an_altered_content_fails,
    what_is_no_signature_fails,
    all_signatures_are_reported_and_the_worst_decides,
    without_an_answer_about_revocation_it_cannot_be_said,
    a_revoked_certificate_fails,
    the_usage_is_looked_at,
    the_form_is_looked_at,
    a_stranger_is_not_trusted,
    the_moment_is_looked_at,
    a_request_that_means_nothing_is_refused,
    evidence_that_cannot_be_read_is_named_and_nothing_passes_on_the_rest,
    of_several_documents_none_is_picked,
);

const TEXT: &[u8] = b"line one\r\nline two\n\x00binary";

const CONFIG: &str = "[req]\nprompt=no\ndistinguished_name=dn\nutf8=yes\nstring_mask=utf8only\n\
[dn]\nCN=ИВАНОВ ИВАН\nSN=ИВАНОВ\nserialNumber=IIN850715300013\nC=KZ\n\
[root]\nCN=OPENSSL CA\nC=KZ\n\
[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
subjectKeyIdentifier=hash\n\
[sign]\nkeyUsage=critical,digitalSignature,nonRepudiation\n\
extendedKeyUsage=emailProtection,1.2.398.3.3.4.1.1\nsubjectKeyIdentifier=hash\n\
authorityKeyIdentifier=keyid\ncertificatePolicies=1.2.398.3.3.2.3\n\
[login]\nkeyUsage=critical,digitalSignature,keyEncipherment\n\
extendedKeyUsage=clientAuth,1.2.398.3.3.4.1.1\nsubjectKeyIdentifier=hash\n\
authorityKeyIdentifier=keyid\n\
[authority]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=1\n";

/// An authority with keys and lists, and documents signed with them.
struct Made {
    folder: TempDir,
    at: DateTime<Utc>,
}

fn openssl(folder: &Path, line: &str) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    let _ = tools::run(folder, "openssl", &arguments);
}

impl Made {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path();
        std::fs::write(path.join("config"), CONFIG).expect("a file");
        std::fs::write(path.join("text"), TEXT).expect("a file");
        std::fs::write(path.join("index.txt"), "").expect("a file");
        std::fs::write(path.join("crlnumber"), "01\n").expect("a file");
        let root = CONFIG.replace("distinguished_name=dn", "distinguished_name=root");
        std::fs::write(path.join("root-config"), root).expect("a file");
        for name in ["ca", "strange"] {
            openssl(
                path,
                &format!(
                    "req -x509 -newkey rsa:2048 -nodes -config root-config -extensions ca \
                     -days 30 -keyout {name}.key -out {name}.pem"
                ),
            );
        }
        for (name, section, issuer, serial) in [
            ("sign", "sign", "ca", 11),
            ("second", "sign", "ca", 12),
            ("revoked", "sign", "ca", 13),
            ("login", "login", "ca", 14),
            ("stranger", "sign", "strange", 15),
        ] {
            openssl(
                path,
                &format!(
                    "req -new -newkey rsa:2048 -nodes -config config -keyout {name}.key -out {name}.csr"
                ),
            );
            openssl(
                path,
                &format!(
                    "x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key \
                     -set_serial {serial} -days 10 -extfile config -extensions {section} -out {name}.pem"
                ),
            );
        }
        let of_authority =
            "ca -config config -name authority -keyfile ca.key -cert ca.pem -batch -md sha256";
        openssl(path, &format!("{of_authority} -gencrl -out good.crl"));
        openssl(path, &format!("{of_authority} -revoke revoked.pem"));
        openssl(path, &format!("{of_authority} -gencrl -out revoked.crl"));
        // What was made just now is valid from now on.
        let at = SystemClock.now() + TimeDelta::minutes(1);
        Self { folder, at }
    }

    fn anchor(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// A signature over the text, DER.
    fn signed(&self, signers: &[&str], options: &str) -> Vec<u8> {
        let path = self.folder.path();
        let signers: Vec<String> = signers
            .iter()
            .map(|name| format!("-signer {name}.pem -inkey {name}.key"))
            .collect();
        let signers = signers.join(" ");
        openssl(
            path,
            &format!("cms -sign -binary -in text -outform DER -out signed.der {signers} {options}"),
        );
        std::fs::read(path.join("signed.der")).expect("a signature")
    }

    fn list(&self, name: &str) -> GivenEvidence {
        let pem = std::fs::read(self.folder.path().join(name)).expect("a list");
        GivenEvidence {
            crls: vec![BASE64_STANDARD.encode(pem)],
            ..GivenEvidence::default()
        }
    }

    /// A request about a detached signature, with a list on which nobody stands.
    fn request(&self, cms: &[u8]) -> VerificationRequest {
        VerificationRequest {
            cms: BASE64_STANDARD.encode(cms),
            content: Some(BASE64_STANDARD.encode(TEXT)),
            detached: None,
            at: None,
            usage: SignatureUsage::Signing,
            evidence: Some(self.list("good.crl")),
        }
    }
}

fn with_openssl(engine: Engine, test: impl AsyncFnOnce(&TestApp, &Made)) {
    if !tools::is_there("openssl") {
        return;
    }
    let made = Made::new();
    over_http_with(
        engine,
        |settings: &mut Settings| settings.trust_anchors = vec![made.anchor()],
        async |app: &TestApp| {
            app.clock.set(made.at);
            test(app, &made).await;
        },
    );
}

async fn verify(app: &TestApp, request: &VerificationRequest) -> VerificationReport {
    let client = app.client();
    let answer = app
        .without_a_change(client.post(endpoint::SIGNATURE_VERIFICATION, request))
        .await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.shown()
}

/// Verdict, sub-indication and reason.
async fn verdict(app: &TestApp, request: &VerificationRequest) -> [String; 3] {
    let report = verify(app, request).await.decisive;
    [
        report.verdict,
        report.sub_indication.unwrap_or_default(),
        report.reason.map(|reason| reason.code).unwrap_or_default(),
    ]
}

const PASSED: [&str; 3] = ["PASSED", "", ""];

async fn a_good_signature_passes_in_every_form(app: &TestApp, made: &Made) {
    for options in [
        "",
        "-noattr",
        "-keyid",
        "-md sha512",
        "-nodetach",
        "-keyopt rsa_padding_mode:pss",
    ] {
        let request = made.request(&made.signed(&["sign"], options));
        assert_eq!(verdict(app, &request).await, PASSED, "{options}");
    }
    let cms = made.signed(&["sign"], "-nodetach");
    let mut inside = made.request(&cms);
    inside.content = None;
    let report = verify(app, &inside).await;
    assert_eq!(report.decisive.verdict, "PASSED");
    assert_eq!(report.signatures.len(), 1);
    let signer = report.decisive.signer.expect("a signer");
    assert_eq!(signer.iin.as_deref(), Some("850715300013"));
    assert_eq!(signer.kinds, ["person"]);
    assert_eq!(
        (signer.purpose.as_str(), signer.serial.as_str()),
        ("signing", "0b")
    );
    assert_eq!(signer.policies, ["1.2.398.3.3.2.3"]);
    let chain = &report.decisive.chain;
    assert_eq!(
        chain
            .iter()
            .map(|link| link.role.as_str())
            .collect::<Vec<_>>(),
        ["signer", "anchor"]
    );
    assert_eq!(chain[0].revocation, "good");
    assert_eq!(chain[0].revocation_source.as_deref(), Some("crl"));
    assert_eq!(chain[1].revocation, "trusted");
    assert_eq!(report.decisive.not_checked, [""; 0]);
    assert!(!report.decisive.test_authority);
    // PEM as it is, and Base64 with line breaks.
    let pem = tools::run(
        made.folder.path(),
        "openssl",
        &[
            "cms",
            "-cmsout",
            "-inform",
            "DER",
            "-in",
            "signed.der",
            "-outform",
            "PEM",
        ],
    );
    inside.cms = String::from_utf8(pem.stdout).expect("PEM");
    assert_eq!(verdict(app, &inside).await, PASSED);
}

async fn an_altered_content_fails(app: &TestApp, made: &Made) {
    let expected = ["FAILED", "HASH_FAILURE"];
    for options in ["", "-nodetach"] {
        let mut request = made.request(&made.signed(&["sign"], options));
        request.content = Some(BASE64_STANDARD.encode(b"another text"));
        assert_eq!(verdict(app, &request).await[..2], expected, "{options}");
    }
    let mut request = made.request(&made.signed(&["sign"], ""));
    request.content = None;
    let told = verdict(app, &request).await;
    assert_eq!(
        told,
        ["INDETERMINATE", "SIGNED_DATA_NOT_FOUND", "content-missing"]
    );
    // One bit of the signature itself.
    let mut cms = made.signed(&["sign"], "");
    *cms.last_mut().expect("octets") ^= 1;
    let told = verdict(app, &made.request(&cms)).await;
    assert_eq!(told[..2], ["FAILED", "SIG_CRYPTO_FAILURE"]);
}

async fn what_is_no_signature_fails(app: &TestApp, made: &Made) {
    for cms in ["", "%%%", "bm90IGEgQ01T", "MIIB", "-----BEGIN CMS-----"] {
        let mut request = made.request(b"");
        request.cms = cms.to_owned();
        let told = verdict(app, &request).await;
        assert_eq!(told[..2], ["FAILED", "FORMAT_FAILURE"], "{cms}");
    }
}

async fn all_signatures_are_reported_and_the_worst_decides(app: &TestApp, made: &Made) {
    let both = made.request(&made.signed(&["sign", "second"], ""));
    let report = verify(app, &both).await;
    assert_eq!(report.decisive.verdict, "PASSED");
    assert_eq!(report.signatures.len(), 2);
    let mut one_revoked = made.request(&made.signed(&["sign", "revoked"], ""));
    one_revoked.evidence = Some(made.list("revoked.crl"));
    let report = verify(app, &one_revoked).await;
    assert_eq!(report.decisive.verdict, "FAILED");
    let mut verdicts: Vec<&str> = report
        .signatures
        .iter()
        .map(|signature| signature.verdict.as_str())
        .collect();
    verdicts.sort_unstable();
    assert_eq!(verdicts, ["FAILED", "PASSED"]);
}

async fn without_an_answer_about_revocation_it_cannot_be_said(app: &TestApp, made: &Made) {
    let mut request = made.request(&made.signed(&["sign"], ""));
    for evidence in [None, Some(GivenEvidence::default())] {
        request.evidence = evidence;
        let told = verdict(app, &request).await;
        assert_eq!(told, ["INDETERMINATE", "TRY_LATER", "revocation-unknown"]);
    }
}

async fn a_revoked_certificate_fails(app: &TestApp, made: &Made) {
    let mut request = made.request(&made.signed(&["revoked"], ""));
    assert_eq!(verdict(app, &request).await, PASSED);
    request.evidence = Some(made.list("revoked.crl"));
    let report = verify(app, &request).await.decisive;
    assert_eq!(report.verdict, "FAILED");
    assert_eq!(report.sub_indication.as_deref(), Some("REVOKED"));
    assert_eq!(report.chain[0].revocation, "revoked");
    assert!(report.chain[0].revoked_at.is_some());
}

async fn the_usage_is_looked_at(app: &TestApp, made: &Made) {
    let with = |name: &str, usage| VerificationRequest {
        usage,
        ..made.request(&made.signed(&[name], ""))
    };
    let refused = ["INDETERMINATE", "CHAIN_CONSTRAINTS_FAILURE"];
    assert_eq!(
        verdict(app, &with("login", SignatureUsage::Login)).await,
        PASSED
    );
    assert_eq!(
        verdict(app, &with("login", SignatureUsage::Any)).await,
        PASSED
    );
    let told = verdict(app, &with("login", SignatureUsage::Signing)).await;
    assert_eq!(told[..2], refused);
    let told = verdict(app, &with("sign", SignatureUsage::Login)).await;
    assert_eq!(told[..2], refused);
}

async fn the_form_is_looked_at(app: &TestApp, made: &Made) {
    for (options, detached, expected) in [
        ("", true, PASSED),
        ("-nodetach", false, PASSED),
        (
            "",
            false,
            [
                "INDETERMINATE",
                "SIG_CONSTRAINTS_FAILURE",
                "content-detached",
            ],
        ),
        (
            "-nodetach",
            true,
            [
                "INDETERMINATE",
                "SIG_CONSTRAINTS_FAILURE",
                "content-attached",
            ],
        ),
    ] {
        let mut request = made.request(&made.signed(&["sign"], options));
        request.detached = Some(detached);
        assert_eq!(
            verdict(app, &request).await,
            expected,
            "{options} {detached}"
        );
    }
}

async fn a_stranger_is_not_trusted(app: &TestApp, made: &Made) {
    let told = verdict(app, &made.request(&made.signed(&["stranger"], ""))).await;
    assert_eq!(told[..2], ["INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"]);
    // A certificate that comes with the request is not trusted by that.
    let mut request = made.request(&made.signed(&["stranger"], ""));
    let pem = std::fs::read_to_string(made.folder.path().join("strange.pem")).expect("a file");
    let der: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    request.evidence.as_mut().expect("evidence").certificates = vec![der];
    let told = verdict(app, &request).await;
    assert_eq!(told[..2], ["INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"]);
}

async fn the_moment_is_looked_at(app: &TestApp, made: &Made) {
    let mut request = made.request(&made.signed(&["sign"], ""));
    request.at = Some(made.at - TimeDelta::days(3));
    let told = verdict(app, &request).await;
    assert_eq!(told[..2], ["FAILED", "NOT_YET_VALID"]);
    assert!(told[2].ends_with("not-yet-valid"), "{told:?}");
    app.clock.advance(TimeDelta::days(11));
    request.at = None;
    let told = verdict(app, &request).await;
    assert_eq!(told[..2], ["INDETERMINATE", "OUT_OF_BOUNDS_NO_POE"]);
    request.at = Some(made.at);
    assert_eq!(verdict(app, &request).await, PASSED);
}

async fn a_request_that_means_nothing_is_refused(app: &TestApp, made: &Made) {
    let mut request = made.request(b"");
    request.cms = "A".repeat(64 * 1024 + 1);
    request.content = Some("%".into());
    request.at = Some(app.now() + TimeDelta::microseconds(1));
    request.evidence = Some(GivenEvidence {
        certificates: vec!["?".into()],
        crls: vec!["?".into()],
        ocsp: vec!["?".into()],
    });
    let client = app.client();
    let answer = client.post(endpoint::SIGNATURE_VERIFICATION, &request);
    let problem = app
        .without_a_change(answer)
        .await
        .refused(Code::ValidationFailed);
    let named: Vec<(&str, &str)> = problem
        .errors
        .iter()
        .map(|error| (error.pointer.as_str(), error.code.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("/cms", "field-too-long"),
            ("/content", "encoding-invalid"),
            ("/at", "moment-invalid"),
            ("/evidence/certificates/0", "encoding-invalid"),
            ("/evidence/crls/0", "encoding-invalid"),
            ("/evidence/ocsp/0", "encoding-invalid"),
        ]
    );
}

async fn evidence_that_cannot_be_read_is_named_and_nothing_passes_on_the_rest(
    app: &TestApp,
    made: &Made,
) {
    let pem = |name: &str| {
        let path = made.folder.path().join(name);
        std::fs::read_to_string(path).expect("a list")
    };
    let (good, revoking) = (pem("good.crl"), pem("revoked.crl"));
    let mut request = made.request(&made.signed(&["revoked"], ""));
    let with = |crls: &[String]| GivenEvidence {
        crls: crls
            .iter()
            .map(|text| BASE64_STANDARD.encode(text))
            .collect(),
        ..GivenEvidence::default()
    };
    request.evidence = Some(with(&[format!("{good}{revoking}")]));
    assert_eq!(verdict(app, &request).await[1], "REVOKED");
    let damaged = revoking.replacen("\nMI", "\nM!I", 1);
    let unread = ["INDETERMINATE", "TRY_LATER", "evidence-unreadable"];
    for (crls, pointer) in [
        (vec![format!("{good}{damaged}")], "/evidence/crls/0"),
        (vec![good.clone(), damaged.clone()], "/evidence/crls/1"),
        (vec![good.clone(), "no list".to_owned()], "/evidence/crls/1"),
    ] {
        request.evidence = Some(with(&crls));
        assert_eq!(verdict(app, &request).await, unread);
        let report = verify(app, &request).await;
        assert_eq!(report.unusable.len(), 1);
        assert_eq!(report.unusable[0].pointer, pointer);
    }
    // A certificate that is missing shows in the chain.
    let mut evidence = with(&[good]);
    evidence.certificates = vec![BASE64_STANDARD.encode("nothing")];
    request.evidence = Some(evidence);
    let report = verify(app, &request).await;
    assert_eq!(report.decisive.verdict, "PASSED");
    assert_eq!(report.unusable[0].pointer, "/evidence/certificates/0");
}

async fn of_several_documents_none_is_picked(app: &TestApp, made: &Made) {
    let pem = |cms: &[u8]| balabaqsha_pki::pem::encode("CMS", cms);
    let good = made.signed(&["sign"], "");
    let mut request = made.request(&good);
    request.cms = format!("{}{}", pem(&good), pem(&good));
    let several = [
        "INDETERMINATE",
        "SIG_CONSTRAINTS_FAILURE",
        "several-documents",
    ];
    assert_eq!(verdict(app, &request).await, several);
    request.cms = format!("{}{}", pem(&good), pem(&good).replacen("\nMI", "\nM!I", 1));
    let told = verdict(app, &request).await;
    assert_eq!(told[..2], ["FAILED", "FORMAT_FAILURE"]);
}
