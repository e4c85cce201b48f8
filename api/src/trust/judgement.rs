//! Judging the signatures of parents: the verdict of `balabaqsha-pki` turned into a person, or
//! into a refusal with a code of its own. Nothing that comes from a client is believed before.
//!
//! What must be asked of responders is asked before judging, and outside of any transaction.

use super::{
    anchors::{TrustError, certificates_of, is_of_demo, read_all},
    profile,
    verdict::{Judged, Rules, Signed, refusal, signed},
};
use crate::{
    clock,
    config::{Failure, Settings},
    error::{Error, Result},
    outside::{
        certificate_status::RevocationClient,
        fetch::Fetcher,
        time_stamps::{self, StampError},
    },
};
use balabaqsha_pki::{
    Evidence, TrustAnchor, TrustAnchors, Usage, armour,
    certificate::Certificate,
    cms::{self, VerifyPolicy},
    revocation::{Freshness, KnownRevocation, Question},
    verdict::{ChainLink, Report, RevocationSource, SubIndication},
};
use balabaqsha_shared::{code::Code, iin::Iin, rules::Violation};
use balabaqsha_store::{self as store, Db, known_revocations::Source};
use chrono::{DateTime, TimeDelta, Utc};
use std::borrow::Cow;

/// Limit of a CMS; one signer with its certificate takes about 4 kB.
pub const LONGEST_CMS: usize = 64 * 1024;
/// Trust anchors and the revocation policy for signatures.
#[derive(Clone, Debug)]
pub struct TrustStore {
    anchors: TrustAnchors,
    stamp_anchors: TrustAnchors,
    intermediates: Vec<Certificate>,
    /// `None` in demo mode, where revocation is not checked.
    revocation: Option<RevocationClient>,
    stamper: Option<Stamper>,
    /// Whether keys of legal entities may act for their holders.
    legal_entity_keys: bool,
    /// Where revocations that hold for good are kept.
    register: Option<Db>,
}

/// The time-stamping authority.
#[derive(Clone, Debug)]
struct Stamper {
    fetcher: Fetcher,
    address: String,
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
            if is_of_demo(&certificate) {
                let name = certificate.subject().common_name();
                return Err(TrustError::DemoAuthority(name));
            }
            anchors.push(TrustAnchor::new(certificate));
        }
        for certificate in read_all(&settings.test_trust_anchors)? {
            anchors.push(TrustAnchor::test(certificate));
        }
        if anchors.is_empty() {
            return Err(TrustError::Empty);
        }
        let of_stampers = read_all(&settings.tsa_anchors)?;
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
        let fetcher = Fetcher::new(settings.revocation.clone())?;
        // The operator named the address of the stamper, so it may be anywhere.
        let mut of_stamper = settings.revocation.clone();
        of_stamper.hosts.clear();
        of_stamper.private_addresses = true;
        let stamper = match settings.tsa_url.clone() {
            Some(address) => Some(Stamper {
                fetcher: Fetcher::new(of_stamper)?,
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
        if usage == Usage::Login && self.is_known_as_revoked(&cms, at).await? {
            let revoked = Violation::new(Code::SignatureInvalid)
                .with("sub_indication", SubIndication::Revoked)
                .with("reason", "certificate-revoked");
            return Err(revoked.into());
        }
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
            && let Some(violation) = profile::violation(&facts, usage, self.legal_entity_keys)
        {
            return Err(violation.into());
        }
        signed(cms, judged)
    }

    /// Whether a login is made with a key of which a revocation for good is known, where nobody is asked about
    /// revocation: the demo has such keys.
    async fn is_known_as_revoked(&self, cms: &[u8], at: DateTime<Utc>) -> Result<bool> {
        if self.revocation.is_some() {
            return Ok(false);
        }
        let questions = self.questions(cms, &self.intermediates, at).await?;
        let known = self.known(&questions).await?;
        Ok(known.iter().any(|known| known.at <= at))
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
                let questions = self
                    .questions(&matter.cms, &intermediates, matter.at)
                    .await?;
                for known in self.known(&questions).await? {
                    // Of what came later, the moment in question knew nothing.
                    if known.at <= matter.at {
                        evidence.push_known(known);
                    }
                }
                evidence
            }
            (None, Some(client)) => {
                let mut questions = self
                    .questions(&matter.cms, &intermediates, matter.at)
                    .await?;
                if questions.is_empty() && client.settings().fetch_issuers {
                    let enclosed = cms::certificates(&matter.cms);
                    intermediates.extend(client.issuers(&enclosed, matter.at).await);
                    questions = self
                        .questions(&matter.cms, &intermediates, matter.at)
                        .await?;
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
        cms: &[u8],
        intermediates: &[Certificate],
        at: DateTime<Utc>,
    ) -> Result<Vec<Question>> {
        let (trust, cms) = (self.clone(), cms.to_vec());
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
            |client| client.settings().longest_age_minutes,
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
        (settings.failure == Failure::Soft).then_some(settings.overdue_hours)
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
        time_stamps::stamp(&stamper.fetcher, &stamper.address, &octets, &nonce)
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
