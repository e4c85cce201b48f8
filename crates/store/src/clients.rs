//! Programs of organisations, which have secrets instead of digital signatures.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{id::ClientId, iin::Bin};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone)]
pub struct Client {
    pub id: ClientId,
    /// The organisation whose data it may touch.
    pub bin: Bin,
    pub name: String,
    /// Words with spaces between them (RFC 6749, section 3.3).
    pub scopes: String,
    pub secret_hash: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    bin: String,
    name: String,
    scopes: String,
    secret_hash: Vec<u8>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Client {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            bin: Bin::parse(&row.bin).map_err(|_| Error::inconsistent("clients", row.id, "bin"))?,
            id: ClientId::new(row.id),
            name: row.name,
            scopes: row.scopes,
            secret_hash: row.secret_hash,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, bin, name, scopes, secret_hash, created_at, last_used_at, revoked_at \
             FROM clients ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, client: &Client) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO clients (id, bin, name, scopes, secret_hash, created_at, last_used_at, \
         revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(client.id.uuid())
    .bind(client.bin.to_string())
    .bind(&client.name)
    .bind(&client.scopes)
    .bind(&client.secret_hash)
    .bind(client.created_at)
    .bind(client.last_used_at)
    .bind(client.revoked_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ClientId) -> Result<Option<Client>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Client::try_from).transpose()
}

/// All of them, revoked ones too, by organisation.
pub async fn list(tx: &mut Tx) -> Result<Vec<Client>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "ORDER BY bin, created_at, id"
    ))
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Client::try_from).collect()
}

/// Ends a client; false when there is none or it was ended before.
pub async fn revoke(tx: &mut Tx, id: ClientId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE clients SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes that the secret was used.
pub async fn touch(tx: &mut Tx, id: ClientId, now: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE clients SET last_used_at = $2 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
