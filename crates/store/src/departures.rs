//! Enrolments that end because the child was enrolled elsewhere later (R10), once the later one can no
//! longer be undone.

use super::{Result, Tx, on_conn};
use balabaqsha_shared::id::ReferralId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The earlier enrolment.
    pub referral: ReferralId,
    pub later: ReferralId,
    pub due_at: DateTime<Utc>,
}

/// Plans a departure; of several later enrolments the last one counts.
pub async fn plan(tx: &mut Tx, departure: Departure) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO departures (referral_id, later_id, due_at) VALUES ($1, $2, $3) \
         ON CONFLICT (referral_id) DO UPDATE SET later_id = excluded.later_id, \
         due_at = excluded.due_at"
    )
    .bind(departure.referral.uuid())
    .bind(departure.later.uuid())
    .bind(departure.due_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The later enrolment was undone, or the earlier one is: nothing departs by them.
pub async fn cancel(tx: &mut Tx, referral: ReferralId) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM departures WHERE later_id = $1 OR referral_id = $1"
    )
    .bind(referral.uuid())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes a departure that is due; false when another process has.
pub async fn take(tx: &mut Tx, referral: ReferralId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM departures WHERE referral_id = $1"
    )
    .bind(referral.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Departures that are due. Nothing is locked: whoever takes one locks its application before.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Result<Vec<Departure>> {
    let rows: Vec<(Uuid, Uuid, DateTime<Utc>)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT referral_id, later_id, due_at FROM departures WHERE due_at <= $1 \
         ORDER BY due_at, referral_id LIMIT $2"
    )
    .bind(now)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(referral, later, due_at)| Departure {
            referral: ReferralId::new(referral),
            later: ReferralId::new(later),
            due_at,
        })
        .collect())
}
