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
    /// The claim that asks (R27); its applicant does not know of the request.
    pub claim_id: Option<ApplicationId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    person_id: Uuid,
    state: String,
    requested_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    claim_id: Option<Uuid>,
}

impl TryFrom<Row> for Attachment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let state = match (row.state.as_str(), row.decided_at) {
            ("pending", None) => AttachmentState::Pending,
            ("attached", Some(at)) => AttachmentState::Attached { at },
            ("declined", Some(at)) => match row.ended_at {
                Some(at) => AttachmentState::Ended { at },
                None => AttachmentState::Declined { at },
            },
            _ => return Err(Error::inconsistent("attachments", row.id, "state")),
        };
        Ok(Self {
            id: AttachmentId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            person_id: PersonId::new(row.person_id),
            state,
            requested_at: row.requested_at,
            claim_id: row.claim_id.map(ApplicationId::new),
        })
    }
}

const fn state_columns(state: AttachmentState) -> (&'static str, Option<DateTime<Utc>>) {
    match state {
        AttachmentState::Pending => ("pending", None),
        AttachmentState::Attached { at } => ("attached", Some(at)),
        // A process of before reads one that has ended as declined: nobody sees by it.
        AttachmentState::Declined { at } | AttachmentState::Ended { at } => ("declined", Some(at)),
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, application_id, person_id, state, requested_at, decided_at, ended_at, \
             claim_id FROM attachments ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, attachment: &Attachment) -> Result<()> {
    let (state, decided_at) = state_columns(attachment.state);
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO attachments (id, application_id, person_id, state, requested_at, \
         decided_at, claim_id) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(attachment.id.uuid())
    .bind(attachment.application_id.uuid())
    .bind(attachment.person_id.uuid())
    .bind(state)
    .bind(attachment.requested_at)
    .bind(decided_at)
    .bind(attachment.claim_id.map(ApplicationId::uuid))
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

/// Ends an attachment; false when it is none (any more). An official has no id here.
pub async fn end(
    tx: &mut Tx,
    id: AttachmentId,
    at: DateTime<Utc>,
    by: Option<PersonId>,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE attachments SET state = 'declined', ended_at = $2, ended_by = $3 \
         WHERE id = $1 AND state = 'attached'"
    )
    .bind(id.uuid())
    .bind(at)
    .bind(by.map(PersonId::uuid))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("attachments", id, rows)?;
    }
    Ok(rows == 1)
}

/// Makes the request of a claim one that its applicant has made, so that they see it.
pub async fn disclose(tx: &mut Tx, id: AttachmentId, at: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE attachments SET claim_id = NULL, requested_at = $2 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("attachments", id, rows)
}

/// Who is attached to the applications that a person signed, the oldest first.
pub async fn attached_by(tx: &mut Tx, applicant: PersonId, limit: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE state = 'attached' AND application_id IN \
         (SELECT id FROM applications WHERE applicant_id = $1) ORDER BY decided_at, id LIMIT $2"
    ))
    .bind(applicant.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}

/// Who has an application attached.
pub async fn attached_to(tx: &mut Tx, application: ApplicationId) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 AND state = 'attached' ORDER BY decided_at, id"
    ))
    .bind(application.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}

/// What a person asked for, the newest first. The request of a claim is theirs once it is granted.
pub async fn list_of(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE person_id = $1 AND (claim_id IS NULL OR state = 'attached') \
         ORDER BY requested_at DESC, id DESC LIMIT $2"
    ))
    .bind(person.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}

/// Requests of others for applications that a person signed, the oldest first.
pub async fn waiting_for(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE state = 'pending' AND application_id IN \
         (SELECT id FROM applications WHERE applicant_id = $1) ORDER BY requested_at, id LIMIT $2"
    ))
    .bind(person.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}
