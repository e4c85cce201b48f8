//! What people are told, what they want no mails about, and the reminders that are still to come.

use super::{Error, Result, Tx, dialect, on_conn};
use balabaqsha_shared::{
    id::{ApplicationId, NoticeId, PersonId, ReferralId},
    notice::NoticeKind,
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Notice {
    pub id: NoticeId,
    pub person_id: PersonId,
    pub application_id: Option<ApplicationId>,
    /// The event, the reminder or the freed place that it tells of.
    pub cause_id: Uuid,
    pub kind: NoticeKind,
    pub at: DateTime<Utc>,
    pub facts: Value,
    pub read_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    application_id: Option<Uuid>,
    cause_id: Uuid,
    kind: String,
    at: DateTime<Utc>,
    facts: Json<Value>,
    read_at: Option<DateTime<Utc>>,
}

fn kind_name(kind: NoticeKind) -> Result<String> {
    match serde_json::to_value(kind) {
        Ok(Value::String(name)) => Ok(name),
        _ => Err(Error::inconsistent("notices", "", "kind has no name")),
    }
}

fn kind_from(name: String) -> Option<NoticeKind> {
    serde_json::from_value(Value::String(name)).ok()
}

impl TryFrom<Row> for Notice {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            kind: kind_from(row.kind)
                .ok_or_else(|| Error::inconsistent("notices", row.id, "kind"))?,
            id: NoticeId::new(row.id),
            person_id: PersonId::new(row.person_id),
            application_id: row.application_id.map(ApplicationId::new),
            cause_id: row.cause_id,
            at: row.at,
            facts: row.facts.0,
            read_at: row.read_at,
        })
    }
}

/// Writes a notice; false when this person has been told of this cause already.
pub async fn insert(tx: &mut Tx, notice: &Notice) -> Result<bool> {
    let kind = kind_name(notice.kind)?;
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "INSERT INTO notices (id, person_id, application_id, cause_id, kind, at, facts, read_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (cause_id, kind, person_id) DO NOTHING"
    )
    .bind(notice.id.uuid())
    .bind(notice.person_id.uuid())
    .bind(notice.application_id.map(ApplicationId::uuid))
    .bind(notice.cause_id)
    .bind(&kind)
    .bind(notice.at)
    .bind(Json(&notice.facts))
    .bind(notice.read_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// The notices of a person, the newest first, before the one that was seen last.
pub async fn list_of(
    tx: &mut Tx,
    person: PersonId,
    before: Option<NoticeId>,
    limit: i64,
) -> Result<Vec<Notice>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT id, person_id, application_id, cause_id, kind, at, facts, read_at FROM notices \
         WHERE person_id = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"
    )
    .bind(person.uuid())
    .bind(before.map(NoticeId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Notice::try_from).collect()
}

pub async fn count_unread(tx: &mut Tx, person: PersonId) -> Result<i64> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT COUNT(*) FROM notices WHERE person_id = $1 AND read_at IS NULL"
    )
    .bind(person.uuid())
    .fetch_one(conn)
    .await)?)
}

/// Marks a notice of this person as read, once; false when there is none.
pub async fn mark_read(
    tx: &mut Tx,
    person: PersonId,
    id: NoticeId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE notices SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND person_id = $2"
    )
    .bind(id.uuid())
    .bind(person.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// The kinds that a person wants no mails about.
pub async fn switched_off(tx: &mut Tx, person: PersonId) -> Result<Vec<NoticeKind>> {
    let names: Vec<String> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT kind FROM notice_switches WHERE person_id = $1 ORDER BY kind"
    )
    .bind(person.uuid())
    .fetch_all(conn)
    .await)?;
    names
        .into_iter()
        .map(|name| {
            kind_from(name).ok_or_else(|| Error::inconsistent("notice_switches", person, "kind"))
        })
        .collect()
}

/// Switches the mails of a kind on or off.
pub async fn switch(tx: &mut Tx, person: PersonId, kind: NoticeKind, mail: bool) -> Result<()> {
    let sql = if mail {
        "DELETE FROM notice_switches WHERE person_id = $1 AND kind = $2"
    } else {
        "INSERT INTO notice_switches (person_id, kind) VALUES ($1, $2) \
         ON CONFLICT (person_id, kind) DO NOTHING"
    };
    let kind = kind_name(kind)?;
    on_conn!(tx, |conn| sqlx::query(sql)
        .bind(person.uuid())
        .bind(&kind)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// A reminder of a deadline that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    pub id: Uuid,
    pub referral_id: ReferralId,
    pub working_days_left: u16,
    pub due_at: DateTime<Utc>,
}

pub async fn insert_reminder(tx: &mut Tx, reminder: Reminder) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO reminders (id, referral_id, working_days_left, due_at) \
         VALUES ($1, $2, $3, $4)"
    )
    .bind(reminder.id)
    .bind(reminder.referral_id.uuid())
    .bind(i16::try_from(reminder.working_days_left).unwrap_or(i16::MAX))
    .bind(reminder.due_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Nobody is reminded of this referral any more.
pub async fn cancel_reminders(tx: &mut Tx, referral: ReferralId) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM reminders WHERE referral_id = $1"
    )
    .bind(referral.uuid())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes a reminder out; false when it was cancelled or sent meanwhile.
pub async fn take_reminder(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM reminders WHERE id = $1"
    )
    .bind(id)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Reminders that are due. Their *applications* are locked: everything that changes a referral
/// locks the application first.
pub async fn lock_due_reminders(
    tx: &mut Tx,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Reminder>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "a",
        "SELECT m.id, m.referral_id, m.working_days_left, m.due_at FROM reminders m \
         JOIN referrals r ON r.id = m.referral_id JOIN applications a ON a.id = r.application_id \
         WHERE m.due_at <= $1 ORDER BY m.due_at, m.id LIMIT $2",
    );
    let rows: Vec<(Uuid, Uuid, i16, DateTime<Utc>)> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter()
        .map(|(id, referral_id, working_days_left, due_at)| {
            Ok(Reminder {
                id,
                referral_id: ReferralId::new(referral_id),
                working_days_left: u16::try_from(working_days_left)
                    .map_err(|_| Error::inconsistent("reminders", id, "working_days_left"))?,
                due_at,
            })
        })
        .collect()
}
