//! Verifies a signed act again years later, from what was kept with it alone, also when the
//! certificate has long expired and its authority is gone.

use super::record::stored;
use crate::{
    app::App,
    error::{Error, Result},
    trust::verdict::Rules,
};
use balabaqsha_pki::{
    Evidence, TrustAnchor, TrustAnchors, Usage,
    certificate::Certificate,
    cms::{self, VerifyPolicy},
    verdict::Report,
};
use balabaqsha_shared::{code::Code, dto::EvidenceRole, id::DocumentId};
use balabaqsha_store::{self as store, documents::Document, evidence::Piece};
use chrono::{DateTime, Utc};

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

/// Verifies an act once more, from what was kept with it alone: nobody is asked, and the present
/// settings have no say in whom to trust.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn verify_again(app: &App, id: DocumentId) -> Result<Again> {
    let now = app.core.now();
    let mut tx = app.core.db.read().await?;
    let row = store::documents::get(&mut tx, id)
        .await?
        .ok_or_else(|| Error::refused(Code::NotFound))?;
    let pieces = store::evidence::list_of(&mut tx, id).await?;
    drop(tx);
    let stored = stored(&row)?;
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
