//! What signed acts rest on (R17). Each piece is kept once under its digest; which pieces belong to
//! an act is a list that only grows.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{dto::EvidenceRole, id::DocumentId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A piece of evidence of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub role: EvidenceRole,
    pub sha256: Vec<u8>,
    pub der: Vec<u8>,
    pub added_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    role: String,
    sha256: Vec<u8>,
    der: Vec<u8>,
    added_at: DateTime<Utc>,
}

const fn role_name(role: EvidenceRole) -> &'static str {
    match role {
        EvidenceRole::Signer => "signer",
        EvidenceRole::Authority => "authority",
        EvidenceRole::Anchor => "anchor",
        EvidenceRole::StampAnchor => "stamp_anchor",
        EvidenceRole::Crl => "crl",
        EvidenceRole::Ocsp => "ocsp",
        EvidenceRole::TimeStamp => "time_stamp",
    }
}

fn role_of(name: &str, document: Uuid) -> Result<EvidenceRole> {
    EvidenceRole::ALL
        .into_iter()
        .find(|role| role_name(*role) == name)
        .ok_or_else(|| Error::inconsistent("document_evidence", document, "role"))
}

/// Adds pieces to those of an act.
pub async fn add(tx: &mut Tx, document: DocumentId, pieces: &[Piece]) -> Result<()> {
    // In one order, so that two acts with the same pieces never wait for each other in a circle.
    let mut ordered: Vec<&Piece> = pieces.iter().collect();
    ordered.sort_by(|one, other| one.sha256.cmp(&other.sha256));
    for piece in ordered {
        on_conn!(tx, |conn| sqlx::query(
            "INSERT INTO evidence (sha256, der) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING"
        )
        .bind(&piece.sha256)
        .bind(&piece.der)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    let first: i64 = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM document_evidence WHERE document_id = $1"
    )
    .bind(document.uuid())
    .fetch_one(conn)
    .await)?;
    for (position, piece) in (first..).zip(pieces) {
        let position = i32::try_from(position)
            .map_err(|_| Error::inconsistent("document_evidence", document, "position"))?;
        on_conn!(tx, |conn| sqlx::query(
            "INSERT INTO document_evidence (document_id, position, role, sha256, added_at) \
             VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(document.uuid())
        .bind(position)
        .bind(role_name(piece.role))
        .bind(&piece.sha256)
        .bind(piece.added_at)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// The pieces of an act, in the order in which they were added.
pub async fn list_of(tx: &mut Tx, document: DocumentId) -> Result<Vec<Piece>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT d.role, d.sha256, e.der, d.added_at FROM document_evidence d \
         JOIN evidence e ON e.sha256 = d.sha256 WHERE d.document_id = $1 ORDER BY d.position"
    )
    .bind(document.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Piece {
                role: role_of(&row.role, document.uuid())?,
                sha256: row.sha256,
                der: row.der,
                added_at: row.added_at,
            })
        })
        .collect()
}
