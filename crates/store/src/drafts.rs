//! Acts that wait for their signature.

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::id::{ApplicationId, DraftId, PersonId};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftKind {
    Application,
    Referral,
    Extension,
    Revocation,
    Withdrawal,
    Attachment,
    Detachment,
    Annulment,
    Suspension,
    Resumption,
    Benefit,
    Decision,
}

impl DraftKind {
    pub const ALL: [Self; 12] = [
        Self::Application,
        Self::Referral,
        Self::Extension,
        Self::Revocation,
        Self::Withdrawal,
        Self::Attachment,
        Self::Detachment,
        Self::Annulment,
        Self::Suspension,
        Self::Resumption,
        Self::Benefit,
        Self::Decision,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Referral => "referral",
            Self::Extension => "extension",
            Self::Revocation => "revocation",
            Self::Withdrawal => "withdrawal",
            Self::Attachment => "attachment",
            Self::Detachment => "detachment",
            Self::Annulment => "annulment",
            Self::Suspension => "suspension",
            Self::Resumption => "resumption",
            Self::Benefit => "benefit",
            Self::Decision => "decision",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Draft {
    pub id: DraftId,
    pub person_id: PersonId,
    pub kind: DraftKind,
    pub application_id: Option<ApplicationId>,
    /// What the act needs when it is signed, in the form of its service.
    pub payload: Value,
    /// The bytes to sign.
    pub content: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    kind: String,
    application_id: Option<Uuid>,
    payload: Json<Value>,
    content: Vec<u8>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Draft {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            kind: DraftKind::ALL
                .into_iter()
                .find(|kind| kind.name() == row.kind)
                .ok_or_else(|| Error::inconsistent("drafts", row.id, "kind"))?,
            id: DraftId::new(row.id),
            person_id: PersonId::new(row.person_id),
            application_id: row.application_id.map(ApplicationId::new),
            payload: row.payload.0,
            content: row.content,
            created_at: row.created_at,
            expires_at: row.expires_at,
            used_at: row.used_at,
        })
    }
}

pub async fn insert(tx: &mut Tx, draft: &Draft) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO drafts (id, person_id, kind, application_id, payload, content, created_at, \
         expires_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(draft.id.uuid())
    .bind(draft.person_id.uuid())
    .bind(draft.kind.name())
    .bind(draft.application_id.map(ApplicationId::uuid))
    .bind(Json(&draft.payload))
    .bind(&draft.content)
    .bind(draft.created_at)
    .bind(draft.expires_at)
    .bind(draft.used_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: DraftId) -> Result<Option<Draft>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, person_id, kind, application_id, payload, content, created_at, expires_at, \
         used_at FROM drafts WHERE id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Draft::try_from).transpose()
}

/// Uses a draft up; false when somebody else already did.
pub async fn use_up(tx: &mut Tx, id: DraftId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE drafts SET used_at = $2 WHERE id = $1 AND used_at IS NULL"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("drafts", id, rows)?;
    }
    Ok(rows == 1)
}

/// What is left of a draft that was signed.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Spent {
    /// The application, referral or attachment that the act has made or changed.
    pub led_to: Uuid,
    /// SHA-256 of the CMS.
    pub signature_digest: Vec<u8>,
    /// SHA-256 of the bytes that were signed.
    pub content_digest: Vec<u8>,
}

/// Puts what a used draft has led to in the place of what it said.
pub async fn spend(tx: &mut Tx, id: DraftId, spent: &Spent) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE drafts SET led_to = $2, signature_digest = $3, content_digest = $4, \
         payload = $5, content = $6 WHERE id = $1 AND used_at IS NOT NULL AND led_to IS NULL"
    )
    .bind(id.uuid())
    .bind(spent.led_to)
    .bind(&spent.signature_digest)
    .bind(&spent.content_digest)
    .bind(Json(Value::Object(serde_json::Map::new())))
    .bind(Vec::<u8>::new())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("drafts", id, rows)
}

/// Takes the text of drafts that were signed before this was done with each.
pub async fn blank_used(tx: &mut Tx) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE drafts SET payload = $1, content = $2 WHERE used_at IS NOT NULL AND led_to IS NULL"
    )
    .bind(Json(Value::Object(serde_json::Map::new())))
    .bind(Vec::<u8>::new())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// None while it was not signed, and for one that was signed before this was kept.
pub async fn spent(tx: &mut Tx, id: DraftId) -> Result<Option<Spent>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT led_to, signature_digest, content_digest FROM drafts \
         WHERE id = $1 AND led_to IS NOT NULL"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?)
}

/// Forgets drafts that were never signed and that no hold remembers.
pub async fn delete_expired(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM drafts WHERE expires_at < $1 AND used_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM holds WHERE holds.draft_id = drafts.id)"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
