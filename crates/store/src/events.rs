//! The journal of domain events.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::{
    comment::Comment,
    dto::EventKind,
    id::{ApplicationId, ClientId, EventId, PersonId},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub application_id: ApplicationId,
    pub at: DateTime<Utc>,
    pub kind: EventKind,
    pub rule: String,
    /// Absent when the rules themselves acted.
    pub actor_id: Option<PersonId>,
    /// The program that acted.
    pub client_id: Option<ClientId>,
    /// Name of the official who acted.
    pub official: Option<Comment>,
    pub data: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    at: DateTime<Utc>,
    kind: String,
    rule: String,
    actor_id: Option<Uuid>,
    client_id: Option<Uuid>,
    official: Option<String>,
    data: Json<Value>,
}

impl TryFrom<Row> for Event {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            kind: serde_json::from_value(Value::String(row.kind))
                .map_err(|_| Error::inconsistent("events", row.id, "kind"))?,
            id: EventId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            at: row.at,
            rule: row.rule,
            actor_id: row.actor_id.map(PersonId::new),
            client_id: row.client_id.map(ClientId::new),
            official: row
                .official
                .map(|name| Comment::parse(&name))
                .transpose()
                .map_err(|_| Error::inconsistent("events", row.id, "official"))?,
            data: row.data.0,
        })
    }
}

pub async fn insert(tx: &mut Tx, event: &Event) -> Result<()> {
    let kind = match serde_json::to_value(event.kind) {
        Ok(Value::String(name)) => name,
        _ => return Err(Error::inconsistent("events", event.id, "kind has no name")),
    };
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO events (id, application_id, at, kind, rule, actor_id, client_id, official, \
         data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(event.id.uuid())
    .bind(event.application_id.uuid())
    .bind(event.at)
    .bind(&kind)
    .bind(&event.rule)
    .bind(event.actor_id.map(PersonId::uuid))
    .bind(event.client_id.map(ClientId::uuid))
    .bind(event.official.as_ref().map(Comment::as_str))
    .bind(Json(&event.data))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The journal of an application, the newest first.
pub async fn list_of(tx: &mut Tx, application: ApplicationId) -> Result<Vec<Event>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, application_id, at, kind, rule, actor_id, client_id, official, data \
         FROM events WHERE application_id = $1 ORDER BY at DESC, id DESC"
    )
    .bind(application.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Event::try_from).collect()
}

/// When something of these kinds last happened to an application.
pub async fn last_of(
    tx: &mut Tx,
    application: ApplicationId,
    kinds: &[EventKind],
) -> Result<Option<DateTime<Utc>>> {
    let list = list_of(tx, application).await?;
    Ok(list
        .into_iter()
        .find(|event| kinds.contains(&event.kind))
        .map(|event| event.at))
}
