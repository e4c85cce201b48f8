//! Certificates that were told to be revoked for good, for all processes and for as long as the
//! database is kept. Rows are added, never changed.

use super::{Error, Result, Tx, on_conn};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A revocation that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownRevocation {
    /// SHA-256 over the public key of the issuer.
    pub issuer_key: Vec<u8>,
    pub serial: Vec<u8>,
    pub source: Source,
    pub revoked_at: DateTime<Utc>,
    /// The reason code of RFC 5280.
    pub reason: u8,
}

/// Who told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Ocsp,
    Crl,
}

impl Source {
    const ALL: [Self; 2] = [Self::Ocsp, Self::Crl];

    const fn name(self) -> &'static str {
        match self {
            Self::Ocsp => "ocsp",
            Self::Crl => "crl",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    issuer_key: Vec<u8>,
    serial: Vec<u8>,
    source: String,
    revoked_at: DateTime<Utc>,
    reason: i32,
}

impl Row {
    fn read(self) -> Result<KnownRevocation> {
        let wrong = |what| Error::inconsistent("known_revocations", Uuid::nil(), what);
        Ok(KnownRevocation {
            source: Source::ALL
                .into_iter()
                .find(|source| source.name() == self.source)
                .ok_or_else(|| wrong("source"))?,
            reason: u8::try_from(self.reason).map_err(|_| wrong("reason"))?,
            issuer_key: self.issuer_key,
            serial: self.serial,
            revoked_at: self.revoked_at,
        })
    }
}

/// Keeps a revocation. One that is known already stays as it is.
pub async fn keep(tx: &mut Tx, known: &KnownRevocation, now: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO known_revocations (issuer_key, serial, source, revoked_at, reason, told_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
    )
    .bind(&known.issuer_key)
    .bind(&known.serial)
    .bind(known.source.name())
    .bind(known.revoked_at)
    .bind(i32::from(known.reason))
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What is known of a certificate, by the key of its issuer and its number.
pub async fn of(tx: &mut Tx, issuer_key: &[u8], serial: &[u8]) -> Result<Vec<KnownRevocation>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT issuer_key, serial, source, revoked_at, reason FROM known_revocations \
         WHERE issuer_key = $1 AND serial = $2 ORDER BY revoked_at, reason"
    )
    .bind(issuer_key)
    .bind(serial)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Row::read).collect()
}
