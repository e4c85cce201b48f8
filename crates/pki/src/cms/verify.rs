//! Judging signed documents.
//!
//! Everything fails closed: a signature is PASSED only when every check was made and was right.

use super::enclosed::Enclosed;
use super::message::{MessageError, SignedData, SignerInfo};
use super::policy::VerifyPolicy;
use super::signature::{Checking, Content};
use super::tsp;
use crate::armour::SingleError;
use crate::asn1::{Asn1Error, known};
use crate::ber::BerError;
use crate::certificate::Certificate;
use crate::chain;
use crate::effort::Effort;
use crate::key::KeyAlgorithm;
use crate::purpose::{Purpose, Usage};
use crate::revocation::{self, Evidence, Fates, Question, RevocationMode};
use crate::verdict::{ChainLink, Check, Reason, Refusal, Report, SignerReport, SubIndication};
use std::sync::Arc;

/// Time stamps of one signature that are looked at.
const MOST_STAMPS: usize = 4;

/// Judges a signed document: DER, BER or PEM, with its content inside or beside it.
pub fn verify(cms: &[u8], content: Option<&[u8]>, policy: &VerifyPolicy<'_>) -> Report {
    let data = match SignedData::read(cms) {
        Ok(data) => data,
        Err(error) => return Report::refused(policy.at, unreadable(&error)),
    };
    if data.signers.is_empty() {
        return Report::of(Vec::new(), policy.at);
    }
    if policy.single_signer && data.signers.len() > 1 {
        let refusal = Refusal::new(
            SubIndication::SigConstraintsFailure,
            "several-signers",
            format!(
                "one signature is expected, the document carries {}",
                data.signers.len()
            ),
        );
        return Report::refused(policy.at, refusal);
    }
    let content = match signed_content(&data, content) {
        Ok(content) => content,
        Err(refusal) => return Report::refused(policy.at, refusal),
    };
    // Evidence that travels with the document is as good as what was fetched: it is signed.
    let mut evidence = policy.evidence.cloned().unwrap_or_default();
    let enclosed = Enclosed::take(&data, &mut evidence);
    let mut available = enclosed.certificates;
    available.extend_from_slice(policy.intermediates);
    let content = Content::new(content);
    let (effort, fates) = (Effort::default(), Fates::default());
    let mut reports: Vec<SignerReport> = data
        .signers
        .iter()
        .map(|signer| {
            let judgement = Judgement {
                data: &data,
                signer,
                policy,
                available: &available,
                evidence: &evidence,
                effort: &effort,
                fates: &fates,
            };
            judgement.judge(&content)
        })
        .collect();
    let mut remarks = enclosed.remarks;
    if policy.revocation == RevocationMode::Required {
        remarks.extend(fates.remarks(&evidence));
    }
    for report in &mut reports {
        report.remarks.extend_from_slice(&remarks);
    }
    Report::of(reports.into_iter().map(Arc::new).collect(), policy.at)
}

/// The verdict on what could not be read as one signed document.
fn unreadable(error: &MessageError) -> Refusal {
    // What is more than is read here says nothing against the document.
    let (sub_indication, code) = match error {
        MessageError::Armour(SingleError::Several(_)) => {
            (SubIndication::SigConstraintsFailure, "several-documents")
        }
        MessageError::Ber(BerError::TooLarge(_)) => {
            (SubIndication::SigConstraintsFailure, "too-large")
        }
        MessageError::Ber(BerError::TooDeep(_)) => {
            (SubIndication::SigConstraintsFailure, "too-deep")
        }
        MessageError::TooMany(..) | MessageError::Malformed(Asn1Error::TooMany(..)) => {
            (SubIndication::SigConstraintsFailure, "too-many")
        }
        _ => (SubIndication::FormatFailure, "cms-malformed"),
    };
    Refusal::new(sub_indication, code, error.to_string())
}

/// What must be asked about revocation before a document can be judged: about each signer and the
/// authorities above, as far as there is a path at all.
pub fn questions(cms: &[u8], policy: &VerifyPolicy<'_>) -> Vec<Question> {
    let Ok(data) = SignedData::read(cms) else {
        return Vec::new();
    };
    let mut available = Enclosed::take(&data, &mut Evidence::new()).certificates;
    available.extend_from_slice(policy.intermediates);
    let chain_policy = policy
        .chain(
            policy.anchors,
            policy.at,
            &Effort::default(),
            &Fates::default(),
        )
        .intermediates(&available)
        .revocation(RevocationMode::NotRequired);
    let mut questions: Vec<Question> = Vec::new();
    for signer in &data.signers {
        let named = available
            .iter()
            .find(|candidate| signer.identifier.names(candidate));
        let path = named.and_then(|certificate| chain::judge(certificate, &chain_policy).path);
        for question in path.iter().flat_map(revocation::questions) {
            let asked = questions
                .iter()
                .any(|known| known.certificate == question.certificate);
            if !asked {
                questions.push(question);
            }
        }
    }
    questions
}

/// The certificates a document carries, unjudged: for finding what is missing above them.
pub fn certificates(cms: &[u8]) -> Vec<Certificate> {
    SignedData::read(cms).map_or_else(|_| Vec::new(), |data| data.certificates)
}

/// The octets that were to be signed. Where they are both inside and beside, they must be equal.
fn signed_content<'a>(data: &'a SignedData, beside: Option<&'a [u8]>) -> Result<&'a [u8], Refusal> {
    match (&data.content, beside) {
        (Some(inside), Some(beside)) if inside != beside => Err(Refusal::new(
            SubIndication::HashFailure,
            "content-mismatch",
            "the content inside the document is not the content it was given with",
        )),
        (Some(inside), _) => Ok(inside),
        (None, Some(beside)) => Ok(beside),
        (None, None) => Err(Refusal::new(
            SubIndication::SignedDataNotFound,
            "content-missing",
            "the signature is detached and its content was not given",
        )),
    }
}

/// The judging of one signature.
struct Judgement<'a> {
    data: &'a SignedData,
    signer: &'a SignerInfo,
    policy: &'a VerifyPolicy<'a>,
    /// All certificates at hand, wherever they came from.
    available: &'a [Certificate],
    evidence: &'a Evidence,
    effort: &'a Effort,
    fates: &'a Fates,
}

impl Judgement<'_> {
    fn judge(&self, content: &Content<'_>) -> SignerReport {
        let mut report = SignerReport::new(self.policy.at);
        let mut checking = Checking {
            data: self.data,
            signer: self.signer,
            further: self.available,
            report: &mut report,
        };
        match checking.run(content) {
            Ok(certificate) => {
                self.stamps(&mut report);
                self.chain(&certificate, &mut report);
                self.purpose(&certificate, &mut report);
            }
            Err(refusal) => report.refuse(refusal),
        }
        report.close(&Check::OF_A_SIGNATURE);
        let countersigned = self
            .signer
            .unsigned_attributes
            .iter()
            .any(|attribute| attribute.kind == known::COUNTER_SIGNATURE);
        if countersigned {
            report.not_checked.push(Check::CounterSignatures);
        }
        report
    }

    /// The earliest moment a time stamp proves becomes the one certificates are judged at. A
    /// stamp that proves nothing takes nothing away: the signature is judged as without it.
    fn stamps(&self, report: &mut SignerReport) {
        let policy = self
            .policy
            .chain(
                self.policy.stamp_anchors,
                self.policy.at,
                self.effort,
                self.fates,
            )
            .intermediates(self.available)
            .evidence(self.evidence);
        let more = self.signer.stamps().count().saturating_sub(MOST_STAMPS);
        if more > 0 {
            report.remarks.push(Reason {
                code: "timestamps-too-many",
                detail: format!("{more} time stamps are not looked at"),
            });
        }
        for token in self.signer.stamps().take(MOST_STAMPS) {
            match tsp::verify(token, &self.signer.signature, &policy) {
                Ok(moment) => {
                    let earlier = report.timestamp.is_none_or(|known| moment < known);
                    if earlier {
                        report.timestamp = Some(moment);
                    }
                }
                Err(refusal) => report.timestamp_problem = Some(refusal.reason),
            }
        }
        if let Some(moment) = report.timestamp {
            report.checked.push(Check::Timestamp);
            report.judged_at = moment.min(self.policy.at);
        }
    }

    fn chain(&self, certificate: &Certificate, report: &mut SignerReport) {
        let policy = self
            .policy
            .chain(
                self.policy.anchors,
                report.judged_at,
                self.effort,
                self.fates,
            )
            .intermediates(self.available)
            .evidence(self.evidence);
        let judged = chain::judge(certificate, &policy);
        report.checked.push(Check::Chain);
        if judged.revocation_checked {
            report.checked.push(Check::Revocation);
        }
        report.chain = judged.links;
        if let Some(mut refusal) = judged.refusal {
            // That it was made before the certificate expired may still be proven by a time stamp.
            if refusal.sub_indication == SubIndication::Expired {
                refusal.sub_indication = SubIndication::OutOfBoundsNoPoe;
            }
            report.refuse(refusal);
        }
    }

    fn purpose(&self, certificate: &Certificate, report: &mut SignerReport) {
        report.checked.push(Check::Purpose);
        let purpose = Purpose::of(certificate);
        if purpose.allows(self.policy.usage) {
            self.purpose_above(certificate, report);
            return;
        }
        let (code, detail) = match (purpose, self.policy.usage) {
            (Purpose::Unfit(reason), _) => (reason.code(), reason.to_string()),
            (_, Usage::Login) => (
                "key-not-for-login",
                "the key is not one for login".to_owned(),
            ),
            (_, Usage::Signing | Usage::Any) => (
                "key-not-for-signing",
                "the key is not one for signing".to_owned(),
            ),
        };
        report.refuse(Refusal::new(
            SubIndication::ChainConstraintsFailure,
            code,
            detail,
        ));
    }

    /// A login by `clientAuth` must be within what every authority above may allow. What a key
    /// signs with is no extended key usage, and needs none from above.
    fn purpose_above(&self, certificate: &Certificate, report: &mut SignerReport) {
        let by_usage = self.policy.usage == Usage::Login
            && matches!(certificate.key_algorithm(), Some(KeyAlgorithm::Rsa { .. }));
        let forbids = |link: &&ChainLink| {
            let usages = link.certificate.extended_key_usage();
            usages.is_some_and(|usages| {
                !usages.iter().any(|usage| {
                    *usage == known::CLIENT_AUTH || *usage == known::ANY_EXTENDED_KEY_USAGE
                })
            })
        };
        if by_usage && let Some(link) = report.chain.iter().find(forbids) {
            let detail = format!(
                "the authority «{}» may not give keys for login",
                link.certificate.subject()
            );
            report.refuse(Refusal::new(
                SubIndication::ChainConstraintsFailure,
                "chain-extended-key-usage",
                detail,
            ));
        }
    }
}
