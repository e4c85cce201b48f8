//! Judging the signatures of parents: the verdict of `balabaqsha-pki` turned into a person, or
//! into a refusal with a code of its own. Nothing that comes from a client is believed before.
//!
//! What must be asked of responders is asked before judging, and outside of any transaction.

use super::{
    error::{Error, Result},
    profile,
};
use crate::{
    clients::{
        fetch::Fetcher,
        revocation::RevocationClient,
        timestamp::{self, StampError},
    },
    clock,
    config::{Failure, Settings},
};
use balabaqsha_documents::SignatureVerdict as PaperVerdict;
use balabaqsha_pki::{
    Evidence, RevocationMode, TrustAnchor, TrustAnchors, Usage,
    armour::{self, CertificatesError},
    certificate::Certificate,
    cms::{self, VerifyPolicy},
    revocation::{Freshness, KnownRevocation, Question},
    verdict::{ChainLink, Report, RevocationSource, Role, SignerFacts, SubIndication, Verdict},
};
use balabaqsha_shared::{code::Code, dto, iin::Iin, rules::Violation, time};
use balabaqsha_store::{self as store, Db, known_revocations::Source};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::Value;
use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

/// A CMS of one signer with its certificate has some 4 kB.
pub const LONGEST_CMS: usize = 64 * 1024;
/// Told beside the checks of a verification that rests on answers which had run out.
const FRESHNESS_OF_REVOCATION: &str = "revocation-freshness";

/// Whom the service trusts, and how much it wants to know.
#[derive(Clone, Debug)]
pub struct TrustStore {
    anchors: TrustAnchors,
    stamp_anchors: TrustAnchors,
    intermediates: Vec<Certificate>,
    /// None where nobody asks about revocation: demo mode.
    revocation: Option<RevocationClient>,
    stamper: Option<Stamper>,
    /// Whether keys of legal entities may act for their holders.
    legal_entity_keys: bool,
    /// Where revocations that hold for good are kept.
    register: Option<Db>,
}

/// Who stamps the time.
#[derive(Clone, Debug)]
struct Stamper {
    fetcher: Fetcher,
    address: String,
}

/// Why trust anchors could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{}: {source}", path.display())]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}: {reason}", path.display())]
    NotCertificates {
        path: PathBuf,
        reason: CertificatesError,
    },
    #[error("no trust anchor was given")]
    Empty,
    #[error("the client that asks about revocation: {0}")]
    Client(#[from] reqwest::Error),
}

/// What is to be judged, and by what.
#[derive(Clone, Debug)]
pub struct Matter {
    pub cms: Vec<u8>,
    /// None where the content must be inside.
    pub content: Option<Vec<u8>>,
    pub usage: Usage,
    pub single_signer: bool,
    pub at: DateTime<Utc>,
    /// Evidence that came with the matter, to be used instead of asking.
    pub provided: Option<Provided>,
}

/// What a caller knows already.
#[derive(Clone, Debug, Default)]
pub struct Provided {
    pub certificates: Vec<Certificate>,
    pub evidence: Evidence,
}

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Judged {
    pub report: Report,
    pub evidence: Evidence,
    pub rules: Rules,
}

/// What answers about revocation had to be like, kept so that they can be judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
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

impl TrustStore {
    /// The demo authority: its keys are worth nothing elsewhere, and nobody revokes them.
    #[must_use]
    pub fn demo(certificates: Vec<Certificate>) -> Self {
        let anchors = TrustAnchors::new(certificates.into_iter().map(TrustAnchor::test).collect());
        Self {
            stamp_anchors: anchors.clone(),
            anchors,
            intermediates: Vec::new(),
            revocation: None,
            stamper: None,
            legal_entity_keys: false,
            register: None,
        }
    }

    /// Keeps in this database what is told of revocations that hold for good, and judges by it.
    #[must_use]
    pub fn remembering(self, db: Db) -> Self {
        Self {
            register: Some(db),
            ..self
        }
    }

    /// Whether keys of legal entities may act for their holders.
    #[must_use]
    pub fn with_legal_entity_keys(self, allowed: bool) -> Self {
        Self {
            legal_entity_keys: allowed,
            ..self
        }
    }

    /// Real authorities, and test authorities that are named as such, from files or all files of
    /// folders. Revocation must be known: without an answer a signature stays INDETERMINATE.
    pub fn open(settings: &Settings) -> std::result::Result<Self, TrustError> {
        let mut anchors = TrustAnchors::default();
        for certificate in read_all(&settings.trust_anchors)? {
            anchors.push(TrustAnchor::new(certificate));
        }
        for certificate in read_all(&settings.test_trust_anchors)? {
            anchors.push(TrustAnchor::test(certificate));
        }
        if anchors.is_empty() {
            return Err(TrustError::Empty);
        }
        let of_stampers = read_all(&settings.time_stamps.anchors)?;
        let stamp_anchors = if of_stampers.is_empty() {
            anchors.clone()
        } else {
            TrustAnchors::from_certificates(of_stampers)
        };
        let mut known = Vec::new();
        for authority in &settings.revocation.authorities {
            for certificate in certificates_of(&authority.certificate)? {
                known.push((certificate, authority.clone()));
            }
        }
        let fetcher = Fetcher::new(settings.revocation.reach.clone())?;
        // The operator named the address of the stamper, so it may be anywhere.
        let mut reach = settings.revocation.reach.clone();
        reach.hosts.clear();
        reach.private_addresses = true;
        let stamper = match settings.time_stamps.url.clone() {
            Some(address) => Some(Stamper {
                fetcher: Fetcher::new(reach)?,
                address,
            }),
            None => None,
        };
        Ok(Self {
            anchors,
            stamp_anchors,
            intermediates: read_all(&settings.intermediates)?,
            revocation: Some(RevocationClient::new(
                fetcher,
                settings.revocation.clone(),
                known,
            )),
            stamper,
            legal_entity_keys: settings.legal_entity_keys,
            register: None,
        })
    }

    /// R1: the signature of a login, made with a key for logging in.
    pub async fn judge_login(
        &self,
        cms: String,
        content: Vec<u8>,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        self.judge_person(cms, content, Usage::Login, at).await
    }

    /// The signature of an act, made with a signing key of the person who has logged in.
    pub async fn judge_act(
        &self,
        cms: String,
        content: Vec<u8>,
        person: &Iin,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        let signed = self.judge_person(cms, content, Usage::Signing, at).await?;
        if signed.iin == *person {
            Ok(signed)
        } else {
            Err(Error::refused(Code::SignerMismatch))
        }
    }

    async fn judge_person(
        &self,
        cms: String,
        content: Vec<u8>,
        usage: Usage,
        at: DateTime<Utc>,
    ) -> Result<Signed> {
        let cms = decode(&cms)?;
        let matter = Matter {
            cms: cms.clone(),
            content: Some(content),
            usage,
            single_signer: true,
            at,
            provided: None,
        };
        let judged = self.judge(matter).await?;
        if !judged.report.passed() {
            return Err(refusal(&judged.report, usage, at).into());
        }
        if let Some(facts) = judged.report.signer()
            && let Some(violation) = profile::violation(facts, usage, self.legal_entity_keys)
        {
            return Err(violation.into());
        }
        signed(cms, judged)
    }

    /// Asks what must be asked, then judges.
    pub async fn judge(&self, matter: Matter) -> Result<Judged> {
        let mut matter = matter;
        let provided = matter.provided.take();
        let mut intermediates = self.intermediates.clone();
        let evidence = match (provided, &self.revocation) {
            (Some(provided), _) => {
                intermediates.extend(provided.certificates);
                let mut evidence = provided.evidence;
                let questions = self.questions(&matter, &intermediates).await?;
                for known in self.known(&questions).await? {
                    // Of what came later, the moment in question knew nothing.
                    if known.at <= matter.at {
                        evidence.push_known(known);
                    }
                }
                evidence
            }
            (None, Some(client)) => {
                let mut questions = self.questions(&matter, &intermediates).await?;
                if questions.is_empty() && client.settings().fetch_issuers {
                    let enclosed = cms::certificates(&matter.cms);
                    intermediates.extend(client.issuers(&enclosed, matter.at).await);
                    questions = self.questions(&matter, &intermediates).await?;
                }
                self.ask(client, questions, &intermediates, matter.at)
                    .await?
            }
            (None, None) => Evidence::new(),
        };
        let trust = self.clone();
        tokio::task::spawn_blocking(move || trust.judge_now(&matter, &intermediates, evidence))
            .await
            .map_err(Error::internal)
    }

    /// What the services of the authorities say, and what they ever said that holds for good.
    async fn ask(
        &self,
        client: &RevocationClient,
        questions: Vec<Question>,
        intermediates: &[Certificate],
        now: DateTime<Utc>,
    ) -> Result<Evidence> {
        let known = self.known(&questions).await?;
        let mut evidence = client.ask(questions.clone(), intermediates, now).await;
        let told = {
            let (evidence, intermediates) = (evidence.clone(), intermediates.to_vec());
            let freshness = client.freshness();
            let tell = move |question: &Question| {
                question.told_for_good(&evidence, &intermediates, now, freshness)
            };
            tokio::task::spawn_blocking(move || questions.iter().filter_map(tell).collect())
                .await
                .map_err(Error::internal)?
        };
        self.keep(told, &known, now).await?;
        for known in known {
            evidence.push_known(known);
        }
        Ok(evidence)
    }

    /// The revocations that are known of the certificates in question. Where the database gives no
    /// answer, nothing is judged.
    async fn known(&self, questions: &[Question]) -> Result<Vec<KnownRevocation>> {
        let mut known = Vec::new();
        let Some(db) = self.register.as_ref().filter(|_| !questions.is_empty()) else {
            return Ok(known);
        };
        let mut tx = db.read().await?;
        for question in questions {
            let (issuer_key, serial) = question.subject();
            let found = store::known_revocations::of(&mut tx, &issuer_key, &serial).await?;
            known.extend(found.into_iter().map(remembered));
        }
        Ok(known)
    }

    async fn keep(
        &self,
        told: Vec<KnownRevocation>,
        known: &[KnownRevocation],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let same = |one: &KnownRevocation, other: &KnownRevocation| {
            let key = |of: &KnownRevocation| {
                let reason = of.reason.unwrap_or_default();
                (of.issuer_key.clone(), of.serial.clone(), of.at, reason)
            };
            key(one) == key(other)
        };
        let new = |told: &KnownRevocation| !known.iter().any(|known| same(known, told));
        let new: Vec<KnownRevocation> = told.into_iter().filter(new).collect();
        let Some(db) = self.register.as_ref().filter(|_| !new.is_empty()) else {
            return Ok(());
        };
        db.transact(async |tx| {
            for told in new {
                let row = store::known_revocations::KnownRevocation {
                    issuer_key: told.issuer_key,
                    serial: told.serial,
                    source: match told.source {
                        RevocationSource::Ocsp | RevocationSource::NoCheck => Source::Ocsp,
                        RevocationSource::Crl => Source::Crl,
                    },
                    revoked_at: told.at,
                    reason: told.reason.unwrap_or_default(),
                };
                store::known_revocations::keep(tx, &row, now).await?;
            }
            Ok(())
        })
        .await
    }

    async fn questions(
        &self,
        matter: &Matter,
        intermediates: &[Certificate],
    ) -> Result<Vec<Question>> {
        let (trust, cms, at) = (self.clone(), matter.cms.clone(), matter.at);
        let intermediates = intermediates.to_vec();
        tokio::task::spawn_blocking(move || {
            let policy = VerifyPolicy::new(&trust.anchors, at).intermediates(&intermediates);
            cms::questions(&cms, &policy)
        })
        .await
        .map_err(Error::internal)
    }

    /// What answers must be like for everything to pass, before anything is yielded.
    fn rules(&self) -> Rules {
        let longest = self.revocation.as_ref().map_or_else(
            || Freshness::default().longest_without_next_update,
            |client| client.settings().longest_age,
        );
        Rules {
            revocation_required: self.revocation.is_some(),
            longest_age_seconds: longest.num_seconds(),
            overdue_seconds: 0,
        }
    }

    fn judge_now(
        &self,
        matter: &Matter,
        intermediates: &[Certificate],
        evidence: Evidence,
    ) -> Judged {
        let rules = self.rules();
        let judge = |rules: Rules| {
            let policy = VerifyPolicy::new(&self.anchors, matter.at)
                .stamp_anchors(&self.stamp_anchors)
                .intermediates(intermediates)
                .usage(matter.usage)
                .revocation(rules.mode())
                .evidence(&evidence)
                .freshness(rules.freshness())
                .single_signer(matter.single_signer);
            cms::verify(&matter.cms, matter.content.as_deref(), &policy)
        };
        let report = judge(rules);
        // Only where nobody gave a fresh answer, and only for answers that do exist.
        if report.sub_indication == Some(SubIndication::TryLater)
            && let Some(overdue) = self.yielding()
        {
            let rules = Rules {
                overdue_seconds: overdue.num_seconds(),
                ..rules
            };
            let second = judge(rules);
            if second.sub_indication != Some(SubIndication::TryLater) {
                return Judged {
                    report: second,
                    evidence,
                    rules,
                };
            }
        }
        Judged {
            report,
            evidence,
            rules,
        }
    }

    /// How long after its end an answer counts where nothing fresher can be had.
    fn yielding(&self) -> Option<TimeDelta> {
        let settings = self.revocation.as_ref()?.settings();
        (settings.failure == Failure::Soft).then_some(settings.overdue)
    }

    /// Whether accepted signatures get a time stamp.
    #[must_use]
    pub fn stamps(&self) -> bool {
        self.stamper.is_some()
    }

    /// A time stamp over the signature of a document; none where nobody stamps.
    pub async fn stamp(&self, cms: &[u8]) -> std::result::Result<Option<Vec<u8>>, StampError> {
        let Some(stamper) = &self.stamper else {
            return Ok(None);
        };
        // What was accepted can be read.
        let octets = cms::stamped_octets(cms).unwrap_or_default();
        let nonce = clock::random::<8>();
        timestamp::stamp(&stamper.fetcher, &stamper.address, &octets, &nonce)
            .await
            .map(Some)
    }

    /// What is known of revocation at the moment of a time stamp: of the signer and of the
    /// authority that stamped.
    pub async fn ask_about_stamp(
        &self,
        cms: &[u8],
        token: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Evidence> {
        let Some(client) = &self.revocation else {
            return Ok(Evidence::new());
        };
        let (trust, cms, token) = (self.clone(), cms.to_vec(), token.to_vec());
        let questions = tokio::task::spawn_blocking(move || {
            let policy =
                |anchors| VerifyPolicy::new(anchors, at).intermediates(&trust.intermediates);
            let mut questions = cms::questions(&cms, &policy(&trust.anchors));
            questions.extend(cms::questions(&token, &policy(&trust.stamp_anchors)));
            questions
        })
        .await
        .map_err(Error::internal)?;
        self.ask(client, questions, &self.intermediates, at).await
    }

    /// The verdict on an accepted document with a time stamp added to it, now.
    pub fn judge_stamped(
        &self,
        cms: &[u8],
        content: &[u8],
        evidence: &Evidence,
        now: DateTime<Utc>,
    ) -> Report {
        let policy = self
            .policy_for_stamps(&self.anchors, evidence, now)
            .usage(Usage::Signing);
        cms::verify(cms, Some(content), &policy)
    }

    /// The certificates from a stamper of time up to a trusted authority.
    pub fn chain_of_stamp(
        &self,
        token: &[u8],
        evidence: &Evidence,
        now: DateTime<Utc>,
    ) -> Vec<ChainLink> {
        let policy = self.policy_for_stamps(&self.stamp_anchors, evidence, now);
        cms::verify(token, None, &policy).chain.clone()
    }

    fn policy_for_stamps<'a>(
        &'a self,
        anchors: &'a TrustAnchors,
        evidence: &'a Evidence,
        now: DateTime<Utc>,
    ) -> VerifyPolicy<'a> {
        let rules = self.rules();
        VerifyPolicy::new(anchors, now)
            .stamp_anchors(&self.stamp_anchors)
            .intermediates(&self.intermediates)
            .revocation(rules.mode())
            .freshness(rules.freshness())
            .evidence(evidence)
            .single_signer(true)
    }
}

fn remembered(row: store::known_revocations::KnownRevocation) -> KnownRevocation {
    KnownRevocation {
        issuer_key: row.issuer_key,
        serial: row.serial,
        source: match row.source {
            Source::Ocsp => RevocationSource::Ocsp,
            Source::Crl => RevocationSource::Crl,
        },
        at: row.revoked_at,
        reason: Some(row.reason),
    }
}

/// The bytes of a CMS in Base64, with whatever line breaks, or in PEM.
fn decode(cms: &str) -> Result<Vec<u8>> {
    let malformed = || {
        Violation::new(Code::SignatureInvalid)
            .with("sub_indication", SubIndication::FormatFailure)
            .with("reason", "cms: Base64")
    };
    if cms.len() > LONGEST_CMS {
        return Err(malformed().into());
    }
    match armour::single(cms.as_bytes()) {
        Ok(Cow::Owned(bytes)) => Ok(bytes),
        Ok(Cow::Borrowed(_)) | Err(_) => Err(malformed().into()),
    }
}

/// The certificates of files, or of all files of folders.
fn read_all(paths: &[PathBuf]) -> std::result::Result<Vec<Certificate>, TrustError> {
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
    Ok(certificates)
}

fn certificates_of(path: &Path) -> std::result::Result<Vec<Certificate>, TrustError> {
    let bytes = std::fs::read(path).map_err(|source| TrustError::Read {
        path: path.to_owned(),
        source,
    })?;
    armour::certificates(&bytes).map_err(|reason| TrustError::NotCertificates {
        path: path.to_owned(),
        reason,
    })
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
        || report.scheme.clone().unwrap_or_default(),
        ToString::to_string,
    )
}

fn signed(cms: Vec<u8>, judged: Judged) -> Result<Signed> {
    let report = &judged.report;
    let facts = report
        .signer()
        .ok_or_else(|| Error::internal("passed without a signer"))?;
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
        signer: dto::Signer {
            name: facts.owner.full_name.clone(),
            iin_masked: iin.masked(),
            certificate_serial: facts.serial.clone(),
            issuer: facts.issuer.clone(),
            algorithm: algorithm(facts, report),
        },
        verdict: verdict_of(report, judged.rules),
        paper_verdict: match report.verdict {
            Verdict::Passed => PaperVerdict::Passed,
            Verdict::Indeterminate => PaperVerdict::Indeterminate,
            Verdict::Failed => PaperVerdict::Failed,
        },
        report: serde_json::to_value(report).map_err(Error::internal)?,
        certificate: facts.certificate.der().to_vec(),
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
