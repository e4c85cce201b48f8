//! Referrals.

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    comment::Comment,
    entity::Changed,
    id::{ApplicationId, GroupId, KindergartenId, LocalityId, ReferralId},
    iin::Iin,
    number::ReferralNumber,
    referral::{ExtensionReason, ReferralState},
    rules::r11_lapses::Lapse,
    time,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use balabaqsha_shared::entity::{Extension, Referral};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    application_id: Uuid,
    child_iin: String,
    group_id: Uuid,
    state: String,
    issued_at: DateTime<Utc>,
    deadline: NaiveDate,
    revocable_until: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    verification_token: String,
    extended_at: Option<DateTime<Utc>>,
    extended_from: Option<NaiveDate>,
    extension_reason: Option<String>,
    extension_comment: Option<String>,
    undoable_until: Option<DateTime<Utc>>,
    stop_listed_until: Option<NaiveDate>,
    arrived_on: Option<NaiveDate>,
    excused_at: Option<DateTime<Utc>>,
    left_at: Option<DateTime<Utc>>,
}

impl Row {
    fn extension(&self) -> Result<Option<Extension>> {
        let inconsistent = || Error::inconsistent("referrals", self.id, "extension");
        let reason = self.extension_reason.as_deref();
        let (Some(at), Some(previous_deadline), Some(reason)) =
            (self.extended_at, self.extended_from, reason)
        else {
            return Ok(None);
        };
        let comment = self.extension_comment.as_deref().map(Comment::parse);
        Ok(Some(Extension {
            at,
            previous_deadline,
            reason: ExtensionReason::from_name(reason).ok_or_else(inconsistent)?,
            comment: comment.transpose().map_err(|_| inconsistent())?,
        }))
    }
}

impl TryFrom<Row> for Referral {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("referrals", row.id, reason);
        let extension = row.extension()?;
        let state = match (row.state.as_str(), row.ended_at) {
            ("active", None) => ReferralState::Active {
                extended: extension.as_ref().map(Extension::extended),
            },
            ("enrolled", Some(at)) => match row.left_at {
                Some(at) => ReferralState::Ended { at },
                None => ReferralState::Enrolled { at },
            },
            ("lapsed", Some(at)) => ReferralState::Lapsed { at },
            ("revoked", Some(at)) => ReferralState::Revoked { at },
            ("annulled", Some(at)) => ReferralState::Annulled { at },
            _ => return Err(inconsistent("state")),
        };
        Ok(Self {
            number: ReferralNumber::parse(&row.number).map_err(|_| inconsistent("number"))?,
            child_iin: Iin::parse(&row.child_iin).map_err(|_| inconsistent("child_iin"))?,
            id: ReferralId::new(row.id),
            application_id: ApplicationId::new(row.application_id),
            group_id: GroupId::new(row.group_id),
            state,
            issued_at: row.issued_at,
            deadline: row.deadline,
            revocable_until: row.revocable_until,
            extension,
            undoable_until: row.undoable_until,
            stop_listed_until: row.stop_listed_until,
            arrived_on: row.arrived_on,
            excused_at: row.excused_at,
            verification_token: row.verification_token,
        })
    }
}

/// The name of a state and when the referral ended; that of an enrolment stays when the child has
/// left.
const fn state_columns(state: ReferralState) -> (&'static str, Option<DateTime<Utc>>) {
    match state {
        ReferralState::Active { .. } => ("active", None),
        // A process of before reads one that has ended as enrolled.
        ReferralState::Enrolled { at } | ReferralState::Ended { at } => ("enrolled", Some(at)),
        ReferralState::Lapsed { at } => ("lapsed", Some(at)),
        ReferralState::Revoked { at } => ("revoked", Some(at)),
        ReferralState::Annulled { at } => ("annulled", Some(at)),
    }
}

const fn left_at(state: ReferralState) -> Option<DateTime<Utc>> {
    match state {
        ReferralState::Ended { at } => Some(at),
        _ => None,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, application_id, child_iin, group_id, state, issued_at, deadline, \
             revocable_until, ended_at, verification_token, extended_at, extended_from, \
             extension_reason, extension_comment, undoable_until, stop_listed_until, arrived_on, \
             excused_at, left_at FROM referrals ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, referral: &Referral) -> Result<()> {
    let (state, ended_at) = state_columns(referral.state);
    let extension = referral.extension.as_ref();
    let comment = extension
        .and_then(|extension| extension.comment.as_ref())
        .map(Comment::as_str);
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO referrals (id, number, application_id, child_iin, group_id, state, \
         issued_at, deadline, lapses_at, revocable_until, ended_at, verification_token, \
         extended_at, extended_from, extension_reason, extension_comment, undoable_until, \
         stop_listed_until, arrived_on, excused_at, left_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21)"
    )
    .bind(referral.id.uuid())
    .bind(referral.number.as_str())
    .bind(referral.application_id.uuid())
    .bind(referral.child_iin.to_string())
    .bind(referral.group_id.uuid())
    .bind(state)
    .bind(referral.issued_at)
    .bind(referral.deadline)
    .bind(time::end_of_day(referral.deadline))
    .bind(referral.revocable_until)
    .bind(ended_at)
    .bind(&referral.verification_token)
    .bind(extension.map(|extension| extension.at))
    .bind(extension.map(|extension| extension.previous_deadline))
    .bind(extension.map(|extension| extension.reason.as_str()))
    .bind(comment)
    .bind(referral.undoable_until)
    .bind(referral.stop_listed_until)
    .bind(referral.arrived_on)
    .bind(referral.excused_at)
    .bind(left_at(referral.state))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ReferralId) -> Result<Option<Referral>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Referral::try_from).transpose()
}

/// What a referral belongs to; neither ever changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Belonging {
    pub application: ApplicationId,
    pub group: GroupId,
}

/// What to lock before a referral is read.
pub async fn belonging(tx: &mut Tx, id: ReferralId) -> Result<Option<Belonging>> {
    let row: Option<(Uuid, Uuid)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT application_id, group_id FROM referrals WHERE id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    Ok(row.map(|(application, group)| Belonging {
        application: ApplicationId::new(application),
        group: GroupId::new(group),
    }))
}

/// The latest referral of an application.
pub async fn latest_of(tx: &mut Tx, application: ApplicationId) -> Result<Option<Referral>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE application_id = $1 ORDER BY issued_at DESC, id DESC LIMIT 1"
    ))
    .bind(application.uuid())
    .fetch_optional(conn)
    .await)?;
    row.map(Referral::try_from).transpose()
}

pub async fn by_number(tx: &mut Tx, number: &ReferralNumber) -> Result<Option<Referral>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE number = $1"))
        .bind(number.as_str())
        .fetch_optional(conn)
        .await)?;
    row.map(Referral::try_from).transpose()
}

pub async fn by_token(tx: &mut Tx, token: &str) -> Result<Option<Referral>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE verification_token = $1"
    ))
    .bind(token)
    .fetch_optional(conn)
    .await)?;
    row.map(Referral::try_from).transpose()
}

/// The lapses of a child in a locality that count: since its last enrolment or removal there, without
/// those that were taken back or that an applicant caused whom was decided against (R11, R12, R27). Those
/// of the previous system count like others (R23).
pub async fn lapses_of(tx: &mut Tx, locality: LocalityId, child: &Iin) -> Result<Vec<Lapse>> {
    let rows: Vec<(NaiveDate, Option<NaiveDate>, i32)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT r.deadline, r.stop_listed_until, 1 AS times FROM referrals r \
         JOIN applications a ON a.id = r.application_id \
         WHERE r.child_iin = $2 AND r.state = 'lapsed' AND r.excused_at IS NULL \
         AND a.locality_id = $1 AND NOT a.discounted AND NOT EXISTS ( \
           SELECT 1 FROM applications e WHERE e.child_iin = $2 AND e.locality_id = $1 \
           AND e.state IN ('enrolled', 'removed') AND NOT e.discounted \
           AND e.ended_at >= r.lapses_at) \
         UNION ALL SELECT COALESCE(t.stop_listed_until, a.birth_date), \
           COALESCE(t.stop_listed_until, a.birth_date), t.lapses \
         FROM transferred_applications t JOIN applications a ON a.id = t.application_id \
         JOIN imports i ON i.id = t.import_id \
         WHERE a.child_iin = $2 AND a.locality_id = $1 AND t.lapses > 0 AND NOT a.discounted \
         AND NOT EXISTS (SELECT 1 FROM applications e WHERE e.child_iin = $2 \
           AND e.locality_id = $1 AND e.state IN ('enrolled', 'removed') AND NOT e.discounted \
           AND e.ended_at >= i.applied_at) ORDER BY 1"
    )
    .bind(locality.uuid())
    .bind(child.to_string())
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .flat_map(|(deadline, stop_listed_until, times)| {
            let lapse = Lapse {
                deadline,
                stop_listed_until,
            };
            std::iter::repeat_n(lapse, usize::try_from(times).unwrap_or_default())
        })
        .collect())
}

/// Whether the child has an active referral in another locality (R6).
pub async fn has_active_elsewhere(tx: &mut Tx, locality: LocalityId, child: &Iin) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM referrals r JOIN applications a ON a.id = r.application_id \
         WHERE r.child_iin = $2 AND r.state = 'active' AND a.locality_id <> $1)"
    )
    .bind(locality.uuid())
    .bind(child.to_string())
    .fetch_one(conn)
    .await)?)
}

/// The referrals by which a child is enrolled, the earliest enrolment first.
pub async fn enrolled_of(tx: &mut Tx, child: &Iin) -> Result<Vec<Referral>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE child_iin = $1 AND state = 'enrolled' AND left_at IS NULL ORDER BY ended_at, id"
    ))
    .bind(child.to_string())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Referral::try_from).collect()
}

/// Referrals issued at or after a moment.
pub async fn count_since(tx: &mut Tx, since: DateTime<Utc>) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM referrals WHERE issued_at >= $1"
    )
    .bind(since)
    .fetch_one(conn)
    .await)?)
}

/// Saves what a referral has become; false when it is no longer what it was before.
pub async fn save(tx: &mut Tx, changed: &Changed<Referral>) -> Result<bool> {
    let (before, now) = (changed.before(), changed.now());
    let (state_before, _) = state_columns(before.state);
    let (state, ended_at) = match (before.state, now.state) {
        (ReferralState::Enrolled { .. }, ReferralState::Ended { .. }) => {
            state_columns(before.state)
        }
        _ => state_columns(now.state),
    };
    let extension = now.extension.as_ref();
    let comment = extension
        .and_then(|extension| extension.comment.as_ref())
        .map(Comment::as_str);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE referrals SET state = $5, ended_at = $6, deadline = $7, lapses_at = $8, \
         extended_at = $9, extended_from = $10, extension_reason = $11, extension_comment = $12, \
         undoable_until = $13, stop_listed_until = $14, arrived_on = $15, excused_at = $16, \
         left_at = $17 \
         WHERE id = $1 AND state = $2 AND deadline = $3 AND (extended_at IS NOT NULL) = $4"
    )
    .bind(now.id.uuid())
    .bind(state_before)
    .bind(before.deadline)
    .bind(before.extension.is_some())
    .bind(state)
    .bind(ended_at)
    .bind(now.deadline)
    .bind(time::end_of_day(now.deadline))
    .bind(extension.map(|extension| extension.at))
    .bind(extension.map(|extension| extension.previous_deadline))
    .bind(extension.map(|extension| extension.reason.as_str()))
    .bind(comment)
    .bind(now.undoable_until)
    .bind(now.stop_listed_until)
    .bind(now.arrived_on)
    .bind(now.excused_at)
    .bind(left_at(now.state))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("referrals", now.id, rows)?;
    }
    Ok(rows == 1)
}

/// Which referrals to a kindergarten are wanted; what is absent does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub kindergarten: KindergartenId,
    /// `ended`: enrolled, and enrolled elsewhere afterwards.
    pub state: Option<&'static str>,
    pub deadline_from: Option<NaiveDate>,
    pub deadline_to: Option<NaiveDate>,
    pub updated_since: Option<DateTime<Utc>>,
    pub after: Option<ReferralId>,
    pub limit: i64,
}

/// Referrals to the groups of a kindergarten in the order of their ids, each with the moment at which something last
/// happened to it.
pub async fn list_for(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<(Referral, DateTime<Utc>)>> {
    #[derive(sqlx::FromRow)]
    struct Listed {
        #[sqlx(flatten)]
        referral: Row,
        updated_at: Option<DateTime<Utc>>,
    }
    let rows: Vec<Listed> = on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT * FROM (SELECT r.id, r.number, r.application_id, r.child_iin, r.group_id, r.state, r.issued_at, \
         r.deadline, r.revocable_until, r.ended_at, r.verification_token, r.extended_at, r.extended_from, \
         r.extension_reason, r.extension_comment, r.undoable_until, r.stop_listed_until, r.arrived_on, \
         r.excused_at, r.left_at, (SELECT MAX(e.at) FROM events e \
           WHERE e.application_id = r.application_id AND e.at >= r.issued_at) AS updated_at \
         FROM referrals r WHERE r.group_id IN (SELECT g.id FROM groups g WHERE g.kindergarten_id = $1) \
         AND ($2 IS NULL OR $2 = CASE WHEN r.left_at IS NULL THEN r.state ELSE 'ended' END) \
         AND ($3 IS NULL OR r.deadline >= $3) \
         AND ($4 IS NULL OR r.deadline <= $4) AND ($6 IS NULL OR r.id > $6)) l \
         WHERE ($5 IS NULL OR l.updated_at >= $5) ORDER BY l.id LIMIT $7"
    )
    .bind(wanted.kindergarten.uuid())
    .bind(wanted.state)
    .bind(wanted.deadline_from)
    .bind(wanted.deadline_to)
    .bind(wanted.updated_since)
    .bind(wanted.after.map(ReferralId::uuid))
    .bind(wanted.limit)
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter()
        .map(|row| {
            let referral = Referral::try_from(row.referral)?;
            let updated_at = row.updated_at.unwrap_or(referral.issued_at);
            Ok((referral, updated_at))
        })
        .collect()
}

/// Active referrals whose deadline is over. Their *applications* are locked: everything that
/// changes a referral locks the application first.
pub async fn lock_due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Referral>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "a",
        "SELECT r.id FROM referrals r JOIN applications a ON a.id = r.application_id \
         WHERE r.state = 'active' AND r.lapses_at <= $1 ORDER BY r.lapses_at, r.id LIMIT $2",
    );
    let ids: Vec<Uuid> = on_conn!(tx, |conn| sqlx::query_scalar(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    let mut due = Vec::with_capacity(ids.len());
    for id in ids {
        // Read after the lock: it may have been extended or ended in between.
        if let Some(referral) = get(tx, ReferralId::new(id)).await?
            && referral.state.is_active()
            && now >= time::end_of_day(referral.deadline)
        {
            due.push(referral);
        }
    }
    Ok(due)
}
