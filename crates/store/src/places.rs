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

/// Places that were published just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Of these, the ones that had been taken back before.
    pub again: i32,
}

/// Publishes so many unpublished places, those that had been taken back before the others; none when there are not so
/// many. The group must be locked.
pub async fn publish(tx: &mut Tx, group: GroupId, count: i32) -> Result<Option<Published>> {
    let taken_back: Option<i32> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT taken_back FROM groups WHERE id = $1 AND unpublished >= $2"
    )
    .bind(group.uuid())
    .bind(count)
    .fetch_optional(conn)
    .await)?;
    let Some(taken_back) = taken_back else {
        return Ok(None);
    };
    let again = taken_back.min(count);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE groups SET free = free + $2, capacity = capacity + $2, \
         unpublished = unpublished - $2, taken_back = taken_back - $3 \
         WHERE id = $1 AND unpublished >= $2 AND taken_back >= $3"
    )
    .bind(group.uuid())
    .bind(count)
    .bind(again)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((rows == 1).then_some(Published { again }))
}

/// Takes one free place back: one that is public, else one that rests and that nobody can go back to. False when there
/// is none. The group must be locked.
pub async fn take_back(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<bool> {
    let public = take_back_public(tx, group, now).await?;
    if public {
        return Ok(true);
    }
    if !freed::take_resting_of_nobody(tx, group, now).await? {
        return Ok(false);
    }
    take_back_public(tx, group, now).await
}

async fn take_back_public(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(concat!(
        "UPDATE groups SET free = free - 1, capacity = capacity - 1, \
         unpublished = unpublished + 1, taken_back = taken_back + 1 WHERE id = $1 AND free > ",
        unpublished_places!("$1", "$2")
    ))
    .bind(group.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

async fn move_place(tx: &mut Tx, group: GroupId, sql: &'static str) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(sql)
        .bind(group.uuid())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    ensure_one("groups", group, rows)
}
