//! Applications.

use super::{Error, Result, Tx, dialect, ensure_one, on_conn};
use balabaqsha_shared::{
    application::{
        ApplicationState, Benefit, BenefitState, Category, Standing, Verification, VerifiedBy,
    },
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
    benefit_category: Option<i16>,
    benefit_state: Option<String>,
    contact_phone: String,
    submitted_at: DateTime<Utc>,
    state: String,
    stop_listed_until: Option<NaiveDate>,
    referral_id: Option<Uuid>,
    ended_at: Option<DateTime<Utc>>,
    left_at: Option<DateTime<Utc>>,
    standing: String,
    verification: String,
    verification_at: Option<DateTime<Utc>>,
    discounted: bool,
    lapses: i32,
}

impl Row {
    fn benefit(&self) -> Option<Benefit> {
        let (category, state) = match (self.benefit_category, self.benefit_state.as_deref()) {
            (Some(rank), Some("claimed")) => (rank, BenefitState::Claimed),
            (Some(rank), Some("confirmed")) => (rank, BenefitState::Confirmed),
            (Some(rank), Some("refused")) => (rank, BenefitState::Refused),
            (Some(rank), Some("expired")) => (rank, BenefitState::Expired),
            _ => (self.category, BenefitState::OfBefore),
        };
        let category = Category::from_rank(category)?;
        Benefit::claim(category).map(|benefit| Benefit { state, ..benefit })
    }

    fn verification(&self) -> Option<Verification> {
        match (self.verification.as_str(), self.verification_at) {
            ("unanswered", None) => Some(Verification::Unanswered),
            ("denied", Some(at)) => Some(Verification::Denied { at }),
            (name, Some(at)) => VerifiedBy::ALL
                .into_iter()
                .find(|by| by.as_str() == name)
                .map(|by| Verification::Verified { by, at }),
            _ => None,
        }
    }
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
            "enrolled" => match row.left_at {
                Some(at) => ApplicationState::Left { at },
                None => ApplicationState::Enrolled { at: ended_at? },
            },
            "removed" => ApplicationState::Removed { at: ended_at? },
            "withdrawn" => ApplicationState::Withdrawn { at: ended_at? },
            _ => return Err(inconsistent("state")()),
        };
        let (benefit, verification) = (row.benefit(), row.verification());
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
            benefit,
            contact_phone: Phone::parse(&row.contact_phone)
                .map_err(|_| inconsistent("contact_phone")())?,
            submitted_at: row.submitted_at,
            state,
            standing: Standing::ALL
                .into_iter()
                .find(|standing| standing.as_str() == row.standing)
                .ok_or_else(inconsistent("standing"))?,
            verification: verification.ok_or_else(inconsistent("verification"))?,
            discounted: row.discounted,
            lapses: u16::try_from(row.lapses).map_err(|_| inconsistent("lapses")())?,
        })
    }
}

macro_rules! select {
    ($rest:expr) => {
        concat!(
            "SELECT id, number, locality_id, applicant_id, child_iin, child_surname, \
             child_given_name, child_patronymic, birth_date, category, benefit_category, \
             benefit_state, contact_phone, submitted_at, state, stop_listed_until, referral_id, \
             ended_at, left_at, standing, verification, verification_at, discounted, lapses \
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
    left_at: Option<DateTime<Utc>>,
}

fn state_columns(state: ApplicationState) -> StateColumns {
    let mut columns = StateColumns {
        state: state_name(state),
        stop_listed_until: None,
        stop_list_ends_at: None,
        referral_id: None,
        ended_at: None,
        left_at: None,
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
        // The moment of the enrolment stays.
        ApplicationState::Left { at } => columns.left_at = Some(at),
    }
    columns
}

/// The rank and the state of a benefit as they are stored.
fn benefit_columns(benefit: Option<Benefit>) -> (Option<i16>, Option<&'static str>) {
    let Some(Benefit { category, state }) = benefit else {
        return (None, None);
    };
    let state = match state {
        BenefitState::Claimed => "claimed",
        BenefitState::Confirmed => "confirmed",
        BenefitState::Refused => "refused",
        BenefitState::Expired => "expired",
        BenefitState::OfBefore => return (None, None),
    };
    (Some(category.rank()), Some(state))
}

const fn verification_columns(verification: Verification) -> (&'static str, Option<DateTime<Utc>>) {
    match verification {
        Verification::Unanswered => ("unanswered", None),
        Verification::Denied { at } => ("denied", Some(at)),
        Verification::Verified { by, at } => (by.as_str(), Some(at)),
    }
}

const fn state_name(state: ApplicationState) -> &'static str {
    match state {
        ApplicationState::Queued => "queued",
        ApplicationState::StopListed { .. } => "stop_listed",
        ApplicationState::Referred { .. } => "referred",
        // A process of before reads who has left as enrolled.
        ApplicationState::Enrolled { .. } | ApplicationState::Left { .. } => "enrolled",
        ApplicationState::Removed { .. } => "removed",
        ApplicationState::Withdrawn { .. } => "withdrawn",
    }
}

pub async fn insert(tx: &mut Tx, application: &Application) -> Result<()> {
    let state = state_columns(application.state);
    let (benefit_category, benefit_state) = benefit_columns(application.benefit);
    let (verification, verification_at) = verification_columns(application.verification);
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO applications (id, number, locality_id, applicant_id, child_iin, \
         child_surname, child_given_name, child_patronymic, birth_date, birth_year, category, \
         contact_phone, submitted_at, state, stop_listed_until, stop_list_ends_at, referral_id, \
         ended_at, left_at, lapses, benefit_category, benefit_state, standing, verification, \
         verification_at, discounted, date_differs) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, \
         $19, $20, $21, $22, $23, $24, $25, $26, $27)"
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
    .bind(application.category().rank())
    .bind(application.contact_phone.as_str())
    .bind(application.submitted_at)
    .bind(state.state)
    .bind(state.stop_listed_until)
    .bind(state.stop_list_ends_at)
    .bind(state.referral_id)
    .bind(state.ended_at.or(state.left_at))
    .bind(state.left_at)
    .bind(i32::from(application.lapses))
    .bind(benefit_category)
    .bind(benefit_state)
    .bind(application.standing.as_str())
    .bind(verification)
    .bind(verification_at)
    .bind(application.discounted)
    .bind(application.child.birth_date_differs_from_iin())
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

/// All applications of a child in the localities, the newest first.
pub async fn of_child_in(
    tx: &mut Tx,
    localities: &[LocalityId],
    child: &Iin,
) -> Result<Vec<Application>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE child_iin = $1 ORDER BY submitted_at DESC, id DESC"
    ))
    .bind(child.to_string())
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .filter(|row| localities.contains(&LocalityId::new(row.locality_id)))
        .map(Application::try_from)
        .collect()
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

/// All applications of a child in all localities, the oldest first.
pub async fn of_child(tx: &mut Tx, child: &Iin) -> Result<Vec<Application>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE child_iin = $1 ORDER BY submitted_at, id"
    ))
    .bind(child.to_string())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Application::try_from).collect()
}

/// What a person has in the queues (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OfPerson {
    /// Submitted on the day.
    pub new: i64,
    pub active: i64,
    /// An official has lifted the limits (R22).
    pub lifted: bool,
}

/// Counts the applications of a person, new ones on the day of `now`.
pub async fn count_of_person(
    tx: &mut Tx,
    person: PersonId,
    locality: LocalityId,
    now: DateTime<Utc>,
) -> Result<OfPerson> {
    let since = time::start_of_day(time::local_date(now));
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM applications WHERE applicant_id = $1 \
           AND submitted_at >= $2) AS new, \
         (SELECT COUNT(*) FROM applications WHERE applicant_id = $1 \
           AND state IN ('queued', 'stop_listed', 'referred')) AS active, \
         EXISTS (SELECT 1 FROM lifted_limits l JOIN persons p ON p.iin = l.iin WHERE p.id = $1 \
           AND l.locality_id = $3 AND l.begins_at <= $4 AND l.ends_at > $4) AS lifted"
    )
    .bind(person.uuid())
    .bind(since)
    .bind(locality.uuid())
    .bind(now)
    .fetch_one(conn)
    .await)?)
}

/// Whether somebody of this queue was submitted at this very moment (R5).
pub async fn has_moment(
    tx: &mut Tx,
    locality: LocalityId,
    birth_year: i32,
    at: DateTime<Utc>,
) -> Result<bool> {
    Ok(on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM applications WHERE locality_id = $1 AND birth_year = $2 \
         AND submitted_at = $3)"
    )
    .bind(locality.uuid())
    .bind(birth_year)
    .bind(at)
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
    let ended_at = match before.state {
        ApplicationState::Enrolled { at } if columns.left_at.is_some() => Some(at),
        _ => columns.ended_at,
    };
    let (benefit_category, benefit_state) = benefit_columns(now.benefit);
    let (verification, verification_at) = verification_columns(now.verification);
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET state = $4, stop_listed_until = $5, stop_list_ends_at = $6, \
         referral_id = $7, ended_at = $8, left_at = $9, lapses = $10, category = $11, \
         benefit_category = $12, benefit_state = $13, standing = $14, verification = $15, \
         verification_at = $16, discounted = $17, birth_date = $18, birth_year = $19, \
         date_differs = $20, child_surname = $21, child_given_name = $22, child_patronymic = $23, \
         submitted_at = $24 WHERE id = $1 AND state = $2 AND standing = $3"
    )
    .bind(now.id.uuid())
    .bind(state_name(before.state))
    .bind(before.standing.as_str())
    .bind(columns.state)
    .bind(columns.stop_listed_until)
    .bind(columns.stop_list_ends_at)
    .bind(columns.referral_id)
    .bind(ended_at)
    .bind(columns.left_at)
    .bind(i32::from(now.lapses))
    .bind(now.category().rank())
    .bind(benefit_category)
    .bind(benefit_state)
    .bind(now.standing.as_str())
    .bind(verification)
    .bind(verification_at)
    .bind(now.discounted)
    .bind(now.child.birth_date)
    .bind(now.child.birth_year())
    .bind(now.child.birth_date_differs_from_iin())
    .bind(now.child.surname.as_str())
    .bind(now.child.given_name.as_str())
    .bind(now.child.patronymic.as_ref().map(NamePart::as_str))
    .bind(now.submitted_at)
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

/// Claims of which the known parents have not been told, locked.
pub async fn lock_untold_claims(tx: &mut Tx, limit: i64) -> Result<Vec<Application>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "applications",
        select!("WHERE standing = 'claim' AND claim_told_at IS NULL ORDER BY id LIMIT $1"),
    );
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Application::try_from).collect()
}

/// The known parents have been told of a claim.
pub async fn mark_claim_told(tx: &mut Tx, id: ApplicationId, at: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET claim_told_at = $2 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("applications", id, rows)
}

/// The child of an application; it never changes.
pub async fn child_of(tx: &mut Tx, id: ApplicationId) -> Result<Option<Iin>> {
    let child: Option<String> = on_conn!(tx, |conn| sqlx::query_scalar(
        "SELECT child_iin FROM applications WHERE id = $1"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?;
    child
        .map(|child| Iin::parse(&child))
        .transpose()
        .map_err(|_| Error::inconsistent("applications", id, "child_iin"))
}

/// When the registry is asked about an application; none where nobody is to be asked any more.
pub async fn ask_registry_at(
    tx: &mut Tx,
    id: ApplicationId,
    due_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET registry_due_at = $2, \
         registry_attempts = registry_attempts + 1 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(due_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("applications", id, rows)
}

/// A question that the registry has not answered.
#[derive(Clone, Debug)]
pub struct RegistryQuestion {
    pub application: ApplicationId,
    pub applicant: PersonId,
    pub child: Iin,
    /// How often it was asked.
    pub attempts: i32,
}

/// Questions whose time has come; each is put off until `until`, so that nobody else asks meanwhile.
pub async fn take_registry_questions(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RegistryQuestion>> {
    let sql = dialect::for_update_skip_locked(
        tx,
        "applications",
        "SELECT id, applicant_id, child_iin, registry_attempts FROM applications \
         WHERE registry_due_at <= $1 ORDER BY registry_due_at, id LIMIT $2",
    );
    let rows: Vec<(Uuid, Uuid, String, i32)> = on_conn!(tx, |conn| sqlx::query_as(sql)
        .bind(now)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    let mut questions = Vec::with_capacity(rows.len());
    for (id, applicant, child, attempts) in rows {
        let application = ApplicationId::new(id);
        ask_registry_at(tx, application, Some(until)).await?;
        questions.push(RegistryQuestion {
            application,
            applicant: PersonId::new(applicant),
            child: Iin::parse(&child)
                .map_err(|_| Error::inconsistent("applications", id, "child_iin"))?,
            attempts,
        });
    }
    Ok(questions)
}

/// Applications that were made with a benefit before officials decided about benefits, in the order of
/// their ids.
pub async fn with_benefit_of_before(
    tx: &mut Tx,
    after: Option<ApplicationId>,
    limit: i64,
) -> Result<Vec<Application>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE category < 2 AND benefit_state IS NULL \
         AND state IN ('queued', 'stop_listed', 'referred') \
         AND ($1 IS NULL OR id > $1) ORDER BY id LIMIT $2"
    ))
    .bind(after.map(ApplicationId::uuid))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Application::try_from).collect()
}

/// R27: what takes part in a locality counts as verified from the moment on at which the check is
/// switched on; says how many there were.
pub async fn verify_those_of_before(
    tx: &mut Tx,
    locality: LocalityId,
    at: DateTime<Utc>,
) -> Result<u64> {
    Ok(on_conn!(tx, |conn| sqlx::query(
        "UPDATE applications SET verification = 'existed_before', verification_at = $2, \
         registry_due_at = NULL WHERE locality_id = $1 AND standing = 'takes_part' \
         AND state IN ('queued', 'stop_listed', 'referred') \
         AND verification IN ('unanswered', 'denied')"
    )
    .bind(locality.uuid())
    .bind(at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?)
}

/// What waits for an official.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// A claimed benefit (R21).
    Benefit,
    /// Somebody else had queued the child (R27).
    Claim,
    Disputed,
    /// Not verified where the check is on (R27).
    Unverified,
    /// The digits of the IIN tell another birth date where nobody checks it (R27).
    DateDiffers,
}

impl Waiting {
    pub const ALL: [Self; 5] = [
        Self::Benefit,
        Self::Claim,
        Self::Disputed,
        Self::Unverified,
        Self::DateDiffers,
    ];
}

/// Active applications that wait for an official, the oldest first; in some localities, or everywhere.
pub async fn waiting(
    tx: &mut Tx,
    what: Waiting,
    localities: Option<&[LocalityId]>,
    limit: i64,
) -> Result<Vec<Application>> {
    let condition = match what {
        Waiting::Benefit => "benefit_state = 'claimed'",
        Waiting::Claim => "standing = 'claim'",
        Waiting::Disputed => "standing = 'disputed'",
        Waiting::Unverified => {
            "standing = 'takes_part' AND verification IN ('unanswered', 'denied') \
             AND locality_id IN (SELECT id FROM localities WHERE rules ->> 'child_check' = 'on')"
        }
        Waiting::DateDiffers => {
            "date_differs AND verification IN ('unanswered', 'denied') AND locality_id NOT IN \
             (SELECT id FROM localities WHERE rules ->> 'child_check' = 'on')"
        }
    };
    let rows: Vec<Row> = on_conn!(tx, |conn| {
        let mut query = sqlx::QueryBuilder::new(select!(
            "WHERE state IN ('queued', 'stop_listed', 'referred') AND "
        ));
        query.push(condition);
        if let Some(localities) = localities {
            query.push(" AND locality_id IN (");
            let mut list = query.separated(", ");
            for locality in localities {
                list.push_bind(locality.uuid());
            }
            query.push(")");
        }
        query
            .push(" ORDER BY submitted_at, id LIMIT ")
            .push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    rows.into_iter().map(Application::try_from).collect()
}
