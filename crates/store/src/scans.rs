//! Scans of proofs (R21): what is known about them. What they show is kept elsewhere, sealed.

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    benefit::{ScanKind, VirusCheck},
    comment::Comment,
    id::{ApplicationId, BenefitClaimId, PersonId, ScanId},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    pub id: ScanId,
    pub application_id: ApplicationId,
    /// Absent until it is sent with a claim.
    pub claim_id: Option<BenefitClaimId>,
    pub uploaded_by: PersonId,
    pub uploaded_at: DateTime<Utc>,
    pub kind: ScanKind,
    /// Bytes of what was sent.
    pub size: u32,
    pub sha256: [u8; 32],
    pub pages: u16,
    /// Absent while it is being kept.
    pub key: Option<SealedKey>,
    pub virus_check: VirusCheck,
}

/// The key of a scan, sealed by a key of the key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// The name of that key.
    pub by: String,
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    claim_id: Option<Uuid>,
    uploaded_by: Uuid,
    uploaded_at: DateTime<Utc>,
    kind: String,
    size: i32,
    sha256: Vec<u8>,
    pages: i32,
    key_id: Option<String>,
    sealed_key: Option<Vec<u8>>,
    virus_check: String,
}

impl TryFrom<Row> for Scan {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let wrong = |reason: &'static str| Error::inconsistent("scans", row.id, reason);
        let mut kinds = ScanKind::ALL.into_iter();
        let mut checks = VirusCheck::ALL.into_iter();
        Ok(Self {
            id: ScanId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            claim_id: row.claim_id.map(BenefitClaimId::new),
            uploaded_by: PersonId::new(row.uploaded_by),
            uploaded_at: row.uploaded_at,
            kind: kinds
                .find(|kind| kind.as_str() == row.kind)
                .ok_or_else(|| wrong("kind"))?,
            size: u32::try_from(row.size).map_err(|_| wrong("size"))?,
            sha256: row.sha256.try_into().map_err(|_| wrong("sha256"))?,
            pages: u16::try_from(row.pages).map_err(|_| wrong("pages"))?,
            key: match (row.key_id, row.sealed_key) {
                (Some(by), Some(bytes)) => Some(SealedKey { by, bytes }),
                _ => None,
            },
            virus_check: checks
                .find(|check| check.as_str() == row.virus_check)
                .ok_or_else(|| wrong("virus_check"))?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, application_id, claim_id, uploaded_by, uploaded_at, kind, size, sha256, \
             pages, key_id, sealed_key, virus_check FROM scans ",
            $rest
        )
    };
}

/// A scan that is about to be kept.
pub async fn insert(tx: &mut Tx, scan: &Scan) -> Result<()> {
    let size =
        i32::try_from(scan.size).map_err(|_| Error::inconsistent("scans", scan.id, "size"))?;
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO scans (id, application_id, uploaded_by, uploaded_at, kind, size, sha256, \
         pages, virus_check) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(scan.id.uuid())
    .bind(scan.application_id.uuid())
    .bind(scan.uploaded_by.uuid())
    .bind(scan.uploaded_at)
    .bind(scan.kind.as_str())
    .bind(size)
    .bind(scan.sha256.as_slice())
    .bind(i32::from(scan.pages))
    .bind(scan.virus_check.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// A scan is kept from now on, or its key is sealed anew.
pub async fn set_key(tx: &mut Tx, id: ScanId, key: &SealedKey) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE scans SET key_id = $2, sealed_key = $3 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(&key.by)
    .bind(&key.bytes)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("scans", id, rows)
}

/// A scan that is kept.
pub async fn get(tx: &mut Tx, id: ScanId) -> Result<Option<Scan>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE id = $1 AND key_id IS NOT NULL"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Scan::try_from).transpose()
}

/// All scans of an application that are kept, in the order in which they came.
pub async fn of_application(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Scan>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 AND key_id IS NOT NULL ORDER BY uploaded_at, id"
    ))
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Scan::try_from).collect()
}

/// Sends a scan with a claim; false when it was sent already, or belongs to another application.
pub async fn send(
    tx: &mut Tx,
    id: ScanId,
    application: ApplicationId,
    claim: BenefitClaimId,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE scans SET claim_id = $3 WHERE id = $1 AND application_id = $2 \
         AND claim_id IS NULL AND key_id IS NOT NULL AND virus_check <> 'infected'"
    )
    .bind(id.uuid())
    .bind(application.uuid())
    .bind(claim.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// What the virus scanner has said of a scan that it had not looked at; false when there is nothing to say
/// any more.
pub async fn set_virus_check(tx: &mut Tx, id: ScanId, check: VirusCheck) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE scans SET virus_check = $2, override_reason = NULL \
         WHERE id = $1 AND virus_check IN ('unchecked', 'overridden')"
    )
    .bind(id.uuid())
    .bind(check.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// An official opens what no scanner has looked at; false when there is nothing to decide.
pub async fn override_virus_check(
    tx: &mut Tx,
    id: ScanId,
    official: &Comment,
    reason: &Comment,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE scans SET virus_check = 'overridden', overridden_by_name = $2, \
         override_reason = $3 WHERE id = $1 AND virus_check = 'unchecked'"
    )
    .bind(id.uuid())
    .bind(official.as_str())
    .bind(reason.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Scans that no scanner has looked at, also those that an official has opened; the oldest first.
pub async fn unchecked(tx: &mut Tx, limit: i64) -> Result<Vec<Scan>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        sqlx::query_as(select!(
        "WHERE virus_check IN ('unchecked', 'overridden') AND key_id IS NOT NULL ORDER BY uploaded_at, id LIMIT $1"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter().map(Scan::try_from).collect()
}

/// Scans that were sent with no claim since a moment, and those that were never kept.
pub async fn forgotten(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<Vec<Scan>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE claim_id IS NULL AND uploaded_at < $1 ORDER BY uploaded_at, id LIMIT $2"
    ))
    .bind(since)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Scan::try_from).collect()
}

/// Forgets a scan that was sent with no claim; false when it was, or is gone.
pub async fn delete_unsent(tx: &mut Tx, id: ScanId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM scans WHERE id = $1 AND claim_id IS NULL"
    )
    .bind(id.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The names of the keys that seal scans.
pub async fn key_names(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT DISTINCT key_id FROM scans WHERE key_id IS NOT NULL ORDER BY key_id"
    )
    .fetch_all(conn)
    .await)?)
}

/// Scans that another key than this one seals, locked.
pub async fn sealed_by_others(tx: &mut Tx, key: &str, limit: i64) -> Result<Vec<Scan>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "scans",
        select!("WHERE key_id <> $1 ORDER BY id LIMIT $2"),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(key)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Scan::try_from).collect()
}
