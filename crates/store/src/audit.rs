//! The audit log (R25). Records are added, never changed.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    audit::{AuditCapacity, AuditKind, SearchReason},
    id::{ApplicationId, AuditRecordId, LocalityId},
    language::Localized,
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub id: AuditRecordId,
    pub at: DateTime<Utc>,
    pub capacity: AuditCapacity,
    /// IIN of a person, id of a program, name of an operator.
    pub actor: String,
    pub organisation: Localized,
    pub locality_id: Option<LocalityId>,
    pub operation: String,
    pub kind: AuditKind,
    pub reason: Option<SearchReason>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub facts: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    capacity: String,
    actor: String,
    organisation: Json<Localized>,
    locality_id: Option<Uuid>,
    operation: String,
    kind: String,
    reason: Option<String>,
    address: Option<String>,
    request_id: Option<String>,
    facts: Json<Value>,
}

impl TryFrom<Row> for Record {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("audit_records", row.id, reason);
        Ok(Self {
            capacity: AuditCapacity::from_name(&row.capacity)
                .ok_or_else(|| inconsistent("capacity"))?,
            kind: AuditKind::from_name(&row.kind).ok_or_else(|| inconsistent("kind"))?,
            // A later version may know more reasons.
            reason: row.reason.as_deref().and_then(SearchReason::from_name),
            id: AuditRecordId::new(row.id),
            at: row.at,
            actor: row.actor,
            organisation: row.organisation.0,
            locality_id: row.locality_id.map(LocalityId::new),
            operation: row.operation,
            address: row.address,
            request_id: row.request_id,
            facts: row.facts.0,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.at, r.capacity, r.actor, r.organisation, r.locality_id, r.operation, \
             r.kind, r.reason, r.address, r.request_id, r.facts FROM audit_records r ",
            $rest
        )
    };
}

/// Adds a record about the data of these applications.
pub async fn insert(tx: &mut Tx, record: &Record, subjects: &[ApplicationId]) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO audit_records (id, at, capacity, actor, organisation, locality_id, operation, \
         kind, reason, address, request_id, facts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )
    .bind(record.id.uuid())
    .bind(record.at)
    .bind(record.capacity.as_str())
    .bind(&record.actor)
    .bind(Json(&record.organisation))
    .bind(record.locality_id.map(LocalityId::uuid))
    .bind(&record.operation)
    .bind(record.kind.as_str())
    .bind(record.reason.map(SearchReason::as_str))
    .bind(&record.address)
    .bind(&record.request_id)
    .bind(Json(&record.facts))
    .execute(conn)
    .await
    .map(|_| ()))?;
    for subject in subjects {
        on_conn!(tx, |conn| sqlx::query(
            "INSERT INTO audit_subjects (record_id, application_id) VALUES ($1, $2) \
             ON CONFLICT (record_id, application_id) DO NOTHING"
        )
        .bind(record.id.uuid())
        .bind(subject.uuid())
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

/// Who looked at the data of an application or acted on it, the newest first.
pub async fn of_application(tx: &mut Tx, id: ApplicationId, limit: i64) -> Result<Vec<Record>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "JOIN audit_subjects s ON s.record_id = r.id WHERE s.application_id = $1 \
         ORDER BY r.id DESC LIMIT $2"
    ))
    .bind(id.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Record::try_from).collect()
}

/// What a search of the log looks for; what is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub localities: Vec<LocalityId>,
    pub actor: Option<String>,
    pub application: Option<ApplicationId>,
    pub before: Option<AuditRecordId>,
    /// From this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Before this moment.
    pub until: Option<DateTime<Utc>>,
}

/// Records of the localities, the newest first.
pub async fn search(tx: &mut Tx, filter: &Filter, limit: i64) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    for locality in &filter.localities {
        let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
            "WHERE r.locality_id = $1 AND ($2 IS NULL OR r.actor = $2) \
             AND ($3 IS NULL OR EXISTS (SELECT 1 FROM audit_subjects s \
               WHERE s.record_id = r.id AND s.application_id = $3)) \
             AND ($4 IS NULL OR r.id < $4) AND ($6 IS NULL OR r.at >= $6) \
             AND ($7 IS NULL OR r.at < $7) ORDER BY r.id DESC LIMIT $5"
        ))
        .bind(locality.uuid())
        .bind(&filter.actor)
        .bind(filter.application.map(ApplicationId::uuid))
        .bind(filter.before.map(AuditRecordId::uuid))
        .bind(limit)
        .bind(filter.since)
        .bind(filter.until)
        .fetch_all(conn)
        .await)?;
        for row in rows {
            found.push(Record::try_from(row)?);
        }
    }
    found.sort_by_key(|record| std::cmp::Reverse(record.id));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// Whose data a record is about.
pub async fn subjects(tx: &mut Tx, id: AuditRecordId) -> Result<Vec<ApplicationId>> {
    let ids: Vec<Uuid> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT application_id FROM audit_subjects WHERE record_id = $1 ORDER BY application_id"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?;
    Ok(ids.into_iter().map(ApplicationId::new).collect())
}
