//! What people have tried on a day, whatever came of it.

use super::{Error, Result, Tx, on_conn};
use balabaqsha_shared::id::PersonId;
use chrono::NaiveDate;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// A draft about a child that is not the person's own (R27).
    AboutAnother,
}

impl Attempt {
    const fn name(self) -> &'static str {
        match self {
            Self::AboutAnother => "about_another",
        }
    }
}

/// Counts one more, and says how many there are.
pub async fn add(tx: &mut Tx, person: PersonId, kind: Attempt, day: NaiveDate) -> Result<u32> {
    let count: i32 = on_conn!(tx, |conn| sqlx::query_scalar(
        "INSERT INTO attempts (person_id, kind, day, count) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (person_id, kind, day) DO UPDATE SET count = attempts.count + 1 \
         RETURNING count"
    )
    .bind(person.uuid())
    .bind(kind.name())
    .bind(day)
    .fetch_one(conn)
    .await)?;
    u32::try_from(count).map_err(|_| Error::inconsistent("attempts", person, "count"))
}

/// Forgets the days before one.
pub async fn forget(tx: &mut Tx, before: NaiveDate) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM attempts WHERE day < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}
