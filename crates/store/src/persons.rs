//! Persons who have logged in, and the codes that prove their e-mail addresses.

use super::{Error, Result, Tx, ensure_one, on_conn};
use balabaqsha_shared::{
    email::Email,
    id::{ApplicationId, PersonId},
    iin::Iin,
    language::Language,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Debug)]
pub struct Person {
    pub id: PersonId,
    pub iin: Iin,
    pub full_name: String,
    pub email: Option<Email>,
    pub email_confirmed_at: Option<DateTime<Utc>>,
    /// When a mail server said that there is no such address.
    pub email_refused_at: Option<DateTime<Utc>>,
    pub language: Language,
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    iin: String,
    full_name: String,
    email: Option<String>,
    email_confirmed_at: Option<DateTime<Utc>>,
    email_refused_at: Option<DateTime<Utc>>,
    language: String,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Person {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = |reason: &str| Error::inconsistent("persons", row.id, reason);
        Ok(Self {
            // Keys of test authorities carry numbers that fail the sum; the certificate was
            // judged at login.
            iin: Iin::parse_of_test_authority(&row.iin).map_err(|_| inconsistent("iin"))?,
            email: row
                .email
                .map(|email| Email::parse(&email))
                .transpose()
                .map_err(|_| inconsistent("email"))?,
            language: Language::from_tag(&row.language).ok_or_else(|| inconsistent("language"))?,
            id: PersonId::new(row.id),
            full_name: row.full_name,
            email_confirmed_at: row.email_confirmed_at,
            email_refused_at: row.email_refused_at,
            created_at: row.created_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, iin, full_name, email, email_confirmed_at, email_refused_at, language, \
             created_at FROM persons ",
            $rest
        )
    };
}

/// Finds the person of an IIN or makes one; the name follows the latest certificate.
pub async fn log_in(
    tx: &mut Tx,
    new_id: PersonId,
    iin: &Iin,
    full_name: &str,
    language: Language,
    now: DateTime<Utc>,
) -> Result<Person> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO persons (id, iin, full_name, language, created_at) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (iin) DO UPDATE SET full_name = excluded.full_name"
    )
    .bind(new_id.uuid())
    .bind(iin.to_string())
    .bind(full_name)
    .bind(language.tag())
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    let row: Row = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE iin = $1"))
        .bind(iin.to_string())
        .fetch_one(conn)
        .await)?;
    row.try_into()
}

pub async fn get(tx: &mut Tx, id: PersonId) -> Result<Option<Person>> {
    let row: Option<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id.uuid())
        .fetch_optional(conn)
        .await)?;
    row.map(Person::try_from).transpose()
}

/// Everybody who sees an application (R2, R3).
pub async fn readers(tx: &mut Tx, application: ApplicationId) -> Result<Vec<Person>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE id IN (SELECT applicant_id FROM applications WHERE id = $1 \
         UNION SELECT person_id FROM attachments WHERE application_id = $1 AND state = 'attached') \
         ORDER BY id"
    ))
    .bind(application.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Person::try_from).collect()
}

/// The person that a row of another table names.
pub async fn require(tx: &mut Tx, id: PersonId) -> Result<Person> {
    get(tx, id)
        .await?
        .ok_or_else(|| Error::inconsistent("persons", id, "missing"))
}

/// Sets a new, unconfirmed address.
pub async fn set_email(tx: &mut Tx, id: PersonId, email: &Email, language: Language) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE persons SET email = $2, email_confirmed_at = NULL, email_refused_at = NULL, \
         language = $3 WHERE id = $1"
    )
    .bind(id.uuid())
    .bind(email.as_str())
    .bind(language.tag())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("persons", id, rows)
}

/// Notes for everybody who has this address that a mail server does not know it; says of whom that was
/// not known yet.
pub async fn refuse_email(tx: &mut Tx, address: &str, now: DateTime<Utc>) -> Result<Vec<PersonId>> {
    let ids: Vec<Uuid> = on_conn!(tx, |conn| {
        sqlx::query_scalar(
        "UPDATE persons SET email_refused_at = $2 WHERE email = $1 AND email_refused_at IS NULL \
         RETURNING id"
    )
    .bind(address)
    .bind(now)
    .fetch_all(conn)
    .await
    })?;
    Ok(ids.into_iter().map(PersonId::new).collect())
}

pub async fn confirm_email(tx: &mut Tx, id: PersonId, now: DateTime<Utc>) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE persons SET email_confirmed_at = $2 WHERE id = $1 AND email IS NOT NULL"
    )
    .bind(id.uuid())
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("persons", id, rows)?;
    on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM email_confirmations WHERE person_id = $1"
    )
    .bind(id.uuid())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// A code that was mailed and waits to be entered.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Confirmation {
    /// The address that counts from now on; none where it is the one that the person has.
    pub address: Option<String>,
    pub code_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
    pub attempts: i32,
}

/// Replaces the code of a person.
pub async fn put_confirmation(
    tx: &mut Tx,
    id: PersonId,
    code_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO email_confirmations (person_id, code_hash, expires_at, attempts) \
         VALUES ($1, $2, $3, 0) \
         ON CONFLICT (person_id) DO UPDATE SET code_hash = excluded.code_hash, \
         expires_at = excluded.expires_at, attempts = 0, address = NULL, language = NULL"
    )
    .bind(id.uuid())
    .bind(code_hash)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Lets the code of a person be one for a new address.
pub async fn put_new_address(
    tx: &mut Tx,
    id: PersonId,
    email: &Email,
    language: Language,
) -> Result<()> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "UPDATE email_confirmations SET address = $2, language = $3 WHERE person_id = $1"
    )
    .bind(id.uuid())
    .bind(email.as_str())
    .bind(language.tag())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    ensure_one("email_confirmations", id, rows)
}

/// The new address that waits for its code.
pub async fn new_address(
    tx: &mut Tx,
    id: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<(Email, Language)>> {
    let row: Option<(String, String)> = on_conn!(tx, |conn| sqlx::query_as(
        "SELECT address, language FROM email_confirmations \
         WHERE person_id = $1 AND expires_at > $2 AND address IS NOT NULL AND language IS NOT NULL"
    )
    .bind(id.uuid())
    .bind(now)
    .fetch_optional(conn)
    .await)?;
    row.map(|(address, language)| {
        let wrong = |column| Error::inconsistent("email_confirmations", id, column);
        let email = Email::parse(&address).map_err(|_| wrong("address"))?;
        let language = Language::ALL
            .into_iter()
            .find(|known| known.tag() == language)
            .ok_or_else(|| wrong("language"))?;
        Ok((email, language))
    })
    .transpose()
}

/// Counts an attempt and returns the code it is compared with.
pub async fn attempt_confirmation(tx: &mut Tx, id: PersonId) -> Result<Option<Confirmation>> {
    Ok(on_conn!(tx, |conn| sqlx::query_as(
        "UPDATE email_confirmations SET attempts = attempts + 1 WHERE person_id = $1 \
         RETURNING address, code_hash, expires_at, attempts"
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await)?)
}
