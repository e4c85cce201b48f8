//! Sessions for signing with a phone. What is a secret is kept as its hash.

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    id::{ChallengeId, DraftId, PersonId, SigningSessionId},
    signing_session::{SigningState, Standing},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{FromRow, types::Json};
use uuid::Uuid;

/// Who has begun a session, and alone may follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginner {
    /// For their own drafts.
    Person(PersonId),
    /// For a login: SHA-256 of what its cookie says.
    Browser(Vec<u8>),
}

/// What is to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Challenge(ChallengeId),
    Draft(DraftId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningSession {
    pub id: SigningSessionId,
    pub code_hash: Vec<u8>,
    pub token_hash: Vec<u8>,
    pub beginner: Beginner,
    pub standing: Standing,
    /// Why the last signature did not pass, in the form of the service.
    pub failure: Option<Value>,
    /// Of the signatures that have passed.
    pub answer_digest: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
}

/// A text of a session, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    pub number: i32,
    pub subject: Subject,
    pub cms: Option<Vec<u8>>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    code_hash: Vec<u8>,
    token_hash: Vec<u8>,
    person_id: Option<Uuid>,
    browser_hash: Option<Vec<u8>>,
    state: String,
    failures: i32,
    failure: Option<Json<Value>>,
    answer_digest: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl TryFrom<Row> for SigningSession {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |column: &str| Error::inconsistent("signing_sessions", row.id, column);
        let beginner = match (row.person_id, row.browser_hash) {
            (Some(person), None) => Beginner::Person(PersonId::new(person)),
            (None, Some(hash)) => Beginner::Browser(hash),
            _ => return Err(inconsistent("person_id")),
        };
        Ok(Self {
            standing: Standing {
                state: SigningState::from_name(&row.state).ok_or_else(|| inconsistent("state"))?,
                failures: u8::try_from(row.failures).map_err(|_| inconsistent("failures"))?,
                expires_at: row.expires_at,
            },
            id: SigningSessionId::new(row.id),
            code_hash: row.code_hash,
            token_hash: row.token_hash,
            beginner,
            failure: row.failure.map(|failure| failure.0),
            answer_digest: row.answer_digest,
            created_at: row.created_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, code_hash, token_hash, person_id, browser_hash, state, failures, failure, \
             answer_digest, created_at, expires_at FROM signing_sessions ",
            $rest
        )
    };
}

/// Begins a session for texts, which are numbered from one.
pub async fn insert(
    tx: &mut Tx,
    session: &SigningSession,
    subjects: &[Subject],
    change: Uuid,
) -> Result<()> {
    let (person, browser) = match &session.beginner {
        Beginner::Person(person) => (Some(person.uuid()), None),
        Beginner::Browser(hash) => (None, Some(hash)),
    };
    on_conn!(tx, |conn| {
        sqlx::query(
        "INSERT INTO signing_sessions (id, code_hash, token_hash, person_id, browser_hash, state, \
         failures, created_at, expires_at, change_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(session.id.uuid())
    .bind(&session.code_hash)
    .bind(&session.token_hash)
    .bind(person)
    .bind(browser)
    .bind(session.standing.state.as_str())
    .bind(i32::from(session.standing.failures))
    .bind(session.created_at)
    .bind(session.standing.expires_at)
    .bind(change)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    for (number, subject) in (1_i32..).zip(subjects) {
        let (challenge, draft) = match subject {
            Subject::Challenge(id) => (Some(id.uuid()), None),
            Subject::Draft(id) => (None, Some(id.uuid())),
        };
        on_conn!(tx, |conn| sqlx::query(
            "INSERT INTO signing_session_documents (session_id, number, challenge_id, draft_id) \
             VALUES ($1, $2, $3, $4)"
        )
        .bind(session.id.uuid())
        .bind(number)
        .bind(challenge)
        .bind(draft)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(())
}

pub async fn get(tx: &mut Tx, id: SigningSessionId) -> Result<Option<SigningSession>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(SigningSession::try_from).transpose()
}

/// The session whose code hashes to this.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8]) -> Result<Option<SigningSession>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE code_hash = $1"))
        .bind(code_hash)
        .fetch_optional(conn)
        .await)?;
    row.map(SigningSession::try_from).transpose()
}

/// Locks a session until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: SigningSessionId) -> Result<Option<SigningSession>> {
    let sql = dialect::for_update(tx, select!("WHERE id = $1"));
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(SigningSession::try_from).transpose()
}

/// The sessions for a text that may still be open, of which there is at most one.
pub async fn open_for(
    tx: &mut Tx,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<Vec<SigningSessionId>> {
    let id = match subject {
        Subject::Challenge(id) => id.uuid(),
        Subject::Draft(id) => id.uuid(),
    };
    let ids: Vec<Uuid> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT s.id FROM signing_sessions s \
         JOIN signing_session_documents d ON d.session_id = s.id \
         WHERE (d.challenge_id = $1 OR d.draft_id = $1) AND s.state IN ('pending', 'scanned') \
         AND s.expires_at > $2 ORDER BY s.id"
    )
    .bind(id)
    .bind(now)
    .fetch_all(conn)
    .await)?;
    Ok(ids.into_iter().map(SigningSessionId::new).collect())
}

/// How many sessions of a person may still be open.
pub async fn count_open(tx: &mut Tx, person: PersonId, now: DateTime<Utc>) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM signing_sessions WHERE person_id = $1 \
         AND state IN ('pending', 'scanned') AND expires_at > $2"
    )
    .bind(person.uuid())
    .bind(now)
    .fetch_one(conn)
    .await)?)
}

/// The browser that has begun to sign a challenge with a phone; none where no session has.
pub async fn browser_of(tx: &mut Tx, challenge: ChallengeId) -> Result<Option<Vec<u8>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT s.browser_hash FROM signing_sessions s \
         JOIN signing_session_documents d ON d.session_id = s.id \
         WHERE d.challenge_id = $1 AND s.browser_hash IS NOT NULL ORDER BY s.created_at LIMIT 1"
    )
    .bind(challenge.uuid())
    .fetch_optional(conn)
    .await)?)
}

pub async fn documents(tx: &mut Tx, id: SigningSessionId) -> Result<Vec<Document>> {
    #[derive(FromRow)]
    struct Row {
        number: i32,
        challenge_id: Option<Uuid>,
        draft_id: Option<Uuid>,
        cms: Option<Vec<u8>>,
    }
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT number, challenge_id, draft_id, cms FROM signing_session_documents \
         WHERE session_id = $1 ORDER BY number"
    )
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?;
    let document = |row: Row| {
        let subject = match (row.challenge_id, row.draft_id) {
            (Some(challenge), None) => Subject::Challenge(ChallengeId::new(challenge)),
            (None, Some(draft)) => Subject::Draft(DraftId::new(draft)),
            _ => {
                return Err(Error::inconsistent(
                    "signing_session_documents",
                    id,
                    "draft_id",
                ));
            }
        };
        Ok(Document {
            number: row.number,
            subject,
            cms: row.cms,
        })
    };
    rows.into_iter().map(document).collect()
}

/// Keeps how a session stands now. It must be locked.
pub async fn save(tx: &mut Tx, session: &SigningSession, change: Uuid) -> Result<()> {
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE signing_sessions SET state = $2, failures = $3, failure = $4, answer_digest = $5, \
         change_id = $6 WHERE id = $1"
    )
    .bind(session.id.uuid())
    .bind(session.standing.state.as_str())
    .bind(i32::from(session.standing.failures))
    .bind(session.failure.as_ref().map(Json))
    .bind(&session.answer_digest)
    .bind(change)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    ensure_one("signing_sessions", session.id, rows)
}

/// Keeps a signature that has passed.
pub async fn put_signature(
    tx: &mut Tx,
    id: SigningSessionId,
    number: i32,
    cms: &[u8],
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE signing_session_documents SET cms = $3 WHERE session_id = $1 AND number = $2"
    )
    .bind(id.uuid())
    .bind(number)
    .bind(cms)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("signing_session_documents", id, rows)
}

/// Forgets sessions that ended long ago, with their signatures.
pub async fn delete_expired(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM signing_sessions WHERE expires_at < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
