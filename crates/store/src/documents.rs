//! Signed acts (R17). Rows are written once and never changed.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    dto::DocumentKind,
    id::{ApplicationId, DocumentId, PersonId, ReferralId},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    /// None of a decision that is about no application.
    pub application_id: Option<ApplicationId>,
    pub referral_id: Option<ReferralId>,
    pub signer_id: PersonId,
    pub number: String,
    pub content: Vec<u8>,
    pub cms: Vec<u8>,
    pub certificate: Vec<u8>,
    pub report: Value,
    pub facts: Value,
    pub signed_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    application_id: Option<Uuid>,
    referral_id: Option<Uuid>,
    signer_id: Uuid,
    number: String,
    content: Vec<u8>,
    cms: Vec<u8>,
    certificate: Vec<u8>,
    report: Json<Value>,
    facts: Json<Value>,
    signed_at: DateTime<Utc>,
}

const fn kind_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Application => "application",
        DocumentKind::Referral => "referral",
        DocumentKind::Extension => "extension",
        DocumentKind::Revocation => "revocation",
        DocumentKind::Withdrawal => "withdrawal",
        DocumentKind::Attachment => "attachment",
        DocumentKind::Detachment => "detachment",
        DocumentKind::Annulment => "annulment",
        DocumentKind::Suspension => "suspension",
        DocumentKind::Resumption => "resumption",
        DocumentKind::Benefit => "benefit",
        DocumentKind::Decision => "decision",
    }
}

impl TryFrom<Row> for Document {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            kind: DocumentKind::ALL
                .into_iter()
                .find(|kind| kind_name(*kind) == row.kind)
                .ok_or_else(|| Error::inconsistent("documents", row.id, "kind"))?,
            id: DocumentId::new(row.id),
            application_id: row.application_id.map(ApplicationId::new),
            referral_id: row.referral_id.map(ReferralId::new),
            signer_id: PersonId::new(row.signer_id),
            number: row.number,
            content: row.content,
            cms: row.cms,
            certificate: row.certificate,
            report: row.report.0,
            facts: row.facts.0,
            signed_at: row.signed_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, application_id, referral_id, signer_id, number, content, cms, \
             certificate, report, facts, signed_at FROM documents ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, document: &Document) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO documents (id, kind, application_id, referral_id, signer_id, number, \
         content, cms, certificate, report, facts, signed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )
    .bind(document.id.uuid())
    .bind(kind_name(document.kind))
    .bind(document.application_id.map(ApplicationId::uuid))
    .bind(document.referral_id.map(ReferralId::uuid))
    .bind(document.signer_id.uuid())
    .bind(&document.number)
    .bind(&document.content)
    .bind(&document.cms)
    .bind(&document.certificate)
    .bind(Json(&document.report))
    .bind(Json(&document.facts))
    .bind(document.signed_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: DocumentId) -> Result<Option<Document>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Document::try_from).transpose()
}

/// The documents of an application, the newest first.
pub async fn list_of(tx: &mut Tx, application: ApplicationId) -> Result<Vec<Document>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 ORDER BY signed_at DESC, id DESC"
    ))
    .bind(application.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Document::try_from).collect()
}
