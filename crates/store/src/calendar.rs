//! Days that decrees made off or worked.

use super::{Error, Result, Tx, on_conn, settings};
use balabaqsha_shared::calendar::{DayKind, decrees::DecreeDay};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Changes with every import, so that running processes notice it.
const VERSION: &str = "calendar_version";

/// All imported days, in their order.
pub async fn days(tx: &mut Tx) -> Result<Vec<DecreeDay>> {
    let rows: Vec<(NaiveDate, String, String)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT day, kind, decree FROM calendar_days ORDER BY day"
    )
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|(day, kind, decree)| {
            let kind = DayKind::from_name(&kind)
                .ok_or_else(|| Error::inconsistent("calendar_days", day, "kind"))?;
            Ok(DecreeDay { day, kind, decree })
        })
        .collect()
}

/// Writes a day in the place of what an earlier import said of it.
pub async fn put(tx: &mut Tx, day: &DecreeDay, now: DateTime<Utc>) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO calendar_days (day, kind, decree, imported_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, decree = excluded.decree, \
         imported_at = excluded.imported_at"
    )
    .bind(day.day)
    .bind(day.kind.as_str())
    .bind(&day.decree)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The version of the imported days; none before the first import. One look-up by key.
pub async fn version(tx: &mut Tx) -> Result<Option<String>> {
    settings::get(tx, VERSION).await
}

pub async fn put_version(tx: &mut Tx, version: Uuid) -> Result<()> {
    settings::put(tx, VERSION, &version.to_string()).await
}
