//! Time stamps over accepted signatures, asked for afterwards.

use super::pieces::{answers, certificate, piece};
use crate::{
    app::App,
    error::{Error, Result},
    outside::time_stamps::StampError,
    trust::judgement::TrustStore,
};
use balabaqsha_pki::{Evidence, cms, verdict::Role};
use balabaqsha_shared::{dto::EvidenceRole, id::DocumentId};
use balabaqsha_store::{self as store, evidence::Piece, time_stamps::Order};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use std::sync::Arc;

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

/// Gets the time stamps that are due. The claim is committed before anybody is asked.
#[tracing::instrument(level = "debug", skip_all)]
pub async fn stamp_due(app: &App) -> Result<()> {
    if !app.trust.stamps() {
        return Ok(());
    }
    let now = app.core.now();
    let orders = app
        .core
        .db
        .transact(async |tx| store::time_stamps::claim_due(tx, now, now + LEASE, BATCH).await)
        .await?;
    let got = join_all(orders.iter().map(|order| stamp(app, order.document))).await;
    for (order, outcome) in orders.iter().zip(got) {
        finish(app, *order, outcome).await?;
    }
    Ok(())
}

/// A time stamp over the signature of an act, with everything that proves it.
async fn stamp(app: &App, id: DocumentId) -> std::result::Result<Vec<Piece>, OrderError> {
    let mut tx = app.core.db.read().await.map_err(Error::from)?;
    let row = store::documents::get(&mut tx, id)
        .await
        .map_err(Error::from)?
        .ok_or_else(|| Error::internal("a time stamp is ordered for no document"))?;
    drop(tx);
    let token = app.trust.stamp(&row.cms).await?;
    let token = token.ok_or(OrderError::NoStamper)?;
    let now = app.core.now();
    let evidence = app.trust.ask_about_stamp(&row.cms, &token, now).await?;
    let trust = app.trust.clone();
    tokio::task::spawn_blocking(move || {
        let stamped = cms::with_timestamp(&row.cms, &token)
            .map_err(|_| OrderError::Worthless("timestamp-malformed"))?;
        let stamped = Stamped {
            cms: &stamped,
            content: &row.content,
            token: &token,
        };
        check_stamp(&trust, stamped, &evidence, now)
    })
    .await
    .map_err(|error| OrderError::Service(Error::internal(error)))?
}

/// What proves the time stamp that came inside of an accepted signature, to be kept like one that was asked for;
/// none where none came, or where it proves nothing.
pub(super) async fn enclosed(
    trust: &Arc<TrustStore>,
    cms: &[u8],
    content: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Vec<Piece>>> {
    let Some(token) = cms::timestamp_token(cms) else {
        return Ok(None);
    };
    let evidence = trust.ask_about_stamp(cms, &token, now).await?;
    let (trust, cms, content) = (Arc::clone(trust), cms.to_vec(), content.to_vec());
    let checked = tokio::task::spawn_blocking(move || {
        let stamped = Stamped {
            cms: &cms,
            content: &content,
            token: &token,
        };
        check_stamp(&trust, stamped, &evidence, now)
    });
    match checked.await.map_err(Error::internal)? {
        Ok(pieces) => Ok(Some(pieces)),
        Err(reason) => {
            tracing::info!(%reason, "a time stamp inside of a signature was not kept");
            Ok(None)
        }
    }
}

/// A signature with a time stamp inside, and the token of that.
#[derive(Clone, Copy)]
struct Stamped<'a> {
    cms: &'a [u8],
    content: &'a [u8],
    token: &'a [u8],
}

fn check_stamp(
    trust: &TrustStore,
    stamped: Stamped<'_>,
    evidence: &Evidence,
    now: DateTime<Utc>,
) -> std::result::Result<Vec<Piece>, OrderError> {
    let token = stamped.token;
    let report = trust.judge_stamped(stamped.cms, stamped.content, evidence, now);
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

async fn finish(
    app: &App,
    order: Order,
    outcome: std::result::Result<Vec<Piece>, OrderError>,
) -> Result<()> {
    let now = app.core.now();
    app.core
        .db
        .transact(async |tx| {
            match outcome {
                Ok(pieces) => {
                    if store::time_stamps::mark_stamped(tx, order.document, now).await? {
                        let known = store::evidence::list_of(tx, order.document).await?;
                        let new = |piece: &Piece| {
                            !known.iter().any(|known| {
                                known.role == piece.role && known.sha256 == piece.sha256
                            })
                        };
                        let pieces: Vec<Piece> = pieces.into_iter().filter(new).collect();
                        store::evidence::add(tx, order.document, &pieces).await?;
                    }
                }
                Err(error) => {
                    tracing::warn!(document = %order.document, %error, "no time stamp");
                    let failed = usize::try_from(order.attempts - 1).unwrap_or(0);
                    let last = PAUSES.last().copied().unwrap_or_default();
                    let pause = PAUSES.get(failed).copied().unwrap_or(last);
                    store::time_stamps::mark_failed(tx, order.document, now + pause).await?;
                }
            }
            Ok(())
        })
        .await
}
