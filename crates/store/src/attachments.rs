//! Applications attached to a second parent, and the requests for it (R3).

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::{
    attachment::AttachmentState,
    id::{ApplicationId, AttachmentId, PersonId},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: AttachmentId,
    pub application_id: ApplicationId,
    pub person_id: PersonId,
    pub state: AttachmentState,
    pub requested_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    person_id: Uuid,
    state: String,
    requested_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Attachment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = match (row.state.as_str(), row.decided_at) {
            ("pending", None) => AttachmentState::Pending,
            ("attached", Some(at)) => AttachmentState::Attached { at },
            ("declined", Some(at)) => AttachmentState::Declined { at },
            _ => return Err(Error::inconsistent("attachments", row.id, "state")),
        };
        Ok(Self {
            id: AttachmentId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            person_id: PersonId::new(row.person_id),
            state,
            requested_at: row.requested_at,
        })
    }
}

const fn state_columns(state: AttachmentState) -> (&'static str, Option<DateTime<Utc>>) {
    match state {
        AttachmentState::Pending => ("pending", None),
        AttachmentState::Attached { at } => ("attached", Some(at)),
        AttachmentState::Declined { at } => ("declined", Some(at)),
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, application_id, person_id, state, requested_at, decided_at \
             FROM attachments ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, attachment: &Attachment) -> Result<()> {
    let (state, decided_at) = state_columns(attachment.state);
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO attachments (id, application_id, person_id, state, requested_at, \
         decided_at) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(attachment.id.uuid())
    .bind(attachment.application_id.uuid())
    .bind(attachment.person_id.uuid())
    .bind(state)
    .bind(attachment.requested_at)
    .bind(decided_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: AttachmentId) -> Result<Option<Attachment>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Attachment::try_from).transpose()
}

/// The request of a person for an application that waits or was accepted.
pub async fn live_of(
    tx: &mut Tx,
    application: ApplicationId,
    person: PersonId,
) -> Result<Option<Attachment>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 AND person_id = $2 AND state IN ('pending', 'attached')"
    ))
    .bind(application.uuid())
    .bind(person.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Attachment::try_from).transpose()
}

/// Decides a request that waits; false when somebody already did. The registry has no name.
pub async fn decide(
    tx: &mut Tx,
    id: AttachmentId,
    state: AttachmentState,
    by: Option<PersonId>,
) -> Result<bool> {
    let (name, decided_at) = state_columns(state);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE attachments SET state = $2, decided_at = $3, decided_by = $4 \
         WHERE id = $1 AND state = 'pending'"
    )
    .bind(id.uuid())
    .bind(name)
    .bind(decided_at)
    .bind(by.map(PersonId::uuid))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("attachments", id, rows)?;
    }
    Ok(rows == 1)
}

/// What a person asked for, the newest first.
pub async fn list_of(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE person_id = $1 ORDER BY requested_at DESC, id DESC LIMIT $2"
    ))
    .bind(person.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}

/// Requests of others for applications that a person signed or has attached, the oldest first.
pub async fn waiting_for(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE state = 'pending' AND (application_id IN \
         (SELECT id FROM applications WHERE applicant_id = $1) OR application_id IN \
         (SELECT application_id FROM attachments WHERE person_id = $1 AND state = 'attached')) \
         ORDER BY requested_at, id LIMIT $2"
    ))
    .bind(person.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}
