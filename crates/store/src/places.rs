//! The counting of places. A place moves between `free`, `held` and `taken` by single statements that
//! refuse to go below zero.

use super::{
    Result, Tx, ensure_one,
    freed::{self, FreedPlace},
    kindergartens::{offered, unpublished_places},
    on_conn,
};
use balabaqsha_shared::{
    id::{GroupId, HoldId},
    time,
};
use chrono::{DateTime, Utc};

/// Holds a free place that is public at `now` and offered that day; false when there is none left. The group must be
/// locked, so that a place that is just becoming free is counted with its publication.
pub async fn hold_place(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(concat!(
        "UPDATE groups SET free = free - 1, held = held + 1 WHERE id = $1 AND free > ",
        unpublished_places!("$1", "$2"),
        " AND EXISTS (SELECT 1 FROM groups g JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE g.id = $1 AND ",
        offered!("$3"),
        ")"
    ))
    .bind(group.uuid())
    .bind(now)
    .bind(time::local_date(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// A held place becomes a taken one.
pub async fn take_held_place(tx: &mut Tx, group: GroupId) -> Result<()> {
    move_place(
        tx,
        group,
        "UPDATE groups SET held = held - 1, taken = taken + 1 WHERE id = $1",
    )
    .await
}

/// A held place is free again, and rests first (R16).
pub async fn free_held_place(tx: &mut Tx, freed: &FreedPlace) -> Result<()> {
    move_place(
        tx,
        freed.group(),
        "UPDATE groups SET held = held - 1, free = free + 1 WHERE id = $1",
    )
    .await?;
    freed::insert(tx, freed).await
}

/// A taken place is free again, and public from its moment on (R16).
pub async fn free_taken_place(tx: &mut Tx, freed: &FreedPlace) -> Result<()> {
    move_place(
        tx,
        freed.group(),
        "UPDATE groups SET taken = taken - 1, free = free + 1 WHERE id = $1",
    )
    .await?;
    freed::insert(tx, freed).await
}

/// Holds the place that rests after a hold once more, for the child that had it; false when it rests
/// no longer. The group must be locked.
pub async fn hold_resting_place(
    tx: &mut Tx,
    group: GroupId,
    hold: HoldId,
    now: DateTime<Utc>,
) -> Result<bool> {
    if !freed::take_resting(tx, hold, now).await? {
        return Ok(false);
    }
    move_place(
        tx,
        group,
        "UPDATE groups SET free = free - 1, held = held + 1 WHERE id = $1",
    )
    .await?;
    Ok(true)
}

/// Takes a place that rests, else one that is public (R10, R22); false when there is none. The group
/// must be locked.
pub async fn take_free_or_resting(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE groups SET free = free - 1, taken = taken + 1 WHERE id = $1 AND free > 0"
    )
    .bind(group.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows == 0 {
        return Ok(false);
    }
    freed::take_any_resting(tx, group, now).await?;
    Ok(true)
}

async fn move_place(tx: &mut Tx, group: GroupId, sql: &'static str) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(sql)
        .bind(group.uuid())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    ensure_one("groups", group, rows)
}
