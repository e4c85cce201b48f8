//! Who wants to be told of which free places.

use super::{
    Error, Result, Tx,
    kindergartens::{instruction_from, instruction_name},
    on_conn,
};
use balabaqsha_shared::{
    id::{LocalityId, PersonId, VacancySubscriptionId},
    vacancy::{Near, VacancyFilter},
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Subscription {
    pub id: VacancySubscriptionId,
    pub person_id: PersonId,
    pub filter: VacancyFilter,
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    locality_id: Option<Uuid>,
    instruction_language: Option<String>,
    birth_year: Option<i32>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    max_distance_km: Option<f64>,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Subscription {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let inconsistent = || Error::inconsistent("vacancy_subscriptions", row.id, "language");
        let near = match (row.latitude, row.longitude, row.max_distance_km) {
            (Some(latitude), Some(longitude), Some(max_distance_km)) => Some(Near {
                latitude,
                longitude,
                max_distance_km,
            }),
            _ => None,
        };
        Ok(Self {
            id: VacancySubscriptionId::new(row.id),
            person_id: PersonId::new(row.person_id),
            filter: VacancyFilter {
                locality_id: row.locality_id.map(LocalityId::new),
                instruction_language: row
                    .instruction_language
                    .map(|name| instruction_from(&name).ok_or_else(inconsistent))
                    .transpose()?,
                birth_year: row.birth_year,
                near,
            },
            created_at: row.created_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, person_id, locality_id, instruction_language, birth_year, latitude, \
             longitude, max_distance_km, created_at FROM vacancy_subscriptions ",
            $rest
        )
    };
}

pub async fn insert(tx: &mut Tx, subscription: &Subscription) -> Result<()> {
    let filter = &subscription.filter;
    on_conn!(tx, |conn| sqlx::query(
        "INSERT INTO vacancy_subscriptions (id, person_id, locality_id, instruction_language, \
         birth_year, latitude, longitude, max_distance_km, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(subscription.id.uuid())
    .bind(subscription.person_id.uuid())
    .bind(filter.locality_id.map(LocalityId::uuid))
    .bind(filter.instruction_language.map(instruction_name))
    .bind(filter.birth_year)
    .bind(filter.near.map(|near| near.latitude))
    .bind(filter.near.map(|near| near.longitude))
    .bind(filter.near.map(|near| near.max_distance_km))
    .bind(subscription.created_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

pub async fn list_of(tx: &mut Tx, person: PersonId) -> Result<Vec<Subscription>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!(
        "WHERE person_id = $1 ORDER BY id"
    ))
    .bind(person.uuid())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Subscription::try_from).collect()
}

/// All of them, each person's together.
pub async fn list(tx: &mut Tx) -> Result<Vec<Subscription>> {
    let rows: Vec<Row> = on_conn!(tx, |conn| sqlx::query_as(select!("ORDER BY person_id, id"))
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Subscription::try_from).collect()
}

/// Ends a subscription of this person; false when there is none.
pub async fn delete(tx: &mut Tx, person: PersonId, id: VacancySubscriptionId) -> Result<bool> {
    let rows = on_conn!(tx, |conn| sqlx::query(
        "DELETE FROM vacancy_subscriptions WHERE id = $1 AND person_id = $2"
    )
    .bind(id.uuid())
    .bind(person.uuid())
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
