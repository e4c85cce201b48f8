//! The one look that tells whether anything has fallen due.

use super::{Result, Tx, on_conn};
use chrono::{DateTime, Utc};

/// Whether a hold, a referral, a stop-list, a reminder, the news of a claim, a departure, the end of a
/// benefit or its reminder has fallen due: a look-up in an index for each.
pub async fn anything(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM holds WHERE state = 'live' AND expires_at <= $1) \
         OR EXISTS (SELECT 1 FROM referrals WHERE state = 'active' AND lapses_at <= $1) \
         OR EXISTS (SELECT 1 FROM applications WHERE state = 'stop_listed' \
                    AND stop_list_ends_at <= $1) \
         OR EXISTS (SELECT 1 FROM departures WHERE due_at <= $1) \
         OR EXISTS (SELECT 1 FROM applications WHERE standing = 'claim' \
                    AND claim_told_at IS NULL) \
         OR EXISTS (SELECT 1 FROM benefit_claims WHERE state = 'confirmed' AND expires_at <= $1) \
         OR EXISTS (SELECT 1 FROM benefit_claims WHERE remind_at <= $1) \
         OR EXISTS (SELECT 1 FROM reminders WHERE due_at <= $1)"
    )
    .bind(now)
    .fetch_one(conn)
    .await)?)
}
