//! Appointments of officials (R18).

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::{
    appointment::Duty,
    comment::Comment,
    id::{AppointmentId, LocalityId, PersonId},
    iin::Iin,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Who appointed somebody, or ended an appointment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Person(PersonId),
    /// At the command line.
    Operator(Comment),
}

impl By {
    pub(super) fn columns(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Person(id) => (Some(id.uuid()), None),
            Self::Operator(name) => (None, Some(name.as_str())),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    pub iin: Iin,
    pub locality_id: LocalityId,
    pub duty: Duty,
    pub begins_at: DateTime<Utc>,
    /// First moment at which it is no longer in force.
    pub ends_at: Option<DateTime<Utc>>,
    pub made_at: DateTime<Utc>,
    pub made_by: By,
}

impl Appointment {
    #[must_use]
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.begins_at <= now && self.ends_at.is_none_or(|end| now < end)
    }

    /// Whether it has ended, also one that was ended before it began.
    #[must_use]
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    iin: String,
    locality_id: Uuid,
    duty: String,
    begins_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    made_at: DateTime<Utc>,
    made_by: Option<Uuid>,
    made_by_name: Option<String>,
}

impl TryFrom<Row> for Appointment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("appointments", row.id, reason);
        let made_by = match (row.made_by, row.made_by_name) {
            (Some(id), None) => By::Person(PersonId::new(id)),
            (None, Some(name)) => {
                By::Operator(Comment::parse(&name).map_err(|_| inconsistent("made_by_name"))?)
            }
            _ => return Err(inconsistent("made_by")),
        };
        Ok(Self {
            // Keys of test authorities carry numbers that fail the sum.
            iin: Iin::parse_of_test_authority(&row.iin).map_err(|_| inconsistent("iin"))?,
            duty: Duty::from_name(&row.duty).ok_or_else(|| inconsistent("duty"))?,
            id: AppointmentId::new(row.id),
            locality_id: LocalityId::new(row.locality_id),
            begins_at: row.begins_at,
            ends_at: row.ends_at,
            made_at: row.made_at,
            made_by,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.iin, a.locality_id, a.duty, a.begins_at, a.ends_at, a.made_at, \
             a.made_by, a.made_by_name FROM appointments a ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, appointment: &Appointment) -> Result<()> {
    let (person, name) = appointment.made_by.columns();
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO appointments (id, iin, locality_id, duty, begins_at, ends_at, made_at, \
         made_by, made_by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(appointment.id.uuid())
    .bind(appointment.iin.to_string())
    .bind(appointment.locality_id.uuid())
    .bind(appointment.duty.as_str())
    .bind(appointment.begins_at)
    .bind(appointment.ends_at)
    .bind(appointment.made_at)
    .bind(person)
    .bind(name)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: AppointmentId) -> Result<Option<Appointment>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE a.id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Appointment::try_from).transpose()
}

/// What a person is appointed for at `now`.
pub async fn in_force(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
) -> Result<Vec<Appointment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "JOIN persons p ON p.iin = a.iin WHERE p.id = $1 AND a.begins_at <= $2 \
         AND (a.ends_at IS NULL OR a.ends_at > $2) ORDER BY a.locality_id, a.duty, a.id"
    ))
    .bind(person.uuid())
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Appointment::try_from).collect()
}

/// Appointments of this person for this duty that are not over at `now`, locked with the locality, so
/// that two requests at once do not make two of them.
pub async fn lock_living(
    tx: &mut Tx,
    iin: &Iin,
    locality: LocalityId,
    duty: Duty,
    now: DateTime<Utc>,
) -> Result<Vec<Appointment>> {
    let lock = super::dialect::for_update(tx, "SELECT 1 FROM localities WHERE id = $1");
    on_conn!(tx, |conn| sqlx::query(lock)
        .bind(locality.uuid())
        .fetch_optional(conn)
        .await
        .map(|_| ()))?;
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE a.iin = $1 AND a.locality_id = $2 AND a.duty = $3 \
         AND (a.ends_at IS NULL OR a.ends_at > $4) ORDER BY a.id"
    ))
    .bind(iin.to_string())
    .bind(locality.uuid())
    .bind(duty.as_str())
    .bind(now)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Appointment::try_from).collect()
}

/// All appointments, also those that are over, in the order of their ids.
pub async fn list(
    tx: &mut Tx,
    after: Option<AppointmentId>,
    limit: i64,
) -> Result<Vec<Appointment>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE ($1 IS NULL OR a.id > $1) ORDER BY a.id LIMIT $2"
    ))
    .bind(after.map(AppointmentId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Appointment::try_from).collect()
}

/// Appointments for localities in which `chief` is appointed for `duty` at `now`, each with the name of
/// whoever has logged in with its IIN.
pub async fn list_under(
    tx: &mut Tx,
    chief: PersonId,
    duty: Duty,
    now: DateTime<Utc>,
    after: Option<AppointmentId>,
    limit: i64,
) -> Result<Vec<(Appointment, Option<String>)>> {
    #[derive(sqlx::FromRow)]
    struct Named {
        #[sqlx(flatten)]
        appointment: Row,
        full_name: Option<String>,
    }
    let rows: Vec<Named> = on_conn!(tx, |conn| {
        sqlx::query_as(
        "SELECT a.id, a.iin, a.locality_id, a.duty, a.begins_at, a.ends_at, a.made_at, a.made_by, \
         a.made_by_name, p.full_name FROM appointments a LEFT JOIN persons p ON p.iin = a.iin \
         WHERE ($4 IS NULL OR a.id > $4) AND a.locality_id IN (SELECT m.locality_id \
           FROM appointments m JOIN persons q ON q.iin = m.iin WHERE q.id = $1 AND m.duty = $2 \
           AND m.begins_at <= $3 AND (m.ends_at IS NULL OR m.ends_at > $3)) \
         ORDER BY a.id LIMIT $5"
    )
    .bind(chief.uuid())
    .bind(duty.as_str())
    .bind(now)
    .bind(after.map(AppointmentId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter()
        .map(|row| Ok((row.appointment.try_into()?, row.full_name)))
        .collect()
}

/// Ends an appointment that is not over; false when it is.
pub async fn end(tx: &mut Tx, id: AppointmentId, at: DateTime<Utc>, by: &By) -> Result<bool> {
    let (person, name) = by.columns();
    let rows = on_conn!(tx, |conn| {
        sqlx::query(
        "UPDATE appointments SET ends_at = CASE WHEN begins_at > $2 THEN begins_at ELSE $2 END, \
         ended_by = $3, ended_by_name = $4 \
         WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2) AND ended_by IS NULL \
         AND ended_by_name IS NULL"
    )
    .bind(id.uuid())
    .bind(at)
    .bind(person)
    .bind(name)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    if rows > 1 {
        ensure_one("appointments", id, rows)?;
    }
    Ok(rows == 1)
}
