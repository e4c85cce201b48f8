//! The history of the registry, and changes that are to come (R20).

use crate::{Error, Result, Tx, appointments::By, on_conn};
use balabaqsha_shared::{
    comment::Comment,
    id::{PersonId, RegistryChangeId},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// What something has become.
#[derive(Clone, Debug)]
pub struct Change {
    pub id: RegistryChangeId,
    pub at: DateTime<Utc>,
    /// With the name of an import: `localities`, `kindergartens`, `groups` or `places`.
    pub kind: &'static str,
    pub subject: Uuid,
    pub data: Value,
    pub author: By,
}

pub async fn insert(tx: &mut Tx, change: &Change) -> Result<()> {
    let (author_id, author_name) = change.author.columns();
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO registry_changes (id, at, kind, subject_id, data, author_id, author_name) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(change.id.uuid())
    .bind(change.at)
    .bind(change.kind)
    .bind(change.subject)
    .bind(Json(&change.data))
    .bind(author_id)
    .bind(author_name)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// An entry with the name of its author.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub author: String,
    pub kind: String,
    pub data: Json<Value>,
    pub import_id: Option<Uuid>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.at, COALESCE(p.full_name, c.author_name) AS author, c.kind, c.data, \
             c.import_id FROM registry_changes c LEFT JOIN persons p ON p.id = c.author_id ",
            $rest
        )
    };
}

/// The entries about one thing before `before`, the newest first.
pub async fn of(
    tx: &mut Tx,
    subject: Uuid,
    before: Option<RegistryChangeId>,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE c.subject_id = $1 AND ($2 IS NULL OR (c.at, c.id) < (SELECT d.at, d.id \
           FROM registry_changes d WHERE d.id = $2)) ORDER BY c.at DESC, c.id DESC LIMIT $3"
    ))
    .bind(subject)
    .bind(before.map(RegistryChangeId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?)
}

/// The last entry about each of some things, those of free places aside.
pub async fn last(tx: &mut Tx, subject: Uuid) -> Result<Option<Entry>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE c.subject_id = $1 AND c.kind <> 'places' ORDER BY c.at DESC, c.id DESC LIMIT 1"
    ))
    .bind(subject)
    .fetch_optional(conn)
    .await)?)
}

/// A change that is to come, with the name of its author.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Planned {
    pub id: Uuid,
    pub kind: String,
    pub subject_id: Uuid,
    pub effective_on: NaiveDate,
    pub data: Json<Value>,
    pub made_at: DateTime<Utc>,
    author_id: Option<Uuid>,
    author_name: Option<String>,
    pub author: String,
    pub refused: Option<Json<Value>>,
}

impl Planned {
    pub fn by(&self) -> Result<By> {
        match (self.author_id, &self.author_name) {
            (Some(id), None) => Ok(By::Person(PersonId::new(id))),
            (None, Some(name)) => Comment::parse(name)
                .map(By::Operator)
                .map_err(|_| Error::inconsistent("planned_changes", self.id, "author_name")),
            _ => Err(Error::inconsistent("planned_changes", self.id, "author")),
        }
    }
}

macro_rules! select_planned {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.kind, c.subject_id, c.effective_on, c.data, c.made_at, c.author_id, \
             c.author_name, COALESCE(p.full_name, c.author_name) AS author, c.refused \
             FROM planned_changes c LEFT JOIN persons p ON p.id = c.author_id ",
            $rest
        )
    };
}

/// A change that somebody wants on a day to come.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: RegistryChangeId,
    pub kind: &'static str,
    pub subject: Uuid,
    pub effective_on: NaiveDate,
    pub data: Value,
    pub made_at: DateTime<Utc>,
    pub author: By,
}

pub async fn plan(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let (author_id, author_name) = plan.author.columns();
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO planned_changes (id, kind, subject_id, effective_on, data, made_at, \
         author_id, author_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(plan.id.uuid())
    .bind(plan.kind)
    .bind(plan.subject)
    .bind(plan.effective_on)
    .bind(Json(&plan.data))
    .bind(plan.made_at)
    .bind(author_id)
    .bind(author_name)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What is to become of one thing, the earliest first.
pub async fn planned(tx: &mut Tx, subject: Uuid) -> Result<Vec<Planned>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(select_planned!(
        "WHERE c.subject_id = $1 ORDER BY c.effective_on, c.id"
    ))
    .bind(subject)
    .fetch_all(conn)
    .await)?)
}

pub async fn planned_change(tx: &mut Tx, id: RegistryChangeId) -> Result<Option<Planned>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(select_planned!(
        "WHERE c.id = $1"
    ))
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?)
}

/// The first change whose day has come.
pub async fn due(tx: &mut Tx, today: NaiveDate) -> Result<Option<Planned>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(select_planned!(
        "WHERE c.effective_on <= $1 AND c.refused IS NULL ORDER BY c.effective_on, c.id LIMIT 1"
    ))
    .bind(today)
    .fetch_optional(conn)
    .await)?)
}

/// Takes a planned change away; false when it is gone.
pub async fn take(tx: &mut Tx, id: RegistryChangeId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM planned_changes WHERE id = $1"
    )
    .bind(id.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Notes why a change could not take effect on its day.
pub async fn refuse(tx: &mut Tx, id: RegistryChangeId, why: &Value) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE planned_changes SET refused = $2 WHERE id = $1 AND refused IS NULL"
    )
    .bind(id.uuid())
    .bind(Json(why))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
