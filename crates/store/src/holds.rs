//! Places held while their drafts are being signed (R8).

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    id::{ApplicationId, DraftId, GroupId, HoldId, JointStepId, LocalityId, PersonId},
    iin::Iin,
    time,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Live,
    /// A referral was issued.
    Used,
    /// Given back by the parent, or replaced by a new hold.
    Released,
    Expired,
}

impl HoldState {
    const ALL: [Self; 4] = [Self::Live, Self::Used, Self::Released, Self::Expired];

    const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Used => "used",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

#[derive(Clone, Debug)]
pub struct Hold {
    pub id: HoldId,
    pub draft_id: DraftId,
    pub application_id: ApplicationId,
    pub group_id: GroupId,
    pub state: HoldState,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The hold whose resting place this one has taken again; it counts as nothing new (R8).
    pub regained_from: Option<HoldId>,
    /// The step in which places were held for several children together; they end together.
    pub joint_step: Option<JointStepId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    draft_id: Uuid,
    application_id: Uuid,
    group_id: Uuid,
    state: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    regained_from: Option<Uuid>,
    joint_step: Option<Uuid>,
}

impl TryFrom<Row> for Hold {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: HoldState::ALL
                .into_iter()
                .find(|state| state.name() == row.state)
                .ok_or_else(|| Error::inconsistent("holds", row.id, "state"))?,
            id: HoldId::new(row.id),
            draft_id: DraftId::new(row.draft_id),
            application_id: ApplicationId::new(row.application_id),
            group_id: GroupId::new(row.group_id),
            created_at: row.created_at,
            expires_at: row.expires_at,
            regained_from: row.regained_from.map(HoldId::new),
            joint_step: row.joint_step.map(JointStepId::new),
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, draft_id, application_id, group_id, state, created_at, expires_at, \
             regained_from, joint_step FROM holds ",
            $rest
        )
    };
}

/// A hold of the child of its application: one that lives is the only one of the child (R8).
pub async fn insert(tx: &mut Tx, hold: &Hold, child: &Iin) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO holds (id, draft_id, application_id, group_id, state, created_at, \
         expires_at, regained_from, joint_step, child_iin) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(hold.id.uuid())
    .bind(hold.draft_id.uuid())
    .bind(hold.application_id.uuid())
    .bind(hold.group_id.uuid())
    .bind(hold.state.name())
    .bind(hold.created_at)
    .bind(hold.expires_at)
    .bind(hold.regained_from.map(HoldId::uuid))
    .bind(hold.joint_step.map(JointStepId::uuid))
    .bind(child.to_string())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn live_of(tx: &mut Tx, application: ApplicationId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 AND state = 'live'"
    ))
    .bind(application.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Hold::try_from).transpose()
}

pub async fn get(tx: &mut Tx, id: HoldId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Hold::try_from).transpose()
}

/// The hold that serves a draft; of several drafts for one hold it names the last.
pub async fn of_draft(tx: &mut Tx, draft: DraftId) -> Result<Option<Hold>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE draft_id = $1"))
        .bind(draft.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Hold::try_from).transpose()
}

/// The live holds of a child in all localities; holds of before may be several.
pub async fn live_of_child(tx: &mut Tx, child: &Iin) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE state = 'live' AND application_id IN \
         (SELECT id FROM applications WHERE child_iin = $1) ORDER BY id"
    ))
    .bind(child.to_string())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Hold::try_from).collect()
}

/// The live holds of a joint step.
pub async fn live_of_step(tx: &mut Tx, step: JointStepId) -> Result<Vec<Hold>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE joint_step = $1 AND state = 'live' ORDER BY id"
    ))
    .bind(step.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Hold::try_from).collect()
}

/// A place that rests after a hold, for the child that held it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    pub hold: HoldId,
    pub group: GroupId,
    /// When the hold would have been over, and when it was.
    pub expires_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
}

/// Places that the child of an application may take again: they rest after counted holds of the child
/// in this locality, and no hold has taken them yet.
pub async fn resting_of(
    tx: &mut Tx,
    application: ApplicationId,
    now: DateTime<Utc>,
) -> Result<Vec<Resting>> {
    let rows: Vec<(Uuid, Uuid, DateTime<Utc>, DateTime<Utc>)> =
        on_conn!(tx, |conn| sqlx::query_as(
            "SELECT h.id, h.group_id, h.expires_at, h.ended_at FROM holds h \
         JOIN freed_places f ON f.hold_id = h.id \
         JOIN applications a ON a.id = h.application_id \
         JOIN applications mine ON mine.child_iin = a.child_iin \
           AND mine.locality_id = a.locality_id \
         WHERE mine.id = $1 AND f.public_from > $2 AND h.ended_at IS NOT NULL \
         AND h.regained_from IS NULL AND NOT EXISTS \
         (SELECT 1 FROM holds g WHERE g.regained_from = h.id) ORDER BY h.ended_at DESC, h.id"
        )
        .bind(application.uuid())
        .bind(now)
        .fetch_all(conn)
        .await)?;
    Ok(rows
        .into_iter()
        .map(|(hold, group, expires_at, ended_at)| Resting {
            hold: HoldId::new(hold),
            group: GroupId::new(group),
            expires_at,
            ended_at,
        })
        .collect())
}

/// Ends a live hold; false when it was not live any more.
pub async fn end(tx: &mut Tx, id: HoldId, state: HoldState, at: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE holds SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'live'"
    )
    .bind(id.uuid())
    .bind(state.name())
    .bind(at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("holds", id, rows)?;
    }
    Ok(rows == 1)
}

/// Unused holds of a child that began at or after a moment, live ones included, and its revocations
/// since then, whatever has become of its applications (R8, R14).
pub async fn count_of_child(tx: &mut Tx, child: &Iin, since: DateTime<Utc>) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT (SELECT COUNT(*) FROM holds h JOIN applications a ON a.id = h.application_id \
           WHERE a.child_iin = $1 AND NOT a.discounted AND h.created_at >= $2 \
           AND h.state <> 'used' AND h.regained_from IS NULL) \
         + (SELECT COUNT(*) FROM referrals r JOIN applications a ON a.id = r.application_id \
           WHERE r.child_iin = $1 AND NOT a.discounted AND r.state = 'revoked' \
           AND r.ended_at >= $2)"
    )
    .bind(child.to_string())
    .bind(since)
    .fetch_one(conn)
    .await)?)
}

/// What a person has in hand (R8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct InHand {
    /// Unused holds since a moment, live ones included, and revocations since then; those of a joint step are one.
    pub counted: i64,
    /// Other children with an active application.
    pub further_children: i64,
    /// Live holds for other children.
    pub live_holds: i64,
    /// Live holds and active referrals for other children that nobody verified.
    pub unverified: i64,
    /// An official has lifted the limit of unverified children (R22).
    pub lifted: bool,
}

/// Counts what a person has, besides the children that are about to get a hold: by holds of the person
/// and by applications of the person. The day is that of `now`.
pub async fn in_hand(
    tx: &mut Tx,
    person: PersonId,
    children: &[&Iin],
    locality: LocalityId,
    now: DateTime<Utc>,
) -> Result<InHand> {
    let since = time::start_of_day(time::local_date(now));
    // A list that both engines read: each number has twelve digits, and the words are apart.
    let children: Vec<String> = children.iter().map(ToString::to_string).collect();
    let children = children.join(" ");
    Ok(on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT (SELECT COUNT(DISTINCT COALESCE(h.joint_step, h.id)) FROM holds h \
           JOIN applications a ON a.id = h.application_id \
           JOIN drafts d ON d.id = h.draft_id WHERE (d.person_id = $1 OR a.applicant_id = $1) \
           AND h.created_at >= $3 AND h.state <> 'used' AND h.regained_from IS NULL) \
         + (SELECT COUNT(*) FROM referrals r JOIN applications a ON a.id = r.application_id \
           WHERE a.applicant_id = $1 AND r.state = 'revoked' AND r.ended_at >= $3) AS counted, \
         (SELECT COUNT(DISTINCT child_iin) FROM applications WHERE applicant_id = $1 \
           AND $2 NOT LIKE '%' || child_iin || '%' AND state IN ('queued', 'stop_listed', 'referred')) \
           AS further_children, \
         (SELECT COUNT(*) FROM holds h JOIN applications a ON a.id = h.application_id \
           JOIN drafts d ON d.id = h.draft_id WHERE (d.person_id = $1 OR a.applicant_id = $1) \
           AND h.state = 'live' AND $2 NOT LIKE '%' || a.child_iin || '%') AS live_holds, \
         (SELECT COUNT(*) FROM holds h JOIN applications a ON a.id = h.application_id \
           JOIN drafts d ON d.id = h.draft_id WHERE (d.person_id = $1 OR a.applicant_id = $1) \
           AND h.state = 'live' AND $2 NOT LIKE '%' || a.child_iin || '%' \
           AND a.verification IN ('unanswered', 'denied')) \
         + (SELECT COUNT(*) FROM referrals r JOIN applications a ON a.id = r.application_id \
           WHERE a.applicant_id = $1 AND r.state = 'active' AND $2 NOT LIKE '%' || r.child_iin || '%' \
           AND a.verification IN ('unanswered', 'denied')) AS unverified, \
         EXISTS (SELECT 1 FROM lifted_limits l JOIN persons p ON p.iin = l.iin WHERE p.id = $1 \
           AND l.locality_id = $4 AND l.begins_at <= $5 AND l.ends_at > $5) AS lifted"
    )
    .bind(person.uuid())
    .bind(&children)
    .bind(since)
    .bind(locality.uuid())
    .bind(now)
    .fetch_one(conn)
    .await
    })?)
}

/// Live holds whose time is over, locked.
pub async fn lock_due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Hold>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "holds",
        select!("WHERE state = 'live' AND expires_at <= $1 ORDER BY expires_at, id LIMIT $2"),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Hold::try_from).collect()
}

/// Lets a live hold serve another draft: the text changed, the place did not. In a joint step it ends with the
/// others of the step.
pub async fn repoint(tx: &mut Tx, hold: &Hold) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE holds SET draft_id = $2, expires_at = $3, joint_step = $4 \
         WHERE id = $1 AND state = 'live'"
    )
    .bind(hold.id.uuid())
    .bind(hold.draft_id.uuid())
    .bind(hold.expires_at)
    .bind(hold.joint_step.map(JointStepId::uuid))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("holds", hold.id, rows)
}
