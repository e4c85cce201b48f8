//! Judging a certificate: its path to an anchor and the revocation of everything on it.

use crate::armour;
use crate::certificate::{Certificate, CertificateError};
use crate::effort::Effort;
use crate::path::{self, Path, PathError, PathPolicy, TrustAnchors};
use crate::revocation::{Checker, Evidence, Fates, Freshness, Outcome, RevocationMode};
use crate::verdict::{
    ChainLink, Check, Refusal, RevocationStatus, Role, SignerReport, SubIndication,
};
use chrono::{DateTime, Utc};

/// Ways to an anchor whose revocation is looked at for one certificate, at most.
const MOST_PATHS: usize = 8;

/// What a certificate is judged by.
#[derive(Debug, Clone)]
pub struct ChainPolicy<'a> {
    pub(crate) anchors: &'a TrustAnchors,
    pub(crate) intermediates: &'a [Certificate],
    pub(crate) path: PathPolicy,
    pub(crate) revocation: RevocationMode,
    pub(crate) evidence: Option<&'a Evidence>,
    pub(crate) freshness: Freshness,
    /// The moment of asking, where it is later than the moment for which the path is judged.
    pub(crate) now: DateTime<Utc>,
    pub(crate) effort: Effort,
    pub(crate) fates: Fates,
    /// Whether something else than the key of the certificate proves that the key was used at
    /// the moment for which the path is judged.
    pub(crate) proven_use: bool,
}

impl<'a> ChainPolicy<'a> {
    /// For any certificate policy, with revocation required.
    pub fn new(anchors: &'a TrustAnchors, path: PathPolicy) -> Self {
        Self {
            anchors,
            intermediates: &[],
            now: path.at,
            path,
            revocation: RevocationMode::Required,
            evidence: None,
            freshness: Freshness::default(),
            effort: Effort::default(),
            fates: Fates::default(),
            proven_use: false,
        }
    }

    pub fn intermediates(mut self, certificates: &'a [Certificate]) -> Self {
        self.intermediates = certificates;
        self
    }

    pub fn revocation(mut self, mode: RevocationMode) -> Self {
        self.revocation = mode;
        self
    }

    pub fn evidence(mut self, evidence: &'a Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    pub fn freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) path: Option<Path>,
    pub(crate) links: Vec<ChainLink>,
    pub(crate) revocation_checked: bool,
    pub(crate) refusal: Option<Refusal>,
}

/// What is looked at when a certificate is judged by itself. Its purpose is for whoever uses it.
const EVERY_CHECK: [Check; 4] = [
    Check::Format,
    Check::Chain,
    Check::Revocation,
    Check::Purpose,
];

/// Judges a certificate that has still to be read, in DER or PEM. What is no certificate has a
/// verdict, too.
pub fn verify_bytes(bytes: &[u8], policy: &ChainPolicy<'_>) -> SignerReport {
    let malformed =
        |error: String| Refusal::new(SubIndication::FormatFailure, "certificate-malformed", error);
    let read = armour::single(bytes)
        .map_err(|error| malformed(error.to_string()))
        .and_then(|der| {
            Certificate::parse(&der).map_err(|error| {
                let code = match error {
                    // What is more than is read here says nothing against the certificate.
                    _ if error.is_limit() => "certificate-too-large",
                    // One of the readers may be wrong.
                    CertificateError::Ambiguous(_) => "certificate-ambiguous",
                    _ => return malformed(error.to_string()),
                };
                Refusal::new(
                    SubIndication::CertificateChainGeneralFailure,
                    code,
                    error.to_string(),
                )
            })
        });
    match read {
        Ok(certificate) => verify(&certificate, policy),
        Err(refusal) => {
            let mut report = SignerReport::new(policy.path.at);
            report.refuse(refusal);
            report.close(&EVERY_CHECK);
            report
        }
    }
}

/// Judges a certificate.
pub fn verify(certificate: &Certificate, policy: &ChainPolicy<'_>) -> SignerReport {
    let mut report = SignerReport::new(policy.path.at);
    report.certificate = Some(certificate.clone());
    let policy = &ChainPolicy {
        fates: Fates::default(),
        ..policy.clone()
    };
    let judged = judge(certificate, policy);
    if let (RevocationMode::Required, Some(evidence)) = (policy.revocation, policy.evidence) {
        report.remarks = policy.fates.remarks(evidence);
    }
    report.chain = judged.links;
    report.checked.extend([Check::Format, Check::Chain]);
    if judged.revocation_checked {
        report.checked.push(Check::Revocation);
    }
    report.close(&EVERY_CHECK);
    if let Some(refusal) = judged.refusal {
        report.refuse(refusal);
    }
    report
}

/// Finds the best path: the first whose revocation is known to be good, else the first that is
/// valid but for its revocation.
pub(crate) fn judge(certificate: &Certificate, policy: &ChainPolicy<'_>) -> Judged {
    if policy.revocation == RevocationMode::NotRequired {
        return match find(certificate, policy, |_| Ok(())) {
            Ok(path) => Judged {
                links: path.links(),
                path: Some(path),
                ..Judged::default()
            },
            Err(error) => Judged {
                refusal: Some(error.into()),
                ..Judged::default()
            },
        };
    }
    let nothing = Evidence::new();
    let evidence = policy.evidence.unwrap_or(&nothing);
    let mut checker = Checker::new(
        evidence,
        policy.intermediates,
        policy.path.at,
        policy.now,
        policy.freshness,
        policy.effort.clone(),
        policy.fates.clone(),
    );
    if policy.proven_use {
        checker = checker.with_proven_use(certificate);
    }
    let mut second_best: Option<Judged> = None;
    let mut tried = 0;
    let mut outcomes = Vec::new();
    let found = find(certificate, policy, |path| {
        tried += 1;
        outcomes = checker.check(path);
        let Some(refusal) = refusal(path, &outcomes, evidence) else {
            return Ok(());
        };
        second_best.get_or_insert_with(|| Judged {
            links: links(path, &outcomes),
            path: Some(path.clone()),
            revocation_checked: true,
            refusal: Some(refusal),
        });
        // The search goes on; should it find nothing, the second best is what counts.
        let subject = certificate.subject().to_string();
        Err(if tried < MOST_PATHS {
            PathError::NoChain {
                subject,
                missing: None,
            }
        } else {
            PathError::TooCostly { subject }
        })
    });
    match (found, second_best) {
        (Ok(path), _) => Judged {
            links: links(&path, &outcomes),
            path: Some(path),
            revocation_checked: true,
            refusal: evidence.has_unread().then(evidence_unread),
        },
        (Err(_), Some(judged)) => judged,
        (Err(error), None) => Judged {
            refusal: Some(error.into()),
            ..Judged::default()
        },
    }
}

/// What was given and not read may be the word that something is revoked.
fn evidence_unread() -> Refusal {
    Refusal::new(
        SubIndication::TryLater,
        "evidence-unreadable",
        "a revocation list or an OCSP answer that was given cannot be read, and may say that \
         something is revoked",
    )
}

fn find(
    certificate: &Certificate,
    policy: &ChainPolicy<'_>,
    condition: impl FnMut(&Path) -> Result<(), PathError>,
) -> Result<Path, PathError> {
    let ChainPolicy {
        anchors,
        intermediates,
        path,
        effort,
        ..
    } = policy;
    path::find_where(certificate, anchors, intermediates, path, effort, condition)
}

fn links(path: &Path, outcomes: &[Outcome]) -> Vec<ChainLink> {
    let mut links = path.links();
    for (link, outcome) in links
        .iter_mut()
        .filter(|link| link.role != Role::Anchor)
        .zip(outcomes)
    {
        link.revocation = match *outcome {
            Outcome::Good(source) => RevocationStatus::Good { source },
            Outcome::Revoked(source, at) => RevocationStatus::Revoked { source, at },
            Outcome::Held(source, at) => RevocationStatus::Held { source, at },
            Outcome::NeverIssued(source) => RevocationStatus::NeverIssued { source },
            Outcome::Unknown => RevocationStatus::Unknown,
        };
    }
    links
}

fn own_or(place: usize, own: &'static str, above: &'static str) -> &'static str {
    if place == 0 { own } else { above }
}

/// The worst that the outcomes mean; `None` if all are good.
fn refusal(path: &Path, outcomes: &[Outcome], evidence: &Evidence) -> Option<Refusal> {
    let judged = path.certificates().iter().zip(outcomes).enumerate();
    let mut worst: Option<Refusal> = None;
    for (place, (certificate, outcome)) in judged {
        let subject = certificate.subject();
        let refusal = match outcome {
            Outcome::Good(_) => continue,
            Outcome::Revoked(_, at) if place == 0 => Refusal::new(
                SubIndication::Revoked,
                "certificate-revoked",
                format!("the certificate of «{subject}» was revoked on {at}"),
            ),
            Outcome::Revoked(_, at) => Refusal::new(
                SubIndication::RevokedCaNoPoe,
                "chain-revoked",
                format!("the certificate of the authority «{subject}» was revoked on {at}"),
            ),
            Outcome::Held(_, at) => Refusal::new(
                SubIndication::TryLater,
                own_or(place, "certificate-on-hold", "chain-on-hold"),
                format!("the certificate of «{subject}» is on hold since {at}"),
            ),
            Outcome::NeverIssued(_) => Refusal::new(
                SubIndication::TryLater,
                own_or(place, "certificate-never-issued", "chain-never-issued"),
                format!("the responder says that the certificate of «{subject}» was never issued"),
            ),
            Outcome::Unknown if evidence.is_deferred() => Refusal::new(
                SubIndication::TryLater,
                "revocation-try-later",
                format!("the responder asked to be asked later whether «{subject}» is revoked"),
            ),
            Outcome::Unknown => Refusal::new(
                SubIndication::TryLater,
                "revocation-unknown",
                format!("whether the certificate of «{subject}» has been revoked is not known"),
            ),
        };
        let weight = |refusal: &Refusal| match refusal.sub_indication {
            SubIndication::Revoked => 3,
            SubIndication::RevokedCaNoPoe => 2,
            _ if refusal.reason.code.starts_with("revocation-") => 0,
            _ => 1,
        };
        if worst
            .as_ref()
            .is_none_or(|worst| weight(&refusal) > weight(worst))
        {
            worst = Some(refusal);
        }
    }
    worst
}
