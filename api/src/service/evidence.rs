//! What signed acts rest on (R17): certificates, answers about revocation, a time stamp. Kept with
//! the act, so that it can be verified again years later without asking anybody, also when the
//! certificate has long expired and its authority is gone.

use super::{
    documents,
    eds::{Rules, Signed, TrustStore},
    error::{Error, Result},
};
use crate::{clients::timestamp::StampError, state::App};
use balabaqsha_pki::{
    Evidence, TrustAnchor, TrustAnchors, Usage,
    certificate::Certificate,
    cms::{self, VerifyPolicy},
    verdict::{ChainLink, Report, Role},
};
use balabaqsha_shared::{
    dto::{self, EvidenceRole},
    id::{DocumentId, PersonId},
};
use balabaqsha_store::{self as store, documents::Document, evidence::Piece, time_stamps::Order};
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use sha2::{Digest, Sha256};

/// Time stamps that one process asks for at once.
const BATCH: i64 = 10;
/// After this time an order that a dead process had in hand is taken by another.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// Pauses after the first, second, … failed attempt. The last is repeated: a signature can be
/// stamped as long as its certificate is valid, and a stamper that is away will come back.
const PAUSES: [TimeDelta; 6] = [
    TimeDelta::seconds(10),
    TimeDelta::minutes(1),
    TimeDelta::minutes(10),
    TimeDelta::hours(1),
    TimeDelta::hours(6),
    TimeDelta::hours(24),
];

/// The verdict of another day on an act.
#[derive(Clone, Debug)]
pub struct Again {
    pub report: Report,
    pub proof: Proof,
}

/// What shows that the signature existed while its certificate was valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A time stamp.
    TimeStamp,
    /// The record of the service: the moment at which it accepted the act.
    Record,
}

/// Why a time stamp was not kept.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error(transparent)]
    Stamp(#[from] StampError),
    #[error("nobody stamps the time any more")]
    NoStamper,
    #[error("the time stamp proves nothing: {0}")]
    Worthless(&'static str),
    #[error(transparent)]
    Service(#[from] Error),
}

/// The pieces that an act is stored with.
pub(super) fn pieces(signed: &Signed, at: DateTime<Utc>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = signed
        .chain
        .iter()
        .map(|link| certificate(link, role(link.role), at))
        .collect();
    pieces.extend(answers(&signed.evidence, at));
    pieces
}

fn role(role: Role) -> EvidenceRole {
    match role {
        Role::Signer => EvidenceRole::Signer,
        Role::Authority => EvidenceRole::Authority,
        Role::Anchor => EvidenceRole::Anchor,
    }
}

fn certificate(link: &ChainLink, role: EvidenceRole, at: DateTime<Utc>) -> Piece {
    piece(role, link.certificate.der(), at)
}

fn answers(evidence: &Evidence, at: DateTime<Utc>) -> Vec<Piece> {
    let (lists, answers) = evidence.to_keep();
    let lists = lists.into_iter().map(|der| (EvidenceRole::Crl, der));
    let answers = answers.into_iter().map(|der| (EvidenceRole::Ocsp, der));
    lists
        .chain(answers)
        .map(|(role, der)| piece(role, der, at))
        .collect()
}

fn piece(role: EvidenceRole, der: &[u8], added_at: DateTime<Utc>) -> Piece {
    Piece {
        role,
        sha256: Sha256::digest(der).to_vec(),
        der: der.to_vec(),
        added_at,
    }
}

/// The evidence of a document, for whoever may see the document.
pub async fn of_document(
    app: &App,
    person: PersonId,
    id: DocumentId,
) -> Result<dto::DocumentEvidence> {
    let row = documents::load(app, person, id).await?;
    let mut tx = app.db.read().await?;
    let pieces = store::evidence::list_of(&mut tx, id).await?;
    drop(tx);
    let stored = documents::stored(&row)?;
    Ok(dto::DocumentEvidence {
        document_id: id,
        judged_at: stored.judged_at().unwrap_or(row.signed_at),
        verdict: stored.verdict,
        items: pieces
            .into_iter()
            .map(|piece| dto::EvidencePiece {
                role: piece.role,
                sha256: super::applications::hex(&piece.sha256),
                added_at: piece.added_at,
                der: BASE64_STANDARD.encode(&piece.der),
            })
            .collect(),
    })
}

/// Verifies an act once more, from what was kept with it alone: nobody is asked, and the present
/// settings have no say in whom to trust.
pub async fn verify_again(app: &App, id: DocumentId) -> Result<Again> {
    let now = app.now();
    let mut tx = app.db.read().await?;
    let row = store::documents::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(balabaqsha_shared::code::Code::NotFound))?;
    let pieces = store::evidence::list_of(&mut tx, id).await?;
    drop(tx);
    let stored = documents::stored(&row)?;
    let rules = stored.rules.unwrap_or(Rules {
        revocation_required: false,
        longest_age_seconds: 0,
        overdue_seconds: 0,
    });
    let test = stored.verdict.test_authority;
    tokio::task::spawn_blocking(move || judge_again(&row, &pieces, rules, test, now))
        .await
        .map_err(Error::internal)
}

/// What was kept, read.
struct Kept {
    anchors: TrustAnchors,
    stamp_anchors: TrustAnchors,
    authorities: Vec<Certificate>,
    evidence: Evidence,
    token: Option<Vec<u8>>,
}

impl Kept {
    /// What cannot be read counts for nothing.
    fn read(pieces: &[Piece], test: bool) -> Self {
        let mut kept = Self {
            anchors: TrustAnchors::default(),
            stamp_anchors: TrustAnchors::default(),
            authorities: Vec::new(),
            evidence: Evidence::new(),
            token: None,
        };
        for piece in pieces {
            let certificate = || Certificate::parse(&piece.der).ok();
            match piece.role {
                EvidenceRole::Anchor => {
                    let anchor = certificate().map(|certificate| match test {
                        true => TrustAnchor::test(certificate),
                        false => TrustAnchor::new(certificate),
                    });
                    anchor
                        .into_iter()
                        .for_each(|anchor| kept.anchors.push(anchor));
                }
                EvidenceRole::StampAnchor => {
                    let anchor = certificate().map(TrustAnchor::new);
                    anchor
                        .into_iter()
                        .for_each(|anchor| kept.stamp_anchors.push(anchor));
                }
                EvidenceRole::Signer | EvidenceRole::Authority => {
                    kept.authorities.extend(certificate());
                }
                EvidenceRole::Crl => {
                    let _ = kept.evidence.add_crl(&piece.der);
                }
                EvidenceRole::Ocsp => {
                    let _ = kept.evidence.add_ocsp(&piece.der, None);
                }
                EvidenceRole::TimeStamp => kept.token = Some(piece.der.clone()),
            }
        }
        kept
    }

    fn judge(&self, cms: &[u8], content: &[u8], at: DateTime<Utc>, rules: Rules) -> Report {
        let policy = VerifyPolicy::new(&self.anchors, at)
            .stamp_anchors(&self.stamp_anchors)
            .intermediates(&self.authorities)
            .usage(Usage::Signing)
            .revocation(rules.mode())
            .evidence(&self.evidence)
            .freshness(rules.freshness())
            .single_signer(true);
        cms::verify(cms, Some(content), &policy)
    }
}

fn judge_again(
    row: &Document,
    pieces: &[Piece],
    rules: Rules,
    test: bool,
    now: DateTime<Utc>,
) -> Again {
    let kept = Kept::read(pieces, test);
    let stamped = kept
        .token
        .as_ref()
        .and_then(|token| cms::with_timestamp(&row.cms, token).ok());
    if let Some(stamped) = stamped {
        let report = kept.judge(&stamped, &row.content, now, rules);
        if report.passed() && report.timestamp.is_some() {
            return Again {
                report,
                proof: Proof::TimeStamp,
            };
        }
    }
    Again {
        report: kept.judge(&row.cms, &row.content, row.signed_at, rules),
        proof: Proof::Record,
    }
}

/// Gets the time stamps that are due. The claim is committed before anybody is asked.
pub async fn stamp_due(app: &App) -> Result<()> {
    if !app.trust.stamps() {
        return Ok(());
    }
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let orders = store::time_stamps::claim_due(&mut tx, now, now + LEASE, BATCH).await?;
    tx.commit().await?;
    let got = join_all(orders.iter().map(|order| stamp(app, order.document))).await;
    for (order, outcome) in orders.iter().zip(got) {
        settle(app, *order, outcome).await?;
    }
    Ok(())
}

/// A time stamp over the signature of an act, with everything that proves it.
async fn stamp(app: &App, id: DocumentId) -> std::result::Result<Vec<Piece>, OrderError> {
    let mut tx = app.db.read().await.map_err(Error::from)?;
    let row = store::documents::get(&mut tx, id)
        .await
        .map_err(Error::from)?
        .ok_or_else(|| Error::internal("a time stamp is ordered for no document"))?;
    drop(tx);
    let token = app.trust.stamp(&row.cms).await?;
    let token = token.ok_or(OrderError::NoStamper)?;
    let now = app.now();
    let evidence = app.trust.ask_about_stamp(&row.cms, &token, now).await?;
    let trust = app.trust.clone();
    tokio::task::spawn_blocking(move || check_stamp(&trust, &row, &token, &evidence, now))
        .await
        .map_err(|error| OrderError::Service(Error::internal(error)))?
}

fn check_stamp(
    trust: &TrustStore,
    row: &Document,
    token: &[u8],
    evidence: &Evidence,
    now: DateTime<Utc>,
) -> std::result::Result<Vec<Piece>, OrderError> {
    let stamped = cms::with_timestamp(&row.cms, token)
        .map_err(|_| OrderError::Worthless("timestamp-malformed"))?;
    let report = trust.judge_stamped(&stamped, &row.content, evidence, now);
    if report.timestamp.is_none() {
        let reason = report.timestamp_problem.as_ref();
        return Err(OrderError::Worthless(
            reason.map_or("timestamp-missing", |reason| reason.code),
        ));
    }
    let mut pieces = vec![piece(EvidenceRole::TimeStamp, token, now)];
    for link in trust.chain_of_stamp(token, evidence, now) {
        // The stamper's own certificate is inside of the token.
        let role = match link.role {
            Role::Signer => continue,
            Role::Authority => EvidenceRole::Authority,
            Role::Anchor => EvidenceRole::StampAnchor,
        };
        pieces.push(certificate(&link, role, now));
    }
    pieces.extend(answers(evidence, now));
    Ok(pieces)
}

async fn settle(
    app: &App,
    order: Order,
    outcome: std::result::Result<Vec<Piece>, OrderError>,
) -> Result<()> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    match outcome {
        Ok(pieces) => {
            if store::time_stamps::mark_stamped(&mut tx, order.document, now).await? {
                let known = store::evidence::list_of(&mut tx, order.document).await?;
                let new = |piece: &Piece| {
                    !known
                        .iter()
                        .any(|known| known.role == piece.role && known.sha256 == piece.sha256)
                };
                let pieces: Vec<Piece> = pieces.into_iter().filter(new).collect();
                store::evidence::add(&mut tx, order.document, &pieces).await?;
            }
        }
        Err(error) => {
            tracing::warn!(document = %order.document, %error, "no time stamp");
            let failed = usize::try_from(order.attempts - 1).unwrap_or(0);
            let last = PAUSES.last().copied().unwrap_or_default();
            let pause = PAUSES.get(failed).copied().unwrap_or(last);
            store::time_stamps::mark_failed(&mut tx, order.document, now + pause).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
