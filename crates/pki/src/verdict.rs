//! What a verification says: one of three verdicts, the sub-indication of ETSI EN 319 102-1, the
//! reason in words, and what was and what was not looked at.
//!
//! Nothing is decided here but which verdict belongs to which sub-indication.

use crate::algorithm::Digest;
use crate::asn1::Oid;
use crate::certificate::{Certificate, Owner};
use crate::hexadecimal::hex;
use crate::key::KeyAlgorithm;
use crate::purpose::Purpose;
use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Verdict {
    /// Everything that was to be checked was checked and is right.
    Passed,
    /// It cannot be said: something needed is missing or a constraint is not met.
    Indeterminate,
    /// It is wrong, and no further evidence will change that.
    Failed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "PASSED",
            Self::Indeterminate => "INDETERMINATE",
            Self::Failed => "FAILED",
        })
    }
}

/// The sub-indications of ETSI EN 319 102-1, section 5.1.3, that occur here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubIndication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    Revoked,
    Expired,
    NotYetValid,
    SigConstraintsFailure,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    PolicyProcessingError,
    TimestampOrderFailure,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    RevokedNoPoe,
    RevokedCaNoPoe,
    OutOfBoundsNoPoe,
    RevocationOutOfBoundsNoPoe,
    TryLater,
    SignedDataNotFound,
}

impl SubIndication {
    /// The verdict the standard gives with it.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::FormatFailure
            | Self::HashFailure
            | Self::SigCryptoFailure
            | Self::Revoked
            | Self::Expired
            | Self::NotYetValid => Verdict::Failed,
            Self::SigConstraintsFailure
            | Self::ChainConstraintsFailure
            | Self::CertificateChainGeneralFailure
            | Self::CryptoConstraintsFailure
            | Self::PolicyProcessingError
            | Self::TimestampOrderFailure
            | Self::NoSigningCertificateFound
            | Self::NoCertificateChainFound
            | Self::RevokedNoPoe
            | Self::RevokedCaNoPoe
            | Self::OutOfBoundsNoPoe
            | Self::RevocationOutOfBoundsNoPoe
            | Self::TryLater
            | Self::SignedDataNotFound => Verdict::Indeterminate,
        }
    }
}

impl fmt::Display for SubIndication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The one spelling is that of the serialised form.
        self.serialize(f)
    }
}

/// Why, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Stable.
    pub code: &'static str,
    pub detail: String,
}

/// A verdict other than PASSED, with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub sub_indication: SubIndication,
    pub reason: Reason,
}

impl Refusal {
    pub(crate) fn new(
        sub_indication: SubIndication,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            sub_indication,
            reason: Reason {
                code,
                detail: detail.into(),
            },
        }
    }

    pub fn verdict(&self) -> Verdict {
        self.sub_indication.verdict()
    }
}

/// Something a verification looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    Format,
    SigningCertificate,
    ContentType,
    MessageDigest,
    Signature,
    SigningCertificateAttribute,
    Algorithms,
    /// Signatures, names, dates, basic constraints, path length, key usage, name constraints,
    /// policies and critical extensions of every certificate up to the anchor.
    Chain,
    Revocation,
    Purpose,
    Timestamp,
    /// Signatures over the signature. They are not judged, and named where there are any.
    CounterSignatures,
}

impl Check {
    /// What is looked at in every signature. A time stamp need not be there.
    pub(crate) const OF_A_SIGNATURE: [Self; 10] = [
        Self::Format,
        Self::ContentType,
        Self::MessageDigest,
        Self::SigningCertificate,
        Self::SigningCertificateAttribute,
        Self::Signature,
        Self::Algorithms,
        Self::Chain,
        Self::Revocation,
        Self::Purpose,
    ];
}

/// Whose a certificate is and what it is for, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignerFacts {
    pub owner: Owner,
    pub purpose: Purpose,
    pub algorithm: Option<KeyAlgorithm>,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: DateTime<Utc>,
    pub not_after: DateTime<Utc>,
    pub policies: Vec<String>,
    /// SHA-256 of the certificate, hexadecimal.
    pub fingerprint: String,
}

impl SignerFacts {
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            owner: certificate.owner(),
            purpose: Purpose::of(certificate),
            algorithm: certificate.key_algorithm(),
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial_hex(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            policies: certificate.policies().map(ToString::to_string).collect(),
            fingerprint: hex(&certificate.fingerprint()),
        }
    }
}

/// The part a certificate plays in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Signer,
    Authority,
    Anchor,
}

/// What is known about the revocation of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case", tag = "status")]
pub enum RevocationStatus {
    /// Nobody asked.
    NotChecked,
    /// By an answer with a valid signature, of the time in question.
    Good { source: RevocationSource },
    /// For good.
    Revoked {
        source: RevocationSource,
        at: DateTime<Utc>,
    },
    /// On hold, which can be taken back.
    Held {
        source: RevocationSource,
        at: DateTime<Utc>,
    },
    /// The authority says it never issued such a certificate.
    NeverIssued { source: RevocationSource },
    /// Asked, and not known. Never the same as good.
    Unknown,
    /// The anchor: it is trusted by configuration.
    Trusted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationSource {
    Ocsp,
    Crl,
    /// A responder whose certificate says that it need not be checked.
    NoCheck,
}

/// One certificate of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    pub role: Role,
    pub revocation: RevocationStatus,
    /// Whether the anchor is one of a test authority.
    pub test: bool,
    pub certificate: Certificate,
}

impl Serialize for ChainLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told {
            role: Role,
            subject: String,
            issuer: String,
            serial: String,
            not_before: DateTime<Utc>,
            not_after: DateTime<Utc>,
            revocation: RevocationStatus,
            test: bool,
        }
        let told = Told {
            role: self.role,
            subject: self.certificate.subject().to_string(),
            issuer: self.certificate.issuer().to_string(),
            serial: self.certificate.serial_hex(),
            not_before: self.certificate.not_before(),
            not_after: self.certificate.not_after(),
            revocation: self.revocation,
            test: self.test,
        };
        told.serialize(serializer)
    }
}

impl ChainLink {
    pub(crate) fn new(role: Role, certificate: &Certificate) -> Self {
        Self {
            role,
            revocation: match role {
                Role::Anchor => RevocationStatus::Trusted,
                Role::Signer | Role::Authority => RevocationStatus::NotChecked,
            },
            test: false,
            certificate: certificate.clone(),
        }
    }
}

/// The algorithm that a signature names, and its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeName {
    pub(crate) algorithm: Oid,
    pub(crate) digest: Digest,
}

impl fmt::Display for SchemeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.algorithm.describe(), self.digest)
    }
}

impl Serialize for SchemeName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The facts of a certificate in its place: whoever reads them, makes them.
fn facts<S: Serializer>(
    certificate: &Option<Certificate>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    certificate
        .as_ref()
        .map(SignerFacts::of)
        .serialize(serializer)
}

/// What was found out about one signature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignerReport {
    pub verdict: Verdict,
    pub sub_indication: Option<SubIndication>,
    pub reason: Option<Reason>,
    /// The certificate of the signer. Serialised are its [`SignerFacts`].
    #[serde(rename = "signer", serialize_with = "facts")]
    pub certificate: Option<Certificate>,
    pub chain: Vec<ChainLink>,
    pub scheme: Option<SchemeName>,
    /// What the signer claims; proves nothing.
    pub signing_time: Option<DateTime<Utc>>,
    /// What a time stamp proves: the signature existed then.
    pub timestamp: Option<DateTime<Utc>>,
    /// Why a time stamp that is there proves nothing.
    pub timestamp_problem: Option<Reason>,
    /// The moment for which certificates were judged.
    pub judged_at: DateTime<Utc>,
    pub checked: Vec<Check>,
    pub not_checked: Vec<Check>,
    /// What is there and was not read, not believed or not looked at, each with why. None of it has
    /// a say in the verdict.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Reason>,
}

impl SignerReport {
    pub(crate) fn new(judged_at: DateTime<Utc>) -> Self {
        Self {
            verdict: Verdict::Passed,
            sub_indication: None,
            reason: None,
            certificate: None,
            chain: Vec::new(),
            scheme: None,
            signing_time: None,
            timestamp: None,
            timestamp_problem: None,
            judged_at,
            checked: Vec::with_capacity(Check::OF_A_SIGNATURE.len() + 1),
            not_checked: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// Whose signature it is.
    pub fn signer(&self) -> Option<SignerFacts> {
        self.certificate.as_ref().map(SignerFacts::of)
    }

    /// Names what was not looked at, of what there is to look at.
    pub(crate) fn close(&mut self, every: &[Check]) {
        self.not_checked = every
            .iter()
            .copied()
            .filter(|check| !self.checked.contains(check))
            .collect();
    }

    /// Notes a refusal. The first of the worst is the one reported.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        if refusal.verdict() > self.verdict {
            self.verdict = refusal.verdict();
            self.sub_indication = Some(refusal.sub_indication);
            self.reason = Some(refusal.reason);
        }
    }
}

/// What was found out about a signed document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// That of the signature which decides, as are the facts beside it.
    #[serde(flatten)]
    pub decisive: Arc<SignerReport>,
    /// All signatures, in the order of the document.
    pub signers: Vec<Arc<SignerReport>>,
}

impl std::ops::Deref for Report {
    type Target = SignerReport;

    /// A document has nearly always one signature: its facts are those of the document.
    fn deref(&self) -> &SignerReport {
        &self.decisive
    }
}

impl Report {
    /// The report on signatures that were all looked at.
    pub(crate) fn of(signers: Vec<Arc<SignerReport>>, judged_at: DateTime<Utc>) -> Self {
        let mut worst: Option<&Arc<SignerReport>> = None;
        for signer in &signers {
            if worst.is_none_or(|worst| signer.verdict > worst.verdict) {
                worst = Some(signer);
            }
        }
        match worst {
            Some(worst) => Self {
                decisive: Arc::clone(worst),
                signers,
            },
            None => Self::refused(
                judged_at,
                Refusal::new(
                    SubIndication::FormatFailure,
                    "no-signers",
                    "the document carries no signature",
                ),
            ),
        }
    }

    /// The report on what was refused as a whole.
    pub(crate) fn refused(judged_at: DateTime<Utc>, refusal: Refusal) -> Self {
        let mut decisive = SignerReport::new(judged_at);
        decisive.refuse(refusal);
        decisive.close(&Check::OF_A_SIGNATURE);
        Self {
            decisive: Arc::new(decisive),
            signers: Vec::new(),
        }
    }

    pub fn passed(&self) -> bool {
        self.verdict == Verdict::Passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelled_as_in_the_standard() {
        assert_eq!(
            SubIndication::RevokedCaNoPoe.to_string(),
            "REVOKED_CA_NO_POE"
        );
        assert_eq!(Verdict::Indeterminate.to_string(), "INDETERMINATE");
    }

    #[test]
    fn the_worst_refusal_wins_and_the_first_of_equals() {
        let mut report = SignerReport::new(DateTime::UNIX_EPOCH);
        report.refuse(Refusal::new(SubIndication::TryLater, "a", ""));
        report.refuse(Refusal::new(
            SubIndication::NoCertificateChainFound,
            "b",
            "",
        ));
        assert_eq!(report.reason.as_ref().unwrap().code, "a");
        report.refuse(Refusal::new(SubIndication::HashFailure, "c", ""));
        report.refuse(Refusal::new(SubIndication::TryLater, "d", ""));
        assert_eq!(report.verdict, Verdict::Failed);
        assert_eq!(report.reason.unwrap().code, "c");
    }

    #[test]
    fn no_signature_is_never_passed() {
        let report = Report::of(Vec::new(), DateTime::UNIX_EPOCH);
        assert_eq!(report.verdict, Verdict::Failed);
        assert!(!report.passed());
    }
}
