//! From the report of `balabaqsha-pki` to a person, or to a refusal with a code of its own.

use super::profile::{self, Organisation};
use crate::error::{Error, Result};
use balabaqsha_documents::SignatureVerdict as PaperVerdict;
use balabaqsha_pki::{
    Evidence, RevocationMode, Usage,
    revocation::Freshness,
    verdict::{ChainLink, Report, Role, SignerFacts, SubIndication, Verdict},
};
use balabaqsha_shared::{code::Code, dto, iin::Iin, rules::Violation, time};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Told beside the checks of a verification that rests on answers which had run out.
const FRESHNESS_OF_REVOCATION: &str = "revocation-freshness";

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Judged {
    pub report: Report,
    pub evidence: Evidence,
    pub rules: Rules,
}

/// What answers about revocation had to be like, kept so that they can be judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub revocation_required: bool,
    pub longest_age_seconds: i64,
    pub overdue_seconds: i64,
}

/// A signature that passed, with all that is kept of it.
#[derive(Clone, Debug)]
pub struct Signed {
    pub iin: Iin,
    pub name: String,
    /// For which organisation the key acts.
    pub organisation: Option<Organisation>,
    pub cms: Vec<u8>,
    pub certificate: Vec<u8>,
    pub signer: dto::Signer,
    pub verdict: dto::SignatureVerdict,
    pub paper_verdict: PaperVerdict,
    pub report: Value,
    /// From the signer up to the anchor.
    pub chain: Vec<ChainLink>,
    pub evidence: Evidence,
    pub rules: Rules,
}

impl Rules {
    pub fn mode(self) -> RevocationMode {
        if self.revocation_required {
            RevocationMode::Required
        } else {
            RevocationMode::NotRequired
        }
    }

    pub fn freshness(self) -> Freshness {
        Freshness {
            longest_without_next_update: TimeDelta::seconds(self.longest_age_seconds),
            overdue: TimeDelta::seconds(self.overdue_seconds),
            ..Freshness::default()
        }
    }
}

/// What the person is told when a signature did not pass.
pub(super) fn refusal(report: &Report, usage: Usage, at: DateTime<Utc>) -> Violation {
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
    match report.signer() {
        Some(signer) if sub_indication == Some(SubIndication::NoCertificateChainFound) => {
            plain(Code::CertificateUntrusted).with("issuer", signer.issuer)
        }
        Some(signer) if at > signer.not_after => {
            plain(Code::CertificateExpired).with_day("until", time::local_date(signer.not_after))
        }
        Some(signer) if !signer.purpose.allows(usage) => plain(Code::WrongKeyPurpose),
        // The one that another attempt can change.
        _ if sub_indication == Some(SubIndication::TryLater) => plain(Code::SignatureUndetermined),
        _ => invalid(),
    }
}

/// Whether a verdict rests on an authority whose certificates are worth nothing outside of tests.
pub fn under_test_authority(report: &Report) -> bool {
    report
        .chain
        .iter()
        .any(|link| link.role == Role::Anchor && link.test)
}

/// The verdict as it is shown.
pub fn verdict_of(report: &Report, rules: Rules) -> dto::SignatureVerdict {
    let mut not_checked = names(&report.not_checked);
    if rules.overdue_seconds > 0 {
        not_checked.push(FRESHNESS_OF_REVOCATION.to_owned());
    }
    dto::SignatureVerdict {
        indication: report.verdict.to_string(),
        sub_indication: report.sub_indication.map(|sub| sub.to_string()),
        checked: names(&report.checked),
        not_checked,
        test_authority: under_test_authority(report),
    }
}

/// The algorithm of a key, or of the signature where the key is of no known kind.
fn algorithm(facts: &SignerFacts, report: &Report) -> String {
    facts.algorithm.as_ref().map_or_else(
        || {
            report
                .scheme
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
        },
        ToString::to_string,
    )
}

pub(super) fn signed(cms: Vec<u8>, judged: Judged) -> Result<Signed> {
    let report = &judged.report;
    let certificate = report.certificate.as_ref();
    let certificate = certificate.ok_or_else(|| Error::internal("passed without a signer"))?;
    let facts = SignerFacts::of(certificate);
    let iin = facts.owner.iin.as_deref().unwrap_or_default();
    // A certificate that names no person cannot act for one.
    let iin = if under_test_authority(report) {
        Iin::parse_of_test_authority(iin)
    } else {
        Iin::parse(iin)
    }
    .map_err(|_| Error::refused(Code::KeyWithoutIin))?;
    Ok(Signed {
        name: facts.owner.full_name.clone(),
        organisation: profile::organisation(&facts),
        signer: dto::Signer {
            name: facts.owner.full_name.clone(),
            iin_masked: iin.masked(),
            certificate_serial: facts.serial.clone(),
            issuer: facts.issuer.clone(),
            algorithm: algorithm(&facts, report),
        },
        verdict: verdict_of(report, judged.rules),
        paper_verdict: match report.verdict {
            Verdict::Passed => PaperVerdict::Passed,
            Verdict::Indeterminate => PaperVerdict::Indeterminate,
            Verdict::Failed => PaperVerdict::Failed,
        },
        report: serde_json::to_value(report).map_err(Error::internal)?,
        certificate: certificate.der().to_vec(),
        chain: report.chain.clone(),
        evidence: judged.evidence,
        rules: judged.rules,
        iin,
        cms,
    })
}

/// The stable names of checks.
pub fn names(checks: &[impl Serialize]) -> Vec<String> {
    checks
        .iter()
        .filter_map(|check| serde_json::to_value(check).ok())
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}
