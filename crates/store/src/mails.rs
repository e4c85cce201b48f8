//! The outbox of mails, claimed with a lease so that several processes share the work.

use super::{Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::id::NoticeId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct NewMail {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
    /// The notice that it carries; each has one mail at most.
    pub notice_id: Option<NoticeId>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailRow {
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub attempts: i32,
}

pub async fn insert(tx: &mut Tx, mail: &NewMail) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO mails (id, recipient, subject, body, created_at, attempts, next_attempt_at, \
         notice_id) VALUES ($1, $2, $3, $4, $5, 0, $5, $6)"
    )
    .bind(mail.id)
    .bind(&mail.recipient)
    .bind(&mail.subject)
    .bind(&mail.body)
    .bind(mail.created_at)
    .bind(mail.notice_id.map(NoticeId::uuid))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes due mails for sending until `lease_until`, and counts the attempt. Codes come before notices:
/// somebody sits there and waits for one.
pub async fn claim_due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MailRow>> {
    const CODES: &str = "SELECT id, recipient, subject, body, attempts FROM mails \
         WHERE sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) AND notice_id IS NULL \
         ORDER BY next_attempt_at, id LIMIT $2";
    const NOTICES: &str = "SELECT id, recipient, subject, body, attempts FROM mails \
         WHERE sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1 \
         AND (leased_until IS NULL OR leased_until <= $1) AND notice_id IS NOT NULL \
         ORDER BY next_attempt_at, id LIMIT $2";
    let mut mails: Vec<MailRow> = Vec::new();
    for select in [CODES, NOTICES] {
        let left = limit - i64::try_from(mails.len()).unwrap_or(limit);
        if left <= 0 {
            break;
        }
        let sql = dialect::for_update_skip_locked(tx, "mails", select);
        let more: Vec<MailRow> = on_conn!(tx, |conn| sqlx::query_as(sql)
            .bind(now)
            .bind(left)
            .fetch_all(conn)
            .await)?;
        mails.extend(more);
    }
    for mail in &mut mails {
        mail.attempts += 1;
        on_conn!(tx, |conn| sqlx::query(
            "UPDATE mails SET leased_until = $2, attempts = attempts + 1 WHERE id = $1"
        )
        .bind(mail.id)
        .bind(lease_until)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(mails)
}

/// When the oldest mail was written that is due and not sent, whether somebody has it in hand or not.
pub async fn oldest_due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT MIN(created_at) FROM mails \
         WHERE sent_at IS NULL AND failed_at IS NULL AND next_attempt_at <= $1"
    )
    .bind(now)
    .fetch_one(conn)
    .await)?)
}

/// What was sent keeps neither address nor text: the notice stands in the account.
pub async fn mark_sent(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE mails SET sent_at = $2, leased_until = NULL, \
         recipient = '', subject = '', body = '' WHERE id = $1"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("mails", id, rows)
}

/// Takes address and text of mails that were sent or given up before this was done with each.
pub async fn blank_ended(tx: &mut Tx) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "UPDATE mails SET recipient = '', subject = '', body = '' \
         WHERE sent_at IS NOT NULL OR failed_at IS NOT NULL"
    )
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Plans the next attempt, or gives up when there is none; then address and text go as well.
pub async fn mark_failed(
    tx: &mut Tx,
    id: Uuid,
    now: DateTime<Utc>,
    next_attempt_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE mails SET leased_until = NULL, next_attempt_at = COALESCE($2, next_attempt_at), \
         failed_at = $3, \
         recipient = CASE WHEN $2 IS NULL THEN '' ELSE recipient END, \
         subject = CASE WHEN $2 IS NULL THEN '' ELSE subject END, \
         body = CASE WHEN $2 IS NULL THEN '' ELSE body END WHERE id = $1"
    )
    .bind(id)
    .bind(next_attempt_at)
    .bind(if next_attempt_at.is_none() { Some(now) } else { None })
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    ensure_one("mails", id, rows)
}
