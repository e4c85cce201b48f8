//! Applications.

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    application::{ApplicationState, Category},
    child::{Child, NamePart},
    entity::Changed,
    id::{ApplicationId, LocalityId, PersonId, ReferralId},
    iin::Iin,
    number::ApplicationNumber,
    phone::Phone,
    time,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use balabaqsha_shared::entity::Application;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    locality_id: Uuid,
    applicant_id: Uuid,
    child_iin: String,
    child_surname: String,
    child_given_name: String,
    child_patronymic: Option<String>,
    birth_date: NaiveDate,
    category: i16,
    contact_phone: String,
    submitted_at: DateTime<Utc>,
    state: String,
    stop_listed_until: Option<NaiveDate>,
    referral_id: Option<Uuid>,
    ended_at: Option<DateTime<Utc>>,
    lapses: i32,
}

impl TryFrom<Row> for Application {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let id = row.id;
        let inconsistent =
            |reason: &'static str| move || Error::inconsistent("applications", id, reason);
        let name = |text: &str| NamePart::parse(text).map_err(|_| inconsistent("child's name")());
        let ended_at = row.ended_at.ok_or_else(inconsistent("ended_at is missing"));
        let state = match row.state.as_str() {
            "queued" => ApplicationState::Queued,
            "stop_listed" => ApplicationState::StopListed {
                until: row
                    .stop_listed_until
                    .ok_or_else(inconsistent("stop_listed_until"))?,
            },
            "referred" => ApplicationState::Referred {
                referral_id: row
                    .referral_id
                    .map(ReferralId::new)
                    .ok_or_else(inconsistent("referral_id"))?,
            },
            "enrolled" => ApplicationState::Enrolled { at: ended_at? },
            "removed" => ApplicationState::Removed { at: ended_at? },
            "withdrawn" => ApplicationState::Withdrawn { at: ended_at? },
            _ => return Err(inconsistent("state")()),
        };
        Ok(Self {
            id: ApplicationId::new(row.id),
            number: ApplicationNumber::parse(&row.number).map_err(|_| inconsistent("number")())?,
            locality_id: LocalityId::new(row.locality_id),
            applicant_id: PersonId::new(row.applicant_id),
            child: Child {
                iin: Iin::parse(&row.child_iin).map_err(|_| inconsistent("child_iin")())?,
                surname: name(&row.child_surname)?,
                given_name: name(&row.child_given_name)?,
                patronymic: row.child_patronymic.as_deref().map(name).transpose()?,
                birth_date: row.birth_date,
            },
            category: Category::from_rank(row.category).ok_or_else(inconsistent("category"))?,
            contact_phone: Phone::parse(&row.contact_phone)
                .map_err(|_| inconsistent("contact_phone")())?,
            submitted_at: row.submitted_at,
            state,
            lapses: u16::try_from(row.lapses).map_err(|_| inconsistent("lapses")())?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, locality_id, applicant_id, child_iin, child_surname, \
             child_given_name, child_patronymic, birth_date, category, contact_phone, \
             submitted_at, state, stop_listed_until, referral_id, ended_at, lapses \
             FROM applications ",
            $rest
        )
    };
}

/// The columns that a state fills.
struct StateColumns {
    state: &'static str,
    stop_listed_until: Option<NaiveDate>,
    stop_list_ends_at: Option<DateTime<Utc>>,
    referral_id: Option<Uuid>,
    ended_at: Option<DateTime<Utc>>,
}

fn state_columns(state: ApplicationState) -> StateColumns {
    let mut columns = StateColumns {
        state: state_name(state),
        stop_listed_until: None,
        stop_list_ends_at: None,
        referral_id: None,
        ended_at: None,
    };
    match state {
        ApplicationState::Queued => {}
        ApplicationState::StopListed { until } => {
            columns.stop_listed_until = Some(until);
            columns.stop_list_ends_at = Some(time::end_of_day(until));
        }
        ApplicationState::Referred { referral_id } => {
            columns.referral_id = Some(referral_id.uuid());
        }
        ApplicationState::Enrolled { at }
        | ApplicationState::Removed { at }
        | ApplicationState::Withdrawn { at } => columns.ended_at = Some(at),
    }
    columns
}

const fn state_name(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Queued => "queued",
        ApplicationState::StopListed { .. } => "stop_listed",
        ApplicationState::Referred { .. } => "referred",
        ApplicationState::Enrolled { .. } => "enrolled",
        ApplicationState::Removed { .. } => "removed",
        ApplicationState::Withdrawn { .. } => "withdrawn",
    }
}

pub async fn insert(tx: &mut Tx, application: &Application) -> Result<()> {
    let state = state_columns(application.state);
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO applications (id, number, locality_id, applicant_id, child_iin, \
         child_surname, child_given_name, child_patronymic, birth_date, birth_year, category, \
         contact_phone, submitted_at, state, stop_listed_until, stop_list_ends_at, referral_id, \
         ended_at, lapses) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19)"
    )
    .bind(application.id.uuid())
    .bind(application.number.as_str())
    .bind(application.locality_id.uuid())
    .bind(application.applicant_id.uuid())
    .bind(application.child.iin.to_string())
    .bind(application.child.surname.as_str())
    .bind(application.child.given_name.as_str())
    .bind(application.child.patronymic.as_ref().map(NamePart::as_str))
    .bind(application.child.birth_date)
    .bind(application.child.birth_year())
    .bind(application.category.rank())
    .bind(application.contact_phone.as_str())
    .bind(application.submitted_at)
    .bind(state.state)
    .bind(state.stop_listed_until)
    .bind(state.stop_list_ends_at)
    .bind(state.referral_id)
    .bind(state.ended_at)
    .bind(i32::from(application.lapses))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn get(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Application::try_from).transpose()
}

/// The same, locked until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>> {
    let sql = dialect::for_update(tx, select!("WHERE id = $1"));
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Application::try_from).transpose()
}

/// The application that a row of another table names.
pub async fn require(tx: &mut Tx, id: ApplicationId) -> Result<Application> {
    get(tx, id)
        .await?
        .ok_or_else(|| Error::inconsistent("applications", id, "missing"))
}

/// The application that people call by this number.
pub async fn by_number(tx: &mut Tx, number: &ApplicationNumber) -> Result<Option<Application>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE number = $1"))
        .bind(number.as_str())
        .fetch_optional(conn)
        .await)?;
    row.map(Application::try_from).transpose()
}

/// What a parent sees in the journal: what they signed and what is attached to them, the
/// newest first; `before` is the id of the last one already seen.
pub async fn list_of(
    tx: &mut Tx,
    person: PersonId,
    before: Option<(DateTime<Utc>, ApplicationId)>,
    limit: i64,
) -> Result<Vec<Application>> {
    let (before_at, before_id) = before.unzip();
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE (applicant_id = $1 OR id IN (SELECT application_id FROM attachments \
         WHERE person_id = $1 AND state = 'attached')) \
         AND ($2 IS NULL OR submitted_at < $2 OR (submitted_at = $2 AND id < $3)) \
         ORDER BY submitted_at DESC, id DESC LIMIT $4"
    ))
    .bind(person.uuid())
    .bind(before_at)
    .bind(before_id.map(ApplicationId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Application::try_from).collect()
}

/// Whether the child has a queued, stop-listed or referred application in the locality (R4).
pub async fn has_active(tx: &mut Tx, locality: LocalityId, child: &Iin) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM applications WHERE locality_id = $1 AND child_iin = $2 \
         AND state IN ('queued', 'stop_listed', 'referred'))"
    )
    .bind(locality.uuid())
    .bind(child.to_string())
    .fetch_one(conn)
    .await)?)
}

/// Another telephone for urgent calls.
pub async fn set_contact_phone(tx: &mut Tx, id: ApplicationId, phone: &Phone) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET contact_phone = $2 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(phone.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("applications", id, rows)
}

/// Saves what an application has become; false when it is no longer what it was before.
pub async fn save(tx: &mut Tx, changed: &Changed<Application>) -> Result<bool> {
    let (before, now) = (changed.before(), changed.now());
    let columns = state_columns(now.state);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET state = $3, stop_listed_until = $4, stop_list_ends_at = $5, \
         referral_id = $6, ended_at = $7, lapses = $8 WHERE id = $1 AND state = $2"
    )
    .bind(now.id.uuid())
    .bind(state_name(before.state))
    .bind(columns.state)
    .bind(columns.stop_listed_until)
    .bind(columns.stop_list_ends_at)
    .bind(columns.referral_id)
    .bind(columns.ended_at)
    .bind(i32::from(now.lapses))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if rows > 1 {
        ensure_one("applications", now.id, rows)?;
    }
    Ok(rows == 1)
}

/// Applications whose stop-list is over, locked.
pub async fn lock_ended_stop_lists(
    tx: &mut Tx,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Application>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "applications",
        select!(
            "WHERE state = 'stop_listed' AND stop_list_ends_at <= $1 \
                 ORDER BY stop_list_ends_at, id LIMIT $2"
        ),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Application::try_from).collect()
}
