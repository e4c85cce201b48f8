//! Places that have become free: since when they are public (R16), and whether those who have
//! subscribed know of them.

use super::{
    Error, Result, Tx, dialect, ensure_one,
    kindergartens::{self, Place, offered},
    on_conn,
};
use balabaqsha_shared::{
    id::{GroupId, HoldId, LocalityId},
    time,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FreedPlace {
    pub id: Uuid,
    pub group_id: Uuid,
    pub freed_at: DateTime<Utc>,
    /// Nobody sees the place or gets it before.
    pub public_from: DateTime<Utc>,
    /// When those who have subscribed are told.
    pub tell_at: DateTime<Utc>,
    /// The hold that ended: the place was public already, and nobody is told of it again.
    pub hold_id: Option<Uuid>,
}

impl FreedPlace {
    #[must_use]
    pub const fn group(&self) -> GroupId {
        GroupId::new(self.group_id)
    }
}

pub async fn insert(tx: &mut Tx, freed: &FreedPlace) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO freed_places (id, group_id, freed_at, public_from, tell_at, hold_id, told_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(freed.id)
    .bind(freed.group_id)
    .bind(freed.freed_at)
    .bind(freed.public_from)
    .bind(freed.tell_at)
    .bind(freed.hold_id)
    .bind(freed.hold_id.map(|_| freed.freed_at))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Once it is time to tell of one place: all public places that nobody has been told of, taken until
/// `until`. Whoever comes second waits, and finds none left; so nobody is told in two parts.
pub async fn claim_untold(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<FreedPlace>> {
    let sql = dialect::for_update(
        tx,
        "SELECT id, group_id, freed_at, public_from, tell_at, hold_id FROM freed_places \
         WHERE told_at IS NULL AND public_from <= $1 \
         AND (telling_until IS NULL OR telling_until <= $1) AND EXISTS \
         (SELECT 1 FROM freed_places d WHERE d.told_at IS NULL AND d.tell_at <= $1 \
          AND (d.telling_until IS NULL OR d.telling_until <= $1)) ORDER BY id",
    );
    let freed: Vec<FreedPlace> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .fetch_all(conn)
        .await)?;
    for place in &freed {
        on_conn!(tx, |conn| sqlx::query(
            "UPDATE freed_places SET telling_until = $2 WHERE id = $1"
        )
        .bind(place.id)
        .bind(until)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(freed)
}

/// Whether it is time to tell of a place.
pub async fn is_untold(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM freed_places WHERE told_at IS NULL AND tell_at <= $1 \
         AND (telling_until IS NULL OR telling_until <= $1))"
    )
    .bind(now)
    .fetch_one(conn)
    .await)?)
}

pub async fn mark_told(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE freed_places SET told_at = $2 WHERE id = $1 AND told_at IS NULL"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("freed_places", id, rows)
}

/// The latest places that are public, the newest first.
pub async fn latest(
    tx: &mut Tx,
    locality: Option<LocalityId>,
    birth_year: Option<i32>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(FreedPlace, Place)>> {
    let rows: Vec<FreedPlace> = on_conn!(tx, |conn| {
        sqlx::query_as(concat!(
        "SELECT f.id, f.group_id, f.freed_at, f.public_from, f.tell_at, f.hold_id \
         FROM freed_places f \
         JOIN groups g ON g.id = f.group_id JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE f.public_from <= $1 AND f.hold_id IS NULL AND g.state_order AND k.kind = 'private_state_order' \
         AND ($2 IS NULL OR k.locality_id = $2) \
         AND ($3 IS NULL OR $3 BETWEEN g.birth_year_from AND g.birth_year_to) AND ",
        offered!("$5"),
        " ORDER BY f.public_from DESC, f.id DESC LIMIT $4"
    ))
    .bind(now)
    .bind(locality.map(LocalityId::uuid))
    .bind(birth_year)
    .bind(limit)
    .bind(time::local_date(now))
    .fetch_all(conn)
    .await
    })?;
    let mut latest = Vec::with_capacity(rows.len());
    for freed in rows {
        let place = kindergartens::require_place(tx, freed.group())
            .await
            .map_err(|_| Error::inconsistent("freed_places", freed.id, "group"))?;
        latest.push((freed, place));
    }
    Ok(latest)
}

/// Takes a place out of its rest because the child that held it has it again; false when it rests no
/// more. The group must be locked.
pub async fn take_resting(tx: &mut Tx, hold: HoldId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM freed_places WHERE hold_id = $1 AND public_from > $2"
    )
    .bind(hold.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Takes one place of a group out of its rest, one that nobody can go back to before others; false when
/// none rests. The group must be locked.
pub async fn take_any_resting(tx: &mut Tx, group: GroupId, now: DateTime<Utc>) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM freed_places WHERE id IN (SELECT id FROM freed_places WHERE group_id = $1 \
         AND public_from > $2 ORDER BY hold_id IS NOT NULL, public_from, id LIMIT 1)"
    )
    .bind(group.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Takes one place of a group out of its rest that no child can go back to; false when none such rests. The group must
/// be locked.
pub async fn take_resting_of_nobody(
    tx: &mut Tx,
    group: GroupId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM freed_places WHERE id IN (SELECT id FROM freed_places WHERE group_id = $1 \
         AND public_from > $2 AND hold_id IS NULL ORDER BY public_from DESC, id LIMIT 1)"
    )
    .bind(group.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// When the next place becomes public that is not yet, in the groups of a locality that fit a year of
/// birth.
pub async fn next_publication(
    tx: &mut Tx,
    locality: LocalityId,
    birth_year: i32,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT MIN(f.public_from) FROM freed_places f JOIN groups g ON g.id = f.group_id \
         JOIN kindergartens k ON k.id = g.kindergarten_id \
         WHERE f.public_from > $3 AND g.state_order AND k.kind = 'private_state_order' \
         AND k.locality_id = $1 AND $2 BETWEEN g.birth_year_from AND g.birth_year_to"
    )
    .bind(locality.uuid())
    .bind(birth_year)
    .bind(now)
    .fetch_one(conn)
    .await)?)
}
