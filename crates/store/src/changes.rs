//! What has changed lately for whom.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::PersonId;
use uuid::Uuid;

/// Something that a person sees now and did not see before: an event of the journal, a notice, or a
/// change of a session for signing with a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Change {
    pub id: Uuid,
    pub person: PersonId,
}

/// Everything with a later id, for everybody who sees it. Ids of one process grow, those of several
/// interleave, so whoever asks again starts a little earlier.
pub async fn since(tx: &mut Tx, id: Uuid) -> Result<Vec<Change>> {
    let rows: Vec<(Uuid, Uuid)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT e.id, a.applicant_id FROM events e \
         JOIN applications a ON a.id = e.application_id WHERE e.id > $1 \
         UNION SELECT e.id, t.person_id FROM events e \
         JOIN attachments t ON t.application_id = e.application_id AND t.state = 'attached' \
         WHERE e.id > $1 \
         UNION SELECT n.id, n.person_id FROM notices n WHERE n.id > $1 \
         UNION SELECT s.change_id, s.person_id FROM signing_sessions s \
         WHERE s.change_id > $1 AND s.person_id IS NOT NULL"
    )
    .bind(id)
    .fetch_all(conn)
    .await)?;
    let change = |(id, person)| Change {
        id,
        person: PersonId::new(person),
    };
    Ok(rows.into_iter().map(change).collect())
}
