//! Judging the signatures of parents: the verdict of `balabaqsha-pki` turned into a person, or
//! into a refusal with a code of its own. Nothing that comes from a client is believed before.

use super::error::{Error, Result};
use balabaqsha_documents::SignatureVerdict as PaperVerdict;
use balabaqsha_pki::{
    RevocationMode, TrustAnchor, TrustAnchors, Usage,
    certificate::Certificate,
    cms::{self, VerifyPolicy},
    pem,
    verdict::{Report, Role, SubIndication, Verdict},
};
use balabaqsha_shared::{code::Code, dto, iin::Iin, rules::Violation, time};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A CMS of one signer with its certificate has some 4 kB.
const LONGEST_CMS: usize = 64 * 1024;

/// Whom the service trusts, and how much it wants to know.
#[derive(Clone, Debug)]
pub struct TrustStore {
    anchors: TrustAnchors,
    revocation: RevocationMode,
}

/// Why trust anchors could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: not a certificate (PEM or DER)", .0.display())]
    NotACertificate(PathBuf),
    #[error("no trust anchor was given")]
    Empty,
}

/// A signature that passed, with all that is kept of it.
#[derive(Clone, Debug)]
pub struct Signed {
    pub iin: Iin,
    pub name: String,
    pub cms: Vec<u8>,
    pub certificate: Vec<u8>,
    pub signer: dto::Signer,
    pub verdict: dto::SignatureVerdict,
    pub paper_verdict: PaperVerdict,
    pub report: Value,
}

impl TrustStore {
    /// The demo authority: its keys are worth nothing elsewhere, and nobody revokes them.
    #[must_use]
    pub fn demo(certificates: Vec<Certificate>) -> Self {
        Self {
            anchors: TrustAnchors::new(certificates.into_iter().map(TrustAnchor::test).collect()),
            revocation: RevocationMode::NotRequired,
        }
    }

    /// Real authorities, from files or all files of folders. Revocation must be known: without an
    /// answer a signature stays INDETERMINATE.
    pub fn from_files(paths: &[PathBuf]) -> std::result::Result<Self, TrustError> {
        let mut certificates = Vec::new();
        for path in paths {
            let read = |source| TrustError::Read {
                path: path.clone(),
                source,
            };
            if path.is_dir() {
                let mut files = std::fs::read_dir(path)
                    .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
                    .map_err(read)?
                    .into_iter()
                    .map(|entry| entry.path())
                    .filter(|path| path.is_file())
                    .collect::<Vec<_>>();
                files.sort();
                for file in files {
                    certificates.extend(certificates_of(&file)?);
                }
            } else {
                certificates.extend(certificates_of(path)?);
            }
        }
        if certificates.is_empty() {
            return Err(TrustError::Empty);
        }
        Ok(Self {
            anchors: TrustAnchors::from_certificates(certificates),
            revocation: RevocationMode::Required,
        })
    }

    /// R1: the signature of a login, made with a key for logging in.
    pub async fn judge_login(
        &self,
        cms: String,
        content: Vec<u8>,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        self.judge(cms, content, Usage::Login, at).await
    }

    /// The signature of an act, made with a signing key of the person who has logged in.
    pub async fn judge_act(
        &self,
        cms: String,
        content: Vec<u8>,
        person: &Iin,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        let signed = self.judge(cms, content, Usage::Signing, at).await?;
        if signed.iin == *person {
            Ok(signed)
        } else {
            Err(Error::refused(Code::SignerMismatch))
        }
    }

    async fn judge(
        &self,
        cms: String,
        content: Vec<u8>,
        usage: Usage,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        let trust = self.clone();
        tokio::task::spawn_blocking(move || trust.judge_now(&cms, &content, usage, at))
            .await
            .map_err(Error::internal)?
    }

    fn judge_now(
        &self,
        cms: &str,
        content: &[u8],
        usage: Usage,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        let malformed = || {
            Violation::new(Code::SignatureInvalid)
                .with("sub_indication", SubIndication::FormatFailure)
                .with("reason", "cms: Base64")
        };
        if cms.len() > LONGEST_CMS {
            return Err(malformed().into());
        }
        let compact: String = cms.split_ascii_whitespace().collect();
        let cms = BASE64_STANDARD.decode(compact).map_err(|_| malformed())?;
        let policy = VerifyPolicy::new(&self.anchors, at)
            .usage(usage)
            .revocation(self.revocation)
            .single_signer(true);
        let report = cms::verify(&cms, Some(content), &policy);
        if !report.passed() {
            return Err(refusal(&report, usage, at).into());
        }
        signed(cms, &report)
    }
}

fn certificates_of(path: &Path) -> std::result::Result<Vec<Certificate>, TrustError> {
    let bytes = std::fs::read(path).map_err(|source| TrustError::Read {
        path: path.to_owned(),
        source,
    })?;
    pem::certificates(&bytes).map_err(|_| TrustError::NotACertificate(path.to_owned()))
}

/// What the person is told when a signature did not pass.
fn refusal(report: &Report, usage: Usage, at: DateTime<Utc>) -> Violation {
    let sub_indication = report.sub_indication;
    let plain = |code| {
        let mut violation = Violation::new(code);
        if let Some(sub_indication) = sub_indication {
            violation = violation.with("sub_indication", sub_indication);
        }
        violation
    };
    let broken = matches!(
        sub_indication,
        Some(
            SubIndication::FormatFailure
                | SubIndication::HashFailure
                | SubIndication::SigCryptoFailure
                | SubIndication::Revoked
        )
    );
    let invalid = || {
        let reason = report.reason.as_ref().map_or("", |reason| reason.code);
        plain(Code::SignatureInvalid).with("reason", reason)
    };
    if broken {
        return invalid();
    }
    match &report.decisive.signer {
        Some(signer) if sub_indication == Some(SubIndication::NoCertificateChainFound) => {
            plain(Code::CertificateUntrusted).with("issuer", &signer.issuer)
        }
        Some(signer) if at > signer.not_after => {
            plain(Code::CertificateExpired).with_day("until", time::local_date(signer.not_after))
        }
        Some(signer) if !signer.purpose.allows(usage) => plain(Code::WrongKeyPurpose),
        _ if report.verdict == Verdict::Indeterminate => plain(Code::SignatureUndetermined),
        _ => invalid(),
    }
}

fn signed(cms: Vec<u8>, report: &Report) -> Result<Signed> {
    let facts = report
        .signer()
        .ok_or_else(|| Error::internal("passed without a signer"))?;
    let under_test_authority = report
        .chain
        .iter()
        .any(|link| link.role == Role::Anchor && link.test);
    let iin = facts.owner.iin.as_deref().unwrap_or_default();
    // A certificate that names no person cannot act for one.
    let iin = if under_test_authority {
        Iin::parse_of_test_authority(iin)
    } else {
        Iin::parse(iin)
    }
    .map_err(|_| Error::refused(Code::WrongKeyPurpose))?;
    Ok(Signed {
        name: facts.owner.full_name.clone(),
        signer: dto::Signer {
            name: facts.owner.full_name.clone(),
            iin_masked: iin.masked(),
            certificate_serial: facts.serial.clone(),
            issuer: facts.issuer.clone(),
            algorithm: facts.algorithm.as_ref().map_or_else(
                || report.scheme.clone().unwrap_or_default(),
                ToString::to_string,
            ),
        },
        verdict: dto::SignatureVerdict {
            indication: report.verdict.to_string(),
            sub_indication: report.sub_indication.map(|sub| sub.to_string()),
            checked: names(&report.checked),
            not_checked: names(&report.not_checked),
        },
        paper_verdict: match report.verdict {
            Verdict::Passed => PaperVerdict::Passed,
            Verdict::Indeterminate => PaperVerdict::Indeterminate,
            Verdict::Failed => PaperVerdict::Failed,
        },
        report: serde_json::to_value(report).map_err(Error::internal)?,
        certificate: facts.certificate.der().to_vec(),
        iin,
        cms,
    })
}

/// The stable names of checks.
fn names(checks: &[impl Serialize]) -> Vec<String> {
    checks
        .iter()
        .filter_map(|check| serde_json::to_value(check).ok())
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}
