//! Grounds of benefits and claims that rest on them (R21).

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    application::Category,
    benefit::{BenefitGround, ClaimState},
    comment::Comment,
    id::{ApplicationId, BenefitClaimId, BenefitGroundId, DocumentId, LocalityId, PersonId},
    language::Localized,
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct GroundRow {
    id: Uuid,
    code: String,
    category: i16,
    name: Json<Localized>,
    article: Json<Localized>,
    proof_days: Option<i32>,
}

impl TryFrom<GroundRow> for BenefitGround {
    type Error = Error;

    fn try_from(row: GroundRow) -> Result<Self> {
        let wrong = |reason| Error::inconsistent("benefit_grounds", row.id, reason);
        let days = row.proof_days.map(u16::try_from).transpose();
        Ok(Self {
            id: BenefitGroundId::new(row.id),
            code: row.code,
            category: Category::from_rank(row.category).ok_or_else(|| wrong("category"))?,
            name: row.name.0,
            article: row.article.0,
            proof_days: days.map_err(|_| wrong("proof_days"))?,
        })
    }
}

macro_rules! select_ground {
    ($rest:literal) => {
        concat!(
            "SELECT id, code, category, name, article, proof_days FROM benefit_grounds ",
            $rest
        )
    };
}

/// Gives benefits for a ground from now on.
pub async fn add_ground(tx: &mut Tx, locality: LocalityId, ground: &BenefitGround) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO benefit_grounds (id, locality_id, code, category, name, article, proof_days) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(ground.id.uuid())
    .bind(locality.uuid())
    .bind(&ground.code)
    .bind(ground.category.rank())
    .bind(Json(&ground.name))
    .bind(Json(&ground.article))
    .bind(ground.proof_days.map(i32::from))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Gives no benefits for a ground any more; claims that rest on it stay.
pub async fn end_ground(tx: &mut Tx, id: BenefitGroundId, at: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE benefit_grounds SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
    )
    .bind(id.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("benefit_grounds", id, rows)
}

/// What a locality gives benefits for.
pub async fn grounds_of(tx: &mut Tx, locality: LocalityId) -> Result<Vec<BenefitGround>> {
    let rows: Vec<GroundRow> = on_conn!(tx, |conn| sqlx::query_as(select_ground!(
        "WHERE locality_id = $1 AND ended_at IS NULL ORDER BY category, code"
    ))
    .bind(locality.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(BenefitGround::try_from).collect()
}

/// Also one that is no longer given.
pub async fn require_ground(tx: &mut Tx, id: BenefitGroundId) -> Result<BenefitGround> {
    let row: Option<GroundRow> =
        on_conn!(tx, |conn| sqlx::query_as(select_ground!("WHERE id = $1"))
            .bind(id.uuid())
            .fetch_optional(conn)
            .await)?;
    let row = row.ok_or_else(|| Error::inconsistent("benefit_grounds", id, "missing"))?;
    BenefitGround::try_from(row)
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: BenefitClaimId,
    pub application_id: ApplicationId,
    pub ground_id: BenefitGroundId,
    pub claimed_at: DateTime<Utc>,
    pub claimed_by: PersonId,
    /// The last day on which an official decides.
    pub decide_by: NaiveDate,
    pub state: ClaimState,
    pub decided: Option<Decided>,
    /// The last day on which a confirmed proof holds.
    pub valid_until: Option<NaiveDate>,
    /// When the applicant is reminded of that day; absent afterwards.
    pub remind_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// How an official has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub at: DateTime<Utc>,
    /// Name of who decided.
    pub by: Comment,
    /// Of a refusal.
    pub reason: Option<Comment>,
    /// The signed decision; none at the command line.
    pub document_id: Option<DocumentId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    application_id: Uuid,
    ground_id: Uuid,
    claimed_at: DateTime<Utc>,
    claimed_by: Uuid,
    decide_by: NaiveDate,
    state: String,
    decided_at: Option<DateTime<Utc>>,
    decided_by_name: Option<String>,
    reason: Option<String>,
    document_id: Option<Uuid>,
    valid_until: Option<NaiveDate>,
    remind_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Claim {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let wrong = |reason| Error::inconsistent("benefit_claims", row.id, reason);
        let words = |text: &str| Comment::parse(text).map_err(|_| wrong("words"));
        let decided = match (row.decided_at, &row.decided_by_name) {
            (Some(at), Some(name)) => Some(Decided {
                at,
                by: words(name)?,
                reason: row.reason.as_deref().map(words).transpose()?,
                document_id: row.document_id.map(DocumentId::new),
            }),
            (None, None) => None,
            _ => return Err(wrong("decided_at")),
        };
        Ok(Self {
            id: BenefitClaimId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            ground_id: BenefitGroundId::new(row.ground_id),
            claimed_at: row.claimed_at,
            claimed_by: PersonId::new(row.claimed_by),
            decide_by: row.decide_by,
            state: ClaimState::ALL
                .into_iter()
                .find(|state| state.as_str() == row.state)
                .ok_or_else(|| wrong("state"))?,
            decided,
            valid_until: row.valid_until,
            remind_at: row.remind_at,
            expires_at: row.expires_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, application_id, ground_id, claimed_at, claimed_by, decide_by, state, \
             decided_at, decided_by_name, reason, document_id, valid_until, remind_at, \
             expires_at FROM benefit_claims ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, claim: &Claim) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO benefit_claims (id, application_id, ground_id, claimed_at, claimed_by, \
         decide_by, state) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(claim.id.uuid())
    .bind(claim.application_id.uuid())
    .bind(claim.ground_id.uuid())
    .bind(claim.claimed_at)
    .bind(claim.claimed_by.uuid())
    .bind(claim.decide_by)
    .bind(claim.state.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Saves what has become of a claim that was in another state; false when it no longer was.
pub async fn save(tx: &mut Tx, before: ClaimState, claim: &Claim) -> Result<bool> {
    let decided = claim.decided.as_ref();
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE benefit_claims SET state = $3, decided_at = $4, decided_by_name = $5, \
         reason = $6, document_id = $7, valid_until = $8, remind_at = $9, expires_at = $10 \
         WHERE id = $1 AND state = $2"
    )
    .bind(claim.id.uuid())
    .bind(before.as_str())
    .bind(claim.state.as_str())
    .bind(decided.map(|decided| decided.at))
    .bind(decided.map(|decided| decided.by.as_str()))
    .bind(
        decided
            .and_then(|decided| decided.reason.as_ref())
            .map(Comment::as_str)
    )
    .bind(
        decided
            .and_then(|decided| decided.document_id)
            .map(DocumentId::uuid)
    )
    .bind(claim.valid_until)
    .bind(claim.remind_at)
    .bind(claim.expires_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

pub async fn get(tx: &mut Tx, id: BenefitClaimId) -> Result<Option<Claim>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Claim::try_from).transpose()
}

/// The claims of an application, the newest first.
pub async fn of_application(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Claim>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 ORDER BY claimed_at DESC, id DESC"
    ))
    .bind(id.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// Claims in some localities that wait for an official, those whose last day comes first in front.
/// Applications that have ended wait for nothing.
pub async fn waiting(tx: &mut Tx, localities: &[LocalityId], limit: i64) -> Result<Vec<Claim>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(select!("WHERE state = 'open'"));
        within(&mut query, localities);
        query
            .push(" ORDER BY decide_by, claimed_at, id LIMIT ")
            .push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// How many wait.
pub async fn count_waiting(tx: &mut Tx, localities: &[LocalityId]) -> Result<i64> {
    Ok(on_conn!(tx, |conn| {
        let mut query =
            sqlx::QueryBuilder::new("SELECT COUNT(*) FROM benefit_claims WHERE state = 'open'");
        within(&mut query, localities);
        query.build_query_scalar().fetch_one(conn).await
    })?)
}

fn within<D>(query: &mut sqlx::QueryBuilder<D>, localities: &[LocalityId])
where
    D: sqlx::Database,
    Uuid: sqlx::Type<D> + for<'q> sqlx::Encode<'q, D>,
{
    query.push(
        " AND application_id IN (SELECT id FROM applications \
         WHERE state IN ('queued', 'stop_listed', 'referred') AND locality_id IN (",
    );
    let mut list = query.separated(", ");
    for locality in localities {
        list.push_bind(locality.uuid());
    }
    query.push("))");
}

/// Claims whose proof has ended. Nothing is locked: whoever ends one locks its application before.
pub async fn expired(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Claim>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE state = 'confirmed' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2"
    ))
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// Claims whose applicant is to be reminded.
pub async fn to_remind(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Claim>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "benefit_claims",
        select!("WHERE remind_at <= $1 ORDER BY remind_at, id LIMIT $2"),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Claim::try_from).collect()
}

/// The applicant was reminded, or there is nothing to remind of; false when somebody else has done it.
pub async fn take_reminder(tx: &mut Tx, id: BenefitClaimId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE benefit_claims SET remind_at = NULL WHERE id = $1 AND remind_at IS NOT NULL"
    )
    .bind(id.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The claim that a decision is about.
pub async fn of_document(tx: &mut Tx, document: DocumentId) -> Result<Option<Claim>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE document_id = $1"))
        .bind(document.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Claim::try_from).transpose()
}
