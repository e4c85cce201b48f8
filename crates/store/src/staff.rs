//! Staff of kindergartens (R19).

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    id::{KindergartenId, PersonId, SessionId, StaffMemberId},
    iin::Iin,
    language::Localized,
    staff::StaffRole,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Why somebody belongs to the staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// A certificate of the organisation that begins then.
    Key(DateTime<Utc>),
    /// The head has appointed.
    Appointed(PersonId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    pub id: StaffMemberId,
    pub kindergarten_id: KindergartenId,
    pub iin: Iin,
    pub role: StaffRole,
    pub ground: Ground,
    pub begins_at: DateTime<Utc>,
    /// First moment at which it no longer counts.
    pub ends_at: Option<DateTime<Utc>>,
    /// A head who has ended it.
    pub ended_by: Option<PersonId>,
}

impl StaffMember {
    #[must_use]
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.begins_at <= now && self.ends_at.is_none_or(|end| now < end)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kindergarten_id: Uuid,
    iin: String,
    role: String,
    certified_from: Option<DateTime<Utc>>,
    begins_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    made_by: Option<Uuid>,
    ended_by: Option<Uuid>,
}

impl TryFrom<Row> for StaffMember {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("staff_members", row.id, reason);
        let ground = match (row.certified_from, row.made_by) {
            (Some(from), None) => Ground::Key(from),
            (None, Some(head)) => Ground::Appointed(PersonId::new(head)),
            _ => return Err(inconsistent("made_by")),
        };
        Ok(Self {
            // Keys of test authorities carry numbers that fail the sum.
            iin: Iin::parse_of_test_authority(&row.iin).map_err(|_| inconsistent("iin"))?,
            role: StaffRole::from_name(&row.role).ok_or_else(|| inconsistent("role"))?,
            id: StaffMemberId::new(row.id),
            kindergarten_id: KindergartenId::new(row.kindergarten_id),
            ground,
            begins_at: row.begins_at,
            ends_at: row.ends_at,
            ended_by: row.ended_by.map(PersonId::new),
        })
    }
}

macro_rules! columns {
    () => {
        "s.id, s.kindergarten_id, s.iin, s.role, s.certified_from, s.begins_at, s.ends_at, s.made_by, s.ended_by"
    };
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM staff_members s ", $rest)
    };
}

pub async fn insert(tx: &mut Tx, member: &StaffMember) -> Result<()> {
    let (certified_from, made_by) = match member.ground {
        Ground::Key(from) => (Some(from), None),
        Ground::Appointed(head) => (None, Some(head.uuid())),
    };
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO staff_members (id, kindergarten_id, iin, role, certified_from, begins_at, \
         ends_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(member.id.uuid())
    .bind(member.kindergarten_id.uuid())
    .bind(member.iin.to_string())
    .bind(member.role.as_str())
    .bind(certified_from)
    .bind(member.begins_at)
    .bind(member.ends_at)
    .bind(made_by)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: StaffMemberId) -> Result<Option<StaffMember>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE s.id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(StaffMember::try_from).transpose()
}

/// For which kindergartens a person works at `now` in a session, each with its name: where a head has appointed them,
/// and where the key says so with which the session was begun.
pub async fn in_force(
    tx: &mut Tx,
    person: PersonId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Vec<(StaffMember, Localized)>> {
    #[derive(sqlx::FromRow)]
    struct Named {
        #[sqlx(flatten)]
        member: Row,
        name_kk: String,
        name_ru: String,
        name_en: String,
    }
    let rows: Vec<Named> = on_conn!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", k.name_kk, k.name_ru, k.name_en FROM staff_members s \
         JOIN kindergartens k ON k.id = s.kindergarten_id JOIN persons p ON p.iin = s.iin \
         WHERE p.id = $1 AND s.begins_at <= $3 AND (s.ends_at IS NULL OR s.ends_at > $3) \
         AND (s.certified_from IS NULL \
           OR s.id = (SELECT n.staff_member_id FROM sessions n WHERE n.id = $2)) \
         ORDER BY s.kindergarten_id, s.role DESC, s.id"
    ))
    .bind(person.uuid())
    .bind(session.uuid())
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|row| {
            let name = Localized::new(row.name_kk, row.name_ru, row.name_en);
            Ok((row.member.try_into()?, name))
        })
        .collect()
}

/// All memberships of a person in a kindergarten, also those that are over, locked with the kindergarten, so that two
/// requests at once do not make two of them.
pub async fn lock_of_person(
    tx: &mut Tx,
    kindergarten: KindergartenId,
    iin: &Iin,
) -> Result<Vec<StaffMember>> {
    let lock = dialect::for_update(tx, "SELECT 1 FROM kindergartens WHERE id = $1");
    on_conn!(tx, |conn| sqlx::query(lock)
        .bind(kindergarten.uuid())
        .fetch_optional(conn)
        .await
        .map(|_| ()))?;
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE s.kindergarten_id = $1 AND s.iin = $2 ORDER BY s.id"
    ))
    .bind(kindergarten.uuid())
    .bind(iin.to_string())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(StaffMember::try_from).collect()
}

/// The staff of a kindergarten, also those who have left, each with the name of whoever has logged in with its IIN.
pub async fn list(
    tx: &mut Tx,
    kindergarten: KindergartenId,
    limit: i64,
) -> Result<Vec<(StaffMember, Option<String>)>> {
    #[derive(sqlx::FromRow)]
    struct Named {
        #[sqlx(flatten)]
        member: Row,
        full_name: Option<String>,
    }
    let rows: Vec<Named> = on_conn!(tx, |conn| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        ", p.full_name FROM staff_members s LEFT JOIN persons p ON p.iin = s.iin \
         WHERE s.kindergarten_id = $1 ORDER BY s.id DESC LIMIT $2"
    ))
    .bind(kindergarten.uuid())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|row| Ok((row.member.try_into()?, row.full_name)))
        .collect()
}

/// Ends a membership that is not over; false when it is.
pub async fn end(tx: &mut Tx, id: StaffMemberId, at: DateTime<Utc>, by: PersonId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE staff_members SET ends_at = CASE WHEN begins_at > $2 THEN begins_at ELSE $2 END, \
         ended_by = $3 WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2) AND ended_by IS NULL"
    )
    .bind(id.uuid())
    .bind(at)
    .bind(by.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Notes with which key of an organisation a session was begun.
pub async fn begin_session(tx: &mut Tx, session: SessionId, member: StaffMemberId) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE sessions SET staff_member_id = $2 WHERE id = $1"
    )
    .bind(session.uuid())
    .bind(member.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("sessions", session, rows)
}
